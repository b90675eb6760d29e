// SPDX-License-Identifier: Apache-2.0
#include "core/audit/event_facts.hpp"

#include <algorithm>

#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

using enum event_class;

constexpr event_facts all[] = {
    {"login.allowed", authentication, true, 1, "Login allowed"},
    {"login.refused", authentication, false, 5, "Login refused"},
    {"grace.started", authentication, true, 3, "Let in without a second factor for a period of grace"},
    {"grace.shortened", authentication, true, 3, "Period of grace shortened by a stricter rule"},
    {"factor.accepted", check, true, 1, "Second factor accepted"},
    {"factor.wrong", check, false, 4, "Second factor wrong"},
    {"factor.replayed", check, false, 7, "Code that is not new"},
    {"factor.refused", check, false, 6, "Responses refused without being looked at"},
    {"subject.refused", check, false, 6, "Responses refused without being looked at"},
    {"factor.locked", locked, true, 7, "Factor locked for a time"},
    {"factor.disabled", locked, true, 8, "Factor disabled after too many failures"},
    {"factor.unlocked", unlocked, true, 3, "Factor unlocked"},
    {"factor.pending", administration, true, 2, "Enrollment begun"},
    {"factor.enrolled", factor_on, true, 3, "Factor enrolled"},
    {"factor.confirmed", factor_on, true, 3, "Factor confirmed"},
    {"factor.imported", factor_on, true, 4, "Factor imported"},
    {"factor.resumed", factor_on, true, 4, "Factor resumed"},
    {"factor.suspended", factor_off, true, 4, "Factor suspended"},
    {"factor.revoked", factor_off, true, 4, "Factor revoked"},
    {"subject.reset", factor_off, true, 6, "All factors of a subject reset"},
    {"policy.set", administration, true, 5, "Policy set"},
    {"clock.set", administration, true, 6, "Time of the store set"},
    {"keys.reseal_begun", administration, true, 3, "Resealing under another key begun"},
    {"keys.reseal_ended", administration, true, 3, "Resealing under another key ended"},
    {"person.erased", administration, true, 5, "Persons erased from the log"},
    {"events.purged", administration, true, 5, "Old events purged from the log"},
};

}  // namespace

login_methods methods_of(std::string_view detail)
{
    login_methods out;
    const json read = json::parse(detail, nullptr, false);
    if (!read.is_object()) {
        return out;
    }
    if (const auto type = read.find("factor_type"); type != read.end() && type->is_string()) {
        out.factor_type = type->get<std::string>();
    }
    if (const auto amr = read.find("amr"); amr != read.end() && amr->is_array()) {
        for (const json& one : *amr) {
            if (one.is_string()) {
                out.amr.push_back(one.get<std::string>());
            }
        }
    }
    return out;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string out;
    for (const std::string& one : words) {
        out += out.empty() ? one : ' ' + one;
    }
    return out;
}

event_facts facts_of(std::string_view type) noexcept
{
    const auto* const found = std::ranges::find(all, type, &event_facts::type);
    return found != std::end(all) ? *found : event_facts{type, administration, true, 3, type};
}

}  // namespace counterseal::core
