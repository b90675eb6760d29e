// SPDX-License-Identifier: Apache-2.0
// What went wrong elsewhere, as whole logins: spelling, guesses at once, several factors, enrollment that is not done.
#include <algorithm>
#include <atomic>
#include <thread>

#include "core/engine/enroll.hpp"
#include "core/engine/recovery.hpp"
#include "decision_fixture.hpp"

namespace counterseal::core {
namespace {

class scenarios : public decisions {
protected:
    enrollment enroll(text subject, const totp_request& request = {})
    {
        enrollment made =
            write([&](transaction& t) { return enroll_totp(t, seal_, *crypto_, "maple", subject, request, start_us); });
        EXPECT_EQ(made.code, status::ok);
        return made;
    }
    status confirm_with(text subject, const enrollment& made, text code, std::int64_t time_us = start_us)
    {
        const response typed = prepare_response(*crypto_, {}, code);
        const factor_key key{"maple", std::string(subject), made.factor};
        return write([&](transaction& t) { return confirm(t, seal_, limits_, key, typed, time_us); }).code;
    }
    recovery_set store_codes()
    {
        recovery_set set = make_recovery_set(*crypto_, 10);  // fewer iterations than usual
        write([&](transaction& t) { store_recovery_set(t, seal_, "maple", "alice", set, start_us); });
        return set;
    }
    /// To a challenge that any factor of alice may answer, recovery codes too; at another node of the store.
    decision reply_elsewhere(const std::string& id, text code, std::int64_t time_us)
    {
        const auto node = is_memory() ? nullptr : open_again();
        const auto session = node != nullptr ? node->connect(soon()) : connect();
        const auto salts = in_transaction(
            *session, soon(), [&](transaction& t) { return load_recovery_salts(t, seal_, "maple", "alice"); });
        const response typed = prepare_response(*crypto_, salts, code);
        const challenge_answer answer{"maple", "alice", id, bytes_of(browser), ""};
        return in_transaction(*session, soon(),
                              [&](transaction& t) { return verify_challenge(t, means_, answer, typed, time_us); });
    }
};

template <class Work>
void at_once(int n, Work&& work)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < n; ++i) {
        threads.emplace_back([&work, i] { work(i); });
    }
    for (std::thread& t : threads) {
        t.join();
    }
}

// openbao PR 1629, CVE-2025-6015
TEST_P(scenarios, m04_a_used_code_in_another_spelling_is_a_replay_and_in_other_digits_malformed)
{
    log_in();
    const std::string code = code_at(start_us);
    const std::string id = challenge_of();
    for (const std::string& spelled : {code, " " + code, code + " ", code.substr(0, 3) + " " + code.substr(3),
                                       code.substr(0, 3) + "-" + code.substr(3)}) {
        EXPECT_EQ(answered({.id = challenge_of(), .code = spelled}), reason::replay) << spelled;
    }
    std::string full_width;
    for (const char digit : code) {
        full_width += "\xEF\xBC";
        full_width += static_cast<char>(0x90 + (digit - '0'));
    }
    EXPECT_EQ(answered({.id = id, .code = full_width}), reason::malformed);
    EXPECT_EQ(answered({.id = id, .code = full_width.substr(0, 3) + code.substr(1)}), reason::malformed);
    EXPECT_EQ(load(phone).hot.attempts, 0);
    EXPECT_EQ(load(phone).hot.last_value, start_us / second_us / 30);
}

// CVE-2023-47111
TEST_P(scenarios, m06_of_fifty_guesses_at_once_five_are_looked_at)
{
    std::vector<std::string> ids;
    for (int i = 0; i < 10; ++i) {
        ids.push_back(challenge_of());
    }
    std::atomic<int> n_evaluated{0};
    std::atomic<int> n_refused{0};
    at_once(10, [&](int i) {
        const auto session = connect();
        for (int guess = 0; guess < 5; ++guess) {
            const reason why =
                reply(*session, {.id = ids[static_cast<std::size_t>(i)], .code = wrong_at(start_us)}).why;
            n_evaluated += why == reason::wrong_code ? 1 : 0;
            // The lock ends every challenge: who comes later does not even reach the factor.
            n_refused += why == reason::throttled || why == reason::challenge_dead ? 1 : 0;
        }
    });
    EXPECT_EQ(n_evaluated, limits_.attempts);
    EXPECT_EQ(n_refused, 50 - limits_.attempts);
    EXPECT_EQ(load(phone).hot.streak, limits_.attempts);
    EXPECT_EQ(why({}), reason::throttled);
}

