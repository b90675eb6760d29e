// SPDX-License-Identifier: Apache-2.0
// What a batch is refused for as a whole, before a row is looked at.
#pragma once

#include "core/bulk/tile.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

/// Checks all but the states, and picks the kernel if there is none.
[[nodiscard]] status open_totp(row_home& home, const totp_options& options, const batch_answers& out) noexcept;
[[nodiscard]] status open_hotp(row_home& home, const hotp_options& options, const batch_answers& out) noexcept;

/// e_argument where states are needed and missing: whoever keeps them needs the new ones, and without a table also has
/// to bring the old ones.
[[nodiscard]] status check_states(const row_home& home, const batch_answers& out) noexcept;

}  // namespace counterseal::core
