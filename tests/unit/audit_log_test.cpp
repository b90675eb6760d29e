// SPDX-License-Identifier: Apache-2.0
// Logs as text, and what changes of them are seen.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/log_check.hpp"
#include "core/audit/log_line.hpp"

namespace counterseal::core {
namespace {

const std::unique_ptr<const crypto> by = crypto::open("");

std::string line_of(const log_entry& of, const log_person& about)
{
    sha256_hash hash(*by);
    const std::string person = person_text(about);
    const std::string entry = entry_text(of, hash.of({bytes_of(person)}));
    std::string line = log_line(entry, person);
    EXPECT_TRUE(line.ends_with('\n'));
    line.pop_back();
    return line;
}

std::vector<std::string> lines_of(std::int64_t n)
{
    std::vector<std::string> out;
    for (std::int64_t seq = 1; seq <= n; ++seq) {
        const std::string subject = "person " + std::to_string(seq % 5);
        log_person who{{}, subject, seq % 7 == 0 ? "the office" : "", ""};
        who.salt.fill(static_cast<std::uint8_t>(seq));
        out.push_back(line_of({"practice", seq, 1'800'000'000'000'000 + seq, "factor.accepted", "f1",
                               R"({"purpose":"login","value":)" + std::to_string(seq) + "}"},
                              who));
    }
    return out;
}

std::optional<log_fault> check(const std::vector<std::string>& lines, std::vector<checkpoint> kept)
{
    log_check check(*by, std::move(kept));
    for (const std::string& line : lines) {
        if (std::optional<log_fault> fault = check.add(line)) {
            return fault;
        }
    }
    return check.finish();
}

checkpoint head_of(const std::vector<std::string>& lines)
{
    log_check check(*by, {});
    for (const std::string& line : lines) {
        EXPECT_FALSE(check.add(line));
    }
    return {"practice", check.size(), check.root()};
}

TEST(audit_log, a_line_is_json_and_comes_back_as_it_was)
{
    const std::string odd = "a \"quoted\" \\ line\nwith \x01 and caf\u00e9,\"person\":{},\"salt\":";
    const log_person who{{1, 2, 3}, odd, odd, odd};
    const std::string line = line_of({odd, 17, -5, odd, odd, R"({"a":"},\"person\":{"})"}, who);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const nlohmann::json read = nlohmann::json::parse(line);
    EXPECT_EQ(read["entry"]["tenant"], odd);
    EXPECT_EQ(read["entry"]["seq"], 17);
    EXPECT_EQ(read["entry"]["at_us"], -5);
    EXPECT_EQ(read["entry"]["type"], odd);
    EXPECT_EQ(read["entry"]["factor_id"], odd);
    EXPECT_EQ(read["person"]["subject"], odd);
    EXPECT_EQ(read["person"]["actor"], odd);
    EXPECT_EQ(read["person"]["reason"], odd);

    const std::optional<log_line_parts> parts = read_log_line(line);
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->seq, 17U);
    EXPECT_EQ(parts->person, person_text(who));
    EXPECT_EQ(nlohmann::json::parse(parts->tenant), odd);
    EXPECT_EQ(parts->person_hash, read["entry"]["person"].get<std::string>());
    std::string whole = log_line(parts->entry, parts->person);
    whole.pop_back();
    EXPECT_EQ(whole, line);
}

TEST(audit_log, of_what_is_empty_nothing_is_told)
{
    const std::string line = line_of({"t", 1, 0, "policy.set", "", ""}, {});
    const nlohmann::json read = nlohmann::json::parse(line);
    EXPECT_TRUE(read["entry"]["factor_id"].is_null());
    EXPECT_TRUE(read["entry"]["detail"].is_null());
    EXPECT_TRUE(read["person"]["actor"].is_null());
    const std::string untyped = line_of({"t", 1, 0, "", "", ""}, {});
    ASSERT_TRUE(read_log_line(untyped));
    EXPECT_EQ(read_log_line(untyped)->type, "");
}

