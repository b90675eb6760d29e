// SPDX-License-Identifier: Apache-2.0
// The fifteen vectors of WebAuthn Level 3 section 16: what is in scope is accepted, the rest is refused by name.
#include <gtest/gtest.h>

#include <set>

#include "tests/vectors/webauthn_vector.hpp"

namespace counterseal::core {
namespace {

using test::octets;
using test::provider;
using test::webauthn_vector;

const std::set<std::string> formats_in_scope = {"none", "packed", "fido-u2f"};

trust_anchors section_16_anchors()
{
    const octets root = test::section_16_root();
    const bytes_view views[] = {root};
    return trust_anchors::from_der(provider(), views).value();
}

template <class Test>
void for_each_vector(Test test)
{
    std::size_t n = 0;
    for (const test::json& one : test::some(test::webauthn_document(), "vectors")) {
        SCOPED_TRACE(test::word(one, "name"));
        test(webauthn_vector::of(one));
        ++n;
    }
    EXPECT_EQ(n, 15U);
}

TEST(WebauthnVectors, Registrations)
{
    const trust_anchors anchors = section_16_anchors();
    std::size_t n_accepted = 0;
    for_each_vector([&](const webauthn_vector& v) {
        registration_rules rules = v.registration_rules();
        rules.anchors = &anchors;
        const registration out = verify_registration(provider(), v.registration_response(), rules);
        EXPECT_EQ(out.format, v.format);
        if (!formats_in_scope.contains(v.format)) {
            EXPECT_EQ(out.reason, refusal::attestation_format);
            return;
        }
        ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
        ++n_accepted;
        const bool is_certified = v.format != "none" && v.name != "packed-self.ES256";
        EXPECT_EQ(out.trust, is_certified         ? attestation_trust::anchored
                             : v.format == "none" ? attestation_trust::none
                                                  : attestation_trust::self);
        EXPECT_EQ(out.type, is_certified         ? attestation_type::certified
                            : v.format == "none" ? attestation_type::none
                                                 : attestation_type::self);
        EXPECT_EQ(out.algorithm, v.algorithm);
        EXPECT_EQ(out.origin, "https://example.org");
        EXPECT_EQ(out.expected_origin, 0U);
        EXPECT_EQ(out.record.id, v.credential_id);
        EXPECT_EQ(out.record.public_key, v.public_key);
        EXPECT_TRUE(std::ranges::equal(out.record.aaguid, v.aaguid));
        EXPECT_EQ(out.user_present, v.registration_flags.at("UP").get<bool>());
        EXPECT_EQ(out.user_verified, v.registration_flags.at("UV").get<bool>());
        EXPECT_EQ(out.record.uv_initialized, out.user_verified);
        EXPECT_EQ(out.record.backup_eligible, v.registration_flags.at("BE").get<bool>());
        EXPECT_EQ(out.record.backup_state, v.registration_flags.at("BS").get<bool>());
        EXPECT_EQ(out.record.sign_count, 0U);
    });
    EXPECT_EQ(n_accepted, 12U);
}

TEST(WebauthnVectors, Authentications)
{
    for_each_vector([](const webauthn_vector& v) {
        const authentication out =
            verify_authentication(provider(), v.authentication_response(), v.stored(), v.authentication_rules());
        ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
        EXPECT_TRUE(out.is_signature_valid);
        EXPECT_EQ(out.user_verified, v.authentication_flags.at("UV").get<bool>());
        EXPECT_EQ(out.state.backup_state, v.authentication_flags.at("BS").get<bool>());
        EXPECT_EQ(out.sign_count, sign_count_verdict::unused);
        EXPECT_FALSE(out.is_appid);

        // A prepared key that is kept says the same.
        const cose_reading key = read_cose_key(v.public_key, 0);
        const prepared_key prepared = prepare_new(provider(), key.key);
        ASSERT_TRUE(prepared.key);
        stored_credential kept = v.stored();
        kept.public_key = {};
        kept.kept = &*prepared.key;
        EXPECT_TRUE(verify_authentication(provider(), v.authentication_response(), kept, v.authentication_rules())
                        .is_accepted());
    });
}

TEST(WebauthnVectors, ASignatureOfAnotherVectorIsWrong)
{
    const webauthn_vector other = webauthn_vector::named("packed-self.ES256");
    for_each_vector([&](const webauthn_vector& v) {
        if (v.name == other.name) {
            return;
        }
        authentication_response response = v.authentication_response();
        response.signature = other.signature;
        const authentication out = verify_authentication(provider(), response, v.stored(), v.authentication_rules());
        EXPECT_TRUE(out.reason == refusal::signature || out.reason == refusal::signature_encoding)
            << facts_of(out.reason).name;
        EXPECT_FALSE(out.is_signature_valid);
    });
}

TEST(WebauthnVectors, EveryFlippedBitUnderASignatureIsSeen)
{
    for (const char* name : {"none.ES256", "packed.EdDSA", "packed.RS256"}) {
        const webauthn_vector v = webauthn_vector::named(name);
        for (std::size_t at = 0; at < v.authenticator_data.size(); ++at) {
            octets changed = v.authenticator_data;
            changed[at] ^= 0x10;
            authentication_response response = v.authentication_response();
            response.authenticator_bytes = changed;
            EXPECT_FALSE(
                verify_authentication(provider(), response, v.stored(), v.authentication_rules()).is_accepted())
                << name << ' ' << at;
        }
        for (std::size_t at = 0; at < v.client_data.size(); ++at) {
            octets changed = v.client_data;
            changed[at] ^= 0x01;
            authentication_response response = v.authentication_response();
            response.client_data = changed;
            EXPECT_FALSE(
                verify_authentication(provider(), response, v.stored(), v.authentication_rules()).is_accepted())
                << name << ' ' << at;
        }
    }
}

TEST(WebauthnVectors, WithoutAnchorsACertificateIsValidAndTrustedByNobody)
{
    const webauthn_vector v = webauthn_vector::named("packed.ES256");
    const registration out = verify_registration(provider(), v.registration_response(), v.registration_rules());
    EXPECT_EQ(out.reason, refusal::none);
    EXPECT_TRUE(out.is_statement_valid);
    EXPECT_EQ(out.type, attestation_type::certified);
    EXPECT_EQ(out.trust, attestation_trust::none);
}

TEST(WebauthnVectors, CertificatesHaveToBeValidAtTheTime)
{
    const trust_anchors anchors = section_16_anchors();
    const webauthn_vector v = webauthn_vector::named("packed.ES256");
    registration_rules rules = v.registration_rules();
    rules.anchors = &anchors;
    rules.attestation_required = true;
    EXPECT_TRUE(verify_registration(provider(), v.registration_response(), rules).is_accepted());
    rules.at_s = 1700000000;  // in 2023
    const registration early = verify_registration(provider(), v.registration_response(), rules);
    EXPECT_EQ(early.reason, refusal::attestation_untrusted);
    rules.at_s = 33300000000;  // in 3025
    EXPECT_EQ(verify_registration(provider(), v.registration_response(), rules).reason, refusal::attestation_untrusted);
}

TEST(WebauthnVectors, EveryCutAndChangedAttestationObjectIsSurvived)
{
    const trust_anchors anchors = section_16_anchors();
    for (const char* name : {"packed.ES256", "fido-u2f.ES256"}) {
        const webauthn_vector v = webauthn_vector::named(name);
        registration_rules rules = v.registration_rules();
        rules.anchors = &anchors;
        ASSERT_EQ(verify_registration(provider(), v.registration_response(), rules).trust, attestation_trust::anchored);
        for (std::size_t len = 0; len < v.attestation_object.size(); ++len) {
            const octets cut(v.attestation_object.begin(),
                             v.attestation_object.begin() + static_cast<std::ptrdiff_t>(len));
            EXPECT_EQ(verify_registration(provider(), {v.registration_client_data, cut}, rules).reason,
                      refusal::attestation_object);
        }
        // Flags, counter and AAGUID.
        constexpr std::size_t unsigned_len = 1 + 4 + 16;
        const std::size_t flags_at =
            v.attestation_object.size() - (v.public_key.size() + v.credential_id.size() + 2) - unsigned_len;
        for (std::size_t at = 0; at < v.attestation_object.size(); ++at) {
            for (const int bit : {0x01, 0x10, 0x80}) {
                octets changed = v.attestation_object;
                changed[at] = static_cast<std::uint8_t>(changed[at] ^ bit);
                const registration out = verify_registration(provider(), {v.registration_client_data, changed}, rules);
                if (out.is_accepted()) {
                    // In a certificate, of which the statement signs nothing but the key; the anchor signed the rest.
                    // Or in what section 8.6 leaves unsigned.
                    const bool is_signed = v.format != "fido-u2f" || at < flags_at || at >= flags_at + unsigned_len;
                    EXPECT_EQ(out.trust, is_signed ? attestation_trust::none : attestation_trust::anchored) << at;
                    EXPECT_EQ(out.record.public_key, v.public_key) << name << ' ' << at;
                    EXPECT_EQ(out.record.id, v.credential_id) << name << ' ' << at;
                }
            }
        }
    }
}

}  // namespace
}  // namespace counterseal::core
