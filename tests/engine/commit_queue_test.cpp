// SPDX-License-Identifier: Apache-2.0
// Callers that share commits get the answers that each would get alone.
#include "core/engine/commit_queue.hpp"

#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sharing_fixture.hpp"

namespace counterseal::core {
namespace {

constexpr statement advance = {"UPDATE thing SET number = $2 WHERE name = $1 AND number < $2"};
constexpr statement no_such_table = {"INSERT INTO nothing (name) VALUES ($1)"};

using text = std::string_view;

TEST_P(sharing, each_member_has_its_own_answer)
{
    commit_queue queue(*where_, 1, 1);
    put(queue, "code");
    constexpr int n_threads = 32;
    std::atomic<int> n_accepted{0};
    std::atomic<int> n_refused{0};
    std::atomic<int> n_failed{0};
    together(queue, n_threads, [&](int i) {
        try {
            const bool is_first = queue.write(clock_source::host, soon(), [&](transaction& t) {
                const std::size_t n = t.run(advance, {text("code"), std::int64_t{1}});
                t.run(insert_thing, {std::string_view("by " + std::to_string(i)), std::int64_t{0}});
                if (i % 4 == 3) {
                    throw store_error(status::e_time, "a member that fails takes nobody along");
                }
                return n == 1;
            });
            ++(is_first ? n_accepted : n_refused);
        } catch (const store_error& e) {
            EXPECT_EQ(e.code(), status::e_time);
            ++n_failed;
        }
    });
    EXPECT_EQ(n_accepted, 1);
    EXPECT_EQ(n_failed, n_threads / 4);
    EXPECT_EQ(n_refused, n_threads - n_threads / 4 - 1);
    EXPECT_EQ(n_rows(queue), 1 + n_threads - n_threads / 4);
}

TEST_P(sharing, a_statement_that_cannot_run_is_its_own_callers_error)
{
    commit_queue queue(*where_, 1, 1);
    std::atomic<int> n_done{0};
    std::atomic<int> n_failed{0};
    together(queue, 12, [&](int i) {
        try {
            queue.write(clock_source::host, soon(), [&](transaction& t) {
                t.run(insert_thing, {std::string_view("by " + std::to_string(i)), std::int64_t{0}});
                if (i == 5) {
                    t.run(no_such_table, {text("x")});
                }
            });
            ++n_done;
        } catch (const store_error&) {
            ++n_failed;
        }
    });
    EXPECT_EQ(n_done, 11);
    EXPECT_EQ(n_failed, 1);
    EXPECT_EQ(n_rows(queue), 11);
}

TEST_P(sharing, an_exception_of_the_work_reaches_its_caller)
{
    commit_queue queue(*where_, 1, 1);
    EXPECT_THROW(queue.write(clock_source::host, soon(), [](transaction&) { throw std::runtime_error("mine"); }),
                 std::runtime_error);
    EXPECT_THROW(queue.read(clock_source::host, soon(), [](transaction&) { throw std::runtime_error("mine"); }),
                 std::runtime_error);
    put(queue, "after");
    EXPECT_EQ(n_rows(queue), 1);
}

TEST_P(sharing, an_unknown_commit_is_unknown_to_everybody_in_it)
{
    commit_queue queue(*where_, 1, 1);
    std::atomic<int> n_unknown{0};
    together(queue, 8, [&](int i) {
        faults_.arm(store_fault::commit_silent);
        EXPECT_EQ(error_of([&] { put(queue, "by " + std::to_string(i)); }), status::e_store_unknown);
        ++n_unknown;
    });
    faults_.disarm();
    EXPECT_EQ(n_unknown, 8);
    put(queue, "after");
}

TEST_P(sharing, a_fault_at_any_call_is_an_error_and_the_queue_goes_on)
{
    commit_queue queue(*where_, 1, 1);
    std::set<status> seen;
    for (std::uint64_t n = 1; n <= 24; ++n) {
        together(queue, 6, [&](int i) {
            if (i == 0) {
                faults_.arm(store_fault::down, n, 1);
            }
            seen_of(seen, error_of([&] { put(queue, std::to_string(n) + " by " + std::to_string(i)); }));
        });
        faults_.disarm();
        put(queue, "after " + std::to_string(n));
    }
    EXPECT_TRUE(seen.contains(status::ok));
    EXPECT_TRUE(seen.contains(status::e_store_unavailable));
    for (const status s : seen) {
        EXPECT_TRUE(s == status::ok || s == status::e_store_unavailable) << static_cast<int>(s);
    }
}

TEST_P(sharing, counts_tell_commits_the_calls_in_them_and_what_was_tried_again)
{
    commit_queue queue(*where_, 1, 1);
    std::size_t n_busy = 0;
    queue.write(clock_source::host, soon(), [&](transaction&) { n_busy = queue.counts().n_busy; });
    EXPECT_EQ(n_busy, 1U);
    bool is_in_the_way = true;
    queue.write(clock_source::host, soon(), [&](transaction& t) {
        if (std::exchange(is_in_the_way, false)) {
            throw store_error(status::e_store_unavailable, "another one was in the way", true);
        }
        t.run(insert_thing, {text("a"), std::int64_t{0}});
    });
    faults_.arm(store_fault::commit_lost);
    EXPECT_EQ(error_of([&] { put(queue, "lost"); }), status::e_store_unknown);
    faults_.disarm();
    EXPECT_EQ(queue.counts().n_commits, 2U);
    EXPECT_EQ(queue.counts().n_members, 2U);
    EXPECT_EQ(queue.counts().n_retries, 1U);
    constexpr int n_threads = 8;
    together(queue, n_threads, [&](int i) { put(queue, "by " + std::to_string(i)); });
    const commit_counts after = queue.counts();
    EXPECT_EQ(after.n_members, 2U + 1U + n_threads);  // with the one that kept them waiting
    EXPECT_LE(after.n_commits, after.n_members);
    EXPECT_GE(after.n_commits, 4U);
    EXPECT_EQ(after.n_waiting + after.n_busy, 0U);
}

TEST_P(sharing, a_machine_whose_clock_is_not_the_stores_reads_and_writes_nothing_by_it)
{
    commit_queue queue(*where_, 1, 1);
    const auto look = [](transaction&) {};
    faults_.arm(store_fault::clock);
    EXPECT_EQ(error_of([&] { put(queue, "a", clock_source::machine); }), status::e_time);
    EXPECT_EQ(error_of([&] { queue.read(clock_source::machine, soon(), look); }), status::e_time);
    put(queue, "b", clock_source::host);  // the host has a clock of its own
    queue.read(clock_source::host, soon(), look);
    EXPECT_EQ(n_rows(queue), 1);
}

TEST_P(sharing, the_machines_own_clock_may_be_used)
{
    commit_queue queue(*where_, 1, 1);
    put(queue, "a", clock_source::machine);  // test and database are on one machine
    EXPECT_EQ(n_rows(queue), 1);
}

TEST_P(sharing, more_sessions_than_callers_and_more_callers_than_sessions)
{
    for (const std::size_t n_sessions : {std::size_t{1}, std::size_t{4}}) {
        if (is_memory() && n_sessions > 1) {
            continue;  // one lock for all
        }
        commit_queue queue(*where_, n_sessions, n_sessions);
        const std::int64_t before = n_rows(queue);
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                for (int k = 0; k < 20; ++k) {
                    put(queue, std::to_string(n_sessions) + "/" + std::to_string(i) + "/" + std::to_string(k));
                }
            });
        }
        for (std::thread& t : threads) {
            t.join();
        }
        EXPECT_EQ(n_rows(queue), before + 160);
    }
}

INSTANTIATE_TEST_SUITE_P(engine, sharing, ::testing::Values("memory", "sqlite", "postgres"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace counterseal::core
