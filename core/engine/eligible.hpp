// SPDX-License-Identifier: Apache-2.0
// Which factors of a subject count, and which may answer now.
#pragma once

#include <span>
#include <vector>

#include "core/engine/decision.hpp"

namespace counterseal::core {

/// The factors that may answer; or why there are none: no_usable_factor, locked_final, throttled.
struct eligible_factors {
    reason why = reason::ok;
    std::vector<offered_factor> offered{};
    std::int64_t retry_after_s = 0;  // of throttled
};

/// A set of recovery codes of which all are used is none.
[[nodiscard]] eligible_factors eligible_of(transaction& in, std::span<const factor> of_subject, factor_types allowed,
                                           const throttle& limits, std::int64_t now_us);

/// Whole seconds from now until then, rounded up.
[[nodiscard]] std::int64_t seconds_until(std::int64_t then_us, std::int64_t now_us) noexcept;

/// What a method is called in RFC 8176; others stay as they are.
[[nodiscard]] std::string_view reference_of(std::string_view first_method) noexcept;
[[nodiscard]] std::string_view reference_of(factor_type type) noexcept;

}  // namespace counterseal::core
