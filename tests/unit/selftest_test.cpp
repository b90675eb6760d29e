// SPDX-License-Identifier: Apache-2.0
// Every known answer is made by every kernel of the CPU, and each of them can fail.
#include "core/selftest/selftest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/base/cpu.hpp"
#include "core/hmac/bulk.hpp"
#include "core/hmac/kernel.hpp"

namespace counterseal::core {
namespace {

struct recorder final : answer_listener {
    void ran(const answer_run& run) noexcept override
    {
        runs.insert(where(run));
        if (!run.is_right) {
            wrong.insert(where(run));
            wrong_answers.insert(run.answer.name);
        }
    }

    static std::string where(const answer_run& run)
    {
        return std::string(run.answer.name) + " on " + (run.target != nullptr ? run.target : "any CPU");
    }

    std::multiset<std::string> runs;
    std::set<std::string> wrong;
    std::set<std::string> wrong_answers;
};

class selftest_answers : public testing::Test {
protected:
    [[nodiscard]] recorder run(std::span<const known_answer> answers, std::uint32_t features = cpu_features()) const
    {
        recorder heard;
        run_answers(answers, *provider, features, heard);
        return heard;
    }

    std::unique_ptr<const crypto> provider = crypto::open("");
};

TEST_F(selftest_answers, are_right)
{
    const auto heard = run(known_answers());
    EXPECT_EQ(heard.wrong, std::set<std::string>{});
    EXPECT_EQ(selftest(known_answers(), *provider).answer, nullptr);
}

TEST_F(selftest_answers, have_names_of_their_own)
{
    std::set<std::string> names;
    for (const auto& answer : known_answers()) {
        EXPECT_TRUE(names.insert(answer.name).second) << answer.name;
    }
}

/// The targets by which answers of this kind and hash are made.
template <class Kernel>
void expect_every_kernel(const recorder& heard, std::span<const Kernel* const> kernels, answer_kind kind,
                         std::size_t& n_expected)
{
    for (const auto& answer : known_answers()) {
        for (const Kernel* kernel : kernels) {
            if (answer.kind != kind || kernel->hash != answer.hash) {
                continue;
            }
            const std::string where = std::string(answer.name) + " on " + kernel->target;
            const bool can = (kernel->needs & ~cpu_features()) == 0;
            EXPECT_EQ(heard.runs.count(where), can ? 1U : 0U) << where;
            n_expected += can ? 1 : 0;
        }
    }
}

TEST_F(selftest_answers, are_made_by_every_kernel_of_the_cpu)
{
    const auto heard = run(known_answers());
    std::size_t n_expected = 0;
    for (const auto kind : {answer_kind::mac, answer_kind::code, answer_kind::ocra}) {
        expect_every_kernel(heard, all_kernels(), kind, n_expected);
    }
    expect_every_kernel(heard, all_bulk_kernels(), answer_kind::rows, n_expected);
    for (const auto& answer : known_answers()) {
        if (answer.kind >= answer_kind::base32) {
            EXPECT_EQ(heard.runs.count(std::string(answer.name) + " on any CPU"), 1U);
            ++n_expected;
        }
    }
    EXPECT_EQ(heard.runs.size(), n_expected);
}

TEST_F(selftest_answers, of_each_kind_exist_for_each_hash)
{
    for (const auto kind : {answer_kind::mac, answer_kind::code, answer_kind::rows, answer_kind::ocra}) {
        for (const auto hash : {hash_id::sha1, hash_id::sha256, hash_id::sha512}) {
            EXPECT_TRUE(std::ranges::any_of(
                known_answers(), [&](const auto& answer) { return answer.kind == kind && answer.hash == hash; }))
                << static_cast<int>(kind) << " " << static_cast<int>(hash);
        }
    }
    for (const auto kind : {answer_kind::base32, answer_kind::hex, answer_kind::yubico}) {
        EXPECT_TRUE(std::ranges::any_of(known_answers(), [&](const auto& answer) { return answer.kind == kind; }));
    }
}

TEST_F(selftest_answers, do_not_need_what_the_cpu_lacks)
{
    const auto heard = run(known_answers(), 0);
    EXPECT_EQ(heard.wrong, std::set<std::string>{});
    for (const auto& where : heard.runs) {
        EXPECT_TRUE(where.ends_with(" on portable") || where.ends_with(" on any CPU")) << where;
    }
}

TEST_F(selftest_answers, are_reported_when_broken_each_alone)
{
    for (std::size_t i = 0; i < known_answers().size(); ++i) {
        std::vector<known_answer> answers(known_answers().begin(), known_answers().end());
        std::string changed(answers[i].expected);
        changed.back() = static_cast<char>(changed.back() ^ 1);  // another digit, or another letter
        answers[i].expected = changed;

        const auto heard = run(answers);
        EXPECT_EQ(heard.wrong_answers, std::set<std::string>{answers[i].name});
        const auto fault = selftest(answers, *provider);
        ASSERT_NE(fault.answer, nullptr) << answers[i].name;
        EXPECT_STREQ(fault.answer, answers[i].name);
        EXPECT_EQ(fault.target == nullptr, answers[i].kind >= answer_kind::base32);
    }
}

/// A broken answer is one for every kernel that makes it, not for the first alone.
TEST_F(selftest_answers, are_reported_for_each_kernel)
{
    std::vector<known_answer> answers(known_answers().begin(), known_answers().end());
    for (auto& answer : answers) {
        answer.expected = answer.kind == answer_kind::yubico   ? "1.1"
                          : answer.kind >= answer_kind::base32 ? "x"
                                                               : "00000001";
    }
    const auto heard = run(answers);
    EXPECT_EQ(heard.wrong.size(), heard.runs.size());
}

}  // namespace
}  // namespace counterseal::core
