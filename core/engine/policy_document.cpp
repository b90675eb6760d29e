// SPDX-License-Identifier: Apache-2.0
#include "core/engine/policy_document.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <utility>

#include "core/engine/name.hpp"
#include "core/enroll/json.hpp"
#include "core/enroll/place.hpp"
#include "core/webauthn/relying_party.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t longest_document = std::size_t{256} * 1024;
constexpr std::string_view login = "login";
constexpr std::string_view everything = "*";

/// What was refused: unwinds to parse_policy(), which tells where.
struct refused_member {
    std::string text;
    std::uint64_t byte;
};

/// An object of the document, and what it is called in messages.
class member_reader {
public:
    /// Refuses what is no object, and members that are not in `known`; none there: any name will do.
    member_reader(const json& value, std::string where, std::initializer_list<std::string_view> known,
                  std::uint64_t near)
        : value_{value}, where_{std::move(where)}, byte_{near}
    {
        if (!value.is_object()) {
            refuse("wants an object");
        }
        byte_ = byte_of(value);
        for (const auto& [name, member] : value.items()) {
            if (is_member(name) && known.size() != 0 && std::ranges::find(known, name) == known.end()) {
                refuse("has an unknown member " + shown(name));
            }
        }
    }

    [[noreturn]] void refuse(const std::string& rule) const { throw refused_member{where_ + " " + rule, byte_}; }
    [[noreturn]] void refuse(const char* member, const std::string& rule) const
    {
        throw refused_member{where_ + ": " + member + " " + rule, byte_};
    }

    [[nodiscard]] std::uint64_t byte() const noexcept { return byte_; }

    /// nullptr: there is none.
    [[nodiscard]] const json* find(const char* member) const
    {
        const auto found = value_.find(member);
        return found == value_.end() ? nullptr : &*found;
    }
    [[nodiscard]] const json& at(const char* member) const
    {
        const json* const found = find(member);
        if (found == nullptr) {
            refuse(member, "is missing");
        }
        return *found;
    }

