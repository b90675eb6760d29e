// SPDX-License-Identifier: Apache-2.0
// Who waits for a commit, for how long, and with whom it is shared.
#include <pthread.h>

#include <atomic>
#include <ctime>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "core/engine/commit_queue.hpp"
#include "sharing_fixture.hpp"

namespace counterseal::core {
namespace {

using text = std::string_view;

class waiting : public sharing {};

TEST_P(waiting, who_waits_too_long_leaves_and_writes_nothing)
{
    commit_queue queue(*where_, 1, 1);
    holder before(queue);
    const deadline now = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of([&] {
                  queue.write(clock_source::host, now,
                              [](transaction& t) { t.run(insert_thing, {text("late"), std::int64_t{0}}); });
              }),
              status::e_store_unavailable);
    before.release();
    EXPECT_EQ(n_rows(queue), 0);
}

/// What the thread has computed so far, in nanoseconds.
std::int64_t computed_by(std::thread& one)
{
    clockid_t clock{};
    timespec at{};
    EXPECT_EQ(::pthread_getcpuclockid(one.native_handle(), &clock), 0);
    EXPECT_EQ(::clock_gettime(clock, &at), 0);
    return at.tv_sec * 1'000'000'000 + at.tv_nsec;
}

TEST_P(waiting, whose_commit_takes_longer_than_its_patience_sleeps_until_it_is_known)
{
    using std::chrono::milliseconds;
    commit_queue queue(*where_, 1, 1);
    std::latch is_held(1);
    std::latch may_go_on(1);
    const auto hold = [&](transaction&) {
        if (!is_held.try_wait()) {
            is_held.count_down();
            may_go_on.wait();
        }
    };
    holder before(queue);
    // The one whose commit hangs came before the impatient one, and so takes it along.
    std::thread slow([&] { static_cast<void>(error_of([&] { queue.write(clock_source::host, soon(), hold); })); });
    while (queue.counts().n_waiting < 1) {
        std::this_thread::yield();
    }
    const deadline until = std::chrono::steady_clock::now() + milliseconds(1000);
    std::thread impatient(
        [&] { static_cast<void>(error_of([&] { queue.write(clock_source::host, until, [](transaction&) {}); })); });
    while (queue.counts().n_waiting < 2 && std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    before.release();
    is_held.wait();
    EXPECT_EQ(queue.counts().n_waiting, 0U);
    std::this_thread::sleep_until(until + milliseconds(50));
    const std::int64_t computed = computed_by(impatient);
    std::this_thread::sleep_for(milliseconds(100));
    EXPECT_EQ(computed_by(impatient), computed);
    may_go_on.count_down();
    slow.join();
    impatient.join();
}

TEST_P(waiting, members_run_in_the_order_of_what_they_lock_and_then_in_the_order_they_came)
{
    commit_queue queue(*where_, 1, 1);
    holder before(queue);
    std::string order;
    std::vector<std::thread> threads;
    for (const char* const name : {"b1", "c1", "a1", "b2", " 1", "a2"}) {
        threads.emplace_back([&, name] {
            const text locked = text(name).substr(0, 1);
            queue.write(
                clock_source::host, soon(), [&](transaction&) { order += text(name); }, locked == " " ? "" : locked);
        });
        while (queue.counts().n_waiting < threads.size()) {
            std::this_thread::yield();
        }
    }
    before.release();
    for (std::thread& one : threads) {
        one.join();
    }
    EXPECT_EQ(order, " 1a1a2b1b2c1");
}

TEST_P(waiting, who_commits_alone_is_in_nobody_elses_transaction)
{
    commit_queue queue(*where_, 1, 1);
    holder before(queue);
    std::vector<std::thread> threads;
    for (const bool is_alone : {false, false, true, true, false, false}) {
        threads.emplace_back([&, is_alone] {
            const auto nothing = [](transaction&) {};
            if (is_alone) {
                queue.write_alone(clock_source::host, soon(), nothing);
            } else {
                queue.write(clock_source::host, soon(), nothing);
            }
        });
        while (queue.counts().n_waiting < threads.size()) {
            std::this_thread::yield();
        }
    }
    before.release();
    for (std::thread& one : threads) {
        one.join();
    }
    EXPECT_EQ(queue.counts().n_commits, 1U + 1U + 2U + 1U);  // the holder, two, each of two alone, two
    EXPECT_EQ(queue.counts().n_members, 1U + threads.size());
}

/// `call(until, work)` of many waiters: the first in the line has its time end just as the session becomes free.
template <class Call>
int n_that_failed_beside_a_free_session(const Call& call)
{
    using std::chrono::microseconds;
    constexpr int n_tries = 400;
    int n_failed = 0;
    for (int i = 0; i < n_tries; ++i) {
        const deadline soon_over = std::chrono::steady_clock::now() + microseconds(2000);
        std::atomic<bool> is_held{false};
        std::thread first([&] {
            call(soon(), [&](transaction&) {
                is_held = true;
                std::this_thread::sleep_until(soon_over - microseconds(10 * (i % 12)));
            });
        });
        while (!is_held) {
            std::this_thread::yield();
        }
        std::thread late([&] { static_cast<void>(error_of([&] { call(soon_over, [](transaction&) {}); })); });
        std::this_thread::sleep_for(microseconds(500));
        const deadline until = std::chrono::steady_clock::now() + std::chrono::seconds(3);
        n_failed += error_of([&] { call(until, [](transaction&) {}); }) != status::ok ? 1 : 0;
        first.join();
        late.join();
    }
    return n_failed;
}

TEST_P(waiting, who_is_told_too_late_that_a_session_is_free_tells_the_next)
{
    commit_queue queue(*where_, 1, 1);
    EXPECT_EQ(n_that_failed_beside_a_free_session(
                  [&](deadline until, const auto& work) { queue.write(clock_source::host, until, work); }),
              0);
    EXPECT_EQ(n_that_failed_beside_a_free_session(
                  [&](deadline until, const auto& work) { queue.read(clock_source::host, until, work); }),
              0);
}

TEST_P(waiting, who_has_no_more_time_takes_nobody_elses_away)
{
    commit_queue queue(*where_, 1, 1);
    holder before(queue);
    const deadline until = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
    status of_late = status::ok;
    std::thread late([&] {
        of_late = error_of([&] {
            queue.write(clock_source::host, until, [&](transaction& t) {
                std::this_thread::sleep_until(until);
                faults_.arm(store_fault::down, 1, 1);
                t.run(insert_thing, {text("late"), std::int64_t{0}});
            });
        });
    });
    std::vector<std::thread> others;
    for (const char* const name : {"a", "b"}) {
        while (queue.counts().n_waiting < 1 + others.size()) {
            std::this_thread::yield();
        }
        others.emplace_back([&, name] { put(queue, name); });
    }
    while (queue.counts().n_waiting < 1 + others.size() && std::chrono::steady_clock::now() < until) {
        std::this_thread::yield();
    }
    before.release();
    late.join();
    for (std::thread& one : others) {
        one.join();  // put() throws where it fails, which ends the program
    }
    EXPECT_EQ(of_late, status::e_store_unavailable);
    EXPECT_EQ(n_rows(queue), 2);
}

INSTANTIATE_TEST_SUITE_P(engine, waiting, ::testing::Values("memory", "sqlite", "postgres"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace counterseal::core
