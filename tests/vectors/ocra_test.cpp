// SPDX-License-Identifier: Apache-2.0
// RFC 6287 Appendix C on every kernel.
#include "core/otp/ocra.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/support/kernels.hpp"
#include "tests/unit/support/status_text.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::core {
namespace {

using test::from_hex;
using test::json;
using test::some;
using test::word;

json appendix_c()
{
    return test::read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/rfc6287.json");
}

class rfc6287 : public test::each_kernel {};
FOR_EACH_KERNEL(rfc6287);

TEST_P(rfc6287, appendix_c)
{
    const json file = appendix_c();
    std::size_t n_tests = 0;
    for (const json& group : some(file, "groups")) {
        const std::string name = group.at("suite");
        ocra_suite suite;
        ASSERT_EQ(parse_ocra_suite(name, suite).rule, nullptr) << name;
        if (suite.algorithm != tested().hash) {
            continue;
        }
        hmac_key key;
        hmac_prepare(key, tested(), from_hex(file.at("keys").at(word(group, "key")).at("hex")));
        for (const json& test : some(group, "tests")) {
            ++n_tests;
            SCOPED_TRACE(name + " " + test.dump());
            const std::string question = test.at("Q");
            const std::string expected = test.at("expected");
            const auto pin = from_hex(test.contains("P") ? word(file, "pin_sha1_hex") : "");
            const std::uint64_t counter = test.value("C", 0U);
            const std::uint64_t step = std::stoull(test.value("T", "0"), nullptr, 16);
            const std::uint64_t now_s = step * 60;
            const ocra_inputs inputs{question, pin, {}};
            std::string code(suite.digits, '#');
            EXPECT_EQ(ocra_generate(suite, key, inputs, counter, now_s, code.data()), status::ok);
            EXPECT_EQ(code, expected);

            const auto verdict = ocra_verify(suite, key, expected, inputs, counter, -1, now_s, {});
            EXPECT_EQ(verdict.code, status::ok);
            EXPECT_EQ(verdict.next_counter, suite.has_counter ? counter + 1 : 0);
            EXPECT_EQ(verdict.step, suite.time_step_s != 0 ? static_cast<std::int64_t>(step) : -1);
            const auto again = ocra_verify(suite, key, expected, inputs, verdict.next_counter, verdict.step, now_s, {});
            EXPECT_EQ(again.code, suite.has_counter        ? status::wrong
                                  : suite.time_step_s != 0 ? status::replayed
                                                           : status::ok);
        }
    }
    EXPECT_EQ(n_tests, tested().hash == hash_id::sha1 ? 10U : tested().hash == hash_id::sha256 ? 30U : 30U);
}

TEST(rfc6287_file, holds_the_whole_tables)
{
    const json file = appendix_c();
    std::size_t n_tests = 0;
    std::set<std::string> suites;
    for (const json& group : some(file, "groups")) {
        n_tests += some(group, "tests").size();
        suites.insert(word(group, "suite"));
    }
    EXPECT_EQ(n_tests, 70U);
    EXPECT_EQ(suites.size(), 9U);
}

}  // namespace
}  // namespace counterseal::core
