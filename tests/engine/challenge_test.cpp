// SPDX-License-Identifier: Apache-2.0
// Answers to challenges: from whom, when, how often, and what they are worth.
#include "core/engine/challenge.hpp"

#include <atomic>
#include <thread>

#include "decision_fixture.hpp"

namespace counterseal::core {
namespace {

class challenges : public decisions {
protected:
    std::string wrong() { return wrong_at(start_us); }
    std::string right() { return code_at(start_us); }
    void bump_epoch()
    {
        write([&](transaction& t) {
            subject who = lock_subject(t, seal_, "maple", "alice", start_us);
            ++who.epoch;
            update_subject(t, seal_, who);
        });
    }
};

TEST_P(challenges, the_right_code_lets_in_with_a_grant_of_two_factors)
{
    const std::string id = challenge_of();
    const decision d = reply({.id = id, .code = right()});
    EXPECT_EQ(d.code, status::ok);
    EXPECT_EQ(d.why, reason::ok);
    EXPECT_EQ(d.assurance, 2);
    EXPECT_EQ(d.amr, (std::vector<std::string>{"pwd", "otp"}));
    EXPECT_EQ(d.policy_version, 1);
    EXPECT_EQ(why({.grant = std::string(view(d.grant))}), reason::ok);
    EXPECT_EQ(last_event().type, "login.allowed");
    EXPECT_EQ(last_event().subject, "alice");
    EXPECT_EQ(last_event().factor, "phone");
    EXPECT_EQ(answered({.id = id, .code = code_at(start_us + 30 * second_us), .time_us = start_us + 30 * second_us}),
              reason::challenge_dead);
    EXPECT_EQ(last_event().type, "login.refused");
    EXPECT_EQ(last_event().reason, "CHALLENGE_DEAD");
}

// zitadel#6452
TEST_P(challenges, m01_a_code_of_another_login_is_a_replay)
{
    log_in();
    const decision d = reply({.id = challenge_of(), .code = right()});
    EXPECT_EQ(d.code, status::deny);
    EXPECT_EQ(d.why, reason::replay);
    EXPECT_TRUE(d.grant.empty());
    EXPECT_EQ(last_event().reason, "REPLAY");
}

// keycloak PR 13867
TEST_P(challenges, m02_of_two_nodes_that_get_one_code_one_lets_in)
{
    for (int round = 0; round < 6; ++round) {
        const std::int64_t now = start_us + round * minute_us;
        std::vector<std::string> ids;
        for (int i = 0; i < 4; ++i) {
            ids.push_back(challenge_of({.time_us = now}));
        }
        std::atomic<int> n_allowed{0};
        std::atomic<int> n_replayed{0};
        std::vector<std::thread> nodes;
        for (const std::string& id : ids) {
            nodes.emplace_back([&, id] {
                const auto node = is_memory() ? nullptr : open_again();
                const auto session = node != nullptr ? node->connect(soon()) : connect();
                const reason why = reply(*session, {.id = id, .code = code_at(now), .time_us = now}).why;
                n_allowed += why == reason::ok ? 1 : 0;
                n_replayed += why == reason::replay ? 1 : 0;
            });
        }
        for (std::thread& t : nodes) {
            t.join();
        }
        EXPECT_EQ(n_allowed, 1);
        EXPECT_EQ(n_replayed, 3);
    }
}

// privacyidea#265
TEST_P(challenges, m08_a_right_code_does_not_open_a_lock)
{
    add_factor(token);
    fail(phone, 5, start_us);
    const factor locked = load(phone);
    const std::string id = challenge_of();
    const decision d = reply({.id = id, .code = right(), .factor = "phone"});
    EXPECT_EQ(d.code, status::deny);
    EXPECT_EQ(d.why, reason::throttled);
    EXPECT_EQ(d.retry_after_s, 30);
    EXPECT_EQ(d.challenge_id, id);
    EXPECT_EQ(load(phone).hot.attempts, locked.hot.attempts);
    EXPECT_EQ(load(phone).hot.streak, locked.hot.streak);
    EXPECT_EQ(load(phone).hot.locked_until_us, locked.hot.locked_until_us);
    change("UPDATE factor SET streak = 100 WHERE factor = 'phone'");
    EXPECT_EQ(answered({.id = id, .code = right(), .factor = "phone"}), reason::locked);
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::ok);  // of the other factor
}

// privacyidea#1578
TEST_P(challenges, m09_after_a_lock_the_count_starts_again_and_the_streak_goes_on)
{
    std::int64_t now = start_us;
    for (int lock = 1; lock <= 3; ++lock) {
        const std::string id = challenge_of({.time_us = now});
        for (int i = 0; i < 5; ++i) {
            ASSERT_EQ(answered({.id = id, .code = wrong_at(now), .time_us = now}), reason::wrong_code) << lock << i;
        }
        EXPECT_EQ(answered({.id = id, .code = code_at(now), .time_us = now}), reason::challenge_dead);
        EXPECT_EQ(why({.time_us = now}), reason::throttled);
        EXPECT_EQ(load(phone).hot.streak, 5 * lock);
        now = load(phone).hot.locked_until_us;
    }
    EXPECT_EQ(now - start_us, (30 + 60 + 120) * second_us);
}

// keycloak#26177, keycloak#26180
TEST_P(challenges, m10_a_lock_ends_every_challenge_of_its_subject)
{
    const std::string before = challenge_of();
    const std::string elsewhere = challenge_of({.session = std::string(other_browser)});
    fail(phone, 5, start_us);
    const std::int64_t later = load(phone).hot.locked_until_us + second_us;
    EXPECT_EQ(answered({.id = before, .code = code_at(later), .time_us = later}), reason::challenge_dead);
    EXPECT_EQ(
        answered({.id = elsewhere, .code = code_at(later), .session = std::string(other_browser), .time_us = later}),
        reason::challenge_dead);
    EXPECT_EQ(answered({.id = challenge_of({.time_us = later}), .code = code_at(later), .time_us = later}), reason::ok);
}

// allauth 65.8.1
TEST_P(challenges, m12_a_login_of_ones_own_gives_no_more_guesses_at_another)
{
    add_subject("maple", "mallory");
    add_factor({"maple", "mallory", "phone"});
    const std::string id = challenge_of();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(answered({.id = id, .code = wrong()}), reason::wrong_code);
    }
    const std::string own = challenge_of({.subject = "mallory"});
    EXPECT_EQ(answered({.id = own, .code = right(), .subject = "mallory"}), reason::ok);
    EXPECT_EQ(load(phone).hot.attempts, 3);
    EXPECT_EQ(load(phone).hot.streak, 3);
}

