// SPDX-License-Identifier: Apache-2.0
// Events are the leaves of a tree that anybody can check: also after commits that are shared, and writers that race.
#include <atomic>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "core/engine/commit_queue.hpp"
#include "log_fixture.hpp"

namespace counterseal::core {
namespace {

class event_logs : public logs {};

constexpr std::int64_t hour_us = 60 * minute_us;

TEST_P(event_logs, the_tree_is_that_of_the_exported_lines)
{
    for (int n = 1; n <= 40; ++n) {  // 820 events in transactions of every size
        append(n, start_us + n);
    }
    fail(phone, 2, start_us + minute_us);
    EXPECT_EQ(check(phone, code_at(start_us + minute_us), start_us + minute_us), status::ok);
    EXPECT_EQ(head().size(), 823);
    expect_whole();
    const auto lines = exported();
    const nlohmann::json last = nlohmann::json::parse(lines.back());
    EXPECT_EQ(last["entry"]["type"], "factor.accepted");
    EXPECT_EQ(last["entry"]["seq"], 823);
    EXPECT_EQ(last["person"]["subject"], "alice");
    EXPECT_EQ(lines.back().substr(9, last["entry"].dump().size()).find("alice"), std::string::npos);
}

TEST_P(event_logs, each_tenant_has_its_own_and_one_transaction_may_write_several)
{
    write([&](transaction& t) {
        for (int i = 0; i < 10; ++i) {
            append_event(t, seal_, an_event(start_us, i % 2 == 0 ? "oak" : "maple"));
            append_event(t, seal_, an_event(start_us, "birch and beech"));
        }
    });
    EXPECT_EQ(head().size(), 5);
    EXPECT_EQ(head("oak").size(), 5);
    EXPECT_EQ(head("birch and beech").size(), 10);
    expect_whole();
    expect_whole("oak");
    expect_whole("birch and beech");
    EXPECT_EQ(opened(kept("birch and beech").front()).origin, "counterseal/store/birch%20and%20beech");
    EXPECT_EQ(log_.tenant_of("counterseal/store/birch%20and%20beech"), "birch and beech");
    EXPECT_EQ(log_.tenant_of("counterseal/store/birch%20and%20beec%68"), std::nullopt);  // another spelling
    EXPECT_EQ(log_.tenant_of("counterseal/stor/oak"), std::nullopt);
}

TEST_P(event_logs, two_salts_are_never_the_same)
{
    append(50, start_us);
    append(50, start_us);
    static constexpr statement count = {"SELECT count(DISTINCT salt) FROM event"};
    EXPECT_EQ(ask(count), 100);
}

TEST_P(event_logs, a_checkpoint_is_made_after_256_events_or_a_second)
{
    append(1, start_us);  // the first of all
    EXPECT_EQ(kept().size(), 1U);
    append(255, start_us + 999'999);
    EXPECT_EQ(kept().size(), 1U);
    append(1, start_us + 999'999);  // the 256th since
    ASSERT_EQ(kept().size(), 2U);
    EXPECT_EQ(kept().back().size, 257);
    append(1, start_us + 1'999'998);
    EXPECT_EQ(kept().size(), 2U);
    append(1, start_us + 1'999'999);
    ASSERT_EQ(kept().size(), 3U);
    EXPECT_EQ(kept().back().size, 259);
    append(1000, start_us + 1'999'999);  // a transaction has one, however long it is
    EXPECT_EQ(kept().size(), 4U);
    expect_whole();
}

TEST_P(event_logs, a_checkpoint_is_made_when_it_is_asked_for)
{
    EXPECT_FALSE(write([&](transaction& t) { return checkpoint_now(t, log_, "nobody", start_us); })->has_value());
    EXPECT_EQ(head("nobody").size(), 0);
    append(1, start_us);
    append(5, start_us);
    const stored_checkpoint made = checkpoint_of(start_us + 7);
    EXPECT_EQ(made.size, 6);
    EXPECT_EQ(opened(made).root, root(head()));
    EXPECT_EQ(checkpoint_of(start_us + 9).note, made.note);  // nothing has happened since
    EXPECT_EQ(kept().size(), 2U);
    append(1, start_us + 7 + 999'999);  // the second counts from that one
    EXPECT_EQ(kept().size(), 2U);
}

TEST_P(event_logs, checkpoints_wait_until_the_host_has_them)
{
    for (int i = 0; i < 5; ++i) {
        append(1, start_us + i * minute_us);
        append(1, start_us + i * minute_us, "oak");
    }
    const auto page = [&](const stored_checkpoint& after, std::int64_t limit) {
        return write([&](transaction& t) { return list_checkpoints(t, std::nullopt, after, limit); });
    };
    std::string all;
    stored_checkpoint after;
    for (auto found = page(after, 3); !found.empty(); found = page(after, 3)) {
        for (const stored_checkpoint& one : found) {
            all += one.tenant + std::to_string(one.size) + " ";
        }
        after = found.back();
    }
    EXPECT_EQ(all, "maple1 maple2 maple3 maple4 maple5 oak1 oak2 oak3 oak4 oak5 ");
    EXPECT_EQ(write([&](transaction& t) { return release_checkpoints(t, "maple", 4, start_us); }), 4);
    EXPECT_EQ(kept().size(), 1U);
    EXPECT_EQ(kept("oak").size(), 5U);
    expect_whole();
}

TEST_P(event_logs, proofs_are_those_of_rfc_9162)
{
    append(700, start_us);
    stored_checkpoint made = checkpoint_of(start_us);
    std::mt19937_64 random(7);
    merkle_hash hash(*crypto_);
    const auto lines = exported();
    write([&](transaction& t) {
        stored_tree tree(t, *crypto_, "maple");
        EXPECT_EQ(tree.root(700), opened(made).root);
        EXPECT_EQ(tree.root(0), hash.of_nothing());
        for (int i = 0; i < 300; ++i) {
            const std::uint64_t size = 1 + random() % 700;
            const std::uint64_t at = random() % size;
            const sha256_digest leaf = hash.of_leaf(bytes_of(read_log_line(lines[at])->entry));
            EXPECT_EQ(leaf, tree.leaf(at));
            const auto proof = prove_inclusion(tree.hash(), tree.nodes(), at, size);
            EXPECT_TRUE(includes(hash, proof, at, leaf, size, tree.root(size))) << at << " of " << size;
            const std::uint64_t first = random() % (size + 1);
            const auto growth = prove_consistency(tree.hash(), tree.nodes(), first, size);
            EXPECT_TRUE(goes_on(hash, growth, first, tree.root(first), size, tree.root(size))) << first << " " << size;
        }
    });
}

TEST_P(event_logs, members_of_one_commit_are_written_together_and_who_fails_leaves_none)
{
    const auto session = connect();
    in_transaction(*session, soon(), [&](transaction& t) {
        for (int i = 0; i < 20; ++i) {
            savepoint own(t);
            append_event(t, seal_, an_event(start_us, "maple", "member" + std::to_string(i)));
            append_event(t, seal_, an_event(start_us, "oak", "member" + std::to_string(i)));
            if (i % 3 == 0) {
                own.undo();
            }
        }
    });
    EXPECT_EQ(head().size(), 13);
    expect_whole();
    expect_whole("oak");
    for (const std::string& line : exported()) {
        EXPECT_EQ(line.find("\"member3\""), std::string::npos);
    }
}

TEST_P(event_logs, writers_of_one_tenant_that_race_make_one_tree_without_a_gap)
{
    if (is_memory()) {
        GTEST_SKIP() << "memory belongs to one store object";
    }
    constexpr int n_threads = 8;
    constexpr int n_each = 40;
    const auto second_node = open_again();
    commit_queue one(*which_, 2, 2);
    commit_queue other(*second_node, 2, 2);
    std::atomic<int> n_failed{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < n_threads; ++i) {
        threads.emplace_back([&, i] {
            for (int k = 0; k < n_each; ++k) {
                try {
                    (i % 2 == 0 ? one : other).write(clock_source::host, soon(), [&](transaction& t) {
                        append_event(t, seal_, an_event(start_us + k * 100'000));
                        append_event(t, seal_, an_event(start_us, "oak"));
                        if (k % 10 == 9) {
                            throw std::runtime_error("the host's own");
                        }
                    });
                } catch (const std::runtime_error&) {
                    ++n_failed;
                }
            }
        });
    }
    threads.clear();
    EXPECT_EQ(n_failed, n_threads * n_each / 10);
    EXPECT_EQ(head().size(), n_threads * n_each * 9 / 10);
    expect_whole();
    expect_whole("oak");
}

TEST_P(event_logs, refusals_that_were_not_looked_at_are_told_once_a_minute)
{
    fail(phone, 5, start_us);  // locks
    const std::string before = events();
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(check(phone, code_at(start_us), start_us + i), status::throttled);
    }
    EXPECT_EQ(events(), before + "factor.refused ");
    change("UPDATE factor SET locked_until_us = " + std::to_string(start_us + hour_us));
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(check(phone, code_at(start_us), start_us + minute_us + i), status::throttled);
    }
    EXPECT_EQ(events(), before + "factor.refused factor.refused ");
    const auto all = write([&](transaction& t) { return list_events(t, "maple", "alice", 0, 1000); });
    EXPECT_EQ(all.back().reason, "THROTTLED");
    EXPECT_EQ(all.back().factor, "phone");
    EXPECT_EQ(nlohmann::json::parse(all.back().detail)["refused"], 50);  // 49 of the first minute, and this one
    EXPECT_EQ(nlohmann::json::parse(all[all.size() - 2].detail)["refused"], 1);
    expect_whole();
}

TEST_P(event_logs, so_are_those_of_a_disabled_factor_and_of_a_subject_without_budget)
{
    add_subject("maple", "bob");
    add_factor({"maple", "bob", "phone"});
    change("UPDATE factor SET streak = 100 WHERE subject = 'alice'");
    limits_.subject_failures = 2;
    fail({"maple", "bob", "phone"}, 2, start_us);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(check(phone, code_at(start_us), start_us + i), status::locked);
        EXPECT_EQ(check({"maple", "bob", "phone"}, code_at(start_us), start_us + i), status::throttled);
        EXPECT_EQ(check({"maple", "bob", "none"}, code_at(start_us), start_us + i), status::wrong);
        EXPECT_EQ(check({"maple", "nobody", "none"}, code_at(start_us), start_us + i), status::wrong);
    }
    EXPECT_EQ(events(), "factor.wrong factor.wrong factor.refused subject.refused ");
    const auto last = write([&](transaction& t) { return list_events(t, "maple", "bob", 0, 1000); }).back();
    EXPECT_EQ(last.factor, "");
    EXPECT_EQ(last.reason, "THROTTLED");
}

TEST_P(event_logs, a_clock_that_once_ran_ahead_holds_up_neither_checkpoints_nor_refusals)
{
    const std::int64_t ahead_us = start_us + 24 * 365 * hour_us;
    append(1, ahead_us);
    append(1, start_us);
    EXPECT_EQ(kept().size(), 2U);
    append(1, start_us + 1);
    EXPECT_EQ(kept().size(), 2U);
    fail(phone, 5, start_us);  // locks
    const std::string before = events();
    change("UPDATE factor SET refused_us = " + std::to_string(ahead_us));
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::throttled);
    EXPECT_EQ(check(phone, code_at(start_us), start_us), status::throttled);
    EXPECT_EQ(events(), before + "factor.refused ");
}

/// By which somebody who writes to the database would have no checkpoint made from then on.
TEST_P(event_logs, a_checkpoint_of_more_than_there_is_was_never_made)
{
    append(3, start_us);
    for (const char* const size : {"4", "1000000", "9223372036854775807", "-1", "-9223372036854775807"}) {
        change("UPDATE tenant SET checkpoint_size = " + std::string(size));
        EXPECT_EQ(error_of([&] { append(1, start_us + minute_us); }), status::e_store_corrupt) << size;
        EXPECT_EQ(error_of([&] { static_cast<void>(checkpoint_of(start_us + minute_us)); }), status::e_store_corrupt)
            << size;
        EXPECT_EQ(error_of([&] { static_cast<void>(head()); }), status::e_store_corrupt) << size;
    }
    change("UPDATE tenant SET checkpoint_size = 3");
    append(1, start_us + minute_us);
    EXPECT_EQ(kept().back().size, 4);
    expect_whole();
}

ON_EACH_STORE(event_logs);

}  // namespace
}  // namespace counterseal::core
