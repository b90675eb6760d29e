// SPDX-License-Identifier: Apache-2.0
// How often a factor may be tried, and how long it rests after too many failures (SP 800-63B-4 section 3.2.2).
#pragma once

#include <algorithm>
#include <cstdint>

namespace counterseal::core {

inline constexpr std::int64_t second_us = 1'000'000;

struct throttle {
    std::int64_t attempts = 5;       // that fail before the factor is locked for a time, and again after each lock
    std::int64_t streak = 100;       // failures in a row that disable it until it is bound anew
    std::int64_t first_lock_s = 30;  // doubles with each further lock
    std::int64_t longest_lock_s = 900;
    std::int64_t subject_failures = 20;  // of all factors of a subject, in subject_period_s
    std::int64_t subject_period_s = 3600;

    /// The lock after `failures` in a row, a multiple of `attempts`: the n-th one.
    [[nodiscard]] constexpr std::int64_t lock_us(std::int64_t failures) const noexcept
    {
        // The exponent is bounded first: more than 62 doublings have no meaning in 64 bits.
        const std::int64_t doublings = std::clamp<std::int64_t>(failures / attempts - 1, 0, 30);
        return std::min(first_lock_s << doublings, longest_lock_s) * second_us;
    }
};

}  // namespace counterseal::core
