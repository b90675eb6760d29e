// SPDX-License-Identifier: Apache-2.0
// One code, one accept: many threads and many processes advance the same row, and exactly one succeeds each time.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <latch>
#include <thread>

#include "stores.hpp"

namespace counterseal::core {
namespace {

constexpr statement insert_name = {"INSERT INTO thing (name, number) VALUES ($1, $2)"};
constexpr statement advance = {"UPDATE thing SET number = $2 WHERE name = $1 AND number < $2"};
constexpr statement count_up = {"UPDATE thing SET number = number + 1 WHERE name = $1"};
constexpr statement reserve = {"UPDATE thing SET number = number + 1 WHERE name = $1 AND number < $2"};
constexpr statement select_number = {"SELECT number FROM thing WHERE name = $1"};

using text = std::string_view;
using race = stores;

void put(store_session& in, text name)
{
    in_transaction(in, soon(), [&](transaction& t) { t.run(insert_name, {name, std::int64_t{0}}); });
}

bool moves(store_session& in, const statement& what, text name, std::int64_t to)
{
    return in_transaction(in, soon(), [&](transaction& t) { return t.run(what, {name, to}) == 1; });
}

std::int64_t number(store_session& in, text name)
{
    return in_transaction(in, soon(), [&](transaction& t) {
        rows out;
        t.run(select_number, {name}, &out);
        return out.integer(0, 0);
    });
}

TEST_P(race, of_many_threads_one_advances_each_step)
{
    constexpr int n_threads = 8;
    constexpr std::int64_t n_steps = 60;
    put(*connect(), "code");
    std::atomic<std::int64_t> n_accepted{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < n_threads; ++i) {
        threads.emplace_back([&] {
            const auto session = connect();
            for (std::int64_t step = 1; step <= n_steps; ++step) {
                n_accepted += moves(*session, advance, "code", step) ? 1 : 0;
            }
        });
    }
    for (std::thread& t : threads) {
        t.join();
    }
    // A step that a faster thread has passed already is nobody's: at most one each, and the last is somebody's.
    EXPECT_LE(n_accepted, n_steps);
    EXPECT_EQ(number(*connect(), "code"), n_steps);
}

TEST_P(race, parallel_guessers_get_the_whole_budget_and_no_more)
{
    constexpr int n_threads = 16;
    constexpr std::int64_t limit = 5;
    put(*connect(), "budget");
    std::atomic<std::int64_t> n_evaluated{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < n_threads; ++i) {
        threads.emplace_back([&] {
            const auto session = connect();
            for (int guess = 0; guess < 4; ++guess) {
                n_evaluated += moves(*session, reserve, "budget", limit) ? 1 : 0;
            }
        });
    }
    for (std::thread& t : threads) {
        t.join();
    }
    EXPECT_EQ(n_evaluated, limit);
}

TEST_P(race, no_count_is_lost_between_threads)
{
    constexpr int n_threads = 4;
    constexpr int n_each = 50;
    put(*connect(), "count");
    std::vector<std::thread> threads;
    for (int i = 0; i < n_threads; ++i) {
        threads.emplace_back([&] {
            const auto session = connect();
            for (int k = 0; k < n_each; ++k) {
                in_transaction(*session, soon(), [&](transaction& t) { t.run(count_up, {text("count")}); });
            }
        });
    }
    for (std::thread& t : threads) {
        t.join();
    }
    EXPECT_EQ(number(*connect(), "count"), n_threads * n_each);
}

TEST_P(race, of_many_processes_one_advances_each_step)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory belongs to one process";
    }
    constexpr int n_processes = 8;
    constexpr std::int64_t n_steps = 25;
    put(*connect(), "code");
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < n_processes; ++i) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            std::int64_t n_accepted = -1;
            try {
                const auto session = open_again()->connect(soon());
                n_accepted = 0;
                for (std::int64_t step = 1; step <= n_steps; ++step) {
                    n_accepted += moves(*session, advance, "code", step) ? 1 : 0;
                }
            } catch (const std::exception& e) {
                std::fprintf(stderr, "child: %s\n", e.what());
                n_accepted = -1;
            }
            const bool is_told = ::write(pipe_ends[1], &n_accepted, sizeof n_accepted) == sizeof n_accepted;
            ::_exit(is_told ? 0 : 1);
        }
        children.push_back(child);
    }
    std::int64_t total = 0;
    for (const pid_t child : children) {
        std::int64_t n_accepted = -1;
        ASSERT_EQ(::read(pipe_ends[0], &n_accepted, sizeof n_accepted), static_cast<ssize_t>(sizeof n_accepted));
        EXPECT_GE(n_accepted, 0);
        total += n_accepted;
        int how = 0;
        ASSERT_EQ(::waitpid(child, &how, 0), child);
        EXPECT_EQ(how, 0);
    }
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    EXPECT_LE(total, n_steps);
    EXPECT_EQ(number(*connect(), "code"), n_steps);
}

