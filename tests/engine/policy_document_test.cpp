// SPDX-License-Identifier: Apache-2.0
// What a policy may say, and what is refused instead of being guessed.
#include "core/engine/policy_document.hpp"

#include <gtest/gtest.h>

namespace counterseal::core {
namespace {

using text = std::string_view;
using names = std::vector<std::string>;

const std::unique_ptr<const crypto> provider = crypto::open("");

policy_document parsed(text document)
{
    problem why;
    const std::optional<policy_document> out = parse_policy(*provider, document, why);
    EXPECT_TRUE(out) << why.text;
    return out.value_or(policy_document());
}

std::string refusal_of(text document)
{
    problem why;
    EXPECT_FALSE(parse_policy(*provider, document, why)) << document;
    return why.text;
}

/// A document with one rule that has these members behind its name.
std::string with_rule(const std::string& members)
{
    return R"({"rules": [{"name": "staff", )" + members + R"(}], "paths": {"web": {"challenge": true}}})";
}

TEST(policy_document, what_is_not_said_is_strict)
{
    const policy_document p = parsed(with_rule(R"("groups": "*", "paths": ["web"])"));
    const policy_demand r = demand_of(p, {}, "web");
    EXPECT_EQ(r.why, reason::ok);
    EXPECT_TRUE(r.is_mfa_required);
    EXPECT_TRUE(r.can_challenge);
    EXPECT_EQ(r.grace_days, 0);
    for (const factor_type type : {factor_type::totp, factor_type::hotp, factor_type::recovery}) {
        EXPECT_TRUE(r.factors.contains(type));
    }
    EXPECT_EQ(p.max_age_s("login"), 43200);
    EXPECT_EQ(p.max_age_s("export"), 300);
}

// Kanidm; M39 of the scenarios: of two rules the stricter part each time, whatever their order
TEST(policy_document, of_several_rules_the_strictest_part_of_each_holds)
{
    const std::string a =
        R"({"name": "a", "groups": ["exempt"], "paths": "*", "mfa": "optional",
            "factors": ["totp", "recovery"], "grace_days": 90})";
    const std::string b =
        R"({"name": "b", "groups": ["unit"], "paths": ["web"], "factors": ["totp", "hotp"], "grace_days": 7})";
    const std::string paths = R"(], "paths": {"web": {"challenge": true}, "app": {"challenge": true}}})";
    for (const std::string& rules : {a + "," + b, b + "," + a}) {
        const policy_document p = parsed(R"({"rules": [)" + rules + paths);
        const policy_demand both = demand_of(p, names{"exempt", "unit"}, "web");
        EXPECT_TRUE(both.is_mfa_required);
        EXPECT_EQ(both.grace_days, 7);
        EXPECT_TRUE(both.factors.contains(factor_type::totp));
        EXPECT_FALSE(both.factors.contains(factor_type::hotp));
        EXPECT_FALSE(both.factors.contains(factor_type::recovery));
        EXPECT_FALSE(demand_of(p, names{"exempt"}, "web").is_mfa_required);
        EXPECT_FALSE(demand_of(p, names{"exempt", "unit"}, "app").is_mfa_required);
        EXPECT_EQ(demand_of(p, names{"unit"}, "app").why, reason::no_policy);
    }
}

TEST(policy_document, who_or_where_nothing_is_said_about_is_refused)
{
    const policy_document p = parsed(with_rule(R"("groups": ["staff"], "paths": "*")"));
    EXPECT_EQ(demand_of(p, names{"staff"}, "web").why, reason::ok);
    EXPECT_EQ(demand_of(p, names{"staff"}, "ldap").why, reason::unknown_path);
    EXPECT_EQ(demand_of(p, names{"staff"}, "").why, reason::unknown_path);
    EXPECT_EQ(demand_of(p, names{"Staff", "staff ", "*"}, "web").why, reason::no_policy);
    EXPECT_EQ(demand_of(p, {}, "web").why, reason::no_policy);
}

TEST(policy_document, a_refusal_names_the_rule_and_the_member)
{
    const text scope = R"("groups": "*", "paths": "*", )";
    const std::pair<std::string, text> cases[] = {
        {R"("groups": "*")", "rule \"staff\": paths is missing"},
        {R"("paths": "*")", "rule \"staff\": groups is missing"},
        {R"("groups": [], "paths": "*")", "rule \"staff\": groups wants a list that is not empty"},
        {R"("groups": "staff", "paths": "*")", "rule \"staff\": groups wants a list that is not empty"},
        {R"("groups": ["staff", 7], "paths": "*")", "rule \"staff\": groups wants names"},
        {R"("groups": ["staff", "*"], "paths": "*")",
         "rule \"staff\": groups has \"*\" in a list: it stands alone, for all there are"},
        {R"("groups": [" staff"], "paths": "*")",
         "rule \"staff\": groups has a name that must not begin or end with a blank or an invisible character"},
        {R"("groups": "*", "paths": ["web", "caldav"])",
         "rule \"staff\": paths has \"caldav\", which is no member of the document's paths"},
        {std::string(scope) + R"("grace_days": 91)", "rule \"staff\": grace_days wants a whole number from 0 to 90"},
        {std::string(scope) + R"("grace_days": -1)", "rule \"staff\": grace_days wants a whole number from 0 to 90"},
        {std::string(scope) + R"("grace_days": 1.0)", "rule \"staff\": grace_days wants a whole number from 0 to 90"},
        {std::string(scope) + R"("grace_days": 18446744073709551617)",
         "rule \"staff\": grace_days wants a whole number from 0 to 90"},
        {std::string(scope) + R"("grace_days": "3")", "rule \"staff\": grace_days wants a whole number from 0 to 90"},
        {std::string(scope) + R"("mfa": true)", "rule \"staff\": mfa wants \"required\" or \"optional\""},
        {std::string(scope) + R"("mfa": "Optional")", "rule \"staff\": mfa wants \"required\" or \"optional\""},
        {std::string(scope) + R"("factors": [])", "rule \"staff\": factors wants a list that is not empty"},
        {std::string(scope) + R"("factors": ["sms"])", "rule \"staff\": factors has an unknown type \"sms\""},
        {std::string(scope) + R"("grace": 3)", "rule \"staff\" has an unknown member \"grace\""},
    };
    for (const auto& [members, expected] : cases) {
        EXPECT_EQ(refusal_of(with_rule(members)), expected) << members;
    }
}

