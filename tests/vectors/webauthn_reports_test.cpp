// SPDX-License-Identifier: Apache-2.0
// What was reported against other verifiers, on the vectors of section 16: each input has the named fault and no other,
// because it is signed with the published key. Signatures in hex are RFC 6979's.
#include <gtest/gtest.h>

#include "core/enroll/base64url.hpp"
#include "core/webauthn/response_json.hpp"
#include "tests/vectors/webauthn_resigned.hpp"

namespace counterseal::core {
namespace {

using test::credential_key;
using test::joined;
using test::octets;
using test::octets_of;
using test::provider;
using test::replaced;
using test::sha256;
using test::text_of;
using test::unhex;
using test::webauthn_vector;

/// An authentication of the vector none.ES256, of which a part is replaced; signed anew unless a signature is given.
struct assertion {
    webauthn_vector v = webauthn_vector::named("none.ES256");
    authentication_rules rules = v.authentication_rules();
    std::uint32_t stored_count = 0;

    authentication run(const char* signature = nullptr)
    {
        v.signature = signature != nullptr
                          ? unhex(signature)
                          : credential_key(v).sign(joined({v.authenticator_data, sha256(v.client_data)}));
        return unsigned_run();
    }
    authentication unsigned_run()
    {
        stored_credential stored = v.stored();
        stored.sign_count = stored_count;
        return verify_authentication(provider(), v.authentication_response(), stored, rules);
    }
    bool is_signature_good()
    {
        const cose_reading read = read_cose_key(v.public_key, 0);
        return prepare(provider(), read.key)
                   .key->verify(joined({v.authenticator_data, sha256(v.client_data)}), v.signature) == status::ok;
    }
};

TEST(Reports, AnAssertionSignedAnewIsAccepted)
{
    assertion a;
    EXPECT_EQ(a.run().reason, refusal::none);
    EXPECT_EQ(credential_key(a.v).x(), octets(a.v.public_key.begin() + 10, a.v.public_key.begin() + 42));
}

// web-auth/webauthn-framework#143, lbuchs/WebAuthn#122, kanidm/webauthn-rs d2c10d5
TEST(Reports, ASuffixWithoutADotIsAnotherHost)
{
    assertion a;
    a.v.client_data = octets_of(replaced(text_of(a.v.client_data), "https://example.org", "https://evilexample.org"));
    const char* const signature =
        "3045022100c50c9338c4904152ccb902975eba5a55c61e7eb807b043048c6ac9d4c8436019022067592349728c3ea1db3650e58bbf7091"
        "1128fd6cee7f259fce5b476d8fef6a9d";
    EXPECT_EQ(a.run(signature).reason, refusal::origin);
    EXPECT_TRUE(a.is_signature_good()) << "nothing else is wrong";
    a.rules.ceremony.origins.subdomains = true;
    EXPECT_EQ(a.run(signature).reason, refusal::origin);
    a.rules.ceremony.origins.any_port = true;
    EXPECT_EQ(a.run(signature).reason, refusal::origin);
}

// lbuchs/WebAuthn#128
TEST(Reports, BackedUpAndNotEligible)
{
    assertion a;
    a.v.authenticator_data = joined({bytes_view(a.v.authenticator_data).first(32), unhex("1100000000")});
    const authentication out = a.run(
        "3046022100f4f47bcf6153b6a69f379af91401ef1e3de63a2790c0dab2f7211d9af6ac694f022100f83713bfea8fe8009943d065ede569"
        "12cef6006ec4f84b6a1ad4a4e38eded042");
    EXPECT_EQ(out.reason, refusal::backup_state);
    EXPECT_TRUE(a.is_signature_good());
    EXPECT_EQ(facts_of(out.reason).authentication_step, 18);
}

// webauthn-open-source/fido2-lib#118
TEST(Reports, SignaturesHaveManyLengths)
{
    assertion a;
    a.v.authenticator_data = joined({bytes_view(a.v.authenticator_data).first(32), unhex("190000fd8f")});
    const authentication out = a.run(
        "3043021e6db2b50381ce0b607c87786c52e9817ab11ee0be24fcfb3f6169f6b56d4d022100b64fd70005033b7d258eb7cffead221ede22"
        "eaab8a3f9ff7d0784d01178c2d39");
    EXPECT_EQ(out.reason, refusal::none);
    EXPECT_EQ(out.state.sign_count, 0xfd8fU);
}

// go-webauthn/webauthn#178, open-chat-labs/open-chat#9278
TEST(Reports, ExtensionsBehindTheKeyAreNoPartOfIt)
{
    webauthn_vector v = webauthn_vector::named("none.ES256");
    const octets extensions = unhex("a16b6372656450726f7465637402");
    octets object = joined({replaced(v.attestation_object, unhex("58a4"), unhex("58b2")), extensions});
    v.attestation_object = object;
    EXPECT_EQ(verify_registration(provider(), v.registration_response(), v.registration_rules()).reason,
              refusal::authenticator_data)
        << "bytes that no flag announces";
    const octets hash = sha256(octets_of("example.org"));
    v.attestation_object = replaced(object, joined({hash, octets{0x59}}), joined({hash, octets{0xd9}}));
    const registration out = verify_registration(provider(), v.registration_response(), v.registration_rules());
    ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
    EXPECT_EQ(out.record.public_key.size(), 77U);
    EXPECT_EQ(out.record.public_key, v.public_key);
    EXPECT_EQ(out.extensions, extensions);
}

// duo-labs/py_webauthn#160, MasterKale/SimpleWebAuthn#440 / #463: tests/unit/webauthn_cose_key_test.cpp

// quarkusio/quarkus#38043, eclipse-vertx/vertx-auth#669
TEST(Reports, NoAttestationAndAModelAreFine)
{
    const webauthn_vector v = webauthn_vector::named("none.ES256");
    const registration out = verify_registration(provider(), v.registration_response(), v.registration_rules());
    EXPECT_EQ(out.reason, refusal::none);
    EXPECT_EQ(out.record.aaguid[0], 0x84);
}

// duo-labs/py_webauthn#55, lbuchs/WebAuthn#58
TEST(Reports, ACounterThatFallsToZeroDidNotRise)
{
    assertion a;
    EXPECT_EQ(a.run().sign_count, sign_count_verdict::unused);
    a.stored_count = 5;
    const authentication out = a.run();
    EXPECT_EQ(out.reason, refusal::sign_count);
    EXPECT_EQ(out.sign_count, sign_count_verdict::did_not_rise);
    EXPECT_TRUE(out.is_signature_valid);
}

// tweag/webauthn#147, Yubico/java-webauthn-server#12
TEST(Reports, AnEmptyUserHandleIsNobodys)
{
    assertion a;
    const std::string id = to_base64url<std::string>(a.v.credential_id);
    const std::string text =
        R"({"id":")" + id + R"(","rawId":")" + id + R"(","type":"public-key","response":{"clientDataJSON":")" +
        to_base64url<std::string>(a.v.client_data) + R"(","authenticatorData":")" +
        to_base64url<std::string>(a.v.authenticator_data) + R"(","signature":")" +
        to_base64url<std::string>(a.v.signature) + R"(","userHandle":""},"clientExtensionResults":{}})";
    const authentication_json read = read_authentication_json(text);
    ASSERT_EQ(read.reason, refusal::none);
    EXPECT_TRUE(verify_authentication(provider(), read.raw(), a.v.stored(), a.rules).is_accepted())
        << "read as absent where the user was identified";
    const octets owner = octets_of("a user");
    a.rules.is_user_identified = false;
    a.rules.user_handle = owner;
    EXPECT_EQ(verify_authentication(provider(), read.raw(), a.v.stored(), a.rules).reason,
              refusal::user_handle_missing);
}