TEST_P(race, a_session_goes_on_in_a_forked_child_and_in_its_parent)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory belongs to one process";
    }
    const auto session = connect();
    put(*session, "count");
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        int how = 1;
        try {
            in_transaction(*session, soon(), [&](transaction& t) { t.run(count_up, {text("count")}); });
            how = 0;
        } catch (const std::exception& e) {
            std::fprintf(stderr, "child: %s\n", e.what());
        }
        ::_exit(how);
    }
    int how = -1;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    EXPECT_EQ(how, 0);
    in_transaction(*session, soon(), [&](transaction& t) { t.run(count_up, {text("count")}); });
    EXPECT_EQ(number(*session, "count"), 2);
}

// SQLite's last one to close a file removes its log; a child that believes to hold its parent's locks does not keep it
// from that, and commits into a file that is gone.
TEST_P(race, a_forked_child_keeps_what_it_commits_when_its_parent_closes_the_store)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory belongs to one process";
    }
    auto session = connect();
    put(*session, "count");
    std::array<int, 2> to_child{};
    std::array<int, 2> to_parent{};
    ASSERT_EQ(::pipe(to_child.data()), 0);
    ASSERT_EQ(::pipe(to_parent.data()), 0);
    const auto tell = [](int end) { return ::write(end, "x", 1) == 1; };
    const auto hear = [](int end) {
        char got = 0;
        return ::read(end, &got, 1) == 1;
    };
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        bool is_good = false;
        try {
            const auto count_one = [&](transaction& t) { t.run(count_up, {text("count")}); };
            in_transaction(*session, soon(), count_one);
            is_good = tell(to_parent[1]) && hear(to_child[0]);
            in_transaction(*session, soon(), count_one);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "child: %s\n", e.what());
            is_good = false;
        }
        static_cast<void>(tell(to_parent[1]));
        ::_exit(is_good ? 0 : 1);
    }
    EXPECT_TRUE(hear(to_parent[0]));
    EXPECT_EQ(number(*session, "count"), 1);
    session.reset();
    EXPECT_TRUE(tell(to_child[1]));
    EXPECT_TRUE(hear(to_parent[0]));
    EXPECT_EQ(number(*open_again()->connect(soon()), "count"), 2);
    int how = -1;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    EXPECT_EQ(how, 0);
    for (const int end : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) {
        ::close(end);
    }
}

TEST_P(race, whoever_forks_waits_for_transactions_of_other_threads)
{
    if (std::string_view(GetParam()) != "sqlite") {
        GTEST_SKIP() << "what a child inherits of others is harmless";
    }
    const auto session = connect();
    put(*session, "count");
    std::latch is_inside(1);
    std::latch is_done(1);
    std::atomic<bool> is_over{false};
    // Detached: the child, which cannot join it, would have leaked it for ThreadSanitizer.
    std::thread([&] {
        in_transaction(*session, soon(), [&](transaction& t) {
            is_inside.count_down();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            t.run(count_up, {text("count")});
            is_over = true;
        });
        is_done.count_down();
    }).detach();
    is_inside.wait();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const status s = error_of([&] {
            in_transaction(*open_again()->connect(soon()), soon(),
                           [&](transaction& t) { t.run(count_up, {text("count")}); });
        });
        ::_exit(is_over && s == status::ok ? 0 : 1);
    }
    is_done.wait();
    int how = -1;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    EXPECT_EQ(how, 0);
    EXPECT_EQ(number(*session, "count"), 2);
}

