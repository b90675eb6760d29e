// SPDX-License-Identifier: Apache-2.0
#include "core/engine/answering.hpp"

#include <utility>

#include "core/engine/eligible.hpp"
#include "core/engine/event.hpp"
#include "core/engine/grant.hpp"
#include "core/engine/refusal.hpp"

namespace counterseal::core {

reason answering::recall(std::string_view challenge_id)
{
    asked_ = load_challenge(in_, by_.with, who_.tenant, who_.name, challenge_id);
    if (!asked_ || !is_of_session(by_.with, *asked_, session_)) {
        asked_.reset();
        return reason::wrong_challenge;
    }
    about_ = asked_->about;
    return asked_->epoch == who_.epoch ? reason::ok : reason::challenge_dead;
}

reason answering::reserve()
{
    is_reserved_ = reserve_answer(in_, *asked_, time_.locked_us);
    return is_reserved_ ? reason::ok : reason::challenge_dead;
}

reason answering::admit(const challenge_answer& answer, std::vector<factor>& out)
{
    reason why = answer.status == active_status ? recall(answer.challenge_id) : reason::subject_disabled;
    why = why == reason::ok ? reserve() : why;
    why = why == reason::ok ? ask_policy() : why;
    return why == reason::ok ? choose(answer.factor_id, out) : why;
}

void answering::put_back()
{
    refund_answer(in_, *asked_);
}

reason answering::ask_policy()
{
    in_force_ = by_.policies.newest(in_, by_.with, who_.tenant);
    if (!in_force_) {
        return reason::no_policy;
    }
    demand_ = demand_of(in_force_->document, about_.groups, about_.path);
    if (demand_.why != reason::ok) {
        return demand_.why;
    }
    return demand_.can_challenge ? reason::ok : reason::legacy_path_blocked;
}

reason answering::choose(std::string_view factor_id, std::vector<factor>& out)
{
    reason why = reason::no_usable_factor;
    std::vector<factor> all = load_factors(in_, by_.with, who_.tenant, who_.name);
    const factor_types allowed = allowed_for(about_.action, demand_.factors, in_force_.get(), all);
    for (factor& f : all) {
        const bool is_meant = factor_id.empty() || factor_id == f.key.factor;
        if (!is_meant || f.state != factor_state::active) {
            continue;
        }
        if (!allowed.contains(f.type)) {
            why = reason::factor_disabled_by_policy;
        } else if (is_same_method(f.type, about_.first_method)) {
            why = reason::same_channel;
        } else {
            out.push_back(std::move(f));
        }
    }
    return out.empty() ? why : reason::ok;
}

decision answering::refuse(reason why, const std::string& used, std::int64_t retry_after_s, json detail)
{
    decision out;
    out.why = why;
    out.policy_version = in_force_ ? in_force_->version : 0;
    out.retry_after_s = retry_after_s;
    if (why == reason::subject_disabled) {
        close_challenges(in_, who_.tenant, who_.name);
    }
    if (is_reserved_ && is_open(in_, *asked_)) {
        out.challenge_id = asked_->id;
    }
    log(out, used, std::move(detail));
    return out;
}

decision answering::let_in(const std::string& used, factor_type type, const std::vector<std::string>& methods)
{
    if (asked_) {
        close_challenge(in_, *asked_);
    }
    decision out;
    out.code = status::ok;
    out.why = reason::ok;
    out.policy_version = in_force_->version;
    out.assurance = 2;
    if (!about_.first_method.empty()) {
        out.amr.push_back(about_.first_method);
    }
    out.amr.insert(out.amr.end(), methods.begin(), methods.end());
    out.grant = make_grant(
        by_.with, who_.tenant, who_.name, session_,
        {out.assurance, out.amr, time_.locked_us, who_.epoch, about_.path, about_.action, std::string(name_of(type))});
    log(out, used, {{"amr", out.amr}, {"factor_type", name_of(type)}});
    return out;
}

/// What nobody looked at is told once a minute; where a factor or a budget refused it, that was told already. So is
/// what was refused of a passkey without a challenge: strangers can ask, and no budget ends it, since nobody guesses a
/// signature.
void answering::log(const decision& of, const std::string& used, json detail)
{
    if (of.why == reason::throttled || of.why == reason::locked) {
        return;
    }
    if (detail.is_null()) {
        detail = json::object();
    }
    detail["policy_version"] = of.policy_version;
    const bool is_told = of.why == reason::ok || of.why == reason::wrong_code || of.why == reason::replay ||
                         of.why == reason::step_in_future || (of.why == reason::passkey_refused && asked_);
    if (!is_told) {
        const std::int64_t n = count_refusal(in_, who_.tenant, who_.name, used, time_);
        if (n == 0) {
            return;
        }
        detail["refused"] = n;
    }
    if (!about_.path.empty()) {
        detail["path"] = about_.path;
        detail["action"] = about_.action;
    }
    append_event(in_, by_.with,
                 {.tenant = who_.tenant,
                  .at_us = time_.now_us,
                  .type = of.code == status::ok ? "login.allowed" : "login.refused",
                  .subject = who_.name,
                  .factor = used,
                  .reason = std::string(name_of(of.why)),
                  .detail = detail.dump()});
}

}  // namespace counterseal::core
