// SPDX-License-Identifier: Apache-2.0
// One response to one factor: used once, counted before it is looked at, locked after too many.
#include <atomic>
#include <thread>

#include "core/engine/clock.hpp"
#include "core/store/faulty.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

// zitadel#6452
TEST_P(verify_factor_on, a_code_is_accepted_once)
{
    const std::string code = code_at(start_us);
    EXPECT_EQ(check(phone, code, start_us), status::ok);
    EXPECT_EQ(check(phone, code, start_us), status::replayed);
    EXPECT_EQ(check(phone, code, start_us + 29 * second_us), status::replayed);
    EXPECT_EQ(check(phone, code_at(start_us + 30 * second_us), start_us + 30 * second_us), status::ok);
    EXPECT_EQ(load(phone).hot.last_value, start_us / second_us / 30 + 1);
}

// M38, django-otp
TEST_P(verify_factor_on, a_code_without_its_leading_zeros_is_none)
{
    std::int64_t now = start_us;
    while (!code_at(now).starts_with("00")) {
        now += 30 * second_us;
    }
    const std::string code = code_at(now);
    EXPECT_EQ(check(phone, code.substr(2), now), status::malformed);
    EXPECT_EQ(check(phone, std::to_string(std::stol(code)), now), status::malformed);
    EXPECT_EQ(load(phone).hot.attempts, 0);
    EXPECT_EQ(check(phone, code, now), status::ok);
}

// openbao PR 1629 and CVE-2025-6015
TEST_P(verify_factor_on, another_spelling_is_the_same_code_or_none_and_none_is_not_counted)
{
    const std::string code = code_at(start_us);
    EXPECT_EQ(check(phone, code, start_us), status::ok);
    EXPECT_EQ(check(phone, " " + code, start_us), status::replayed);
    EXPECT_EQ(check(phone, code.substr(0, 3) + " " + code.substr(3), start_us), status::replayed);
    for (const std::string& shape : {std::string("123"), code + "0", std::string("\xEF\xBC\x91") + code.substr(1),
                                     std::string(), std::string("12345a")}) {
        EXPECT_EQ(check(phone, shape, start_us), status::malformed) << shape;
    }
    EXPECT_EQ(load(phone).hot.attempts, 0);
    EXPECT_EQ(load(phone).hot.streak, 0);
}

// CVE-2023-47111
TEST_P(verify_factor_on, parallel_guessers_share_one_budget)
{
    std::atomic<int> n_evaluated{0};
    std::atomic<int> n_refused{0};
    std::vector<std::thread> guessers;
    for (int i = 0; i < 10; ++i) {
        guessers.emplace_back([&] {
            const auto session = connect();
            for (int guess = 0; guess < 5; ++guess) {
                const status s = answer(*session, phone, wrong_at(start_us), start_us).code;
                n_evaluated += s == status::wrong ? 1 : 0;
                n_refused += s == status::throttled ? 1 : 0;
            }
        });
    }
    for (std::thread& t : guessers) {
        t.join();
    }
    EXPECT_EQ(n_evaluated, limits_.attempts);
    EXPECT_EQ(n_refused, 50 - limits_.attempts);
}

// privacyidea#265, VilnaCRM-Org/user-service#476
TEST_P(verify_factor_on, while_it_is_locked_nothing_is_looked_at_and_the_end_does_not_move)
{
    fail(phone, 5, start_us);
    const factor locked = load(phone);
    EXPECT_EQ(locked.hot.locked_until_us, start_us + 30 * second_us);
    for (int i = 0; i < 10; ++i) {
        const std::int64_t later = start_us + i * second_us;
        const factor_verdict v = answer(*connect(), phone, i % 2 == 0 ? code_at(later) : wrong_at(later), later);
        EXPECT_EQ(v.code, status::throttled);
        EXPECT_EQ(v.locked_until_us, locked.hot.locked_until_us);
    }
    EXPECT_EQ(load(phone).hot.attempts, locked.hot.attempts);
    EXPECT_EQ(load(phone).hot.streak, locked.hot.streak);
    EXPECT_EQ(load(phone).hot.locked_until_us, locked.hot.locked_until_us);
    EXPECT_EQ(check(phone, code_at(start_us + 31 * second_us), start_us + 31 * second_us), status::ok);
}

