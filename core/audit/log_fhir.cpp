// SPDX-License-Identifier: Apache-2.0
#include "core/audit/event_facts.hpp"
#include "core/audit/log_format.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view dicom = "http://dicom.nema.org/resources/ontology/DCM";

json coding(std::string_view code, std::string_view display)
{
    return {{"system", dicom}, {"code", code}, {"display", display}};
}

/// What happened, and more precisely.
void put_codes(json& into, event_class what)
{
    switch (what) {
        case event_class::authentication:
            into["type"] = coding("110114", "User Authentication");
            into["subtype"] = json::array({coding("110122", "Login")});
            return;
        case event_class::check: into["type"] = coding("110114", "User Authentication"); return;
        case event_class::factor_on:
        case event_class::factor_off:
        case event_class::locked:
        case event_class::unlocked:
            into["type"] = coding("110113", "Security Alert");
            into["subtype"] = json::array({coding("110137", "User Security Attributes Changed")});
            return;
        case event_class::administration:
            into["type"] = coding("110113", "Security Alert");
            into["subtype"] = json::array({coding("110129", "Security Configuration")});
            return;
    }
}

json identified(std::string_view name)
{
    return {{"identifier", {{"value", name}}}};
}

}  // namespace

std::string fhir_line(const log_record& of)
{
    const event_facts facts = facts_of(of.type);
    const std::string_view actor = of.actor.empty() ? of.subject : of.actor;
    json event{{"resourceType", "AuditEvent"}};
    put_codes(event, facts.what);
    const bool is_asked = facts.what == event_class::authentication || facts.what == event_class::check;
    event["action"] = is_asked ? "E" : "U";
    event["recorded"] = rfc3339(of.at_us);
    event["outcome"] = facts.is_success ? "0" : "4";
    event["outcomeDesc"] = facts.title;
    json agent{{"requestor", true}};
    // The engine itself does what nobody asked for.
    agent["who"] = of.is_erased    ? json{{"display", "erased"}}
                   : actor.empty() ? json{{"display", "counterseal"}}
                                   : identified(actor);
    event["agent"] = json::array({std::move(agent)});
    event["source"] = {{"observer", {{"display", "counterseal"}}},
                       {"type", json::array({{{"system", "http://terminology.hl7.org/CodeSystem/security-source-type"},
                                              {"code", "9"},
                                              {"display", "Other"}}})}};
    json details = json::array({{{"type", "tenant"}, {"valueString", of.tenant}},
                                {{"type", "seq"}, {"valueString", std::to_string(of.seq)}},
                                {{"type", "event"}, {"valueString", of.type}}});
    const auto add = [&](const char* type, std::string_view text) {
        if (!text.empty()) {
            details.push_back({{"type", type}, {"valueString", text}});
        }
    };
    add("factor_id", of.factor);
    if (facts.what == event_class::authentication) {
        add("amr", joined(methods_of(of.detail).amr));
    }
    add("reason", of.reason);
    add("detail", of.detail);
    json entity{{"detail", std::move(details)}};
    if (!of.subject.empty()) {
        entity["what"] = identified(of.subject);
        entity["type"] = {{"system", "http://terminology.hl7.org/CodeSystem/audit-entity-type"},
                          {"code", "1"},
                          {"display", "Person"}};
    }
    event["entity"] = json::array({std::move(entity)});
    return event.dump(-1, ' ', true, json::error_handler_t::replace) + '\n';
}

}  // namespace counterseal::core