TEST(audit_log, a_person_can_be_erased_and_the_log_stays_valid)
{
    std::vector<std::string> lines = lines_of(20);
    const checkpoint head = head_of(lines);
    for (std::string& line : lines) {
        const std::optional<log_line_parts> parts = read_log_line(line);
        ASSERT_TRUE(parts);
        std::string erased = log_line(parts->entry, {});
        erased.pop_back();
        EXPECT_EQ(erased.find("person 1"), std::string::npos);
        line = erased;
    }
    const std::optional<log_fault> untold = check(lines, {head});
    ASSERT_TRUE(untold);
    EXPECT_EQ(untold->line, 0U);
    lines.push_back(line_of({"practice", 21, 0, "person.erased", "", R"({"events":20})"}, {}));
    EXPECT_FALSE(check(lines, {head}));
    lines.back() = line_of({"practice", 21, 0, "person.erased", "", R"({"events":19})"}, {});
    EXPECT_TRUE(check(lines, {head}));
}

TEST(audit_log, what_was_purged_an_event_tells)
{
    std::vector<std::string> lines = lines_of(20);
    const checkpoint head = head_of(lines);
    merkle_hash hash(*by);
    for (std::int64_t i = 0; i < 5; ++i) {
        std::string& line = lines[static_cast<std::size_t>(i)];
        line = purged_line("practice", i + 1, hash.of_leaf(bytes_of(read_log_line(line)->entry)));
        line.pop_back();
    }
    EXPECT_TRUE(check(lines, {head}));
    for (const auto& [detail, is_told] : {std::pair{R"({"events":5,"up_to":5})", true},
                                          {R"({"events":5,"up_to":4})", false},
                                          {R"({"events":5})", false},
                                          {R"({"up_to":"5"})", false},
                                          {R"([5])", false},
                                          {"", false}}) {
        lines.resize(20);
        lines.push_back(line_of({"practice", 21, 0, "events.purged", "", detail}, {}));
        EXPECT_EQ(!check(lines, {head}), is_told) << detail;
    }
    // What only looks like an event that tells is none.
    lines.back() = line_of({"practice", 21, 0, "policy.set", "", R"({"type":"events.purged","up_to":5})"}, {});
    EXPECT_TRUE(check(lines, {head}));
}

TEST(audit_log, what_no_kept_checkpoint_covers_is_told)
{
    const std::vector<std::string> lines = lines_of(20);
    const checkpoint head = head_of({lines.begin(), lines.begin() + 12});
    log_check covered(*by, {head});
    log_check alone(*by, {});
    for (const std::string& line : lines) {
        EXPECT_FALSE(covered.add(line));
        EXPECT_FALSE(alone.add(line));
    }
    EXPECT_FALSE(covered.finish());
    EXPECT_EQ(covered.n_covered(), 12U);
    EXPECT_EQ(alone.n_covered(), 0U);
}

TEST(audit_log, every_line_is_read_or_refused_wherever_it_is_cut_or_changed)
{
    const std::string line = lines_of(1).front();
    for (std::size_t i = 0; i < line.size(); ++i) {
        EXPECT_FALSE(read_log_line(line.substr(0, i))) << i;
        for (const char to : {'"', '\\', '{', '}', '0', '\0', '\n'}) {
            std::string bad = line;
            bad[i] = to;
            if (const std::optional<log_line_parts> parts = read_log_line(bad)) {
                EXPECT_GE(parts->entry.data(), bad.data());
                EXPECT_LE(parts->entry.data() + parts->entry.size(), bad.data() + bad.size());
            }
        }
    }
    for (const std::string_view bad :
         {"", "{", "{}", R"({"entry":,"person":})", R"({"entry":{"v":1,"tenant":"},"person":null})",
          R"({"entry":{"v":1,"tenant":"t","seq":},"person":null})",
          R"({"entry":{"v":1,"tenant":"t","seq":1,"person":"},"person":null})",
          R"({"entry":{"v":1,"tenant":"t","seq":99999999999999999999,"person":"x"},"person":null})"}) {
        EXPECT_FALSE(read_log_line(bad)) << bad;
    }
}