// privacyidea#1578
TEST_P(verify_factor_on, each_lock_is_twice_as_long_and_the_hundredth_failure_in_a_row_is_the_last)
{
    std::int64_t now = start_us;
    std::int64_t expected_s = 30;
    for (int lock = 1; lock <= 20; ++lock) {
        fail(phone, 5, now);
        const factor after = load(phone);
        EXPECT_EQ(after.hot.streak, 5 * lock);
        EXPECT_EQ(after.hot.locked_until_us - now, expected_s * second_us) << lock;
        expected_s = std::min<std::int64_t>(2 * expected_s, 900);
        now = after.hot.locked_until_us;
        const auto session = connect();  // the stored time follows by five minutes a commit at most
        for (int i = 0; i < 4; ++i) {
            in_transaction(*session, soon(), [&](transaction& t) { static_cast<void>(tell_time(t, now)); });
        }
    }
    EXPECT_EQ(check(phone, code_at(now), now), status::locked);
    EXPECT_EQ(check(phone, code_at(now + 3600 * second_us), now + 3600 * second_us), status::locked);
    EXPECT_EQ(load(phone).hot.streak, 100);
}

TEST_P(verify_factor_on, acceptance_ends_the_streak_and_a_replay_costs_nothing)
{
    fail(phone, 4, start_us);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    EXPECT_EQ(load(phone).hot.streak, 0);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(check(phone, code_at(start_us), start_us), status::replayed);
    }
    EXPECT_EQ(load(phone).hot.attempts, 0);
    fail(phone, 4, start_us);
    EXPECT_EQ(check(phone, code_at(start_us + minute_us), start_us + minute_us), status::ok);
}

TEST_P(verify_factor_on, only_failures_cost_the_subject_something)
{
    static constexpr statement of_alice = {"SELECT failures FROM subject WHERE subject = 'alice'"};
    const auto failures = [&] { return ask(of_alice); };
    fail(phone, 2, start_us);
    EXPECT_EQ(failures(), 2);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::replayed);
    EXPECT_EQ(check(phone, "12", start_us), status::malformed);
    EXPECT_EQ(failures(), 2);
    fail(phone, 5, start_us);
    EXPECT_EQ(check(phone, wrong_at(start_us), start_us), status::throttled);  // not looked at
    EXPECT_EQ(failures(), 7);
}

// django-two-factor-auth#473, allauth 65.8.1
TEST_P(verify_factor_on, a_good_code_of_one_factor_does_not_touch_another)
{
    add_factor(token);
    add_subject("maple", "bob");
    add_factor({"maple", "bob", "phone"});
    fail(token, 3, start_us);
    fail({"maple", "bob", "phone"}, 2, start_us);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    EXPECT_EQ(load(token).hot.attempts, 3);
    EXPECT_EQ(load(phone).hot.attempts, 0);
    EXPECT_EQ(load({"maple", "bob", "phone"}).hot.attempts, 2);
}

TEST_P(verify_factor_on, a_subject_has_one_budget_for_all_factors_an_hour)
{
    limits_ = {.attempts = 50, .subject_failures = 6};
    add_factor(token);
    fail(phone, 3, start_us);
    fail(token, 3, start_us);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::throttled);
    EXPECT_EQ(load(phone).hot.attempts, 3);
    const std::int64_t hour_later = start_us + 3600 * second_us;
    const auto session = connect();
    for (int i = 0; i < 13; ++i) {
        in_transaction(*session, soon(), [&](transaction& t) { static_cast<void>(tell_time(t, hour_later)); });
    }
    EXPECT_EQ(check(phone, code_at(hour_later), hour_later), status::ok);
    EXPECT_EQ(check(phone, code_at(hour_later), hour_later), status::replayed);
}

TEST_P(verify_factor_on, only_an_active_factor_of_this_subject_and_tenant_lets_anybody_in)
{
    const std::string code = code_at(start_us);
    for (const auto& [state, expected] :
         {std::pair(factor_state::pending, status::enroll), std::pair(factor_state::suspended, status::revoked),
          std::pair(factor_state::revoked, status::revoked)}) {
        const factor_key key{"maple", "alice", std::to_string(static_cast<int>(state))};
        add_factor(key, [state = state](factor& f) { f.state = state; });
        EXPECT_EQ(check(key, code, start_us), expected);
    }
    for (const factor_key& unknown :
         {factor_key{"maple", "bob", "phone"}, {"oak", "alice", "phone"}, {"maple", "alice", "Phone"}}) {
        EXPECT_EQ(check(unknown, code, start_us), status::wrong);
    }
    EXPECT_EQ(events(), "");  // nothing was looked at
}

