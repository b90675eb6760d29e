// SPDX-License-Identifier: Apache-2.0
// Batches of codes: each row is verified as totp_verify() and hotp_verify() would, one after another.
#pragma once

#include "core/base/status.hpp"
#include "core/bulk/batch.hpp"
#include "core/bulk/tile.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

/// Returns batch_done and a status for each row: ok, wrong, replayed, malformed, e_range (no such row, or a state out
/// of its bounds), revoked (the row was removed), e_time (a time of its own that is out of bounds). Or, before an
/// answer is written: what check_batch() refuses, what check() of the options refuses, e_argument without times,
/// without states or keys where there is no table, or with a table of the other kind, e_unsupported for Steam codes,
/// e_forked. Throws std::bad_alloc before anything is answered.
///
/// home.kernel nullptr picks the best one. CT: as the verification of one code, for each row.
[[nodiscard]] status totp_verify_batch(row_home home, const totp_options& options, const batch_answers& out);
[[nodiscard]] status hotp_verify_batch(row_home home, const hotp_options& options, const batch_answers& out);

}  // namespace counterseal::core
