// SPDX-License-Identifier: Apache-2.0
// The JSON that browsers send, and what scripts make of it.
#include "core/webauthn/response_json.hpp"

#include <gtest/gtest.h>

#include "tests/unit/support/webauthn_ceremony.hpp"

namespace counterseal::core {
namespace {

using test::hex;
using test::octets;

constexpr std::string_view registration_text =
    R"({"id":"qrs","rawId":"qrs","type":"public-key","authenticatorAttachment":"platform",)"
    R"("response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AA",)"
    R"("publicKey":"AA","publicKeyAlgorithm":-7,"transports":["internal","hybrid"]},)"
    R"("clientExtensionResults":{"credProps":{"rk":true}}})";

constexpr std::string_view authentication_text =
    R"({"id":"qrs","rawId":"qrs","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AQ",)"
    R"("signature":"AgM","userHandle":"BAU"},"clientExtensionResults":{}})";

std::string replaced(std::string_view text, std::string_view what, std::string_view by)
{
    std::string out(text);
    const std::size_t at = out.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return out.replace(at, what.size(), by);
}

TEST(ResponseJson, Registration)
{
    const registration_json read = read_registration_json(registration_text);
    ASSERT_EQ(read.reason, refusal::none);
    EXPECT_EQ(hex(read.credential_id), "aabb");
    EXPECT_EQ(hex(read.client_data), "7b7d");
    EXPECT_EQ(hex(read.attestation_object), "a0");
    EXPECT_EQ(read.transports, (std::vector<std::string>{"internal", "hybrid"}));
    EXPECT_EQ(read.extensions.is_resident_key, true);
    EXPECT_EQ(hex(read.raw().credential_id.value()), "aabb");
}

TEST(ResponseJson, Authentication)
{
    const authentication_json read = read_authentication_json(authentication_text);
    ASSERT_EQ(read.reason, refusal::none);
    EXPECT_EQ(hex(read.credential_id), "aabb");
    EXPECT_EQ(hex(read.authenticator_data), "01");
    EXPECT_EQ(hex(read.signature), "0203");
    EXPECT_EQ(hex(read.user_handle.value()), "0405");
    EXPECT_EQ(hex(read.raw().user_handle.value()), "0405");
}

TEST(ResponseJson, WhatMayBeAbsent)
{
    const auto handle = [](std::string_view by) {
        return read_authentication_json(replaced(authentication_text, R"(,"userHandle":"BAU")", by));
    };
    EXPECT_EQ(handle("").user_handle, std::nullopt);
    EXPECT_EQ(handle(R"(,"userHandle":null)").user_handle, std::nullopt);
    EXPECT_EQ(handle(R"(,"userHandle":"")").user_handle, octets()) << "empty is not absent";
    EXPECT_EQ(handle("").reason, refusal::none);
    const auto props = [](std::string_view by) {
        return read_registration_json(replaced(registration_text, R"({"credProps":{"rk":true}})", by));
    };
    EXPECT_EQ(props("{}").extensions.is_resident_key, std::nullopt);
    EXPECT_EQ(props(R"({"credProps":{}})").extensions.is_resident_key, std::nullopt);
    EXPECT_EQ(props(R"({"credProps":{}})").reason, refusal::none);
    EXPECT_EQ(props(R"({"credProps":{"rk":1}})").reason, refusal::extension_outputs);
    EXPECT_EQ(props(R"({"credProps":true})").reason, refusal::extension_outputs);
    EXPECT_EQ(props("null").reason, refusal::extension_outputs);
    EXPECT_EQ(read_registration_json(replaced(registration_text, R"(,"transports":["internal","hybrid"])", "")).reason,
              refusal::none);
}

TEST(ResponseJson, EachReason)
{
    const std::tuple<refusal, const char*, const char*> changes[] = {
        {refusal::response_member, R"("id":"qrs")", R"("id":"qrt")"},  // spare bits
        {refusal::response_member, R"("id":"qrs")", R"("id":"qrw")"},  // another than rawId
        {refusal::response_member, R"("id":"qrs",)", ""},
        {refusal::response_member, R"("rawId":"qrs",)", ""},
        {refusal::response_member, R"("rawId":"qrs")", R"("rawId":7)"},
        {refusal::response_member, R"("rawId":"qrs")", R"("rawId":"qrs=")"},
        {refusal::credential_type, R"("type":"public-key")", R"("type":"publickey")"},
        {refusal::credential_type, R"("type":"public-key",)", ""},
        {refusal::response_member, R"("clientDataJSON":"e30")", R"("clientDataJSON":"e30=")"},
        {refusal::response_member, R"("clientDataJSON":"e30")", R"("clientDataJSON":{})"},
        {refusal::response_member, R"("clientDataJSON":"e30",)", ""},
        {refusal::response_json, R"("clientDataJSON":"e30")", R"("clientDataJSON":"e30","clientDataJSON":"e30")"},
        {refusal::response_json, R"("id":"qrs")", R"("id":"qrs","id":"qrs")"},
        {refusal::extension_outputs, R"("clientExtensionResults":{)", R"("clientExtensionResult":{)"}};
    for (const auto& [expected, what, by] : changes) {
        EXPECT_EQ(read_registration_json(replaced(registration_text, what, by)).reason, expected) << by;
        EXPECT_EQ(read_authentication_json(replaced(authentication_text, what, by)).reason, expected) << by;
    }
    EXPECT_EQ(read_registration_json(
                  replaced(registration_text, R"("attestationObject":"oA")", R"("attestationObject":"o+")"))
                  .reason,
              refusal::response_member);
    EXPECT_EQ(
        read_registration_json(replaced(registration_text, R"(["internal","hybrid"])", R"(["internal",1])")).reason,
        refusal::response_member);
    EXPECT_EQ(read_registration_json(replaced(registration_text, R"(["internal","hybrid"])", R"("internal")")).reason,
              refusal::response_member);
    EXPECT_EQ(read_authentication_json(replaced(authentication_text, R"("signature":"AgM",)", "")).reason,
              refusal::response_member);
    EXPECT_EQ(
        read_authentication_json(replaced(authentication_text, R"("userHandle":"BAU")", R"("userHandle":5)")).reason,
        refusal::response_member);
    EXPECT_EQ(read_authentication_json(
                  replaced(authentication_text, R"("authenticatorData":"AQ")", R"("authenticatorData":[1])"))
                  .reason,
              refusal::response_member);
    EXPECT_EQ(read_authentication_json(
                  R"({"id":"qrs","rawId":"qrs","type":"public-key","response":"e30","clientExtensionResults":{}})")
                  .reason,
              refusal::response_member);
}

TEST(ResponseJson, TextThatIsNone)
{
    for (const std::string& text : {std::string(), std::string("[]"), std::string("null"), std::string("{}x"),
                                    std::string(registration_text) + '\0', std::string(registration_text) + " ,",
                                    std::string(response_json_max + 1, ' '), std::string(100000, '{')}) {
        EXPECT_EQ(read_registration_json(text).reason, refusal::response_json);
        EXPECT_EQ(read_authentication_json(text).reason, refusal::response_json);
    }
    EXPECT_EQ(read_registration_json("{}").reason, refusal::response_member);
}

TEST(ResponseJson, EveryCutAndEveryChangedByteIsSurvived)
{
    for (const std::string_view text : {registration_text, authentication_text}) {
        for (std::size_t len = 0; len < text.size(); ++len) {
            EXPECT_NE(read_registration_json(text.substr(0, len)).reason, refusal::none);
            EXPECT_NE(read_authentication_json(text.substr(0, len)).reason, refusal::none);
        }
        std::size_t n_read = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const int byte : {0x00, 0x22, 0x5c, 0x7b, 0x7d, 0x2c, 0x41, 0x80, 0xff}) {
                std::string changed(text);
                changed[at] = static_cast<char>(byte);
                n_read += read_registration_json(changed).reason == refusal::none ? 1U : 0U;
                n_read += read_authentication_json(changed).reason == refusal::none ? 1U : 0U;
            }
        }
        EXPECT_GT(n_read, 0U);
    }
}

TEST(ResponseJson, AWholeCeremonyFromItsJson)
{
    test::authenticating a;
    const octets data = a.says.authenticator_data({});
    const std::string client = a.says.client_data();
    const octets client_bytes = test::octets_of(client);
    const octets signature = test::passkey().sign(test::joined({data, test::sha256(client_bytes)}));
    const std::string id = to_base64url<std::string>(a.id);
    const std::string text =
        R"({"id":")" + id + R"(","rawId":")" + id + R"(","type":"public-key","response":{"clientDataJSON":")" +
        to_base64url<std::string>(client_bytes) + R"(","authenticatorData":")" + to_base64url<std::string>(data) +
        R"(","signature":")" + to_base64url<std::string>(signature) + R"("},"clientExtensionResults":{}})";
    const authentication_json read = read_authentication_json(text);
    ASSERT_EQ(read.reason, refusal::none);
    a.stored.id = a.id;
    a.stored.public_key = a.cose;
    EXPECT_TRUE(verify_authentication(test::provider(), read.raw(), a.stored, a.rules).is_accepted());
}

}  // namespace
}  // namespace counterseal::core
