// SPDX-License-Identifier: Apache-2.0
#include "core/engine/evaluate.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/engine/challenge.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/eligible.hpp"
#include "core/engine/event.hpp"
#include "core/engine/grant.hpp"
#include "core/engine/name.hpp"

namespace counterseal::core {
namespace {

constexpr std::int64_t day_us = std::int64_t{24} * 3600 * second_us;

/// A decision, and what must be written before it may be told.
struct plan {
    decision what;
    bool sets_grace = false;               // its deadline is another one than what is stored
    bool closes_challenges = false;        // of somebody who may answer none
    std::int64_t epoch = subject().epoch;  // of the subject

    [[nodiscard]] bool writes() const noexcept
    {
        return sets_grace || closes_challenges || what.code == status::challenge;
    }
};

/// What is wrong with a request is the host's fault, and no decision.
void check_request(const login_request& request)
{
    check_session(request.session);
    const auto check = [](const char* what, std::string_view name) {
        if (const char* const fault = name_fault(name); fault != nullptr) {
            throw store_error(status::e_argument, std::string(what) + " " + fault);
        }
    };
    check("path", request.path);
    check("action", request.action);
    if (!request.first_method.empty()) {
        check("first_factor", request.first_method);
    }
    for (const std::string& group : request.groups) {
        check("groups", group);
    }
}

plan refused(reason why, std::int64_t version)
{
    plan out;
    out.what.why = why;
    out.what.policy_version = version;
    return out;
}

plan let_in(reason why, std::int64_t version, const login_request& request)
{
    plan out = refused(why, version);
    out.what.code = status::ok;
    out.what.assurance = 1;
    if (!request.first_method.empty()) {
        out.what.amr.emplace_back(reference_of(request.first_method));
    }
    return out;
}

/// Of somebody who has no factor yet, or no longer.
plan decide_unenrolled(const policy_demand& demand, const std::optional<subject>& who, const login_request& request,
                       std::int64_t version, std::int64_t now_us)
{
    const bool is_step_up = request.action != login_action;
    if (!demand.is_mfa_required && !is_step_up) {
        return let_in(reason::ok, version, request);
    }
    // Who was enrolled once had their grace; and without a factor there is nothing to step up with.
    const bool has_grace = demand.grace_days > 0 && !is_step_up && !(who && who->is_enrolled);
    const std::int64_t set_us = who ? who->grace_until_us : 0;
    // What a lenient rule gave is cut to what this one gives from now on, for good: never renewed, only shortened.
    const std::int64_t longest_us = now_us + demand.grace_days * day_us;
    const std::int64_t until_us = set_us == 0 ? longest_us : std::min(set_us, longest_us);
    if (has_grace && until_us > now_us) {
        plan out = let_in(reason::ok_grace, version, request);
        out.sets_grace = until_us != set_us;
        out.what.deadline_us = until_us;
        return out;
    }
    if (!demand.can_challenge) {
        return refused(reason::legacy_path_blocked, version);
    }
    plan out = refused(has_grace ? reason::grace_expired : reason::enroll_required, version);
    for (const factor_type type :
         {factor_type::webauthn, factor_type::totp, factor_type::hotp}) {  // recovery codes come after a factor
        if (demand.factors.contains(type)) {
            out.what.types.push_back(type);
        }
    }
    // What they come with as the first factor could never be the second one.
    const auto n_same =
        std::erase_if(out.what.types, [&](factor_type type) { return is_same_method(type, request.first_method); });
    if (out.what.types.empty()) {
        return refused(n_same == 0 ? reason::no_usable_factor : reason::same_channel, version);
    }
    out.what.code = status::enroll;
    return out;
}

/// Whether the second factor of a grant is of one of these types.
bool is_of(factor_types allowed, const grant& shown) noexcept
{
    for (const factor_type type : all_factor_types) {
        if (allowed.contains(type) && shown.type == name_of(type)) {
            return true;
        }
    }
    return false;
}

/// Whether a grant may stand for an action, whatever the rule. Factors are loaded only for the one that asks for more.
bool may_stand_for(transaction& in, const decision_means& by, std::string_view tenant, std::string_view subject,
                   std::string_view action, const policy* in_force, const grant& shown)
{
    return action != enroll_action ||
           is_of(allowed_for(action, factor_types::all(), in_force, load_factors(in, by.with, tenant, subject)), shown);
}

/// Of a request that a rule of the policy covers.
plan decide_covered(transaction& in, const decision_means& by, const login_request& request, const policy& in_force,
                    const policy_demand& demand, const std::optional<subject>& who, std::int64_t now_us)
{
    const std::int64_t version = in_force.version;
    if (!request.grant.empty()) {
        const std::int64_t oldest_us = now_us - in_force.document.max_age_s(request.action) * second_us;
        std::optional<grant> shown = check_grant(by.with, who, request.tenant, request.subject, request.session,
                                                 request.grant, oldest_us, now_us);
        // What another rule let count as a second factor is none where this one does not.
        if (shown && is_of(demand.factors, *shown) &&
            may_stand_for(in, by, request.tenant, request.subject, request.action, &in_force, *shown)) {
            plan out = let_in(reason::ok, version, request);
            out.what.assurance = shown->assurance;
            out.what.amr = std::move(shown->amr);
            append(out.what.grant, request.grant);  // it grows old from when the factors were shown
            return out;
        }
    }
    const std::vector<factor> factors = load_factors(in, by.with, request.tenant, request.subject);
    if (!is_enrolled(factors)) {
        return decide_unenrolled(demand, who, request, version, now_us);
    }
    if (!demand.can_challenge) {
        return refused(reason::legacy_path_blocked, version);
    }
    const factor_types allowed = allowed_for(request.action, demand.factors, &in_force, factors);
    eligible_factors eligible = eligible_of(in, factors, allowed, request.first_method, by.limits, now_us);
    plan out = refused(eligible.why, version);
    if (eligible.why == reason::ok) {
        out.what.code = status::challenge;
        out.what.why = request.action == login_action ? reason::need_mfa : reason::step_up;
        out.what.factors = std::move(eligible.offered);
    }
    out.what.retry_after_s = eligible.retry_after_s;
    return out;
}

/// `locked`: the subject's row, where it was locked before.
plan decide(transaction& in, const decision_means& by, const login_request& request, std::int64_t now_us,
            const std::optional<subject>& locked = std::nullopt)
{
    const std::shared_ptr<const policy> in_force = by.policies.newest(in, by.with, request.tenant);
    const std::int64_t version = in_force ? in_force->version : 0;
    if (request.status != active_status) {
        plan out = refused(reason::subject_disabled, version);
        out.closes_challenges = has_open_challenges(in, request.tenant, request.subject);
        return out;
    }
    if (!in_force) {
        return refused(reason::no_policy, version);
    }
    const policy_demand demand = demand_of(in_force->document, request.groups, request.path);
    if (demand.why != reason::ok) {
        return refused(demand.why, version);
    }
    const std::optional<subject> who = locked ? locked : load_subject(in, by.with, request.tenant, request.subject);
    plan out = decide_covered(in, by, request, *in_force, demand, who, now_us);
    out.epoch = who ? who->epoch : out.epoch;
    return out;
}

/// With a grant for whoever is let in without one: of the first factor alone, which is enough for nothing that wants
/// two.
decision finished(plan of, const decision_means& by, const login_request& request, std::int64_t now_us)
{
    if (of.what.code == status::ok && of.what.grant.empty()) {
        of.what.grant = make_grant(
            by.with, request.tenant, request.subject, request.session,
            {of.what.assurance, of.what.amr, now_us, of.epoch, std::string(request.path), std::string(request.action)});
    }
    return std::move(of.what);
}

}  // namespace

std::optional<decision> evaluate_reading(transaction& in, const decision_means& by, const login_request& request,
                                         std::int64_t now_us)
{
    check_request(request);
    const store_time time = read_time(in, now_us);
    plan found = decide(in, by, request, time.locked_us);
    if (found.writes()) {
        return std::nullopt;
    }
    return finished(std::move(found), by, request, time.locked_us);
}

decision evaluate(transaction& in, const decision_means& by, const login_request& request, std::int64_t now_us)
{
    check_request(request);
    const store_time time = tell_time(in, now_us);
    std::optional<subject> known = lock_known_subject(in, by.with, request.tenant, request.subject);
    plan found = decide(in, by, request, time.locked_us, known);
    if (!found.writes()) {
        return finished(std::move(found), by, request, time.locked_us);
    }
    if (!known) {
        // Again, with a row: what was read may have been changed by somebody who made it.
        known = lock_subject(in, by.with, request.tenant, request.subject, now_us);
        found = decide(in, by, request, time.locked_us, known);
    }
    subject& who = *known;
    if (found.what.code == status::challenge) {
        found.what.challenge_id = issue_challenge(in, by.with, by.provider, who, request.session,
                                                  {std::string(request.path),
                                                   std::string(request.action),
                                                   {request.groups.begin(), request.groups.end()},
                                                   std::string(reference_of(request.first_method))},
                                                  time.locked_us);
    }
    if (found.closes_challenges) {
        close_challenges(in, who.tenant, who.name);
    }
    if (found.sets_grace) {
        const bool is_first = who.grace_until_us == 0;
        who.grace_until_us = found.what.deadline_us;
        update_subject(in, by.with, who);
        append_event(in, by.with,
                     {.tenant = who.tenant,
                      .at_us = now_us,
                      .type = is_first ? "grace.started" : "grace.shortened",
                      .subject = who.name,
                      .detail = R"({"until_us":)" + std::to_string(who.grace_until_us) + "}"});
    }
    return finished(std::move(found), by, request, time.locked_us);
}

bool is_grant_valid(transaction& in, const decision_means& by, std::string_view tenant, std::string_view subject,
                    bytes_view session, std::string_view grant, std::string_view action,
                    std::optional<std::int64_t> max_age_s, std::int64_t now_us)
{
    const store_time time = read_time(in, now_us);
    const std::shared_ptr<const policy> in_force = by.policies.newest(in, by.with, tenant);
    const std::int64_t of_policy_s =
        in_force ? in_force->document.max_age_s(action) : policy_document().max_age_s(action);
    const std::int64_t oldest_us = time.locked_us - std::min(of_policy_s, max_age_s.value_or(of_policy_s)) * second_us;
    const auto shown = check_grant(in, by.with, tenant, subject, session, grant, oldest_us, time.locked_us);
    return shown && may_stand_for(in, by, tenant, subject, action, in_force.get(), *shown);
}

}  // namespace counterseal::core
