// SPDX-License-Identifier: Apache-2.0
// Which counters the code of each row may stand for.
#pragma once

#include <optional>

#include "core/bulk/tile.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

/// A state that an earlier row of the same batch has left.
using floor_state = std::optional<std::int64_t>;

/// Sets first, stride and steps by the times; refuses rows with e_time or e_range. A window that would begin before
/// step 0 begins below it, modulo 2^64.
void totp_window(const row_home& home, const totp_options& options, tile& t) noexcept;

/// Sets first, stride and steps by the states and `floor`; refuses rows with e_range.
void hotp_window(const row_home& home, const hotp_options& options, floor_state floor, tile& t) noexcept;

/// Lets the window of one row begin elsewhere, or refuses it with e_range.
void hotp_begin_at(const row_home& home, const hotp_options& options, std::uint64_t counter, tile& t,
                   std::size_t i) noexcept;

}  // namespace counterseal::core
