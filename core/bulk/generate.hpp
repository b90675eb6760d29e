// SPDX-License-Identifier: Apache-2.0
// Batches of codes made instead of checked: for tests, and to compare with the system that keys were taken over from.
#pragma once

#include "core/bulk/tile.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

/// Writes the code of each row at its time (TOTP) or of its counter (HOTP: `states`, or what the table keeps) to
/// out.codes; statuses become ok, or what verification would say of such a row, with 0 for its code. Returns
/// batch_done, or what verification would refuse the batch for; needs no states for TOTP.
[[nodiscard]] status totp_generate_batch(row_home home, const totp_options& options, const batch_answers& out);
[[nodiscard]] status hotp_generate_batch(row_home home, const hotp_options& options, const batch_answers& out);

}  // namespace counterseal::core