// autentico#360, ory/kratos PR 4606
TEST_P(challenges, m40_many_challenges_share_the_guesses_of_the_factor)
{
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        ids.push_back(challenge_of());
    }
    int n_evaluated = 0;
    for (const std::string& id : ids) {
        for (int guess = 0; guess < 5; ++guess) {
            n_evaluated += answered({.id = id, .code = wrong()}) == reason::wrong_code ? 1 : 0;
        }
    }
    EXPECT_EQ(n_evaluated, limits_.attempts);
    EXPECT_EQ(load(phone).hot.streak, limits_.attempts);
    EXPECT_EQ(why({}), reason::throttled);
}

// Hashing a recovery code takes long: who has no challenge to answer learns nothing by it, and costs nothing.
TEST_P(challenges, only_an_answer_that_may_count_is_worth_a_slow_hash)
{
    const std::string id = challenge_of();
    const auto is_worth = [&](const replying& of) {
        const challenge_answer answer{of.tenant, of.subject, of.id, bytes_of(of.session), of.factor, of.status};
        const auto session = connect();
        transaction t(*session, access::read, soon());
        return is_answerable(t, means_, answer, of.time_us);
    };
    EXPECT_TRUE(is_worth({.id = id}));
    EXPECT_FALSE(is_worth({.id = "none"}));
    EXPECT_FALSE(is_worth({.id = id, .subject = "nobody"}));
    EXPECT_FALSE(is_worth({.id = id, .session = std::string(other_browser)}));
    EXPECT_FALSE(is_worth({.id = id, .time_us = start_us + challenge_life_us}));
    EXPECT_FALSE(is_worth({.id = id, .status = "disabled"}));
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::ok);
    EXPECT_FALSE(is_worth({.id = id}));
}

TEST_P(challenges, five_answers_are_all_and_what_is_no_code_is_no_answer)
{
    limits_.attempts = 50;
    const std::string id = challenge_of();
    for (int i = 0; i < 10; ++i) {
        const decision d = reply({.id = id, .code = "12"});
        EXPECT_EQ(d.why, reason::malformed);
        EXPECT_EQ(d.challenge_id, id);
    }
    for (int i = 0; i < 4; ++i) {
        const decision d = reply({.id = id, .code = wrong()});
        EXPECT_EQ(d.why, reason::wrong_code);
        EXPECT_EQ(d.challenge_id, id);
    }
    const decision last = reply({.id = id, .code = wrong()});
    EXPECT_EQ(last.why, reason::wrong_code);
    EXPECT_EQ(last.challenge_id, "");
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::challenge_dead);
    EXPECT_EQ(load(phone).hot.streak, 5);  // the last one was not looked at
    EXPECT_EQ(answered({.id = challenge_of(), .code = right()}), reason::ok);
}

