// SPDX-License-Identifier: Apache-2.0
#include "core/engine/admin.hpp"

#include "core/engine/challenge.hpp"
#include "core/engine/clock.hpp"
#include "core/engine/end_factor.hpp"
#include "core/engine/event.hpp"
#include "core/engine/name.hpp"

namespace counterseal::core {
namespace {

void log(transaction& in, const row_seal& with, std::string_view type, const factor_key& of, const authority& by,
         std::int64_t now_us, std::string detail = {})
{
    append_event(in, with,
                 {.tenant = of.tenant,
                  .at_us = now_us,
                  .type = std::string(type),
                  .subject = of.subject,
                  .factor = of.factor,
                  .actor = std::string(by.actor),
                  .reason = std::string(by.reason),
                  .detail = std::move(detail)});
}

std::string told_epoch(const subject& of)
{
    return R"({"epoch":)" + std::to_string(of.epoch) + "}";
}

/// change(factor&, subject&): whether the state allows it; it is done then.
template <class Change>
admin_verdict change_factor(transaction& in, const row_seal& with, const factor_key& key, const authority& by,
                            std::int64_t now_us, std::string_view type, Change&& change)
{
    if (!is_valid(by)) {
        return {status::e_argument};
    }
    static_cast<void>(tell_time(in, now_us));
    if (!load_subject(in, with, key.tenant, key.subject)) {
        return {status::wrong};
    }
    subject owner = lock_subject(in, with, key.tenant, key.subject, now_us);
    const std::int64_t epoch = owner.epoch;
    std::optional<factor> found = load_factor(in, with, key);
    if (!found) {
        return {status::wrong};
    }
    if (!change(*found, owner)) {
        return {status::deny, found->state};
    }
    log(in, with, type, key, by, now_us, owner.epoch == epoch ? std::string() : told_epoch(owner));
    return {status::ok, found->state};
}

/// Makes worthless what was let in so far: grants, and challenges that are open.
void end_sessions(transaction& in, const row_seal& with, subject& of)
{
    ++of.epoch;
    update_subject(in, with, of);
    close_challenges(in, of.tenant, of.name);
}

/// After a live factor was taken away, which may be in wrong hands: whoever was let in by it is asked again, and what
/// they began to enroll ends with it.
void end_use(transaction& in, const row_seal& with, subject& of, std::int64_t now_us)
{
    end_sessions(in, with, of);
    end_begun(in, with, load_factors(in, with, of.tenant, of.name), "a factor of the subject was taken away", now_us);
}

void forget_failures(transaction& in, std::string_view tenant, std::string_view subject)
{
    static constexpr statement forget = {"UPDATE subject SET failures = 0 WHERE tenant = $1 AND subject = $2"};
    in.run(forget, {tenant, subject});
}

}  // namespace

bool is_valid(const authority& by) noexcept
{
    return !by.actor.empty() && !by.reason.empty() && label_fault(by.actor) == nullptr &&
           label_fault(by.reason, max_reason_len) == nullptr;
}

admin_verdict suspend_factor(transaction& in, const row_seal& with, const factor_key& key, const authority& by,
                             std::int64_t now_us)
{
    return change_factor(in, with, key, by, now_us, "factor.suspended", [&](factor& of, subject& owner) {
        const bool is_allowed = of.state == factor_state::active;
        if (is_allowed) {
            of.state = factor_state::suspended;
            update_factor(in, with, of);
            end_use(in, with, owner, now_us);
        }
        return is_allowed;
    });
}

admin_verdict resume_factor(transaction& in, const row_seal& with, const factor_key& key, const authority& by,
                            std::int64_t now_us)
{
    return change_factor(in, with, key, by, now_us, "factor.resumed", [&](factor& of, subject&) {
        const bool is_allowed = of.state == factor_state::suspended;
        if (is_allowed) {
            of.state = factor_state::active;
            update_factor(in, with, of);
        }
        return is_allowed;
    });
}

admin_verdict revoke_factor(transaction& in, const row_seal& with, const factor_key& key, const authority& by,
                            std::int64_t now_us)
{
    return change_factor(in, with, key, by, now_us, "factor.revoked", [&](factor& of, subject& owner) {
        const bool is_allowed = of.state != factor_state::revoked;
        const bool was_live = is_live(of);
        if (is_allowed) {
            end_factor(in, with, of, now_us);
        }
        if (was_live) {
            end_use(in, with, owner, now_us);
        }
        return is_allowed;
    });
}

admin_verdict unlock_factor(transaction& in, const row_seal& with, const factor_key& key, const authority& by,
                            std::int64_t now_us)
{
    static constexpr statement unlock = {
        "UPDATE factor SET attempts = 0, streak = 0, locked_until_us = 0 "
        "WHERE tenant = $1 AND subject = $2 AND factor = $3"};
    return change_factor(in, with, key, by, now_us, "factor.unlocked", [&](factor& of, subject&) {
        const bool is_allowed = of.state != factor_state::revoked;
        if (is_allowed) {
            in.run(unlock, {std::string_view(key.tenant), std::string_view(key.subject), std::string_view(key.factor)});
            forget_failures(in, key.tenant, key.subject);
        }
        return is_allowed;
    });
}

reset_verdict admin_reset(transaction& in, const row_seal& with, std::string_view tenant, std::string_view subject,
                          const authority& by, std::int64_t now_us)
{
    if (!is_valid(by)) {
        return {status::e_argument};
    }
    static_cast<void>(tell_time(in, now_us));
    if (!load_subject(in, with, tenant, subject)) {
        return {status::wrong};
    }
    struct subject owner = lock_subject(in, with, tenant, subject, now_us);
    std::int64_t n_revoked = 0;
    for (factor& one : load_factors(in, with, tenant, subject)) {
        if (one.state != factor_state::revoked) {
            end_factor(in, with, one, now_us);
            log(in, with, "factor.revoked", one.key, by, now_us);
            ++n_revoked;
        }
    }
    end_sessions(in, with, owner);
    // What failed with factors that are gone says nothing about those to come.
    forget_failures(in, tenant, subject);
    log(in, with, "subject.reset", {owner.tenant, owner.name, ""}, by, now_us, told_epoch(owner));
    return {status::ok, owner.epoch, n_revoked};
}

}  // namespace counterseal::core