    [[nodiscard]] std::int64_t number(const char* member, const json& from, std::uint64_t least,
                                      std::uint64_t most) const
    {
        // A number below zero is signed, one beyond 64 bits is a float.
        const auto* const found = from.get_ptr<const json::number_unsigned_t*>();
        if (found == nullptr || *found < least || *found > most) {
            refuse(member, "wants a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        }
        return static_cast<std::int64_t>(*found);
    }
    [[nodiscard]] std::string name(const char* member, const json& from) const
    {
        if (!from.is_string()) {
            refuse(member, "wants names");
        }
        const auto& found = from.get_ref<const std::string&>();
        if (const char* const fault = name_fault(found); fault != nullptr) {
            refuse(member, std::string("has a name that ") + fault);
        }
        return found;
    }

    /// The names of a list that is not empty.
    [[nodiscard]] std::vector<std::string> names(const char* member, const json& from) const
    {
        if (!from.is_array() || from.empty()) {
            refuse(member, "wants a list that is not empty");
        }
        std::vector<std::string> all;
        for (const json& one : from) {
            all.push_back(name(member, one));
        }
        return all;
    }

    /// Names, or "*" for all there are.
    [[nodiscard]] policy_scope scope(const char* member) const
    {
        const json& from = at(member);
        if (from == everything) {
            return {};
        }
        policy_scope found{names(member, from)};
        if (std::ranges::find(found.names, everything) != found.names.end()) {
            refuse(member, "has \"*\" in a list: it stands alone, for all there are");
        }
        return found;
    }

    /// Calls each(name, value) for the members of an object that may have any names.
    template <class Call>
    void for_each(Call&& each) const
    {
        for (const auto& [name, member] : value_.items()) {
            if (!is_member(name)) {
                continue;
            }
            if (const char* const fault = name_fault(name); fault != nullptr) {
                refuse(std::string("has a name that ") + fault);
            }
            each(name, member);
        }
    }

    /// A name as a message shows it: never a long one, so that no message is longer than a line.
    [[nodiscard]] static std::string shown(std::string_view name)
    {
        constexpr std::size_t longest_shown = 64;
        return name_fault(name) == nullptr && name.size() <= longest_shown ? '"' + std::string(name) + '"'
                                                                           : "(no name)";
    }

private:
    const json& value_;
    std::string where_;
    std::uint64_t byte_;
};

factor_types read_types(const member_reader& rule, const json& from)
{
    factor_types found;
    for (const std::string& name : rule.names("factors", from)) {
        bool is_known = false;
        for (const factor_type type : all_factor_types) {
            if (name == name_of(type)) {
                found.add(type);
                is_known = true;
            }
        }
        if (!is_known) {
            rule.refuse("factors", "has an unknown type " + member_reader::shown(name));
        }
    }
    return found;
}

policy_rule read_rule(const json& from, std::size_t i, std::uint64_t near)
{
    const std::string name = text_of(from, "name");
    const member_reader rule(from,
                             name.empty() ? "rules[" + std::to_string(i) + "]" : "rule " + member_reader::shown(name),
                             {"name", "groups", "paths", "mfa", "factors", "grace_days"}, near);
    policy_rule out;
    out.name = rule.name("name", rule.at("name"));
    out.groups = rule.scope("groups");
    out.paths = rule.scope("paths");
    if (const json* const mfa = rule.find("mfa")) {
        if (*mfa != "required" && *mfa != "optional") {
            rule.refuse("mfa", "wants \"required\" or \"optional\"");
        }
        out.is_mfa_required = *mfa == "required";
    }
    if (const json* const factors = rule.find("factors")) {
        out.factors = read_types(rule, *factors);
    }
    if (const json* const days = rule.find("grace_days")) {
        out.grace_days = rule.number("grace_days", *days, 0, 90);
    }
    return out;
}

void read_paths(policy_document& to, const member_reader& document)
{
    const member_reader paths(document.at("paths"), "paths", {}, document.byte());
    paths.for_each([&](const std::string& name, const json& from) {
        const member_reader path(from, "path " + member_reader::shown(name), {"challenge"}, paths.byte());
        const json& can_challenge = path.at("challenge");
        if (!can_challenge.is_boolean()) {
            path.refuse("challenge", "wants true or false");
        }
        to.paths.emplace(name, can_challenge.get<bool>());
    });
    if (to.paths.empty()) {
        paths.refuse("wants a path");
    }
}

void read_actions(policy_document& to, const member_reader& document, const json& from)
{
    const member_reader actions(from, "actions", {}, document.byte());
    actions.for_each([&](const std::string& name, const json& value) {
        const member_reader action(value, "action " + member_reader::shown(name), {"max_age_s"}, actions.byte());
        constexpr std::uint64_t thirty_days_s = std::uint64_t{86400} * 30;
        to.max_ages_s.emplace(name, action.number("max_age_s", action.at("max_age_s"), 1, thirty_days_s));
    });
}

/// The settings of webauthn.h, where they say which origins there are: without one nothing can be verified.
void read_party(const crypto& by, policy_document& to, const member_reader& document, const json& from)
{
    const member_reader party(from, "relying_party", {}, document.byte());
    problem why;
    std::optional<relying_party> read = read_relying_party(by, json_text(from), why);
    if (!read) {
        throw refused_member{"relying_party: " + std::string(why.text), party.byte()};
    }
    if (read->origins.empty()) {
        party.refuse("origins", "wants at least one");
    }
    to.party = std::make_shared<const relying_party>(*read);
    read->user_verification = requirement::required;
    to.party_alone = std::make_shared<const relying_party>(*std::move(read));
}

void read_rules(policy_document& to, const member_reader& document)
{
    const json& rules = document.at("rules");
    if (!rules.is_array() || rules.empty()) {
        document.refuse("rules", "wants a list that is not empty");
    }
    std::set<std::string> names;
    for (const json& one : rules) {
        to.rules.push_back(read_rule(one, to.rules.size(), document.byte()));
        const policy_rule& rule = to.rules.back();
        const auto is_other = [&](const std::string& path) { return !to.paths.contains(path); };
        if (const auto unknown = std::ranges::find_if(rule.paths.names, is_other); unknown != rule.paths.names.end()) {
            throw refused_member{"rule " + member_reader::shown(rule.name) + ": paths has " +
                                     member_reader::shown(*unknown) + ", which is no member of the document's paths",
                                 byte_of(one)};
        }
        if (!names.insert(rule.name).second) {
            throw refused_member{"rule " + member_reader::shown(rule.name) + ": name stands twice", byte_of(one)};
        }
    }
}

}  // namespace

bool policy_scope::covers(std::string_view name) const noexcept
{
    return names.empty() || std::ranges::find(names, name) != names.end();
}

bool policy_scope::covers_any(std::span<const std::string> of) const noexcept
{
    return names.empty() || std::ranges::any_of(of, [&](const std::string& name) { return covers(name); });
}

std::int64_t policy_document::max_age_s(std::string_view action) const
{
    const auto found = max_ages_s.find(action);
    if (found != max_ages_s.end()) {
        return found->second;
    }
    return action == login ? 43200 : 300;
}

std::optional<policy_document> parse_policy(const crypto& by, std::string_view text, problem& why)
{
    if (text.size() > longest_document) {
        why = {status::malformed, "the policy is longer than 256 KiB"};
        return std::nullopt;
    }
    const std::optional<json> tree = read_json(text, why);
    if (!tree) {
        why.text = "the policy is no JSON object with unique names and bounded nesting";
        return std::nullopt;
    }
    try {
        policy_document out;
        const member_reader document(*tree, "the policy", {"rules", "paths", "actions", "relying_party"}, 0);
        read_paths(out, document);
        read_rules(out, document);
        if (const json* const actions = document.find("actions")) {
            read_actions(out, document, *actions);
        }
        if (const json* const party = document.find("relying_party")) {
            read_party(by, out, document, *party);
        }
        out.text = text;
        return out;
    } catch (const refused_member& r) {
        why = {status::malformed, r.text, r.byte};
        place_counter(text).place(why);
        return std::nullopt;
    }
}

policy_demand demand_of(const policy_document& policy, std::span<const std::string> groups, std::string_view path)
{
    const auto known = policy.paths.find(path);
    if (known == policy.paths.end()) {
        return {reason::unknown_path};
    }
    policy_demand out{reason::no_policy, known->second};
    for (const policy_rule& rule : policy.rules) {
        if (!rule.paths.covers(path) || !rule.groups.covers_any(groups)) {
            continue;
        }
        if (out.why == reason::no_policy) {
            out = {reason::ok, known->second, rule.is_mfa_required, rule.factors, rule.grace_days};
            continue;
        }
        out.is_mfa_required |= rule.is_mfa_required;
        out.factors.keep(rule.factors);
        out.grace_days = std::min(out.grace_days, rule.grace_days);
    }
    if (policy.party == nullptr) {
        out.factors.remove(factor_type::webauthn);
    }
    return out;
}

}  // namespace counterseal::core
