// SPDX-License-Identifier: Apache-2.0
#include "core/engine/verify_challenge.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/engine/answering.hpp"
#include "core/engine/eligible.hpp"
#include "core/engine/verify_factor.hpp"

namespace counterseal::core {
namespace {

reason reason_of(const factor_verdict& verdict) noexcept
{
    switch (verdict.code) {
        case status::wrong: return reason::wrong_code;
        case status::replayed: return verdict.why;
        case status::malformed: return reason::malformed;
        case status::locked: return reason::locked;
        case status::throttled: return reason::throttled;
        default: return reason::no_usable_factor;
    }
}

}  // namespace

bool is_answerable(transaction& in, const decision_means& by, const challenge_answer& answer, std::int64_t now_us)
{
    const std::optional<subject> who = load_subject(in, by.with, answer.tenant, answer.subject);
    if (!who || answer.status != active_status) {
        return false;
    }
    const store_time time = read_time(in, now_us);
    answering one(in, by, *who, answer.session, time);
    return one.recall(answer.challenge_id) == reason::ok && one.asked()->expires_us > time.locked_us &&
           is_open(in, *one.asked());
}

decision verify_challenge(transaction& in, const decision_means& by, const challenge_answer& answer,
                          const response& given, std::int64_t now_us)
{
    check_session(answer.session);
    const store_time time = tell_time(in, now_us);
    const std::optional<subject> who = lock_known_subject(in, by.with, answer.tenant, answer.subject);
    if (!who) {
        // Nobody was ever asked: no row is made for whoever guesses names, and no event.
        return {.code = status::deny, .why = reason::wrong_challenge};
    }
    answering one(in, by, *who, answer.session, time);
    std::vector<factor> factors;
    if (const reason why = one.admit(answer, factors); why != reason::ok) {
        return one.refuse(why);
    }
    std::vector<std::string> ids;
    ids.reserve(factors.size());
    for (const factor& f : factors) {
        ids.push_back(f.key.factor);
    }
    const factor_verdict verdict =
        verify_response(in, by.with, by.limits, answer.tenant, answer.subject, ids, given, time.now_us, "login");
    if (verdict.code == status::ok) {
        need(verdict.type ? status::ok : status::e_internal, "a code was accepted and nobody knows of what");
        return one.let_in(verdict.factor, *verdict.type, {std::string(reference_of(*verdict.type))});
    }
    if (verdict.code == status::malformed) {
        one.put_back();
    }
    return one.refuse(reason_of(verdict), verdict.factor, verdict.retry_after_s);
}

}  // namespace counterseal::core
