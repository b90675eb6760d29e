// SPDX-License-Identifier: Apache-2.0
// Options as browsers parse them, and what is refused before a browser would ignore it without a word.
#include "core/webauthn/options.hpp"

#include <gtest/gtest.h>

#include "core/enroll/base64url.hpp"
#include "core/enroll/json.hpp"
#include "tests/unit/support/webauthn_ceremony.hpp"

namespace counterseal::core {
namespace {

using test::provider;

relying_party party(std::string_view settings = R"({"rp_id":"example.org"})")
{
    problem why;
    std::optional<relying_party> read = read_relying_party(provider(), settings, why);
    EXPECT_TRUE(read) << why.text;
    return read.value_or(relying_party{});
}

/// The place of an object is nothing that a host wrote.
json parsed(const std::string& text)
{
    return json::parse(text);
}

json registration(std::string_view request, const relying_party& of = party())
{
    problem why;
    const std::optional<std::string> made = registration_options(provider(), of, request, why);
    EXPECT_TRUE(made) << why.text;
    return made ? parsed(*made) : json();
}

json authentication(std::string_view request, const relying_party& of = party())
{
    problem why;
    const std::optional<std::string> made = authentication_options(provider(), of, request, why);
    EXPECT_TRUE(made) << why.text;
    return made ? parsed(*made) : json();
}

std::string refused_registration(std::string_view more)
{
    problem why;
    const std::string request = R"({"user_id":"AAEC","user_name":"ada",)" + std::string(more) + "}";
    EXPECT_FALSE(registration_options(provider(), party(), request, why)) << more;
    EXPECT_NE(why.code, status::ok);
    return why.text;
}

std::string refused_authentication(std::string_view request)
{
    problem why;
    EXPECT_FALSE(authentication_options(provider(), party(), request, why)) << request;
    return why.text;
}

TEST(Options, OfARegistrationThatSaysTheLeast)
{
    json made = registration(R"({"user_id":"AAEC","user_name":"ada"})");
    const auto challenge = from_base64url(made.at("challenge").get<std::string>());
    ASSERT_TRUE(challenge);
    EXPECT_EQ(challenge->size(), 32u);
    made.erase("challenge");
    EXPECT_EQ(made, json::parse(R"({
        "rp": {"id": "example.org", "name": "example.org"},
        "user": {"id": "AAEC", "name": "ada", "displayName": "ada"},
        "pubKeyCredParams": [{"type": "public-key", "alg": -19}, {"type": "public-key", "alg": -8},
                             {"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
        "timeout": 300000, "excludeCredentials": [], "attestation": "none",
        "authenticatorSelection": {"userVerification": "preferred", "residentKey": "preferred",
                                   "requireResidentKey": false}})"));
}

TEST(Options, OfARegistrationThatSaysAll)
{
    const relying_party of = party(R"({"rp_id":"example.org","rp_name":"Maple Practice","algorithms":[-7],)"
                                   R"("user_verification":"discouraged"})");
    const json made = registration(R"({
        "user_id": "AAEC", "user_name": "ada", "user_display_name": "Ada L\u00f6w", "timeout_s": 60,
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA", "attestation": "enterprise", "attestation_formats": ["packed"],
        "resident_key": "required", "attachment": "cross-platform", "hints": ["security-key", "hybrid"],
        "exclude": [{"id": "qrs", "transports": ["usb", "nfc"]}, {"id": "zN0"}],
        "extensions": {"credProps": true, "minPinLength": true, "appidExclude": "https://example.org/u2f",
                       "credentialProtectionPolicy": "userVerificationRequired", "hmacCreateSecret": true,
                       "enforceCredentialProtectionPolicy": false, "largeBlob": {"support": "required"},
                       "prf": {"eval": {"first": "AQ", "second": "Ag"}}}})",
                                   of);
    EXPECT_EQ(made, json::parse(R"({
        "rp": {"id": "example.org", "name": "Maple Practice"}, "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "user": {"id": "AAEC", "name": "ada", "displayName": "Ada L\u00f6w"}, "timeout": 60000,
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}], "attestation": "enterprise",
        "attestationFormats": ["packed"], "hints": ["security-key", "hybrid"],
        "excludeCredentials": [{"type": "public-key", "id": "qrs", "transports": ["usb", "nfc"]},
                               {"type": "public-key", "id": "zN0"}],
        "authenticatorSelection": {"userVerification": "discouraged", "residentKey": "required",
                                   "requireResidentKey": true, "authenticatorAttachment": "cross-platform"},
        "extensions": {"credProps": true, "minPinLength": true, "appidExclude": "https://example.org/u2f",
                       "credentialProtectionPolicy": "userVerificationRequired", "hmacCreateSecret": true,
                       "enforceCredentialProtectionPolicy": false, "largeBlob": {"support": "required"},
                       "prf": {"eval": {"first": "AQ", "second": "Ag"}}}})"));
}

