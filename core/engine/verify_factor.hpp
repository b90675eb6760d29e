// SPDX-License-Identifier: Apache-2.0
// One response to one factor, or to those of a subject, on durable state: reserved, evaluated and settled in one
// transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/engine/factor.hpp"
#include "core/engine/reason.hpp"
#include "core/engine/response.hpp"
#include "core/engine/throttle.hpp"

namespace counterseal::core {

struct factor_verdict {
    status code;
    std::int64_t value = -1;            // of an accepted one: the step, or the counter to expect next
    std::int64_t locked_until_us = 0;   // of a throttled one: when it may be tried again
    std::int64_t retry_after_s = 0;     // the same, from the latest time that the store has seen
    std::string factor{};               // of an accepted or replayed one: whose code it was
    std::optional<factor_type> type{};  // of that factor: what `value` is
    reason why = reason::replay;        // of a replayed one: or step_in_future
};

/// Checks a response and counts it, inside a transaction that the caller commits: nothing of the answer may leave
/// before that. Answers, of which only ok lets anybody in:
///
///     ok          right and never used before; it is used now, and both counts of failures are zero
///     wrong       counted, and the attempt that uses up the budget locks the factor; or there is no such subject or
///                 factor: nothing is written then
///     replayed    right but used before, or not above a step that was used; the attempt is given back
///     malformed   no code at all by its public shape; not counted
///     throttled   the budget of the factor or of its subject is used up, or the factor is locked: not looked at
///     locked      too many failures in a row: disabled until it is bound anew or unlocked
///     revoked     revoked or suspended
///     enroll      not confirmed yet
///
/// Several factors: of those that the shape fits, each is reserved and evaluated, and a match gives the others back
/// what they had. The subject's budget is charged once.
///
/// A factor that gets locked, for a time or for good, closes every open challenge of its subject. Whatever was looked
/// at becomes an event, with `purpose` in its detail. A recovery code is checked against the hashes that
/// prepare_response() made: without one of its set it is wrong.
///
/// The subject's row is locked first, then its factors, then the tenant's head by the events: a caller that writes a
/// row of a challenge locks the subject before (lock_subject()).
///
/// Throws store_error; what it did is undone with the transaction.
[[nodiscard]] factor_verdict verify_response(transaction& in, const row_seal& with, const throttle& limits,
                                             std::string_view tenant, std::string_view subject,
                                             std::span<const std::string> factors, const response& what,
                                             std::int64_t now_us, std::string_view purpose = "login");

/// The same for a factor that is not confirmed yet, and for no other one. expired: it was not confirmed in time. What
/// it accepts is used up like any code, but no event says so: the caller confirms.
[[nodiscard]] factor_verdict verify_pending(transaction& in, const row_seal& with, const throttle& limits,
                                            const factor_key& key, const response& what, std::int64_t now_us);

}  // namespace counterseal::core
