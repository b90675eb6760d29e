// SPDX-License-Identifier: Apache-2.0
#include "core/engine/refold.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

json detail_of(const event& what)
{
    json detail = json::parse(what.detail.empty() ? "{}" : what.detail, nullptr, false);
    need(detail.is_object() ? status::ok : status::e_store_corrupt, "the detail of an event is no JSON of the engine");
    return detail;
}

/// Nothing: it has no such number.
folded number_in(const json& detail, const char* name)
{
    const auto found = detail.find(name);
    return found != detail.end() && found->is_number_integer() ? folded(found->get<std::int64_t>()) : std::nullopt;
}

bool sets_grace(std::string_view type) noexcept
{
    return type == "grace.started" || type == "grace.shortened";
}

folded one_more(const folded& than) noexcept
{
    return than ? folded(*than + 1) : std::nullopt;
}

}  // namespace

folded_subject folded_log::subject(const std::string& name) const
{
    const auto found = subjects_.find(name);
    if (found != subjects_.end()) {
        return found->second;
    }
    if (has_purged()) {
        return {};
    }
    folded_subject fresh{1, 0, 0, 0, 0};
    if (has_erased_subject_) {
        // Somebody whose events were erased may come back, with the same row.
        fresh.epoch.reset();
        fresh.grace_until_us.reset();
    }
    return fresh;
}

folded_factor& folded_log::factor_of(const event& what)
{
    folded_factor& one = factors_[what.factor];
    if (!what.subject.empty()) {
        one.subject = what.subject;
    }
    return one;
}

folded_subject& folded_log::subject_of(const event& what)
{
    return subjects_.try_emplace(what.subject, subject(what.subject)).first->second;
}

void folded_log::make(const event& what, factor_state state, std::string_view type, std::int64_t last_value)
{
    const bool was_erased = factor_of(what).is_erased;
    factors_[what.factor] = {what.subject, state, std::string(type), last_value, 0, 0, 0, std::set<std::string>(),
                             was_erased};
}

void folded_log::enroll(const event& what)
{
    subject_of(what).is_enrolled = 1;
}

void folded_log::add(const stored_event& one)
{
    const event& what = one.what;
    if (one.is_purged()) {
        ++n_purged_;
        last_purged_ = what.seq;
        policy_version_.reset();
        return;
    }
    const json detail = detail_of(what);
    const std::string_view type = what.type;
    const bool sets_epoch = detail.contains("epoch");  // of a reset, and of a factor that was taken away
    if (one.is_erased()) {
        ++n_erased_;
        has_erased_subject_ = has_erased_subject_ || sets_grace(type) || sets_epoch;
    }
    if (sets_epoch) {
        subject_of(what).epoch = number_in(detail, "epoch");
    }
    if (type == "policy.set") {
        policy_version_ = number_in(detail, "version");
    } else if (sets_grace(type)) {
        subject_of(what).grace_until_us = number_in(detail, "until_us");
    } else if (type == "subject.reset") {
        subject_of(what).failures = 0;
    } else if (type == "person.erased") {
        told_erased_ += number_in(detail, "events").value_or(0);
    } else if (type == "events.purged") {
        told_purged_ = std::max(told_purged_, number_in(detail, "up_to").value_or(0));
    }
    if (!type.starts_with("factor.")) {
        return;
    }
    folded_factor& of = factor_of(what);
    of.is_erased = of.is_erased || one.is_erased();
    if (type == "factor.pending") {
        make(what, factor_state::pending, text_of(detail, "type"), -1);
    } else if (type == "factor.imported") {
        const bool is_active = text_of(detail, "state") == "active";
        make(what, is_active ? factor_state::active : factor_state::pending, text_of(detail, "type"),
             number_in(detail, "value").value_or(-1));
        if (is_active) {
            enroll(what);
        }
    } else if (type == "factor.enrolled") {
        make(what, factor_state::active, text_of(detail, "type"), -1);
        enroll(what);
    } else if (type == "factor.confirmed" || type == "factor.accepted") {
        const folded value = number_in(detail, "value");
        of.last_value = value ? value : of.last_value;
        if (std::string code = text_of(detail, "recovery_code"); of.used_codes && !code.empty()) {
            of.used_codes->insert(std::move(code));
        }
        of.attempts = of.streak = of.locked_until_us = 0;
        if (type == "factor.confirmed") {
            of.state = factor_state::active;
            enroll(what);
        }
    } else if (type == "factor.wrong") {
        of.attempts = of.locked_until_us && *of.locked_until_us > 0 ? 1
                      : of.locked_until_us                          ? one_more(of.attempts)
                                                                    : std::nullopt;
        of.streak = one_more(of.streak);
        of.locked_until_us = 0;
        subject_of(what).failures = number_in(detail, "failures");
        subject_of(what).failures_since_us = number_in(detail, "failures_since_us");
    } else if (type == "factor.locked") {
        of.locked_until_us = number_in(detail, "value");
    } else if (type == "factor.unlocked") {
        of.attempts = of.streak = of.locked_until_us = 0;
        subject_of(what).failures = 0;
    } else if (type == "factor.suspended") {
        of.state = factor_state::suspended;
    } else if (type == "factor.resumed") {
        of.state = factor_state::active;
    } else if (type == "factor.revoked") {
        of.state = factor_state::revoked;
    }
}

}  // namespace counterseal::core