TEST(Options, OfAnAuthentication)
{
    json least = authentication("{}");
    EXPECT_EQ(from_base64url(least.at("challenge").get<std::string>())->size(), 32u);
    least.erase("challenge");
    EXPECT_EQ(least, json::parse(R"({"rpId": "example.org", "timeout": 300000, "allowCredentials": [],
                                     "userVerification": "preferred"})"));
    const json all = authentication(R"({"challenge": "AAAAAAAAAAAAAAAAAAAAAA", "timeout_s": 1, "hints": ["hybrid"],
        "allow": [{"id": "qrs", "transports": ["internal"]}],
        "extensions": {"appid": "https://example.org/u2f", "largeBlob": {"write": "AAEC"},
                       "prf": {"evalByCredential": {"qrs": {"first": "AQ"}}}}})",
                                    party(R"({"rp_id":"example.org","user_verification":"required"})"));
    EXPECT_EQ(all, json::parse(R"({"rpId": "example.org", "challenge": "AAAAAAAAAAAAAAAAAAAAAA", "timeout": 1000,
        "hints": ["hybrid"], "userVerification": "required",
        "allowCredentials": [{"type": "public-key", "id": "qrs", "transports": ["internal"]}],
        "extensions": {"appid": "https://example.org/u2f", "largeBlob": {"write": "AAEC"},
                       "prf": {"evalByCredential": {"qrs": {"first": "AQ"}}}}})"));
}

TEST(Options, EachChallengeIsAnother)
{
    EXPECT_NE(authentication("{}").at("challenge"), authentication("{}").at("challenge"));
}

TEST(Options, WhatIsRefusedIsNamed)
{
    EXPECT_EQ(refused_registration(R"("challenge":"AAAA")"), "challenge must have 16 to 1024 bytes");
    EXPECT_EQ(refused_registration(R"("challenge":"AAAAAAAAAAAAAAAAAAAAAA==")"),
              "challenge must be strict base64url: no padding, no + and /, no spare bits");
    EXPECT_EQ(refused_registration(R"("attestation":"Direct")"),
              R"(attestation must be "none" or "indirect" or "direct" or "enterprise")");
    EXPECT_EQ(refused_registration(R"("timeout_s":0)"), "timeout_s must be a whole number from 1 to 86400");
    EXPECT_EQ(refused_registration(R"("timeout_s":1.5)"), "timeout_s must be a whole number from 1 to 86400");
    EXPECT_EQ(refused_registration(R"("timeout_s":18446744073709551615)"),
              "timeout_s must be a whole number from 1 to 86400");
    EXPECT_EQ(refused_registration(R"("hints":["usb"])"),
              R"(hints must be "security-key", "client-device" or "hybrid")");
    EXPECT_EQ(refused_registration(R"("exclude":["qrs"])"), "exclude must be an object");
    EXPECT_EQ(refused_registration(R"("exclude":[{"id":""}])"), "exclude.id must have 1 to 1023 bytes");
    EXPECT_EQ(refused_registration(R"("exclude":[{"id":"qrs","type":"x"}])"), R"(unknown member "exclude.type")");
    EXPECT_EQ(refused_registration(R"("userVerification":"required")"), R"(unknown member "userVerification")");
    EXPECT_EQ(refused_registration(R"("allow":[])"), R"(unknown member "allow")");
    EXPECT_EQ(refused_registration(R"("user_name":"twice")"),
              "request must be good JSON: a name stands twice in an object");
    problem why;
    EXPECT_FALSE(registration_options(provider(), party(), R"({"user_name":"ada"})", why));
    EXPECT_EQ(why.text, "user_id is missing");
    EXPECT_FALSE(registration_options(provider(), party(), "[]", why));
    EXPECT_EQ(why.text, "request must be a JSON object");
    EXPECT_FALSE(registration_options(provider(), party(), "", why));
    EXPECT_EQ(why.text, "request must be JSON");
    EXPECT_EQ(refused_authentication(R"({"allow":{}})"), "allow must be an array of at most 1000");
}

