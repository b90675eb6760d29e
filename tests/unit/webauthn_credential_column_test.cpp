// SPDX-License-Identifier: Apache-2.0
// The column that a host stores, what was expected of a ceremony, and what extensions answered.
#include "core/webauthn/credential_column.hpp"

#include <gtest/gtest.h>

#include "core/enroll/json.hpp"
#include "core/webauthn/answer.hpp"
#include "core/webauthn/expectation.hpp"
#include "tests/unit/support/webauthn_ceremony.hpp"

namespace counterseal::core {
namespace {

using test::octets;

kept_credential full()
{
    kept_credential one;
    one.id = octets(1023, 0xfe);
    one.public_key = octets(600, 0xa5);
    one.aaguid.fill(0xa1);
    one.sign_count = 4'294'967'295;
    one.uv_initialized = true;
    one.backup_eligible = true;
    one.backup_state = true;
    one.is_u2f = true;
    one.transports = {"internal", "hybrid", "smart-card"};
    return one;
}

kept_credential read(std::string_view text)
{
    problem why;
    std::optional<kept_credential> out = read_credential(text, why);
    EXPECT_TRUE(out) << why.text;
    return out.value_or(kept_credential{});
}

std::string refused(std::string_view text)
{
    problem why;
    EXPECT_FALSE(read_credential(text, why)) << text;
    return why.text;
}

std::string with(std::string_view more)
{
    return R"({"version":1,"id":"qrs","public_key":"pQ",)" + std::string(more) + "}";
}

TEST(CredentialColumn, ComesBackAsItWas)
{
    const kept_credential one = full();
    const std::string text = write_credential(one);
    EXPECT_LE(text.size(), credential_column_max);
    const kept_credential back = read(text);
    EXPECT_EQ(back.id, one.id);
    EXPECT_EQ(back.public_key, one.public_key);
    EXPECT_EQ(back.aaguid, one.aaguid);
    EXPECT_EQ(back.sign_count, one.sign_count);
    EXPECT_TRUE(back.uv_initialized);
    EXPECT_EQ(back.backup_eligible, true);
    EXPECT_TRUE(back.backup_state);
    EXPECT_TRUE(back.is_u2f);
    EXPECT_EQ(back.transports, one.transports);
    EXPECT_EQ(write_credential(back), text);
    kept_credential unknown = full();
    unknown.backup_eligible.reset();
    EXPECT_EQ(read(write_credential(unknown)).backup_eligible, std::nullopt);
}

TEST(CredentialColumn, OfARegistration)
{
    test::registering ceremony;
    ceremony.says.flags = 0x45 | 0x08 | 0x10;
    ceremony.says.sign_count = 7;
    const registration done = ceremony.run();
    ASSERT_TRUE(done.is_accepted());
    const kept_credential kept =
        keep(done, {"usb", "USB", "usb", "", "nfc", std::string(33, 'a'), "a", "b", "c", "d", "e", "f", "g"});
    EXPECT_EQ(kept.id, ceremony.id);
    EXPECT_EQ(kept.public_key, ceremony.cose);
    EXPECT_EQ(kept.sign_count, 7u);
    EXPECT_TRUE(kept.uv_initialized);
    EXPECT_EQ(kept.backup_eligible, true);
    EXPECT_TRUE(kept.backup_state);
    EXPECT_FALSE(kept.is_u2f);
    EXPECT_EQ(kept.transports, (std::vector<std::string>{"usb", "nfc", "a", "b", "c", "d", "e", "f"}));
}

TEST(CredentialColumn, IsReadStrictly)
{
    EXPECT_EQ(read(with(R"("sign_count":3)")).sign_count, 3u);
    EXPECT_EQ(refused(with(R"("sign_count":4294967296)")), "sign_count must be a whole number from 0 to 4294967295");
    EXPECT_EQ(refused(with(R"("sign_count":"3")")), "sign_count must be a whole number from 0 to 4294967295");
    EXPECT_EQ(refused(with(R"("id":"qrs")")), "credential must be good JSON: a name stands twice in an object");
    EXPECT_EQ(refused(with(R"("userId":"qrs")")), R"(unknown member "userId")");
    EXPECT_EQ(refused(with(R"("aaguid":"AAAA")")), "aaguid must have 16 to 16 bytes");
    EXPECT_EQ(refused(with(R"("backup_eligible":1)")), "backup_eligible must be true or false");
    EXPECT_EQ(refused(with(R"("backup_eligible":false,"backup_state":true)")),
              "backup_state cannot be true where backup_eligible is false");
    EXPECT_EQ(refused(with(R"("transports":["USB"])")), "transports must be written in small letters and hyphens");
    EXPECT_EQ(refused(R"({"id":"qrs","public_key":"pQ"})"), "version is missing");
    EXPECT_EQ(refused(R"({"version":2,"id":"qrs","public_key":"pQ"})"), "version must be a whole number from 1 to 1");
    EXPECT_EQ(refused(R"({"version":1,"id":"qrs"})"), "public_key is missing");
    EXPECT_EQ(refused(R"({"version":1,"id":"qrs","public_key":"MFkw"})"),
              "public_key must be a COSE key, not a SubjectPublicKeyInfo");
    EXPECT_EQ(refused(std::string(credential_column_max + 1, ' ')),
              "credential must be good JSON: the text is too long");
}

TEST(Expectation, IsReadStrictly)
{
    problem why;
    const auto registration = read_registration_expectation(
        R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","conditional":true,"at":1800000000,"taken":["qrs"]})", why);
    ASSERT_TRUE(registration) << why.text;
    EXPECT_EQ(registration->challenge, octets(16, 0));
    EXPECT_TRUE(registration->conditional);
    EXPECT_EQ(registration->at_s, 1'800'000'000);
    EXPECT_EQ(read_registration_expectation(R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","at":0})", why)->at_s, 0);
    EXPECT_EQ(read_registration_expectation(R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA"})", why)->at_s, -1);
    for (const char* far : {"-1", "100000000001", "1700000000000", "1e300"}) {
        const std::string text = R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","at":)" + std::string(far) + "}";
        EXPECT_FALSE(read_registration_expectation(text, why)) << far;
        EXPECT_EQ(why.code, status::e_time) << far;
    }
    EXPECT_EQ(registration->taken.size(), 1u);
    const auto authentication = read_authentication_expectation(
        R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","allow":["qrs"],"user_handle":"AQ","usernameless":true})", why);
    ASSERT_TRUE(authentication) << why.text;
    EXPECT_EQ(authentication->user_handle, octets(1, 1));
    EXPECT_TRUE(authentication->usernameless);
    EXPECT_FALSE(read_authentication_expectation(R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","usernameless":true})", why));
    EXPECT_EQ(why.text, "usernameless needs user_handle: that of the user whose credential it is");
    EXPECT_FALSE(read_registration_expectation("{}", why));
    EXPECT_EQ(why.text, "challenge is missing");
    EXPECT_FALSE(read_registration_expectation(R"({"challenge":"AAAA"})", why));
    EXPECT_EQ(why.text, "challenge must have 16 to 1024 bytes");
    EXPECT_FALSE(read_registration_expectation(R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","allow":[]})", why));
    EXPECT_EQ(why.text, R"(unknown member "allow")");
}

std::optional<client_outputs> outputs(std::string_view text)
{
    const json_document read(text);
    return read_client_outputs(read.root());
}

json written(const client_outputs& client, const authenticator_outputs& authenticator)
{
    return json::parse(write_outputs(client, authenticator));
}

TEST(ExtensionOutputs, OfTheClientAreTyped)
{
    const auto all = outputs(R"({"credProps":{"rk":true},"appid":false,"appidExclude":true,"hmacCreateSecret":true,
        "largeBlob":{"supported":true,"written":false,"blob":"AAEC"},
        "prf":{"enabled":true,"results":{"first":"c2VjcmV0"}},"unknown":[1]})");
    ASSERT_TRUE(all);
    EXPECT_EQ(written(*all, {}), json::parse(R"({"credProps":{"rk":true},"appid":false,"appidExclude":true,
        "hmacCreateSecret":true,"largeBlob":{"supported":true,"written":false,"blob":"AAEC"},
        "prf":{"enabled":true,"hasResults":true}})"));
    EXPECT_EQ(written(*outputs("{}"), {}), json::object());
    for (const char* wrong :
         {R"({"appid":1})", R"({"appidExclude":"true"})", R"({"credProps":[]})", R"({"credProps":{"rk":0}})",
          R"({"largeBlob":{"blob":"="}})", R"({"largeBlob":{"written":"yes"}})", R"({"prf":true})",
          R"({"prf":{"enabled":1}})", R"({"prf":{"results":[]}})", R"({"hmacCreateSecret":null})"}) {
        EXPECT_FALSE(outputs(wrong)) << wrong;
    }
}

TEST(ExtensionOutputs, OfTheAuthenticatorAreThoseItSigned)
{
    const octets map = test::cbor_map({{test::cbor_text("credProtect"), octets{3}},
                                       {test::cbor_text("hmac-secret"), octets{0xf5}},
                                       {test::cbor_text("minPinLength"), octets{6}}});
    const authenticator_outputs read = read_authenticator_outputs(*cbor_value::read(map));
    EXPECT_EQ(read.cred_protect, 3);
    EXPECT_EQ(read.min_pin_length, 6u);
    EXPECT_EQ(read.hmac_secret, true);
    EXPECT_EQ(written({}, read), json::parse(R"({"credProtect":3,"minPinLength":6,"hmacSecret":true})"));
    const octets odd = test::cbor_map({{test::cbor_text("credProtect"), octets{4}},
                                       {test::cbor_text("hmac-secret"), octets{1}},
                                       {test::cbor_text("minPinLength"), octets{0x20}}});
    const authenticator_outputs nothing = read_authenticator_outputs(*cbor_value::read(odd));
    EXPECT_EQ(written({}, nothing), json::object());
}

TEST(Answer, TellsWhatTheCeremonyCameTo)
{
    problem why;
    const std::optional<relying_party> party =
        read_relying_party(test::provider(), R"({"rp_id":"example.org","origins":["https://example.org"]})", why);
    ASSERT_TRUE(party);
    test::registering good;
    EXPECT_EQ(json::parse(answer_of(good.run(), {}, *party)), json::parse(R"({"accepted":true,"up":true,"uv":false,
        "be":false,"bs":false,"origin":"https://example.org","expected_origin":"https://example.org",
        "rp_id":"example.org","format":"none","algorithm":-7,"is_statement_valid":true,"attestation":"none",
        "trust":"none","extensions":{}})"));
    test::registering evil;
    evil.says.origin = "https://evil.example";
    const json refused = json::parse(answer_of(evil.run(), {}, *party));
    EXPECT_EQ(refused.at("accepted"), false);
    EXPECT_EQ(refused.at("refusal"), "origin");
    EXPECT_EQ(refused.at("step"), 9);
    EXPECT_EQ(refused.at("origin"), "https://evil.example");
    EXPECT_EQ(refused.at("expected_origin"), nullptr);
    client_outputs unasked;
    unasked.appid = true;
    unasked.appid_excluded = true;
    EXPECT_EQ(json::parse(answer_of(good.run(), unasked, *party)).at("extensions"), json::object());
    relying_party asking = *party;
    asking.appid_exclude = "https://example.org/u2f";
    EXPECT_EQ(json::parse(answer_of(good.run(), unasked, asking)).at("extensions"),
              json::parse(R"({"appidExclude":true})"));
    test::authenticating login;
    login.says.sign_count = 4;
    EXPECT_EQ(json::parse(answer_of(login.run(), {}, *party)), json::parse(R"({"accepted":true,"up":true,"uv":false,
        "be":false,"bs":false,"origin":"https://example.org","expected_origin":"https://example.org",
        "rp_id":"example.org","is_appid":false,"is_signature_valid":true,"sign_count":"rose","extensions":{}})"));
    EXPECT_EQ(json::parse(answer_of(refusal::response_json, false)), json::parse(R"({"accepted":false,
        "refusal":"response_json","step":3,"meaning":"the response is no JSON object, or has a name twice"})"));
}

}  // namespace
}  // namespace counterseal::core
