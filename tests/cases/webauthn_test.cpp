// SPDX-License-Identifier: Apache-2.0
// tests/cases/webauthn.json through the C++ wrapper, with keys kept and built.
#include <gtest/gtest.h>

#include <counterseal/counterseal.hpp>

#include "tests/vectors/json_file.hpp"

namespace counterseal {
namespace {

using test::json;
using test::some;
using test::word;

constexpr const char* webauthn_json = COUNTERSEAL_SOURCE_DIR "/tests/cases/webauthn.json";

void expect_answer(const webauthn_verdict& got, const json& want)
{
    const json answer = json::parse(got.answer);
    const bool is_accepted = word(want, "status") == "accepted";
    EXPECT_EQ(static_cast<bool>(got), is_accepted);
    EXPECT_EQ(answer.at("accepted").get<bool>(), is_accepted);
    EXPECT_EQ(got.record.empty(), !is_accepted);
    if (is_accepted) {
        EXPECT_EQ(got.step, 0U);
        return;
    }
    EXPECT_EQ(got.status, word(want, "status") == "wrong" ? CSEAL_WRONG : CSEAL_MALFORMED);
    EXPECT_EQ(got.refusal, word(want, "refusal"));
    EXPECT_EQ(word(answer, "refusal"), word(want, "refusal"));
    EXPECT_EQ(got.step, want.at("step").get<std::uint32_t>());
    EXPECT_EQ(answer.at("step").get<std::uint32_t>(), got.step);
}

TEST(WebauthnCases, WhatBrokeOtherVerifiers)
{
    const crypto provider;
    const json document = test::read_json(webauthn_json);
    std::size_t n = 0;
    for (const json& one : some(document, "cases")) {
        SCOPED_TRACE(word(one, "op") + ": " + word(one, "id"));
        const webauthn party(provider, one.at("settings").dump());
        const std::string expected = one.at("expected").dump();
        const std::string response = word(one, "response");
        ++n;
        if (word(one, "op") == "registration") {
            expect_answer(party.verify_registration(expected, response), one.at("expect"));
            continue;
        }
        const std::string record = one.at("record").dump();
        const webauthn_key key(provider, record);
        expect_answer(party.verify_authentication(expected, record, &key, response), one.at("expect"));
        expect_answer(party.verify_authentication(expected, record, nullptr, response), one.at("expect"));
    }
    EXPECT_EQ(n, 88U);
}

TEST(WebauthnCases, WhatACallerGetsWrongIsThrown)
{
    const crypto provider;
    try {
        const webauthn party(provider, R"({"rp_id":"example.org","origins":[5]})");
        FAIL() << "a number is no origin";
    } catch (const problem_error& fault) {
        EXPECT_STREQ(fault.what(), "origins must be text");
        EXPECT_EQ(fault.code(), CSEAL_E_ARGUMENT);
    }
    const webauthn party(provider, R"({"rp_id":"example.org","origins":["https://example.org"]})");
    EXPECT_THROW(static_cast<void>(party.verify_registration("{}", "{}")), config_error);
    EXPECT_THROW(webauthn_key(provider, "{}"), config_error);
    EXPECT_EQ(party.related_origins(), R"({"origins":["https://example.org"]})");
    EXPECT_FALSE(webauthn::credential_id("{}"));
    EXPECT_EQ(json::parse(party.authentication_options(R"({"timeout_s":2})")).at("timeout"), 2000);
    // Longer than what is at hand at first.
    std::string request = R"({"allow":[)";
    for (int i = 0; i < 300; ++i) {
        request += R"({"id":"AAECAwQFBgcICQoLDA0ODw"},)";
    }
    request.back() = ']';
    EXPECT_EQ(json::parse(party.authentication_options(request + "}")).at("allowCredentials").size(), 300U);
}

}  // namespace
}  // namespace counterseal
