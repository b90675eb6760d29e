// SPDX-License-Identifier: Apache-2.0
// What leaves the log: who events were about, and all of old ones but their hashes. The tree stays as it was.
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/engine/erase.hpp"
#include "log_fixture.hpp"

namespace counterseal::core {
namespace {

class erasures : public logs {};

constexpr std::int64_t hour_us = 60 * minute_us;
constexpr std::int64_t year_us = std::int64_t{365} * 24 * hour_us;

TEST_P(erasures, who_was_erased_is_nowhere_and_the_tree_is_as_it_was)
{
    append(30, start_us, "maple", "zebediah");
    append(30, start_us, "maple", "bob");
    append(5, start_us, "oak", "zebediah");
    const stored_checkpoint before = checkpoint_of(start_us);
    const erasure done = write(
        [&](transaction& t) { return erase_person(t, seal_, "maple", "zebediah", {"root", "asked"}, start_us, {}); });
    EXPECT_EQ(done.code, status::ok);
    EXPECT_EQ(done.n, 30);
    const auto lines = exported();
    ASSERT_EQ(lines.size(), 61U);
    for (std::size_t i = 0; i < 30; ++i) {
        EXPECT_TRUE(lines[i].ends_with(R"(,"person":null})"));
    }
    for (const std::string& line : lines) {
        EXPECT_EQ(line.find("zebediah"), std::string::npos);
    }
    const nlohmann::json said = nlohmann::json::parse(lines.back());
    EXPECT_EQ(said["entry"]["type"], "person.erased");
    EXPECT_EQ(said["entry"]["detail"]["events"], 30);
    EXPECT_EQ(said["person"]["actor"], "root");
    EXPECT_EQ(fault_of(lines, {opened(before)}), "");
    expect_whole();
    EXPECT_NE(exported("oak").front().find("zebediah"), std::string::npos);
    // Again: there is nothing left to erase, and nothing to say.
    EXPECT_EQ(write([&](transaction& t) {
                  return erase_person(t, seal_, "maple", "zebediah", {"root", "asked"}, start_us, {});
              }).n,
              0);
    EXPECT_EQ(exported().size(), 61U);
    EXPECT_EQ(
        write([&](transaction& t) { return erase_person(t, seal_, "maple", "bob", {"", ""}, start_us, {}); }).code,
        status::e_argument);
}

TEST_P(erasures, what_is_younger_than_six_years_is_not_purged_whatever_the_caller_says_the_time_is)
{
    append(20, start_us);
    append(20, start_us + year_us);
    const auto purge = [&](std::int64_t before_us, std::int64_t now_us) {
        return write(
            [&](transaction& t) { return purge_events(t, seal_, "maple", before_us, {"root", "old"}, now_us); });
    };
    const auto see_time = [&](std::int64_t to_us) {
        change("UPDATE installation SET clock_us = " + std::to_string(to_us));
    };
    see_time(start_us + 6 * year_us);  // leap days are missing
    EXPECT_EQ(purge(start_us + 1, start_us + 6 * year_us).code, status::e_range);
    EXPECT_EQ(purge(start_us + 1, start_us + 60 * year_us).code, status::e_range);
    see_time(start_us + retention_us);
    EXPECT_EQ(purge(start_us + 1, start_us + retention_us).code, status::e_range);
    EXPECT_EQ(exported().front().find("purged"), std::string::npos);
}

TEST_P(erasures, what_was_purged_is_its_hash_and_the_tree_is_as_it_was)
{
    append(20, start_us);
    const stored_checkpoint first = checkpoint_of(start_us);
    append(20, start_us + year_us);
    append(20, start_us + hour_us);  // of a node whose clock is behind
    const stored_checkpoint before = checkpoint_of(start_us + year_us);
    change("UPDATE installation SET clock_us = " + std::to_string(start_us + 8 * year_us));
    const std::int64_t later_us = start_us + 8 * year_us;
    const auto purge = [&](std::int64_t before_us) {
        return write(
            [&](transaction& t) { return purge_events(t, seal_, "maple", before_us, {"root", "old"}, later_us); });
    };
    if (text(GetParam()) == "postgres") {
        // The server has a clock of its own, by which nothing is six years old.
        EXPECT_EQ(purge(start_us + 2 * hour_us).code, status::e_range);
        return;
    }
    const auto first_page = exported();
    const erasure done = purge(start_us + 2 * hour_us);
    EXPECT_EQ(done.code, status::ok);
    EXPECT_EQ(done.n, 20);  // up to the first that is too young, not those behind it
    EXPECT_TRUE(done.is_complete);
    const auto lines = exported();
    ASSERT_EQ(lines.size(), 61U);
    EXPECT_TRUE(lines[0].starts_with(R"({"purged":{"v":1,"tenant":"maple","seq":1,"leaf":")")) << lines[0];
    EXPECT_EQ(lines[19].find("alice"), std::string::npos);
    EXPECT_NE(lines[20].find("alice"), std::string::npos);
    EXPECT_EQ(nlohmann::json::parse(lines.back())["entry"]["detail"]["up_to"], 20);
    EXPECT_EQ(fault_of(lines, {opened(first), opened(before)}), "");
    expect_whole();
    EXPECT_EQ(write([&](transaction& t) { return list_events(t, "maple", std::nullopt, 0, 100); }).size(), 41U);
    EXPECT_EQ(purge(start_us + 2 * hour_us).n, 0);
    auto paged = lines;  // exported while it was purged
    paged[0] = first_page[0];
    EXPECT_EQ(fault_of(paged, {opened(first), opened(before)}), "");
    // A purged event of which nothing was told: somebody hides something.
    auto hidden = paged;  // so that they are no more than was told
    hidden[30] = purged_line("maple", 31, {});
    hidden[30].pop_back();
    EXPECT_TRUE(fault_of(hidden, {}).starts_with("more events were purged ")) << fault_of(hidden, {});
    hidden = lines;
    hidden[3] = purged_line("maple", 4, {});
    hidden[3].pop_back();
    EXPECT_NE(fault_of(hidden, {opened(before)}), "");
}

TEST_P(erasures, what_was_written_since_somebody_looked_is_erased_too)
{
    append(2'500, start_us, "maple", "zebediah");
    const persons_found known = write([&](transaction& t) { return find_persons(t, seal_, "maple", "zebediah"); });
    EXPECT_EQ(known.events.numbers.size(), 2'500U);
    append(1, start_us, "maple", "bob");
    append(3, start_us, "maple", "zebediah");
    const authority root{"root", "asked"};
    EXPECT_EQ(
        write([&](transaction& t) { return erase_person(t, seal_, "maple", "zebediah", root, start_us, known); }).n,
        2'503);
    for (const std::string& line : exported()) {
        EXPECT_EQ(line.find("zebediah"), std::string::npos);
    }
    expect_whole();
}

// A purge takes the rows while they are read for the erasure, which waits for it and finds nothing of them left.
TEST_P(erasures, what_is_purged_while_it_is_erased_stays_purged_and_the_log_reads)
{
    if (text(GetParam()) != "postgres") {
        GTEST_SKIP() << "one writer at a time";
    }
    constexpr std::int64_t old_us = 1'420'070'400'000'000;  // 2015, by the server's clock, too
    append(20, old_us, "maple", "zebediah");
    const stored_checkpoint before = checkpoint_of(old_us);
    append(1, start_us, "maple", "zebediah");
    change("UPDATE installation SET clock_us = " + std::to_string(start_us));
    const authority root = {"root", "asked"};
    const auto purging = connect();
    transaction purge(*purging, access::write, soon());
    EXPECT_EQ(purge_events(purge, seal_, "maple", old_us + 1, root, start_us).n, 20);
    erasure erased{status::e_internal};
    std::atomic<bool> is_done{false};
    std::jthread other([&] {
        erased = write([&](transaction& t) { return erase_person(t, seal_, "maple", "zebediah", root, start_us, {}); });
        is_done = true;
    });
    static constexpr statement waiting = {
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"};
    std::int64_t n_waiting = 0;
    while (n_waiting == 0 && !is_done) {
        rows out;
        purge.run(waiting, {}, &out);
        n_waiting = out.integer(0, 0);
    }
    EXPECT_EQ(n_waiting, 1);
    purge.commit();
    other.join();
    EXPECT_EQ(erased.code, status::ok);
    EXPECT_EQ(erased.n, 1);
    const auto lines = exported();
    EXPECT_EQ(lines[0].find("zebediah"), std::string::npos);
    EXPECT_TRUE(lines[19].starts_with(R"({"purged":)")) << lines[19];
    EXPECT_TRUE(lines[20].ends_with(R"(,"person":null})")) << lines[20];
    EXPECT_EQ(fault_of(lines, {opened(before)}), "");
    expect_whole();
}

ON_EACH_STORE(erasures);

}  // namespace
}  // namespace counterseal::core