// django-two-factor-auth#473
TEST_P(scenarios, m13_thirty_logins_with_a_phone_leave_the_backup_codes_alone)
{
    const recovery_set set = store_codes();
    add_factor(token, [](factor& f) { f.type = factor_type::hotp, f.hot.last_value = 0; });
    std::int64_t now = start_us;
    for (int i = 0; i < 30; ++i, now += 30 * second_us) {
        ASSERT_EQ(reply_elsewhere(challenge_of({.time_us = now}), code_at(now), now).why, reason::ok) << i;
    }
    const factor codes = load({"maple", "alice", set.factor});
    EXPECT_EQ(codes.hot.attempts, 0);
    EXPECT_EQ(codes.hot.streak, 0);
    EXPECT_EQ(load(token).hot.streak, 0);
    EXPECT_EQ(load(token).hot.last_value, 0);
    const decision d = reply_elsewhere(challenge_of({.time_us = now}), view(set.codes[3]), now);
    EXPECT_EQ(d.code, status::ok);
    EXPECT_EQ(d.why, reason::ok);
    EXPECT_EQ(write([&](transaction& t) { return count_recovery_codes(t, codes.key); }), 9);
}

// keycloak#26106
TEST_P(scenarios, m14_of_requests_with_one_recovery_code_one_lets_in)
{
    const recovery_set set = store_codes();
    for (std::size_t round = 0; round < 3; ++round) {
        std::vector<std::string> ids;
        for (int i = 0; i < 4; ++i) {
            ids.push_back(challenge_of());
        }
        std::atomic<int> n_allowed{0};
        std::atomic<int> n_replayed{0};
        at_once(4, [&](int i) {
            const reason why = reply_elsewhere(ids[static_cast<std::size_t>(i)], view(set.codes[round]), start_us).why;
            n_allowed += why == reason::ok ? 1 : 0;
            n_replayed += why == reason::replay ? 1 : 0;
        });
        EXPECT_EQ(n_allowed, 1);
        EXPECT_EQ(n_replayed, 3);
    }
}

// authentik#2330
TEST_P(scenarios, m15_a_factor_whose_first_code_was_wrong_is_none)
{
    const enrollment made = enroll("bob");
    const std::string right = code_of(made.secret, start_us);
    EXPECT_EQ(confirm_with("bob", made, right == "123456" ? "123457" : "123456"), status::wrong);
    const decision strict = ask_for({.subject = "bob", .groups = {"admins"}});
    EXPECT_EQ(strict.code, status::enroll);
    EXPECT_EQ(strict.why, reason::enroll_required);
    EXPECT_TRUE(strict.grant.empty());
    EXPECT_TRUE(strict.factors.empty());
    const decision grace = ask_for({.subject = "bob"});
    EXPECT_EQ(grace.why, reason::ok_grace);
    EXPECT_EQ(grace.assurance, 1);  // as somebody who has no factor
    EXPECT_NE(grace.deadline_us, 0);
}

// keycloak#38593
TEST_P(scenarios, m16_who_closed_the_page_of_a_new_phone_logs_in_with_the_old_one)
{
    const enrollment begun = enroll("alice", {.common = {.replaces = "phone"}});
    const decision d = ask_for({});
    ASSERT_EQ(d.why, reason::need_mfa);
    ASSERT_EQ(d.factors.size(), 1U);
    EXPECT_EQ(d.factors[0].id, "phone");
    EXPECT_EQ(answered({.id = d.challenge_id, .code = code_of(begun.secret, start_us)}), reason::wrong_code);
    EXPECT_EQ(answered({.id = d.challenge_id, .code = code_of(begun.secret, start_us), .factor = begun.factor}),
              reason::no_usable_factor);
    EXPECT_EQ(answered({.id = d.challenge_id, .code = code_at(start_us)}), reason::ok);
    const std::int64_t later = start_us + minute_us;
    EXPECT_EQ(confirm_with("alice", begun, code_of(begun.secret, later), later), status::ok);
    const decision after = ask_for({.time_us = later});
    ASSERT_EQ(after.factors.size(), 1U);
    EXPECT_EQ(after.factors[0].id, begun.factor);
}

// hanko PR 2723
TEST_P(scenarios, m18_the_code_that_confirmed_does_not_log_in)
{
    const enrollment made = enroll("bob");
    const std::string code = code_of(made.secret, start_us);
    ASSERT_EQ(confirm_with("bob", made, code), status::ok);
    const std::string id = challenge_of({.subject = "bob"});
    EXPECT_EQ(answered({.id = id, .code = code, .subject = "bob"}), reason::replay);
    const std::int64_t later = start_us + 30 * second_us;
    EXPECT_EQ(answered({.id = id, .code = code_of(made.secret, later), .subject = "bob", .time_us = later}),
              reason::ok);
}

// django-otp
TEST_P(scenarios, m38_a_code_without_its_leading_zeros_is_malformed)
{
    std::int64_t now = start_us;
    while (!code_at(now).starts_with("000")) {
        now += 30 * second_us;
    }
    const std::string code = code_at(now);
    const std::string id = challenge_of({.time_us = now});
    EXPECT_EQ(answered({.id = id, .code = code.substr(3), .time_us = now}), reason::malformed);
    EXPECT_EQ(answered({.id = id, .code = "   " + code.substr(3), .time_us = now}), reason::malformed);
    EXPECT_EQ(load(phone).hot.attempts, 0);
    EXPECT_EQ(answered({.id = id, .code = code, .time_us = now}), reason::ok);
}

ON_EACH_STORE(scenarios);

}  // namespace
}  // namespace counterseal::core
