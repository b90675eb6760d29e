// SPDX-License-Identifier: Apache-2.0
// The codes of many TOTP factors at once, on the kernels of core/bulk.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/engine/attempt_set.hpp"

namespace counterseal::core {

struct totp_evaluation {
    status code;         // ok, wrong, replayed, malformed, or an error where the settings are out of their bounds
    std::int64_t value;  // of ok: the step
};

/// Whether a factor can be evaluated at all: its stored settings are within their bounds.
[[nodiscard]] bool can_evaluate(const factor& of, std::int64_t now_us) noexcept;

/// codes[i] is checked against all[i], as alone. Nothing is written. Throws std::bad_alloc.
[[nodiscard]] std::vector<totp_evaluation> evaluate_totp(std::span<const free_factor> all,
                                                         std::span<const std::string_view> codes, std::int64_t now_us);

}  // namespace counterseal::core