TEST(policy_document, other_parts_are_as_strict)
{
    const std::pair<text, text> cases[] = {
        {"[]", "the policy wants an object"},
        {"7", "the policy wants an object"},
        {R"({"rules": [], "paths": {"web": {"challenge": true}}})", "the policy: rules wants a list that is not empty"},
        {R"({"paths": {"web": {"challenge": true}}})", "the policy: rules is missing"},
        {R"({"rules": [7], "paths": {"web": {"challenge": true}}})", "rules[0] wants an object"},
        {R"({"rules": [{"groups": "*", "paths": "*"}], "paths": {"web": {"challenge": true}}})",
         "rules[0]: name is missing"},
        {R"({"rules": [{"name": 7, "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": true}}})",
         "rules[0]: name wants names"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}]})", "the policy: paths is missing"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {}})", "paths wants a path"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"web": true}})",
         "path \"web\" wants an object"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": "no"}}})",
         "path \"web\": challenge wants true or false"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"web": {}}})",
         "path \"web\": challenge is missing"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"": {"challenge": true}}})",
         "paths has a name that must not be empty"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": true}}, "x": 1})",
         "the policy has an unknown member \"x\""},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}, {"name": "a", "groups": "*", "paths": "*"}],
             "paths": {"web": {"challenge": true}}})",
         "rule \"a\": name stands twice"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": true}},
             "actions": {"login": {"max_age_s": 0}}})",
         "action \"login\": max_age_s wants a whole number from 1 to 2592000"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": true}},
             "actions": {"login": {"max_age_s": 2592001}}})",
         "action \"login\": max_age_s wants a whole number from 1 to 2592000"},
        {R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": true}},
             "actions": {"login": {"max_age": 60}}})",
         "action \"login\" has an unknown member \"max_age\""},
    };
    for (const auto& [document, expected] : cases) {
        EXPECT_EQ(refusal_of(document), expected) << document;
    }
    parsed(R"({"rules": [{"name": "a", "groups": "*", "paths": "*", "grace_days": 90}],
               "paths": {"web": {"challenge": true}}, 
               "actions": {"login": {"max_age_s": 2592000}, "x": {"max_age_s": 1}}})");
}

TEST(policy_document, a_refusal_tells_where)
{
    problem why;
    ASSERT_FALSE(parse_policy(
        *provider, "{\"paths\": {\"web\": {\"challenge\": true}},\n \"rules\": [\n  {\"name\": \"a\"}]}", why));
    EXPECT_EQ(why.code, status::malformed);
    EXPECT_EQ(why.line, 3U);
    EXPECT_EQ(why.column, 3U);
}

TEST(policy_document, hostile_json_is_refused)
{
    const std::string good = with_rule(R"("groups": "*", "paths": "*")");
    parsed(good);
    for (std::size_t n = 0; n < good.size(); ++n) {
        refusal_of(good.substr(0, n));
    }
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const std::string no_json = "the policy is no JSON object with unique names and bounded nesting";
    EXPECT_EQ(refusal_of(deep), no_json);
    EXPECT_EQ(refusal_of(with_rule(R"("groups": "*", "paths": )" + deep)), no_json);
    EXPECT_EQ(refusal_of(with_rule(R"("groups": "*", "paths": "*", "mfa": "required", "mfa": "optional")")), no_json);
    EXPECT_EQ(refusal_of(with_rule(R"("groups": "*", "paths": "*", "\u006dfa": "required", "mfa": "optional")")),
              no_json);
    EXPECT_EQ(refusal_of(with_rule("\"groups\": [\"\xff\"], \"paths\": \"*\"")), no_json);
    EXPECT_EQ(refusal_of(good + "x"), no_json);
    EXPECT_EQ(refusal_of(good + std::string("\0x", 2)), no_json);
    EXPECT_EQ(refusal_of(good + std::string(1, '\0')), no_json);
    EXPECT_EQ(refusal_of(std::string("\xef\xbb\xbf", 3) + "{"), no_json);
    EXPECT_EQ(refusal_of(good + std::string(256 * 1024, ' ')), "the policy is longer than 256 KiB");
    refusal_of(with_rule(R"("groups": ["a\u0000b"], "paths": "*")"));
    refusal_of(with_rule(R"("groups": "*", "paths": "*", "\u0001": 7)"));
    const std::string long_name(100'000, 'x');
    EXPECT_LT(refusal_of(with_rule("\"groups\": \"*\", \"paths\": \"*\", \"" + long_name + "\": 7")).size(), 200U);
}

}  // namespace
}  // namespace counterseal::core
