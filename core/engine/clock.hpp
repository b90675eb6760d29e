// SPDX-License-Identifier: Apache-2.0
// What time it is for locks and expiry: never earlier than it was.
#pragma once

#include <cstdint>

#include "core/store/transaction.hpp"

namespace counterseal::core {

/// The latest time that the store has seen, moved on when this transaction commits. A clock that went back by more
/// than a few seconds is a fault: nothing may be decided with it. One that jumps ahead moves the stored time by a few
/// minutes a commit only, so that one wrong node does not put all locks into the past.
struct store_time {
    std::int64_t now_us;     // the host's, for codes
    std::int64_t locked_us;  // the later of that and the stored one, for locks and expiry
};

inline constexpr std::int64_t clock_back_us = 5'000'000;
inline constexpr std::int64_t clock_step_us = 300'000'000;

/// Whether a period since a stored time is over. A time that lies ahead was written by a clock that ran ahead, and
/// holds nothing up once that is mended.
[[nodiscard]] constexpr bool is_over(std::int64_t since_us, std::int64_t period_us, std::int64_t now_us) noexcept
{
    const std::int64_t age_us = now_us - since_us;
    return age_us >= period_us || age_us < -clock_back_us;
}

/// Throws store_error of e_time where `now_us`, and how long the call has waited since, lie more than clock_back_us
/// behind the stored time. Writes at most once a second, so that verifications do not wait for each other.
[[nodiscard]] store_time tell_time(transaction& in, std::int64_t now_us);

/// The same without moving the stored time: for a transaction that only reads.
[[nodiscard]] store_time read_time(transaction& in, std::int64_t now_us);

/// The later of the two times for whoever only shows what is stored, and decides nothing: no clock is a fault.
[[nodiscard]] std::int64_t latest_us(transaction& in, std::int64_t now_us);

}  // namespace counterseal::core
