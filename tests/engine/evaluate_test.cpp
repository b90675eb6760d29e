// SPDX-License-Identifier: Apache-2.0
// Who is let in, who is asked, who has to enroll, who is denied.
#include "core/engine/evaluate.hpp"

#include "core/engine/clock.hpp"
#include "core/engine/random_id.hpp"
#include "decision_fixture.hpp"

namespace counterseal::core {
namespace {

using evaluating = decisions;

// openemr PR 14110
TEST_P(evaluating, m20_who_sends_no_code_is_asked_for_one)
{
    const decision d = ask_for({});
    EXPECT_EQ(d.code, status::challenge);
    EXPECT_EQ(d.why, reason::need_mfa);
    EXPECT_TRUE(is_random_id(d.challenge_id)) << d.challenge_id;
    ASSERT_EQ(d.factors.size(), 1U);
    EXPECT_EQ(d.factors[0].id, "phone");
    EXPECT_EQ(d.factors[0].type, factor_type::totp);
    EXPECT_EQ(d.assurance, 0);
    EXPECT_TRUE(d.grant.empty());
    EXPECT_EQ(d.policy_version, 1);
    const decision nothing = reply({.id = d.challenge_id, .code = ""});
    EXPECT_EQ(nothing.code, status::deny);
    EXPECT_EQ(nothing.why, reason::malformed);
}

// openemr#12033
TEST_P(evaluating, m22_who_never_enrolled_has_to_and_gets_nothing_else)
{
    const decision d = ask_for({.subject = "bob", .groups = {"admins"}});
    EXPECT_EQ(d.code, status::enroll);
    EXPECT_EQ(d.why, reason::enroll_required);
    EXPECT_EQ(d.types, (std::vector{factor_type::totp, factor_type::hotp}));
    EXPECT_TRUE(d.grant.empty());
    EXPECT_EQ(d.assurance, 0);
    static constexpr statement of_bob = {"SELECT count(*) FROM subject WHERE subject = 'bob'"};
    EXPECT_EQ(ask(of_bob), 0);
}

// CVE-2025-64103
TEST_P(evaluating, m23_who_enrolled_is_asked_where_the_policy_does_not_demand_it)
{
    EXPECT_EQ(why({.groups = {"guests"}}), reason::need_mfa);
    const decision guest = ask_for({.subject = "bob", .groups = {"guests"}});
    EXPECT_EQ(guest.code, status::ok);
    EXPECT_EQ(guest.why, reason::ok);
    EXPECT_EQ(guest.assurance, 1);
    EXPECT_EQ(guest.amr, std::vector<std::string>{"pwd"});
}

// authentik PR 2828
TEST_P(evaluating, m28_another_browser_is_asked_again)
{
    const std::string grant = log_in();
    const std::int64_t later = start_us + 5 * minute_us;
    EXPECT_EQ(why({.grant = grant, .time_us = later}), reason::ok);
    EXPECT_EQ(why({.session = std::string(other_browser), .grant = grant, .time_us = later}), reason::need_mfa);
    EXPECT_EQ(why({.session = std::string(other_browser), .time_us = later}), reason::need_mfa);
}

// keycloak#12759
TEST_P(evaluating, m29_a_reset_password_is_one_factor)
{
    const decision d = ask_for({.method = "reset link"});
    EXPECT_EQ(d.code, status::challenge);
    EXPECT_EQ(d.why, reason::need_mfa);
}

// LinOTP docs 12.1
TEST_P(evaluating, m36_whom_the_directory_disabled_is_denied)
{
    const std::string grant = log_in();
    const decision d = ask_for({.status = "disabled", .grant = grant});
    EXPECT_EQ(d.code, status::deny);
    EXPECT_EQ(d.why, reason::subject_disabled);
    EXPECT_TRUE(d.challenge_id.empty());
    EXPECT_EQ(why({.status = ""}), reason::subject_disabled);
    EXPECT_EQ(why({.status = "Active"}), reason::subject_disabled);
}

TEST_P(evaluating, without_a_policy_that_says_so_nobody_is_let_in)
{
    EXPECT_EQ(why({.tenant = "oak"}), reason::no_policy);
    EXPECT_EQ(why({.path = "ldap"}), reason::unknown_path);
    EXPECT_EQ(why({.groups = {}}), reason::no_policy);
    EXPECT_EQ(why({.groups = {"visitors"}}), reason::no_policy);
    EXPECT_EQ(why({.path = "caldav", .groups = {"guests"}}), reason::no_policy);
    const std::string grant = log_in();
    EXPECT_EQ(why({.path = "ldap", .grant = grant}), reason::unknown_path);
    EXPECT_EQ(why({.groups = {"visitors"}, .grant = grant}), reason::no_policy);
}

// gitea#5936, vikunja#2713 (M19)
TEST_P(evaluating, a_path_that_cannot_ask_is_closed_to_whoever_would_be_asked)
{
    EXPECT_EQ(why({.path = "caldav"}), reason::legacy_path_blocked);
    EXPECT_EQ(why({.subject = "bob", .path = "caldav", .groups = {"admins"}}), reason::legacy_path_blocked);
    EXPECT_EQ(why({.subject = "bob", .path = "caldav"}), reason::ok_grace);
    EXPECT_EQ(why({.path = "caldav", .grant = log_in()}), reason::ok);
}

TEST_P(evaluating, grace_is_given_once_and_never_again)
{
    const decision first = ask_for({.subject = "bob"});
    EXPECT_EQ(first.code, status::ok);
    EXPECT_EQ(first.why, reason::ok_grace);
    EXPECT_EQ(first.assurance, 1);
    EXPECT_EQ(first.deadline_us, start_us + 3 * day_us);
    EXPECT_EQ(last_event().type, "grace.started");
    EXPECT_EQ(last_event().subject, "bob");
    const std::int64_t n_events = last_event().seq;
    const decision second = ask_for({.subject = "bob", .time_us = start_us + 2 * day_us});
    EXPECT_EQ(second.why, reason::ok_grace);
    EXPECT_EQ(second.deadline_us, first.deadline_us);
    EXPECT_EQ(last_event().seq, n_events);
    EXPECT_EQ(why({.subject = "bob", .time_us = start_us + 3 * day_us - 1}), reason::ok_grace);
    const decision late = ask_for({.subject = "bob", .time_us = start_us + 3 * day_us});
    EXPECT_EQ(late.code, status::enroll);
    EXPECT_EQ(late.why, reason::grace_expired);
    EXPECT_EQ(why({.subject = "bob", .groups = {"staff", "admins"}, .time_us = start_us + 3 * day_us}),
              reason::enroll_required);
}

// Grace that began under a lenient rule is none under a stricter one that gives less.
TEST_P(evaluating, a_stricter_rule_cuts_grace_short_for_good)
{
    set(R"({"rules": [{"name": "web", "groups": "*", "paths": ["web"], "grace_days": 90},
                      {"name": "vpn", "groups": "*", "paths": ["vpn"], "grace_days": 2}],
            "paths": {"web": {"challenge": true}, "vpn": {"challenge": true}}})");
    EXPECT_EQ(ask_for({.subject = "bob"}).deadline_us, start_us + 90 * day_us);
    const std::int64_t later_us = start_us + 30 * day_us;
    const decision strict = ask_for({.subject = "bob", .path = "vpn", .time_us = later_us});
    EXPECT_EQ(strict.why, reason::ok_grace);
    EXPECT_EQ(strict.deadline_us, later_us + 2 * day_us);
    EXPECT_EQ(last_event().type, "grace.shortened");
    EXPECT_EQ(ask_for({.subject = "bob", .path = "vpn", .time_us = later_us + day_us}).deadline_us, strict.deadline_us);
    EXPECT_EQ(ask_for({.subject = "bob", .time_us = later_us + day_us}).deadline_us, strict.deadline_us);
    EXPECT_EQ(why({.subject = "bob", .path = "vpn", .time_us = strict.deadline_us}), reason::grace_expired);
    EXPECT_EQ(why({.subject = "bob", .time_us = strict.deadline_us}), reason::grace_expired);
}

