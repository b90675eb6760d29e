// SPDX-License-Identifier: Apache-2.0
// What time it is for locks, whatever the clock of one node says.
#include "core/engine/clock.hpp"

#include "core/engine/commit_queue.hpp"
#include "core/engine/event.hpp"
#include "core/engine/set_clock.hpp"

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

TEST_P(clock_of_store, a_call_that_waited_brings_a_time_that_was_right_when_it_was_made)
{
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    commit_queue queue(*which_, 1, 1);
    const auto decides = [&](std::int64_t behind_s, int waited_s) {
        const auto told = std::chrono::steady_clock::now() - std::chrono::seconds(waited_s);
        const auto ask = [&](auto&& tell) { return error_of([&] { tell(); }); };
        const std::int64_t now_us = start_us - behind_s * second_us;
        const status writes = ask([&] {
            queue.write({clock_source::host, told}, soon(),
                        [&](transaction& t) { static_cast<void>(tell_time(t, now_us)); });
        });
        const status reads = ask([&] {
            queue.read({clock_source::host, told}, soon(),
                       [&](transaction& t) { static_cast<void>(read_time(t, now_us)); });
        });
        EXPECT_EQ(writes, reads);
        return writes;
    };
    EXPECT_EQ(decides(8, 0), status::e_time);
    EXPECT_EQ(decides(8, 2), status::e_time);
    EXPECT_EQ(decides(8, 4), status::ok);
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

TEST_P(clock_of_store, an_administrator_sets_it_and_the_log_says_who_and_why)
{
    const std::int64_t day_us = 24 * 3600 * second_us;
    const authority root{"root", "node 2 was a day ahead"};
    const auto set = [&](const authority& by, std::int64_t to_us) {
        return write([&](transaction& t) { return set_clock(t, seal_, "maple", by, to_us); });
    };
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::ok);
    EXPECT_EQ(set(root, start_us + day_us).code, status::ok);
    EXPECT_EQ(error_of([&] { static_cast<void>(check(phone, "123456", start_us + minute_us)); }), status::e_time);
    const clock_verdict back = set(root, start_us + minute_us);
    EXPECT_EQ(back.code, status::ok);
    EXPECT_EQ(back.from_us, start_us + day_us);
    EXPECT_EQ(back.to_us, start_us + minute_us);
    EXPECT_EQ(check(phone, code_at(start_us + minute_us), start_us + minute_us), status::ok);

    EXPECT_EQ(set({"root", ""}, start_us).code, status::e_argument);
    EXPECT_EQ(set(root, this_machine().wall_us() + minute_us).code, status::e_time);
    const auto events = write([&](transaction& t) { return list_events(t, "maple", std::nullopt, 0, 1000); });
    std::vector<std::string> told;
    for (const event& one : events) {
        if (one.type == "clock.set") {
            EXPECT_EQ(one.actor, "root");
            EXPECT_EQ(one.reason, "node 2 was a day ahead");
            told.push_back(one.detail);
        }
    }
    const auto from_to = [](std::int64_t from_us, std::int64_t to_us) {
        return R"({"from_us":)" + std::to_string(from_us) + R"(,"to_us":)" + std::to_string(to_us) + "}";
    };
    EXPECT_EQ(told,
              (std::vector{from_to(start_us, start_us + day_us), from_to(start_us + day_us, start_us + minute_us)}));
}

TEST_P(clock_of_store, a_code_that_a_clock_ahead_let_in_tells_why_those_of_now_are_not_new)
{
    const std::int64_t ahead = start_us + 10 * minute_us;
    EXPECT_EQ(check(phone, code_at(ahead), ahead), status::ok);
    write([&](transaction& t) {
        EXPECT_EQ(set_clock(t, seal_, "maple", {"root", "ten minutes ahead"}, start_us).code, status::ok);
    });
    const auto why_at = [&](std::int64_t now_us) {
        const factor_verdict said = answer(*connect(), phone, code_at(now_us), now_us);
        EXPECT_EQ(said.code, status::replayed);
        return said.why;
    };
    EXPECT_EQ(why_at(start_us), reason::step_in_future);
    EXPECT_EQ(check(phone, wrong_at(start_us), start_us), status::wrong);
    EXPECT_EQ(why_at(ahead - minute_us), reason::step_in_future);
    EXPECT_EQ(why_at(ahead - minute_us / 2), reason::replay);  // a phone may be one step ahead
    EXPECT_EQ(why_at(ahead), reason::replay);
    std::string told;
    for (const event& one : write([&](transaction& t) { return list_events(t, "maple", std::nullopt, 0, 1000); })) {
        told += one.type == "factor.replayed" ? one.reason + " " : "";
    }
    EXPECT_EQ(told, "STEP_IN_FUTURE STEP_IN_FUTURE REPLAY REPLAY ");
    EXPECT_EQ(check(phone, code_at(ahead + minute_us), ahead + minute_us), status::ok);
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