TEST_P(challenges, the_fifth_answer_may_be_the_right_one)
{
    const std::string id = challenge_of();
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(answered({.id = id, .code = wrong()}), reason::wrong_code);
    }
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::ok);
}

TEST_P(challenges, it_expires)
{
    const std::string in_time = challenge_of();
    const std::string late = challenge_of();
    const std::int64_t end = start_us + 300 * second_us;
    EXPECT_EQ(answered({.id = in_time, .code = code_at(end - 1), .time_us = end - 1}), reason::ok);
    EXPECT_EQ(answered({.id = late, .code = code_at(end), .time_us = end}), reason::challenge_dead);
}

TEST_P(challenges, nobody_else_can_answer_it_or_use_it_up)
{
    add_subject("maple", "mallory");
    add_factor({"maple", "mallory", "phone"});
    set(clinic, "oak");
    add_subject("oak", "alice");
    add_factor({"oak", "alice", "phone"});
    const std::string id = challenge_of();
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(answered({.id = id, .code = right(), .session = std::string(other_browser)}),
                  reason::wrong_challenge);
        EXPECT_EQ(answered({.id = id, .code = right(), .subject = "mallory"}), reason::wrong_challenge);
        EXPECT_EQ(answered({.id = id, .code = right(), .tenant = "oak"}), reason::wrong_challenge);
        EXPECT_EQ(answered({.id = id, .code = right(), .subject = "nobody"}), reason::wrong_challenge);
    }
    EXPECT_EQ(load(phone).hot.last_value, -1);
    static constexpr statement of_nobody = {"SELECT count(*) FROM subject WHERE subject = 'nobody'"};
    EXPECT_EQ(ask(of_nobody), 0);
    static constexpr statement attempts = {"SELECT attempts FROM challenge"};
    EXPECT_EQ(ask(attempts), 0);
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::ok);
}

TEST_P(challenges, answers_that_nobody_looked_at_fill_no_log)
{
    const std::string id = challenge_of();
    const auto n_refused = [&] {
        static constexpr statement count = {"SELECT count(*) FROM event WHERE type = 'login.refused'"};
        return ask(count);
    };
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(answered({.id = "no such challenge", .code = code_at(start_us)}), reason::wrong_challenge);
        EXPECT_EQ(answered({.id = id, .code = "no code"}), reason::malformed);
    }
    EXPECT_EQ(n_refused(), 1);
    const std::int64_t later_us = start_us + minute_us;
    EXPECT_EQ(answered({.id = id, .code = wrong_at(later_us), .time_us = later_us}), reason::wrong_code);
    EXPECT_EQ(n_refused(), 2);  // that one was looked at
    EXPECT_EQ(answered({.id = "no such challenge", .code = "1", .time_us = later_us}), reason::wrong_challenge);
    EXPECT_EQ(n_refused(), 3);
    EXPECT_NE(last_event().detail.find(R"("refused":60)"), std::string::npos) << last_event().detail;
}

TEST_P(challenges, it_dies_with_the_epoch_and_so_does_the_grant)
{
    const std::string grant = log_in();
    const std::string id = challenge_of();
    bump_epoch();
    const std::int64_t later = start_us + minute_us;
    EXPECT_EQ(answered({.id = id, .code = code_at(later), .time_us = later}), reason::challenge_dead);
    EXPECT_EQ(why({.grant = grant, .time_us = later}), reason::need_mfa);
    EXPECT_EQ(load(phone).hot.last_value, start_us / second_us / 30);
}

// keycloak#50996, CVE-2026-16103
TEST_P(challenges, what_was_taken_away_since_counts)
{
    const std::string id = challenge_of();
    set(R"({"rules": [{"name": "a", "groups": "*", "paths": "*", "factors": ["hotp"]}],
            "paths": {"web": {"challenge": true}}})");
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::factor_disabled_by_policy);
    set(R"({"rules": [{"name": "a", "groups": ["admins"], "paths": "*"}], "paths": {"web": {"challenge": true}}})");
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::no_policy);
    set(R"({"rules": [{"name": "a", "groups": "*", "paths": "*"}], "paths": {"app": {"challenge": true}}})");
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::unknown_path);
    set(clinic);
    write([&](transaction& t) {
        factor changed = *load_factor(t, seal_, phone);
        changed.state = factor_state::suspended;
        update_factor(t, seal_, changed);
    });
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::no_usable_factor);
    write([&](transaction& t) {
        factor changed = *load_factor(t, seal_, phone);
        changed.state = factor_state::active;
        update_factor(t, seal_, changed);
    });
    EXPECT_EQ(load(phone).hot.last_value, -1);
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::ok);  // its fifth answer
}