TEST_P(evaluating, who_was_enrolled_once_had_their_grace)
{
    write([&](transaction& t) {
        subject who = lock_subject(t, seal_, "maple", "alice", start_us);
        who.is_enrolled = true;
        update_subject(t, seal_, who);
        factor ended = *load_factor(t, seal_, phone);
        ended.state = factor_state::revoked;
        update_factor(t, seal_, ended);
    });
    const decision d = ask_for({});
    EXPECT_EQ(d.code, status::enroll);
    EXPECT_EQ(d.why, reason::enroll_required);
}

// authentik#2330 (M15)
TEST_P(evaluating, only_a_confirmed_factor_counts_and_a_suspended_one_does)
{
    add_subject("maple", "bob");
    add_factor({"maple", "bob", "phone"}, [](factor& f) { f.state = factor_state::pending; });
    EXPECT_EQ(why({.subject = "bob", .groups = {"admins"}}), reason::enroll_required);
    add_factor({"maple", "bob", "old"}, [](factor& f) { f.state = factor_state::suspended; });
    EXPECT_EQ(why({.subject = "bob", .groups = {"admins"}}), reason::no_usable_factor);
    EXPECT_EQ(why({.subject = "bob", .groups = {"guests"}}), reason::no_usable_factor);
}

TEST_P(evaluating, a_set_of_recovery_codes_without_any_left_is_not_offered)
{
    const recovery_set set = make_recovery_set(*crypto_, 1);
    write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, start_us); });
    EXPECT_EQ(ask_for({}).factors.size(), 2U);
    change("UPDATE recovery_code SET used_us = 1");
    EXPECT_EQ(ask_for({}).factors.size(), 1U);
    change("UPDATE factor SET locked_until_us = 9000000000000000 WHERE factor = 'phone'");
    EXPECT_EQ(why({}), reason::throttled);
}