TEST_P(race, whoever_forks_does_not_wait_for_what_waits_for_another_process)
{
    if (std::string_view(GetParam()) != "sqlite") {
        GTEST_SKIP() << "nobody waits for a fork";
    }
    put(*connect(), "count");
    std::array<int, 2> to_parent{};
    std::array<int, 2> to_holder{};
    ASSERT_EQ(::pipe(to_parent.data()), 0);
    ASSERT_EQ(::pipe(to_holder.data()), 0);
    char said = 0;
    const pid_t holder = ::fork();
    ASSERT_GE(holder, 0);
    if (holder == 0) {
        const auto session = open_again()->connect(soon());
        const transaction t(*session, access::write, soon());
        ::_exit(::write(to_parent[1], "x", 1) == 1 && ::read(to_holder[0], &said, 1) == 1 ? 0 : 1);
    }
    ASSERT_EQ(::read(to_parent[0], &said, 1), 1);
    const auto session = connect();
    std::atomic<status> of_waiting{status::e_internal};
    std::latch is_done(1);
    // Detached: the child, which cannot join it, would have leaked it for ThreadSanitizer.
    std::thread([&] {
        of_waiting = error_of(
            [&] { in_transaction(*session, soon(), [&](transaction& t) { t.run(count_up, {text("count")}); }); });
        is_done.count_down();
    }).detach();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const bool is_let_go = ::write(to_holder[1], "x", 1) == 1;
        const status s = error_of([&] {
            in_transaction(*open_again()->connect(soon()), soon(),
                           [&](transaction& t) { t.run(count_up, {text("count")}); });
        });
        ::_exit(is_let_go && s == status::ok ? 0 : 1);
    }
    is_done.wait();
    EXPECT_EQ(of_waiting, status::ok);
    for (const pid_t one : {holder, child}) {
        int how = -1;
        ASSERT_EQ(::waitpid(one, &how, 0), one);
        EXPECT_EQ(how, 0);
    }
    for (const int end : {to_parent[0], to_parent[1], to_holder[0], to_holder[1]}) {
        ::close(end);
    }
    EXPECT_EQ(number(*session, "count"), 2);
}

TEST_P(race, a_transaction_that_was_begun_before_a_fork_belongs_to_the_parent)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory belongs to one process";
    }
    const auto session = connect();
    put(*session, "count");
    transaction open_one(*session, access::write, soon());
    open_one.run(count_up, {text("count")});
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const status s = error_of([&] { session->run(count_up, {}); });
        session->roll_back();
        // Of SQLite a child keeps what was open in the middle of something, and with it locks that it does not have.
        const status anew = error_of([&] { put(*open_again()->connect(soon()), "of the child"); });
        const status expected = text(GetParam()) == "sqlite" ? status::e_forked : status::ok;
        ::_exit(s == status::e_forked && anew == expected ? 0 : 1);
    }
    int how = -1;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    EXPECT_EQ(how, 0);
    open_one.commit();
    EXPECT_EQ(number(*session, "count"), 1);
}

TEST_P(race, a_killed_writer_leaves_nothing_behind)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory belongs to one process";
    }
    put(*connect(), "count");
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto session = open_again()->connect(soon());
        transaction t(*session, access::write, soon());
        t.run(count_up, {text("count")});
        ::raise(SIGKILL);
    }
    int how = -1;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    EXPECT_TRUE(WIFSIGNALED(how));
    const auto session = connect();
    in_transaction(*session, soon(), [&](transaction& t) { t.run(count_up, {text("count")}); });
    EXPECT_EQ(number(*session, "count"), 1);
}

INSTANTIATE_TEST_SUITE_P(store, race, ::testing::Values("memory", "sqlite", "postgres"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace counterseal::core
