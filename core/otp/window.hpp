// SPDX-License-Identifier: Apache-2.0
// A code against a window of counters, all of it, whatever matches.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/ct/mask.hpp"
#include "core/hmac/hmac.hpp"
#include "core/otp/code_form.hpp"

namespace counterseal::core {

struct window_match {
    mask any;
    std::uint64_t highest = 0;  // the highest counter whose code is the given one; meaningless unless any
};

/// The code of one counter. CT: nothing but the form leaks.
[[nodiscard]] std::uint32_t counter_code(const counter_mac& mac, std::uint64_t counter, code_form form) noexcept;

/// Compares `code` with the codes of the counters first, ..., first + n - 1. Two counters can share a code, and a code
/// must be accepted once (RFC 6238 section 5.2), so the highest one counts. CT: n and the form may leak; which counter
/// matched, and whether one did, do not.
[[nodiscard]] window_match match_window(const counter_mac& mac, std::uint64_t first, std::size_t n, std::uint64_t code,
                                        code_form form) noexcept;

/// The same for two codes in a row: `highest` is the counter of the first one.
[[nodiscard]] window_match match_pair(const counter_mac& mac, std::uint64_t first, std::size_t n, std::uint64_t code1,
                                      std::uint64_t code2, code_form form) noexcept;

}  // namespace counterseal::core
