// SPDX-License-Identifier: Apache-2.0
#include "core/engine/verify_challenge.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/engine/challenge.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/eligible.hpp"
#include "core/engine/evaluate.hpp"
#include "core/engine/event.hpp"
#include "core/engine/grant.hpp"
#include "core/engine/refusal.hpp"
#include "core/engine/verify_factor.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

/// One answer, from the lock on its subject to its event.
class answering {
public:
    answering(transaction& in, const decision_means& by, const challenge_answer& answer, const subject& who,
              store_time time)
        : in_{in}, by_{by}, answer_{answer}, who_{who}, time_{time}
    {
    }

    [[nodiscard]] decision decide(const response& given)
    {
        const reason why = judge(given);
        decision out;
        out.why = why;
        out.policy_version = in_force_ ? in_force_->version : 0;
        if (why == reason::ok) {
            let_in(out);
        } else {
            out.retry_after_s = retry_after_s_;
            if (is_reserved_ && is_open(in_, *asked_)) {
                out.challenge_id = asked_->id;
            }
        }
        log(out);
        return out;
    }

private:
    reason judge(const response& given)
    {
        asked_ = load_challenge(in_, by_.with, answer_.tenant, answer_.subject, answer_.challenge_id);
        if (!asked_ || !is_of_session(by_.with, *asked_, answer_.session)) {
            asked_.reset();
            return reason::wrong_challenge;
        }
        if (asked_->epoch != who_.epoch || !reserve_answer(in_, *asked_, time_.locked_us)) {
            return reason::challenge_dead;
        }
        is_reserved_ = true;
        requirement demand;
        if (const reason why = ask_policy(demand); why != reason::ok) {
            return why;
        }
        std::vector<std::string> ids;
        if (const reason why = choose(demand, ids); why != reason::ok) {
            return why;
        }
        return check(ids, given);
    }

    reason ask_policy(requirement& demand)
    {
        in_force_ = by_.policies.newest(in_, by_.with, answer_.tenant);
        if (!in_force_) {
            return reason::no_policy;
        }
        demand = requirement_of(in_force_->document, asked_->about.groups, asked_->about.path);
        if (demand.why != reason::ok) {
            return demand.why;
        }
        if (asked_->about.status != active_status) {
            return reason::subject_disabled;
        }
        return demand.can_challenge ? reason::ok : reason::legacy_path_blocked;
    }

    /// The factors that the answer may be of, by what the policy and their state say now. Whether they are locked is
    /// for the attempt to find out.
    reason choose(const requirement& demand, std::vector<std::string>& ids)
    {
        factors_ = load_factors(in_, by_.with, answer_.tenant, answer_.subject);
        reason why = reason::no_usable_factor;
        for (const factor& f : factors_) {
            const bool is_meant = answer_.factor_id.empty() || answer_.factor_id == f.key.factor;
            if (!is_meant || f.state != factor_state::active) {
                continue;
            }
            if (demand.factors.contains(f.type)) {
                ids.push_back(f.key.factor);
            } else {
                why = reason::factor_disabled_by_policy;
            }
        }
        return ids.empty() ? why : reason::ok;
    }

    reason check(const std::vector<std::string>& ids, const response& given)
    {
        const factor_verdict verdict = verify_response(in_, by_.with, by_.limits, answer_.tenant, answer_.subject, ids,
                                                       given, time_.now_us, "login");
        used_ = verdict.factor;
        switch (verdict.code) {
            case status::ok: return reason::ok;
            case status::wrong: return reason::wrong_code;
            case status::replayed: return reason::replay;
            case status::malformed: refund_answer(in_, *asked_); return reason::malformed;
            case status::locked: return reason::locked;
            case status::throttled: retry_after_s_ = verdict.retry_after_s; return reason::throttled;
            default: return reason::no_usable_factor;
        }
    }

    void let_in(decision& out)
    {
        close_challenge(in_, *asked_);
        const auto of_id = [&](const factor& f) { return f.key.factor == used_; };
        const auto used = std::ranges::find_if(factors_, of_id);
        need(used != factors_.end() ? status::ok : status::e_internal, "a code was accepted and nobody knows of whom");
        out.code = status::ok;
        out.assurance = 2;
        if (!asked_->about.first_method.empty()) {
            out.amr.push_back(asked_->about.first_method);
        }
        out.amr.emplace_back(reference_of(used->type));
        out.grant = make_grant(by_.with, answer_.tenant, answer_.subject, answer_.session,
                               {out.assurance, out.amr, time_.locked_us, who_.epoch, asked_->about.path,
                                asked_->about.action, std::string(name_of(used->type))});
    }

    /// What nobody looked at is told once a minute; where a factor or a budget refused it, that was told already.
    void log(const decision& of)
    {
        json detail{{"policy_version", of.policy_version}};
        if (of.why == reason::throttled || of.why == reason::locked) {
            return;
        }
        if (of.why != reason::ok && of.why != reason::wrong_code && of.why != reason::replay) {
            const std::int64_t n = count_refusal(in_, who_.tenant, who_.name, {}, time_);
            if (n == 0) {
                return;
            }
            detail["refused"] = n;
        }
        if (asked_) {
            detail["path"] = asked_->about.path;
            detail["action"] = asked_->about.action;
        }
        append_event(in_, by_.with,
                     {.tenant = who_.tenant,
                      .at_us = time_.now_us,
                      .type = of.code == status::ok ? "login.allowed" : "login.refused",
                      .subject = who_.name,
                      .factor = used_,
                      .reason = std::string(name_of(of.why)),
                      .detail = detail.dump()});
    }

    transaction& in_;
    const decision_means& by_;
    const challenge_answer& answer_;
    const subject& who_;
    store_time time_;
    std::optional<challenge> asked_;
    bool is_reserved_ = false;
    std::shared_ptr<const policy> in_force_;
    std::vector<factor> factors_;
    std::string used_;  // the factor whose code it was
    std::int64_t retry_after_s_ = 0;
};

}  // namespace

decision verify_challenge(transaction& in, const decision_means& by, const challenge_answer& answer,
                          const response& given, std::int64_t now_us)
{
    need(answer.session.size() >= shortest_session ? status::ok : status::e_argument, "session: at least 16 bytes");
    const store_time time = tell_time(in, now_us);
    const std::optional<subject> who = lock_known_subject(in, by.with, answer.tenant, answer.subject);
    if (!who) {
        // Nobody was ever asked: no row is made for whoever guesses names, and no event.
        return {.code = status::deny, .why = reason::wrong_challenge};
    }
    return answering(in, by, answer, *who, time).decide(given);
}

}  // namespace counterseal::core
