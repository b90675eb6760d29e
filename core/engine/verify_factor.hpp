// SPDX-License-Identifier: Apache-2.0
// One response to one factor, on durable state: reserved, evaluated and settled in one transaction.
#pragma once

#include <string_view>

#include "core/engine/factor.hpp"
#include "core/engine/throttle.hpp"

namespace counterseal::core {

struct factor_verdict {
    status code;
    std::int64_t value = -1;           // of an accepted one: the step, or the counter to expect next
    std::int64_t locked_until_us = 0;  // of a throttled one
};

/// Checks `code` and counts it, inside a transaction that the caller commits: nothing of the answer may leave before
/// that. Answers, of which only ok lets anybody in:
///
///     ok          right and never used before; it is used now, and both counts of failures are zero
///     wrong       counted; the attempt that uses up the budget locks the factor
///     replayed    right but used before; the attempt is given back
///     malformed   no code at all by its public shape; not counted
///     throttled   the budget of the factor or of its subject is used up, or the factor is locked: not looked at
///     locked      too many failures in a row: disabled until it is bound anew or unlocked
///     revoked     revoked, suspended, or no such factor
///     enroll      not confirmed yet
///
/// Throws store_error; what it did is undone with the transaction.
[[nodiscard]] factor_verdict verify_factor(transaction& in, const row_seal& with, const throttle& limits,
                                           const factor_key& key, std::string_view code, std::int64_t now_us);

}  // namespace counterseal::core