// LinOTP docs 12.1, while they are asked.
TEST_P(challenges, m36_the_status_is_read_again_and_closes_what_is_open)
{
    const std::string first = challenge_of();
    EXPECT_EQ(answered({.id = first, .code = code_at(start_us), .status = "disabled"}), reason::subject_disabled);
    EXPECT_EQ(answered({.id = first, .code = code_at(start_us)}), reason::challenge_dead);
    const std::string second = challenge_of();
    EXPECT_EQ(why({.status = "disabled"}), reason::subject_disabled);
    EXPECT_EQ(answered({.id = second, .code = code_at(start_us)}), reason::challenge_dead);
    // Whatever else is wrong with the call.
    const std::string third = challenge_of();
    EXPECT_EQ(answered({.id = second, .status = "disabled"}), reason::subject_disabled);
    EXPECT_EQ(answered({.id = third, .code = code_at(start_us)}), reason::challenge_dead);
    const std::string fourth = challenge_of();
    EXPECT_EQ(why({.path = "ldap", .status = "disabled"}), reason::subject_disabled);
    EXPECT_EQ(answered({.id = fourth, .code = code_at(start_us)}), reason::challenge_dead);
    EXPECT_EQ(answered({.id = challenge_of(), .code = code_at(start_us)}), reason::ok);
}

TEST_P(challenges, a_factor_may_be_named_and_must_be_of_the_subject)
{
    add_subject("maple", "bob");
    add_factor({"maple", "bob", "bobs"});
    add_factor(token);
    EXPECT_EQ(answered({.id = challenge_of(), .code = right(), .factor = "bobs"}), reason::no_usable_factor);
    EXPECT_EQ(answered({.id = challenge_of(), .code = right(), .factor = "nothing"}), reason::no_usable_factor);
    EXPECT_EQ(answered({.id = challenge_of(), .code = right(), .factor = "token"}), reason::ok);
    EXPECT_EQ(load(phone).hot.last_value, -1);
    EXPECT_EQ(load(token).hot.last_value, start_us / second_us / 30);
}

TEST_P(challenges, a_step_up_grants_its_own_action)
{
    const std::string grant = log_in();
    const std::int64_t later = start_us + 10 * minute_us;
    const decision asked = ask_for({.action = "admin", .grant = grant, .time_us = later});
    ASSERT_EQ(asked.why, reason::step_up);
    const decision d = reply({.id = asked.challenge_id, .code = code_at(later), .time_us = later});
    ASSERT_EQ(d.why, reason::ok);
    EXPECT_EQ(why({.action = "admin", .grant = std::string(view(d.grant)), .time_us = later}), reason::ok);
}

TEST_P(challenges, hostile_ids_are_wrong_challenges)
{
    const std::string id = challenge_of();
    for (const std::string& hostile :
         {std::string(), std::string("null"), std::string(22, '\0'), std::string(22, '*'), std::string(22, '='),
          std::string(1'000'000, 'A'), id + "A", id.substr(1), " " + id.substr(1), std::string("\xff\xff"),
          std::string("' OR 1 = 1 --"), std::string(22, 'A')}) {
        EXPECT_EQ(answered({.id = hostile, .code = right()}), reason::wrong_challenge) << hostile.substr(0, 30);
    }
    EXPECT_EQ(error_of([&] { static_cast<void>(reply({.id = id, .code = right(), .session = "short"})); }),
              status::e_argument);
    EXPECT_EQ(answered({.id = id, .code = right()}), reason::ok);
}

TEST_P(challenges, a_row_that_somebody_else_wrote_lets_nobody_in)
{
    for (const char* const sql :
         {"UPDATE challenge SET context = replace(context, 'staff', 'guests')",
          "UPDATE challenge SET epoch = epoch + 1", "UPDATE challenge SET expires_us = expires_us + 1",
          "UPDATE challenge SET created_us = created_us + 1"}) {
        const std::string id = challenge_of();
        change(sql);
        EXPECT_EQ(error_of([&] { static_cast<void>(reply({.id = id, .code = right()})); }), status::e_store_corrupt)
            << sql;
    }
    EXPECT_EQ(load(phone).hot.last_value, -1);
}

ON_EACH_STORE(challenges);

}  // namespace
}  // namespace counterseal::core