TEST_P(evaluating, a_type_that_the_policy_does_not_allow_is_not_offered)
{
    add_factor({"maple", "alice", "token"}, [](factor& f) { f.type = factor_type::hotp; });
    set(R"({"rules": [{"name": "a", "groups": "*", "paths": "*", "factors": ["hotp"]}],
            "paths": {"web": {"challenge": true}}})");
    const decision d = ask_for({});
    ASSERT_EQ(d.factors.size(), 1U);
    EXPECT_EQ(d.factors[0].id, "token");
    set(R"({"rules": [{"name": "a", "groups": "*", "paths": "*", "factors": ["recovery"]}],
            "paths": {"web": {"challenge": true}}})");
    EXPECT_EQ(why({}), reason::no_usable_factor);
    EXPECT_EQ(why({.subject = "bob"}), reason::no_usable_factor);  // recovery codes come after a factor
}

TEST_P(evaluating, a_lock_is_told_with_its_end_and_the_last_one_without)
{
    fail(phone, 5, start_us);
    const decision locked = ask_for({.time_us = start_us + second_us / 2});
    EXPECT_EQ(locked.code, status::deny);
    EXPECT_EQ(locked.why, reason::throttled);
    EXPECT_EQ(locked.retry_after_s, 30);
    add_factor(token);
    const decision other = ask_for({});
    ASSERT_EQ(other.factors.size(), 1U);
    EXPECT_EQ(other.factors[0].id, "token");
    change("UPDATE factor SET streak = 100");
    const decision final = ask_for({});
    EXPECT_EQ(final.why, reason::locked_final);
    EXPECT_EQ(final.retry_after_s, 0);
}

TEST_P(evaluating, a_grant_lets_in_until_it_is_too_old_for_the_action)
{
    const std::string grant = log_in();
    const decision d = ask_for({.grant = grant, .time_us = start_us + 3600 * second_us});
    EXPECT_EQ(d.code, status::ok);
    EXPECT_EQ(d.assurance, 2);
    EXPECT_EQ(d.amr, (std::vector<std::string>{"pwd", "otp"}));
    EXPECT_EQ(view(d.grant), grant);  // not a younger one
    EXPECT_EQ(why({.grant = grant, .time_us = start_us + 3600 * second_us + 1}), reason::need_mfa);
}

TEST_P(evaluating, what_another_rule_let_count_as_a_second_factor_is_none_here)
{
    set(R"({"rules": [{"name": "staff", "groups": ["staff"], "paths": "*"},
                      {"name": "admins", "groups": ["admins"], "paths": "*", "factors": ["hotp", "recovery"]}],
            "paths": {"web": {"challenge": true}}})");
    const std::string grant = log_in();  // by TOTP
    add_factor(token, [](factor& f) { f.type = factor_type::hotp; });
    EXPECT_EQ(why({.grant = grant}), reason::ok);
    const decision stricter = ask_for({.groups = {"staff", "admins"}, .grant = grant});
    EXPECT_EQ(stricter.why, reason::need_mfa);
    ASSERT_EQ(stricter.factors.size(), 1U);
    EXPECT_EQ(stricter.factors[0].id, "token");
    set(R"({"rules": [{"name": "staff", "groups": "*", "paths": "*", "factors": ["hotp"]}],
            "paths": {"web": {"challenge": true}}})");
    EXPECT_EQ(why({.grant = grant}), reason::need_mfa);  // nor after a policy that is stricter for all
}

