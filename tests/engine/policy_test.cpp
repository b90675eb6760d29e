// SPDX-License-Identifier: Apache-2.0
// The versions of a tenant's policy.
#include "core/engine/policy.hpp"

#include <atomic>
#include <thread>

#include "decision_fixture.hpp"

namespace counterseal::core {
namespace {

using policies = decisions;

constexpr text open_house = R"({"rules": [{"name": "all", "groups": "*", "paths": "*", "mfa": "optional"}],
                                "paths": {"web": {"challenge": true}}})";

TEST_P(policies, each_version_stays_and_the_newest_is_in_force)
{
    EXPECT_EQ(set(open_house, "maple", start_us + minute_us), 2);
    const auto at = [&](std::optional<std::int64_t> time_us) {
        return write([&](transaction& t) { return policy_at(t, seal_, "maple", time_us); });
    };
    EXPECT_FALSE(at(start_us - 1));
    EXPECT_EQ(at(start_us)->version, 1);
    EXPECT_EQ(at(start_us)->document.text, clinic);
    EXPECT_EQ(at(start_us + minute_us - 1)->version, 1);
    EXPECT_EQ(at(start_us + minute_us)->version, 2);
    EXPECT_EQ(at({})->version, 2);
    EXPECT_EQ(at({})->document.text, open_house);
    EXPECT_EQ(at({})->actor, "root");
    EXPECT_EQ(at({})->reason, "test");
    EXPECT_EQ(at({})->effective_us, start_us + minute_us);
    EXPECT_EQ(set(open_house, "oak", start_us + minute_us), 1);
}

TEST_P(policies, setting_one_is_an_event_with_actor_and_reason)
{
    const event set_first = last_event();
    EXPECT_EQ(set_first.type, "policy.set");
    EXPECT_EQ(set_first.actor, "root");
    EXPECT_EQ(set_first.reason, "test");
    EXPECT_EQ(set_first.detail, R"({"version":1})");
    problem why;
    const policy_document document = *parse_policy(*crypto_, clinic, why);
    for (const auto& [actor, cause] : {std::pair(text(""), text("test")), std::pair(text("root"), text(""))}) {
        EXPECT_EQ(error_of([&] {
                      write([&](transaction& t) {
                          static_cast<void>(set_policy(t, seal_, "maple", document, actor, cause, start_us));
                      });
                  }),
                  status::e_argument);
    }
}

TEST_P(policies, a_new_version_decides_at_once)
{
    EXPECT_EQ(why({.subject = "bob", .groups = {"other"}}), reason::no_policy);
    set(open_house);
    EXPECT_EQ(why({.subject = "bob", .groups = {"other"}}), reason::ok);
    set(clinic);
    const decision d = ask_for({.subject = "bob", .groups = {"other"}});
    EXPECT_EQ(d.why, reason::no_policy);
    EXPECT_EQ(d.policy_version, 3);
}

TEST_P(policies, versions_follow_each_other_in_time_whatever_the_clocks_say)
{
    set(open_house, "maple", start_us + 3 * second_us);
    set(clinic, "maple", start_us);  // a node that is a little behind
    const auto at = [&](std::int64_t time_us) {
        return write([&](transaction& t) { return policy_at(t, seal_, "maple", time_us); })->version;
    };
    EXPECT_EQ(at(start_us + 3 * second_us), 3);
    EXPECT_EQ(at(start_us), 1);
}

TEST_P(policies, many_at_once_get_versions_without_a_gap)
{
    std::vector<std::thread> admins;
    std::atomic<std::int64_t> sum{0};
    for (int i = 0; i < 4; ++i) {
        admins.emplace_back([&] {
            for (int k = 0; k < 5; ++k) {
                sum += set(open_house);
            }
        });
    }
    for (std::thread& t : admins) {
        t.join();
    }
    EXPECT_EQ(sum, 20 * 21 / 2 + 20);  // 2 to 21
}

TEST_P(policies, a_row_that_somebody_else_wrote_decides_nothing)
{
    for (const char* const sql :
         {"UPDATE policy SET document = replace(document, 'required', 'optional') || ' '",
          "UPDATE policy SET version = 7", "UPDATE policy SET effective_us = 0", "UPDATE policy SET actor = 'mallory'",
          "UPDATE policy SET reason = ''", "UPDATE policy SET tenant = 'oak'"}) {
        set(clinic);
        change(sql);
        policy_cache fresh;
        const char* const tenant = std::string_view(sql).find("oak") == text::npos ? "maple" : "oak";
        EXPECT_EQ(error_of([&] { write([&](transaction& t) { static_cast<void>(fresh.newest(t, seal_, tenant)); }); }),
                  status::e_store_corrupt)
            << sql;
        change("DELETE FROM policy");
    }
}

TEST_P(policies, a_cached_one_is_no_way_around_a_changed_row)
{
    EXPECT_EQ(why({.groups = {"guests"}}), reason::need_mfa);
    change("UPDATE policy SET document = 'x', tag = " +
           std::string(text(GetParam()) == "postgres" ? "'\\x00'::bytea" : "x'00'"));
    EXPECT_EQ(error_of([&] { static_cast<void>(ask_for({})); }), status::e_store_corrupt);
}

ON_EACH_STORE(policies);

}  // namespace
}  // namespace counterseal::core
