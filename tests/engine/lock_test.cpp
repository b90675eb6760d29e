// SPDX-License-Identifier: Apache-2.0
// What a lock does besides: challenges end, events tell, and a limit that changes leaves nobody outside for good.
#include "core/engine/event.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

class locks_on : public verify_factor_on {
protected:
    void open_challenge(text subject)
    {
        static constexpr statement insert = {
            "INSERT INTO challenge (tenant, subject, challenge, context, session, epoch, created_us, expires_us, tag) "
            "VALUES ('maple', $1, 'c', '', $2, 1, 0, 0, $2)"};
        write([&](transaction& t) { t.run(insert, {subject, bytes_view()}); });
    }
    std::int64_t n_open()
    {
        static constexpr statement count = {"SELECT count(*) FROM challenge WHERE is_open = 1"};
        return ask(count);
    }
};

// keycloak#26177, keycloak#50996
TEST_P(locks_on, the_failure_that_locks_a_factor_closes_the_challenges_of_its_subject)
{
    open_challenge("alice");
    open_challenge("bob");
    fail(phone, 4, start_us);
    EXPECT_EQ(n_open(), 2);
    fail(phone, 1, start_us);
    EXPECT_EQ(n_open(), 1);
    EXPECT_EQ(events(), "factor.wrong factor.wrong factor.wrong factor.wrong factor.wrong factor.locked ");
}

TEST_P(locks_on, so_does_the_last_failure_in_a_row_that_is_allowed)
{
    limits_.attempts = 7;  // 100 is no multiple of it
    open_challenge("alice");
    change("UPDATE factor SET streak = 98, attempts = 0 WHERE factor = 'phone'");
    fail(phone, 1, start_us);
    EXPECT_EQ(n_open(), 1);
    fail(phone, 1, start_us);
    EXPECT_EQ(n_open(), 0);
    EXPECT_EQ(events(), "factor.wrong factor.wrong factor.disabled ");
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::locked);
}

TEST_P(locks_on, events_tell_what_was_looked_at_and_never_the_code)
{
    const std::string code = code_at(start_us);
    EXPECT_EQ(check(phone, code, start_us), status::ok);
    EXPECT_EQ(check(phone, code, start_us), status::replayed);
    fail(phone, 5, start_us);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(check(phone, code, start_us), status::throttled);  // or a guesser could fill the disk
        EXPECT_EQ(check(phone, "no code", start_us), status::malformed);
    }
    EXPECT_EQ(events(),
              "factor.accepted factor.replayed factor.wrong factor.wrong factor.wrong factor.wrong factor.wrong "
              "factor.locked factor.refused ");
    const auto all = write([&](transaction& t) { return list_events(t, "maple", "alice", 0, 100); });
    ASSERT_EQ(all.size(), 9);
    EXPECT_EQ(all[0].detail, R"({"purpose":"login","value":)" + std::to_string(start_us / second_us / 30) + "}");
    EXPECT_EQ(all[7].detail, R"({"purpose":"login","value":)" + std::to_string(start_us + 30 * second_us) + "}");
    EXPECT_EQ(all[8].detail, R"({"purpose":"login","refused":1})");  // nine more are told with the next one
    for (const event& one : all) {
        EXPECT_EQ(one.factor, "phone");
        EXPECT_EQ(one.at_us, start_us);
        EXPECT_EQ(one.detail.find(code), std::string::npos);
    }
}

TEST_P(locks_on, the_purpose_is_logged_as_json_whatever_it_says)
{
    const response typed = prepare_response(*crypto_, {}, code_at(start_us));
    write([&](transaction& t) {
        static_cast<void>(
            verify_response(t, seal_, limits_, "maple", "alice", {&phone.factor, 1}, typed, start_us, "sign \"rx\"\n"));
    });
    const auto all = write([&](transaction& t) { return list_events(t, "maple", "alice", 0, 100); });
    EXPECT_EQ(all.at(0).detail,
              R"({"purpose":"sign \"rx\"\n","value":)" + std::to_string(start_us / second_us / 30) + "}");
}

// DESIGN 8.2: the failures that were allowed once are too many now, and no lock ever began that could end.
TEST_P(locks_on, a_limit_that_is_lowered_locks_for_a_time_and_not_for_ever)
{
    open_challenge("alice");
    fail(phone, 4, start_us);
    limits_.attempts = 3;
    factor_verdict v = answer(*connect(), phone, code_at(start_us), start_us);
    EXPECT_EQ(v.code, status::throttled);
    EXPECT_EQ(v.locked_until_us, start_us + 30 * second_us);
    EXPECT_EQ(n_open(), 0);
    EXPECT_EQ(load(phone).hot.streak, 4);
    v = answer(*connect(), phone, code_at(start_us), start_us + 10 * second_us);
    EXPECT_EQ(v.code, status::throttled);
    EXPECT_EQ(v.locked_until_us, start_us + 30 * second_us);  // it does not move
    const std::int64_t later = start_us + minute_us;
    EXPECT_EQ(check(phone, code_at(later), later), status::ok);
    static constexpr statement failures = {"SELECT failures FROM subject WHERE subject = 'alice'"};
    EXPECT_EQ(ask(failures), 4);
}

TEST_P(locks_on, a_subject_without_budget_is_told_when_it_has_one_again)
{
    limits_ = {.attempts = 50, .subject_failures = 2};
    fail(phone, 2, start_us);
    const factor_verdict v = answer(*connect(), phone, code_at(start_us), start_us + second_us);
    EXPECT_EQ(v.code, status::throttled);
    EXPECT_EQ(v.locked_until_us, start_us + 3600 * second_us);
}

ON_EACH_STORE(locks_on);

}  // namespace
}  // namespace counterseal::core