TEST_P(verify_factor_on, a_row_that_somebody_else_wrote_lets_nobody_in)
{
    const std::string code = code_at(start_us);
    add_factor(token, [](factor& f) { f.state = factor_state::suspended; });
    const auto is_refused = [&](const factor_key& key) {
        EXPECT_EQ(error_of([&] { static_cast<void>(check(key, code, start_us)); }), status::e_store_corrupt);
    };
    change("UPDATE factor SET state = 'active' WHERE factor = 'token'");
    is_refused(token);
    change("UPDATE factor SET state = 'nonsense' WHERE factor = 'token'");
    is_refused(token);
    add_subject("maple", "mallory");
    change(
        "INSERT INTO factor SELECT tenant, 'mallory', factor, type, state, version, algorithm, digits, period_s, t0_s, "
        "drift, label, secret, provenance, replaces, request, created_us, confirmed_us, ended_us, tag, last_value, "
        "attempts, "
        "streak, locked_until_us, refused, refused_us FROM factor "
        "WHERE factor = 'phone'");
    is_refused({"maple", "mallory", "phone"});
    EXPECT_EQ(check(phone, code, start_us), status::ok);
    change("UPDATE factor SET digits = 7 WHERE factor = 'phone' AND subject = 'alice'");
    is_refused(phone);
}

TEST_P(verify_factor_on, of_many_at_once_one_is_accepted)
{
    constexpr int n_threads = 8;
    for (int round = 0; round < 12; ++round) {
        const std::int64_t now = start_us + round * minute_us;
        const std::string code = code_at(now);
        std::atomic<int> n_accepted{0};
        std::atomic<int> n_replayed{0};
        std::vector<std::thread> logins;
        for (int i = 0; i < n_threads; ++i) {
            logins.emplace_back([&] {
                const status s = check(phone, code, now);
                n_accepted += s == status::ok ? 1 : 0;
                n_replayed += s == status::replayed ? 1 : 0;
            });
        }
        for (std::thread& t : logins) {
            t.join();
        }
        EXPECT_EQ(n_accepted, 1);
        EXPECT_EQ(n_accepted + n_replayed, n_threads);
    }
}

// CVE-2026-35597: what the host does with its own transaction is nothing to this one.
TEST_P(verify_factor_on, a_lost_acknowledgement_is_no_acceptance_and_the_code_is_never_used_twice)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory has one node";
    }
    fault_plan plan;
    const auto faulty = make_faulty(open_again(), plan);
    const auto session = faulty->connect(soon());
    const std::string code = code_at(start_us);
    plan.arm(store_fault::commit_silent, 1, 1);
    EXPECT_EQ(error_of([&] { static_cast<void>(answer(*session, phone, code, start_us)); }), status::e_store_unknown);
    EXPECT_EQ(check(phone, code, start_us), status::replayed);
    const std::int64_t later = start_us + minute_us;
    plan.arm(store_fault::commit_lost, 1, 1);
    EXPECT_EQ(error_of([&] { static_cast<void>(answer(*session, phone, code_at(later), later)); }),
              status::e_store_unknown);
    EXPECT_EQ(check(phone, code_at(later), later), status::ok);
    plan.arm(store_fault::down);
    EXPECT_EQ(error_of([&] { static_cast<void>(answer(*session, phone, code_at(later), later)); }),
              status::e_store_unavailable);
}

TEST_P(verify_factor_on, hotp_counters_go_on)
{
    const factor_key key{"maple", "alice", "hotp"};
    add_factor(key, [](factor& f) {
        f.type = factor_type::hotp;
        f.hot.last_value = 0;
    });
    EXPECT_EQ(check(key, "755224", start_us), status::ok);  // RFC 4226 appendix D
    EXPECT_EQ(check(key, "755224", start_us), status::wrong);
    EXPECT_EQ(check(key, "969429", start_us), status::ok);  // counter 3
    EXPECT_EQ(load(key).hot.last_value, 4);
    EXPECT_EQ(check(key, "287082", start_us), status::wrong);  // counter 1
    EXPECT_EQ(check(key, "338314", start_us), status::ok);
}

ON_EACH_STORE(verify_factor_on);

}  // namespace
}  // namespace counterseal::core
