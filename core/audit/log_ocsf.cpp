// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/audit/event_facts.hpp"
#include "core/audit/log_format.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

constexpr int authentication = 3002;
constexpr int account_change = 3001;
constexpr int other = 99;

struct activity {
    int class_uid;
    int id;
    std::string_view name;
};

activity activity_of(event_class what) noexcept
{
    switch (what) {
        case event_class::authentication: return {authentication, 1, "Logon"};
        case event_class::check: return {authentication, other, {}};
        case event_class::factor_on: return {account_change, 10, "MFA Factor Enable"};
        case event_class::factor_off: return {account_change, 11, "MFA Factor Disable"};
        case event_class::locked: return {account_change, 9, "Lock"};
        case event_class::unlocked: return {account_change, 12, "Unlock"};
        case event_class::administration: break;
    }
    return {account_change, other, {}};
}

/// 1 informational, 2 low, 3 medium, 4 high.
int severity_of(std::uint32_t cef) noexcept
{
    return cef >= 7 ? 4 : cef >= 5 ? 3 : cef >= 4 ? 2 : 1;
}

/// As many as are known: the first one, and the one that answered.
json factors_of(const login_methods& by)
{
    constexpr int otp = 7;
    constexpr int web_authn = 10;
    constexpr int password = 11;
    json out = json::array();
    if (std::ranges::find(by.amr, "pwd") != by.amr.end()) {
        out.push_back({{"factor_type_id", password}});
    }
    if (by.factor_type == "totp" || by.factor_type == "hotp") {
        out.push_back({{"factor_type_id", otp}, {"is_" + by.factor_type, true}});
    } else if (by.factor_type == "passkey") {
        out.push_back({{"factor_type_id", web_authn}});
    } else if (!by.factor_type.empty()) {
        out.push_back({{"factor_type_id", other}, {"factor_type", by.factor_type}});
    }
    return out;
}

json named(std::string_view name, bool is_erased)
{
    return {{"name", is_erased ? std::string_view("erased") : name.empty() ? std::string_view("none") : name}};
}

}  // namespace

std::string ocsf_line(const log_record& of)
{
    const event_facts facts = facts_of(of.type);
    const activity what = activity_of(facts.what);
    json event{{"category_uid", 3},
               {"class_uid", what.class_uid},
               {"activity_id", what.id},
               {"activity_name", what.id == other ? of.type : what.name},
               {"type_uid", what.class_uid * 100 + what.id},
               {"severity_id", severity_of(facts.severity)},
               {"time", of.at_us / 1000},
               {"status_id", facts.is_success ? 1 : 2},
               {"message", facts.title},
               {"user", named(of.subject, of.is_erased)},
               {"metadata",
                {{"version", "1.8.0"},
                 {"uid", std::string(of.tenant) + '/' + std::to_string(of.seq)},
                 {"product", {{"name", "counterseal"}, {"vendor_name", "Counterseal"}}}}},
               {"unmapped", {{"tenant", of.tenant}, {"seq", of.seq}, {"type", of.type}}}};
    if (what.class_uid == authentication) {
        event["service"] = {{"name", "counterseal"}};
        event["is_mfa"] = !of.factor.empty();
        if (json factors = factors_of(methods_of(of.detail)); !factors.empty()) {
            event["auth_factors"] = std::move(factors);
        }
    }
    if (!of.reason.empty()) {
        event["status_detail"] = of.reason;
    }
    if (!of.actor.empty()) {
        event["actor"] = {{"user", named(of.actor, false)}};
    }
    if (!of.factor.empty()) {
        event["unmapped"]["factor_id"] = of.factor;
    }
    if (!of.detail.empty()) {
        event["unmapped"]["detail"] = of.detail;
    }
    return event.dump(-1, ' ', true, json::error_handler_t::replace) + '\n';
}

}  // namespace counterseal::core