// trustwallet/wallet-core#4818
TEST(Reports, AMemberThatStandsTwiceIsAmbiguous)
{
    assertion a;
    const std::string client = text_of(a.v.client_data);
    a.v.client_data = octets_of(client.substr(0, client.size() - 1) + R"(,"challenge":"AAAAAAAAAAAAAAAAAAAAAA"})");
    EXPECT_EQ(
        a.run("304402204f8d8bb35b994bcdae07b351cda7a7a6fcb0c0ea1d584c86f3963848e8e94ddd02206384f6c727fe07e991753d3"
              "17cd35ec03033cb36fa68e5f8997cdc84b516a2c9")
            .reason,
        refusal::client_data_json);
    EXPECT_TRUE(a.is_signature_good());
    a.v.client_data = octets_of(replaced(client, R"("origin":)", R"("origin":"https://evil.example","origin":)"));
    EXPECT_EQ(a.run().reason, refusal::client_data_json);
    EXPECT_TRUE(a.is_signature_good());
}

// keycloak/keycloak#49344, CVE-2026-8830
TEST(Reports, OnlyAlgorithmsThatWereAskedFor)
{
    const webauthn_vector v = webauthn_vector::named("packed.ES384");
    registration_rules rules = v.registration_rules();
    static const std::int64_t es256[] = {-7};
    rules.algorithms = es256;
    const registration out = verify_registration(provider(), v.registration_response(), rules);
    EXPECT_EQ(out.reason, refusal::algorithm_not_listed);
    EXPECT_EQ(facts_of(out.reason).registration_step, 20);
}

// kanidm/webauthn-rs#528
TEST(Reports, CredPropsWithoutRk)
{
    const webauthn_vector v = webauthn_vector::named("none.ES256");
    const std::string id = to_base64url<std::string>(v.credential_id);
    const registration_json read = read_registration_json(
        R"({"id":")" + id + R"(","rawId":")" + id + R"(","type":"public-key","response":{"clientDataJSON":")" +
        to_base64url<std::string>(v.registration_client_data) + R"(","attestationObject":")" +
        to_base64url<std::string>(v.attestation_object) + R"("},"clientExtensionResults":{"credProps":{}}})");
    ASSERT_EQ(read.reason, refusal::none);
    EXPECT_EQ(read.extensions.is_resident_key, std::nullopt);
    EXPECT_TRUE(verify_registration(provider(), read.raw(), v.registration_rules()).is_accepted());
}

