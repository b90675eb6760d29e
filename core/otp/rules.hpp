// SPDX-License-Identifier: Apache-2.0
// The bounds of every number that a caller sets, each with the sentence that tells them (RFC 4226 section 5.3 and 7.4,
// RFC 6238 section 4.1 and 5.2 give the lower ones; the upper ones are ours).
#pragma once

#include <cstdint>

#include "core/base/status.hpp"

namespace counterseal::core {

/// How a truncated number becomes a code. The numbers are those of the C ABI.
enum class code_encoder : std::uint32_t { decimal = 0, steam = 1 };

struct totp_options {
    std::uint32_t digits = 6;  // of the decimal encoder; Steam codes always have five characters
    std::uint32_t period_s = 30;
    std::uint32_t past = 1;    // steps before the current one that are still accepted
    std::uint32_t future = 1;  // steps after it
    bool long_period = false;  // lifts max_period_s
    std::uint64_t t0_s = 0;
    code_encoder encoder = code_encoder::decimal;
};

struct hotp_options {
    std::uint32_t digits = 6;
    std::uint32_t look_ahead = 0;  // counters beyond the expected one that are still accepted
};

/// Of HOTP and TOTP (RFC 4226 section 5.3); max_digits stands in truncate.hpp.
inline constexpr std::uint32_t min_digits = 6;
inline constexpr std::uint32_t max_period_s = 86'400;
inline constexpr std::uint32_t max_window_steps = 20;
inline constexpr std::uint32_t max_look_ahead = 100;
inline constexpr std::uint64_t max_time_s = 100'000'000'000;

/// What a call with such numbers would be refused for; `rule` is a static sentence that starts with the argument's
/// name, or nullptr when all is well.
struct verdict_on_options {
    status code;
    const char* rule;
};

inline constexpr verdict_on_options all_well{status::ok, nullptr};

// The parts that more than one kind of code has.
[[nodiscard]] verdict_on_options check_steps(std::uint32_t past, std::uint32_t future) noexcept;
[[nodiscard]] verdict_on_options check_time(std::uint64_t now_s) noexcept;
[[nodiscard]] verdict_on_options check_last_step(std::int64_t last_step) noexcept;
[[nodiscard]] verdict_on_options check_counters(std::uint64_t next_counter, std::uint32_t look_ahead) noexcept;

[[nodiscard]] verdict_on_options check(const totp_options& options, std::uint64_t now_s,
                                       std::int64_t last_step) noexcept;
[[nodiscard]] verdict_on_options check(const hotp_options& options, std::uint64_t next_counter) noexcept;

}  // namespace counterseal::core
