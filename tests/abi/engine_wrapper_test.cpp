// SPDX-License-Identifier: Apache-2.0
// counterseal.hpp: what the engine answers and throws, submitted calls, and who frees what.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "counterseal/counterseal.hpp"

namespace {

using counterseal::engine;
using counterseal::key_ring;

key_ring a_ring()
{
    std::array<std::uint8_t, CSEAL_KEY_RING_KEY_LEN> key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(i * 7 + 1);
    }
    return {key, "2026a"};
}

TEST(engine_wrapper, a_call_answers_with_status_and_json)
{
    engine here("memory:", a_ring());
    const auto made = here.call(CSEAL_OP_ENROLL_TOTP, R"({"tenant":"maple","subject":"alice"})");
    EXPECT_TRUE(made);
    const std::string uri(made.bytes.bytes().begin(), made.bytes.bytes().end());
    EXPECT_TRUE(uri.starts_with("otpauth://totp/"));
    EXPECT_NO_THROW(made.raise());
}

// keeperhub PR 1523
TEST(engine_wrapper, m17_a_password_alone_makes_no_secret_of_another_factor)
{
    engine here("memory:", a_ring());
    const char* const imported = R"({"tenant":"maple","subject":"alice","type":"hotp","next_counter":0,)"
                                 R"("provenance":"old system"})";
    const std::string key = "12345678901234567890";
    ASSERT_TRUE(here.call(CSEAL_OP_IMPORT_FACTOR, imported, {reinterpret_cast<const std::uint8_t*>(key.data()), 20}));
    for (const std::uint32_t op : {CSEAL_OP_ENROLL_TOTP, CSEAL_OP_RECOVERY_CODES}) {
        const auto refused = here.call(op, R"({"tenant":"maple","subject":"alice"})");
        EXPECT_EQ(refused.status, CSEAL_DENY);
        EXPECT_EQ(refused.json, R"({"reason":"STEP_UP"})");
        EXPECT_TRUE(refused.bytes.bytes().empty());
    }
    const auto listed = here.call(CSEAL_OP_LIST_FACTORS, R"({"tenant":"maple"})").json;
    EXPECT_EQ(listed.find("factor_id"), listed.rfind("factor_id"));  // there is one
}

TEST(engine_wrapper, nothing_is_known_of_a_subject_whose_only_enrollment_was_refused)
{
    engine here("memory:", a_ring());
    const auto refused =
        here.call(CSEAL_OP_ENROLL_TOTP, R"({"tenant":"maple","subject":"alice","replaces":"AAAAAAAAAAAAAAAAAAAAAA"})");
    EXPECT_EQ(refused.status, CSEAL_E_ARGUMENT);
    EXPECT_NE(refused.json.find(R"("argument":"replaces")"), std::string::npos);
    const char* const reset = R"({"tenant":"maple","subject":"alice","actor":"root","reason":"test"})";
    EXPECT_EQ(here.call(CSEAL_OP_ADMIN_RESET, reset).status, CSEAL_WRONG);
}

TEST(engine_wrapper, an_error_is_an_answer_until_it_is_raised)
{
    engine here("memory:", a_ring());
    const auto answer = here.call(CSEAL_OP_EVENTS, R"({"tenant":""})");
    EXPECT_FALSE(answer);
    EXPECT_EQ(answer.status, CSEAL_E_ARGUMENT);
    EXPECT_NE(answer.json.find(R"("argument":"tenant")"), std::string::npos);
    EXPECT_THROW(answer.raise(), counterseal::error);
}

TEST(engine_wrapper, opening_says_what_is_wrong)
{
    try {
        engine here("mysql://h", a_ring());
        FAIL();
    } catch (const counterseal::error& e) {
        EXPECT_EQ(e.name(), "CSEAL_E_ARGUMENT");
        EXPECT_NE(std::string(e.what()).find("sqlite"), std::string::npos);
    }
    try {
        static_cast<void>(key_ring::from_text("nonsense"));
        FAIL();
    } catch (const counterseal::error& e) {
        EXPECT_EQ(e.name(), "CSEAL_E_KEYS");
    }
}

TEST(engine_wrapper, submitted_calls_are_told_and_taken)
{
    engine here("memory:", a_ring());
    std::set<std::uint64_t> open;
    for (std::uint64_t tag = 1; tag <= 20; ++tag) {
        here.submit(CSEAL_OP_STATS, "{}", {}, tag);
        open.insert(tag);
    }
    EXPECT_GE(here.descriptor(), 0);
    while (!open.empty()) {
        const auto done = here.wait(60'000, 3);
        ASSERT_TRUE(done && !done->empty());
        for (const auto& one : *done) {
            EXPECT_EQ(open.erase(one.tag), 1U);
            EXPECT_TRUE(here.take(one).json.starts_with("{"));
            EXPECT_THROW(static_cast<void>(here.take(one)), counterseal::error);
        }
    }
    here.close();
    EXPECT_FALSE(here.wait());
    EXPECT_THROW(static_cast<void>(here.call(CSEAL_OP_STATS, "{}")), counterseal::error);
}

}  // namespace