TEST(Options, ExtensionsAreTyped)
{
    const auto refused = [](std::string_view extensions) {
        return refused_registration(R"("extensions":)" + std::string(extensions));
    };
    EXPECT_EQ(refused(R"({"credProps":1})"), "extensions.credProps must be true or false");
    EXPECT_EQ(refused(R"({"credprops":true})"), R"(unknown member "extensions.credprops")");
    EXPECT_EQ(refused(R"({"appid":"https://example.org"})"), R"(unknown member "extensions.appid")");
    EXPECT_EQ(refused(R"({"enforceCredentialProtectionPolicy":true})"),
              "extensions.enforceCredentialProtectionPolicy needs credentialProtectionPolicy");
    EXPECT_EQ(refused(R"({"largeBlob":{"read":true}})"), R"(unknown member "extensions.largeBlob.read")");
    EXPECT_EQ(refused(R"({"prf":{"eval":{}}})"), "extensions.prf.eval.first is missing");
    EXPECT_EQ(refused(R"({"prf":{"evalByCredential":{}}})"), "extensions.prf.evalByCredential is for authentication");
    EXPECT_EQ(refused_authentication(R"({"extensions":{"largeBlob":{"read":true,"write":"AA"}}})"),
              "extensions.largeBlob.write cannot be asked for together with read");
    EXPECT_EQ(refused_authentication(R"({"extensions":{"prf":{"evalByCredential":{"=":{"first":"AA"}}}}})"),
              "extensions.prf.evalByCredential must name credentials in strict base64url, at most 1000 of them");
    EXPECT_EQ(refused_authentication(R"({"extensions":{"credProps":true}})"),
              R"(unknown member "extensions.credProps")");
}

std::string refused_settings(std::string_view settings, status code = status::e_argument)
{
    problem why;
    EXPECT_FALSE(read_relying_party(provider(), settings, why)) << settings;
    EXPECT_EQ(why.code, code) << settings;
    return why.text;
}

TEST(RelyingParty, EachSettingIsRead)
{
    const relying_party read = party(R"({"rp_id":"example.org","rp_name":"Maple","origins":["https://example.org"],
        "subdomains":true,"any_port":true,"cross_origin":true,"top_origins":["https://top.example"],
        "user_verification":"required","algorithms":[-257,-7],"backup_eligible_allowed":false,
        "appid":"https://example.org/u2f","backup_eligibility_may_rise":true,"sign_count_may_stay":true,
        "may_initialize_uv":true,"quirks":["ed25519_text_labels"]})");
    const test::octets challenge(16, 1);
    const registration_rules r = read.registration_rules_for(challenge);
    EXPECT_EQ(r.ceremony.rp_id, "example.org");
    EXPECT_EQ(r.ceremony.origins.origins.size(), 1u);
    EXPECT_TRUE(r.ceremony.origins.subdomains);
    EXPECT_TRUE(r.ceremony.origins.any_port);
    EXPECT_TRUE(r.ceremony.cross_origin);
    EXPECT_EQ(r.ceremony.top_origins.size(), 1u);
    EXPECT_TRUE(r.ceremony.user_verification_required);
    EXPECT_FALSE(r.ceremony.backup_eligible_allowed);
    EXPECT_EQ(r.ceremony.quirks, 1u);
    EXPECT_EQ(std::vector(r.algorithms.begin(), r.algorithms.end()), (std::vector<std::int64_t>{-257, -7}));
    EXPECT_EQ(r.anchors, nullptr);
    const authentication_rules a = read.authentication_rules_for(challenge);
    EXPECT_EQ(a.appid, "https://example.org/u2f");
    EXPECT_TRUE(a.backup_eligibility_may_rise);
    EXPECT_TRUE(a.sign_count_may_stay);
    EXPECT_TRUE(a.may_initialize_uv);
    EXPECT_FALSE(a.is_user_identified);
}

TEST(RelyingParty, WhatNoCeremonyCouldUseIsRefusedAtOnce)
{
    EXPECT_EQ(refused_settings("{}"), "rp_id is missing");
    EXPECT_EQ(refused_settings(R"({"rp_id":"https://example.org"})"),
              "rp_id must be a domain in small ASCII letters, without scheme and port");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","origins":["https://example.org/"]})"),
              "origins must be written as browsers write them, such as https://example.org or "
              "https://example.org:8443");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","origins":"https://example.org"})"),
              "origins must be an array of at most 100");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","top_origins":["https://a.example"]})"),
              "top_origins are for cross_origin ceremonies, which are not allowed");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","algorithms":[]})"), "algorithms must name at least one");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","algorithms":[-7,-7]})"), "algorithms must name each once");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","algorithms":[-65535]})", status::e_unsupported),
              "algorithms must be numbers of COSE algorithms that are verified here, such as -7");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","quirks":["all"]})", status::e_unsupported),
              "quirks must be names of quirks: \"ed25519_text_labels\"");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","anchors":["AAAA"]})"),
              "anchors must be certificates in DER, each as base64");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","attestation_required":true})"),
              "attestation_required needs anchors");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","appid":"http://example.org"})"),
              "appid must be an https URL");
    EXPECT_EQ(refused_settings(R"({"rp_id":"example.org","cross_origin":"yes"})"),
              "cross_origin must be true or false");
    EXPECT_EQ(refused_settings("{\"rp_id\":\"example.org\"}" + std::string(1, '\0')), "settings must be JSON");
}

}  // namespace
}  // namespace counterseal::core