// GHSA-wc43-73w7-x2f5: what was shown already is no second factor.
TEST_P(evaluating, m24_the_factor_that_came_first_is_not_asked_again)
{
    for (const char* const method : {"totp", "otp"}) {
        EXPECT_EQ(why({.method = method}), reason::same_channel) << method;
    }
    EXPECT_EQ(why({.method = "sms"}), reason::need_mfa);
    const recovery_set codes = make_recovery_set(*crypto_, 1);
    write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", codes, start_us); });
    const decision asked = ask_for({.method = "totp"});
    ASSERT_EQ(asked.factors.size(), 1);
    EXPECT_EQ(asked.factors[0].type, factor_type::recovery);
    EXPECT_EQ(answered({.id = asked.challenge_id, .code = code_at(start_us), .factor = "phone"}), reason::same_channel);
    // Nor is one offered that could never be used with it.
    const decision offered = ask_for({.subject = "bob", .groups = {"admins"}, .method = "totp"});
    EXPECT_EQ(offered.code, status::enroll);
    EXPECT_EQ(offered.types, std::vector{factor_type::hotp});
    set(R"({"rules": [{"name": "a", "groups": "*", "paths": "*", "factors": ["totp"]}],
            "paths": {"web": {"challenge": true}}})");
    EXPECT_EQ(why({.subject = "bob", .method = "totp"}), reason::same_channel);
}

TEST_P(evaluating, any_action_but_a_login_wants_a_fresh_factor)
{
    EXPECT_EQ(why({.action = "admin"}), reason::step_up);
    EXPECT_EQ(why({.subject = "bob", .groups = {"guests"}, .action = "admin"}), reason::enroll_required);
    EXPECT_EQ(why({.subject = "bob", .action = "admin"}), reason::enroll_required);  // grace is for logins
    const std::string grant = log_in();
    EXPECT_EQ(why({.action = "admin", .grant = grant, .time_us = start_us + minute_us}), reason::ok);
    EXPECT_EQ(why({.action = "admin", .grant = grant, .time_us = start_us + minute_us + 1}), reason::step_up);
    EXPECT_EQ(why({.action = "export", .grant = grant, .time_us = start_us + 5 * minute_us}), reason::ok);
    EXPECT_EQ(why({.action = "export", .grant = grant, .time_us = start_us + 5 * minute_us + 1}), reason::step_up);
}

TEST_P(evaluating, what_a_browser_sends_as_a_grant_does_no_harm)
{
    for (const std::string& hostile : {std::string("x"), std::string(100'000, 'A'), std::string("\0\xff", 2)}) {
        EXPECT_EQ(why({.grant = hostile}), reason::need_mfa);
    }
    const decision guest = ask_for({.subject = "bob", .groups = {"guests"}});
    add_factor({"maple", "bob", "phone"});
    EXPECT_EQ(why({.subject = "bob", .groups = {"guests"}, .grant = std::string(view(guest.grant))}),
              reason::need_mfa);  // of the password alone
}

TEST_P(evaluating, what_the_host_gets_wrong_is_an_error_and_no_decision)
{
    const auto error = [&](const asking& wrong) { return error_of([&] { static_cast<void>(ask_for(wrong)); }); };
    EXPECT_EQ(error({.session = "0123456789abcde"}), status::e_argument);
    EXPECT_EQ(error({.action = ""}), status::e_argument);
    EXPECT_EQ(error({.path = ""}), status::e_argument);
    EXPECT_EQ(error({.groups = {"staff", "\xff"}}), status::e_argument);
    EXPECT_EQ(error({.groups = {"staff", "admins "}}), status::e_argument);
    EXPECT_EQ(error({.action = std::string(256, 'x')}), status::e_argument);
    EXPECT_EQ(error({.method = "a\nb"}), status::e_argument);
}

TEST_P(evaluating, reading_leaves_to_writing_what_must_be_written)
{
    const auto reads = [&](const asking& login) {
        const auto session = connect();
        transaction t(*session, access::read, soon());
        return evaluate_reading(t, means_, login.request(), login.time_us).has_value();
    };
    EXPECT_FALSE(reads({}));
    EXPECT_FALSE(reads({.subject = "bob"}));
    EXPECT_TRUE(reads({.subject = "bob", .groups = {"admins"}}));
    EXPECT_TRUE(reads({.path = "ldap"}));
    static_cast<void>(ask_for({.subject = "bob"}));
    EXPECT_TRUE(reads({.subject = "bob"}));
    EXPECT_TRUE(reads({.grant = log_in()}));
    EXPECT_EQ(error_of([&] { static_cast<void>(reads({.time_us = start_us - minute_us})); }), status::e_time);
}

TEST_P(evaluating, expired_challenges_go_when_a_new_one_is_issued)
{
    static constexpr statement all = {"SELECT count(*) FROM challenge"};
    challenge_of();
    challenge_of({.session = std::string(other_browser)});
    const std::int64_t before = ask(all);
    challenge_of({.time_us = start_us + 299 * second_us});
    EXPECT_EQ(ask(all), before + 1);
    challenge_of({.time_us = start_us + 300 * second_us});
    EXPECT_EQ(ask(all), 2);
}

ON_EACH_STORE(evaluating);

}  // namespace
}  // namespace counterseal::core