TEST(audit_log, checkpoints_are_met_at_every_size)
{
    const std::vector<std::string> lines = lines_of(40);
    std::vector<checkpoint> kept;
    for (std::size_t n : {40U, 0U, 13U, 1U, 13U}) {
        kept.push_back(head_of({lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(n)}));
    }
    EXPECT_FALSE(check(lines, kept));
    kept[2].root[5] ^= 1;
    const std::optional<log_fault> fault = check(lines, kept);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->line, 13U);
    EXPECT_TRUE(check({}, {kept[0]}));
    EXPECT_FALSE(check({}, {kept[1]}));
}

TEST(audit_log, the_end_that_was_cut_off_is_missed)
{
    std::vector<std::string> lines = lines_of(10);
    const checkpoint head = head_of(lines);
    lines.pop_back();
    EXPECT_FALSE(check(lines, {}));
    const std::optional<log_fault> fault = check(lines, {head});
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->line, 0U);
}

// Without a checkpoint only what the lines say of each other can be seen.
TEST(audit_log, a_line_that_does_not_follow_the_one_before_is_named)
{
    const std::vector<std::string> good = lines_of(9);
    const auto fault_of = [&](std::size_t at, const std::string& line) {
        std::vector<std::string> bad = good;
        bad[at] = line;
        return check(bad, {});
    };
    const auto expect = [](const std::optional<log_fault>& fault, std::uint64_t line, std::string_view rule) {
        ASSERT_TRUE(fault) << rule;
        EXPECT_EQ(fault->line, line);
        EXPECT_NE(fault->rule.find(rule), std::string::npos) << fault->rule;
    };
    expect(fault_of(4, good[6]), 5, "another number");
    expect(check({good.begin() + 1, good.end()}, {}), 1, "another number");
    expect(fault_of(4, line_of({"elsewhere", 5, 0, "factor.accepted", "f1", ""}, {})), 5, "another tenant");
    std::string renamed = good[4];
    renamed.replace(renamed.find("person 0"), 8, "person 1");
    expect(fault_of(4, renamed), 5, "not what was logged");
    expect(fault_of(4, good[4] + " "), 5, "not as it was exported");
    EXPECT_FALSE(fault_of(4, line_of({"practice", 5, 0, "factor.wrong", "f9", ""}, {})));
}

// Whoever holds the head of the log sees every change of a log that is not longer than it was.
TEST(audit_log, no_random_attack_goes_unseen)
{
    const std::vector<std::string> good = lines_of(60);
    const checkpoint head = head_of(good);
    ASSERT_FALSE(check(good, {head}));
    std::mt19937_64 random(7);
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    int n_seen = 0;
    for (int round = 0; round < 5000; ++round) {
        std::vector<std::string> bad = good;
        const std::size_t at = below(bad.size());
        const std::size_t other = (at + 1 + below(bad.size() - 1)) % bad.size();
        switch (round % 6) {
            case 0: bad[at][below(bad[at].size())] ^= static_cast<char>(1U << below(7)); break;
            case 1: bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(at)); break;
            case 2: bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(at), bad[other]); break;
            case 3: std::swap(bad[at], bad[other]); break;
            case 4: bad.resize(at); break;
            default: {  // a forger who writes a whole event anew, hashes and all
                const log_person who{{9}, "person 3", "", ""};
                bad[at] = line_of(
                    {"practice", static_cast<std::int64_t>(at + 1), 1'800'000'000'000'001, "factor.accepted", "f2", ""},
                    who);
                break;
            }
        }
        n_seen += check(bad, {head}) ? 1 : 0;
    }
    EXPECT_EQ(n_seen, 5000);
}

}  // namespace
}  // namespace counterseal::core
