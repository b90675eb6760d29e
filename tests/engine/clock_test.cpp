// SPDX-License-Identifier: Apache-2.0
// What time it is for locks, whatever the clock of one node says.
#include "core/engine/clock.hpp"

#include "factor_fixture.hpp"

namespace counterseal::core {
namespace {

using clock_of_store = verify_factor_on;

TEST_P(clock_of_store, a_lock_ends_by_the_latest_time_that_any_node_has_seen)
{
    add_factor(token);
    fail(phone, 5, start_us);
    const std::int64_t ahead = start_us + 31 * second_us;
    const std::int64_t behind = start_us + 28 * second_us;
    EXPECT_EQ(check(phone, code_at(behind), behind), status::throttled);
    EXPECT_EQ(check(token, code_at(ahead), ahead), status::ok);
    EXPECT_EQ(check(phone, code_at(behind), behind), status::ok);
}

TEST_P(clock_of_store, a_clock_that_went_back_decides_nothing)
{
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    const std::int64_t back = start_us - minute_us;
    EXPECT_EQ(error_of([&] { static_cast<void>(check(phone, wrong_at(back), back)); }), status::e_time);
    EXPECT_EQ(load(phone).hot.attempts, 0);
    EXPECT_EQ(check(phone, wrong_at(start_us - 4 * second_us), start_us - 4 * second_us), status::wrong);
}

TEST_P(clock_of_store, a_wait_is_told_by_the_latest_time_too)
{
    add_factor(token);
    fail(phone, 5, start_us);
    const std::int64_t ahead = start_us + 20 * second_us;
    EXPECT_EQ(check(token, code_at(ahead), ahead), status::ok);
    const factor_verdict v = answer(*connect(), phone, code_at(ahead), ahead - 4 * second_us);
    EXPECT_EQ(v.code, status::throttled);
    EXPECT_EQ(v.retry_after_s, 10);
}

TEST_P(clock_of_store, who_only_shows_what_is_stored_is_told_the_latest_time_and_no_fault)
{
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    const auto latest_at = [&](std::int64_t now_us) {
        return write([&](transaction& t) { return latest_us(t, now_us); });
    };
    EXPECT_EQ(latest_at(start_us - 1), start_us);
    EXPECT_EQ(latest_at(start_us - 24 * 3600 * second_us), start_us);
    EXPECT_EQ(latest_at(start_us + 1), start_us + 1);
}

TEST_P(clock_of_store, a_clock_that_runs_ahead_moves_the_stored_time_by_five_minutes_at_most)
{
    add_factor(token);
    const std::int64_t next_year = start_us + 365 * 24 * 3600 * second_us;
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    EXPECT_EQ(check(token, code_at(next_year), next_year), status::ok);  // one node with a wrong clock
    const std::int64_t soon_after = start_us + clock_step_us - clock_back_us;
    EXPECT_EQ(error_of([&] { static_cast<void>(check(phone, "123456", soon_after - 1)); }), status::e_time);
    EXPECT_EQ(check(phone, code_at(soon_after), soon_after), status::ok);
}

TEST_P(clock_of_store, who_moves_it_holds_nobody_up)
{
    if (text(GetParam()) != "postgres") {
        GTEST_SKIP() << "one writes at a time";
    }
    add_factor({"maple", "bob", "phone"});
    const auto first = connect();
    const auto second = connect();
    transaction under_way(*first, access::write, soon());
    EXPECT_EQ(tell_time(under_way, start_us + minute_us).locked_us, start_us + minute_us);
    const deadline at_once = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    transaction other(*second, access::write, at_once);
    static_cast<void>(lock_subject(other, seal_, "maple", "bob", start_us));
    EXPECT_EQ(tell_time(other, start_us + 2 * minute_us).locked_us, start_us + 2 * minute_us);
    other.commit();
    under_way.commit();
    EXPECT_EQ(ask({"SELECT clock_us FROM installation"}), start_us + 2 * minute_us);
}

TEST_P(clock_of_store, of_several_times_in_one_transaction_the_latest_stays)
{
    write([&](transaction& t) {
        static_cast<void>(tell_time(t, start_us + 3 * second_us));
        static_cast<void>(tell_time(t, start_us + 9 * second_us));
        static_cast<void>(tell_time(t, start_us + 6 * second_us));
    });
    EXPECT_EQ(ask({"SELECT clock_us FROM installation"}), start_us + 9 * second_us);
}

ON_EACH_STORE(clock_of_store);

}  // namespace
}  // namespace counterseal::core