// duo-labs/py_webauthn#208
TEST(Reports, AnSpkiIsNoCoseKeyAndHasItsOwnReason)
{
    assertion a;
    a.v.public_key = from_base64url(
                         "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8APYzNW_OkIzf8cizuNiwqMJhk8IqIxCiVdjlxUulYH0fpTdr0W46fI89"
                         "XooslN8r1V4Vu1DrUcdc1vHGnHB0g")
                         .value();
    EXPECT_EQ(a.unsigned_run().reason, refusal::stored_key_spki);
}

// PJK/libcbor#428 / #431, duo-labs/webauthn#66
TEST(Reports, AttestationObjectsThatPromiseTooMuch)
{
    webauthn_vector v = webauthn_vector::named("none.ES256");
    for (const octets& object : {unhex("9affffffff"), unhex("9b0203366bfffbde1856bfffff"), octets(1000, 0x81)}) {
        v.attestation_object = object;
        EXPECT_EQ(verify_registration(provider(), v.registration_response(), v.registration_rules()).reason,
                  refusal::attestation_object);
    }
}

// passwordless-lib/fido2-net-lib#154
TEST(Reports, ARawSignatureIsNoDer)
{
    assertion a;
    const octets& der = a.v.signature;  // 30 46 02 21 00 r 02 21 00 s
    ASSERT_EQ(der.size(), 72U);
    a.v.signature = joined({bytes_view(der).subspan(5, 32), bytes_view(der).subspan(40, 32)});
    EXPECT_EQ(a.unsigned_run().reason, refusal::signature_encoding);
}

TEST(Reports, OneByteTooManyAndAPointOffTheCurve)
{
    webauthn_vector v = webauthn_vector::named("none.ES256");
    const octets object = v.attestation_object;
    v.attestation_object.push_back(0);
    EXPECT_EQ(verify_registration(provider(), v.registration_response(), v.registration_rules()).reason,
              refusal::attestation_object);
    const octets y(v.public_key.end() - 32, v.public_key.end());
    v.attestation_object = replaced(object, y, octets(32, 0));
    EXPECT_EQ(verify_registration(provider(), v.registration_response(), v.registration_rules()).reason,
              refusal::public_key);
    assertion a;
    a.v.signature.push_back(0);
    EXPECT_EQ(a.unsigned_run().reason, refusal::signature_encoding);
}

// SimpleWebAuthn took an ES256 key that says it is on P-384, and a compressed point.
TEST(Reports, AKeyOfAnotherCurveAndACompressedPoint)
{
    webauthn_vector v = webauthn_vector::named("none.ES256");
    const octets object = v.attestation_object;
    v.attestation_object = replaced(object, unhex("a5010203262001"), unhex("a5010203262002"));
    EXPECT_EQ(verify_registration(provider(), v.registration_response(), v.registration_rules()).reason,
              refusal::public_key);
    const octets y(v.public_key.end() - 34, v.public_key.end());  // with its head
    v.attestation_object = replaced(replaced(object, y, unhex("f5")), unhex("58a4"), unhex("5883"));
    EXPECT_EQ(verify_registration(provider(), v.registration_response(), v.registration_rules()).reason,
              refusal::public_key);
}

}  // namespace
}  // namespace counterseal::core
