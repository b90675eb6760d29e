// SPDX-License-Identifier: Apache-2.0
// What was reported against other verifiers of attestation, on the vectors of section 16 and on certificates of the
// authority there, of which the key is published.
#include <gtest/gtest.h>

#include "tests/unit/support/cbor_writer.hpp"
#include "tests/unit/support/test_certificate.hpp"
#include "tests/vectors/webauthn_resigned.hpp"

namespace counterseal::core {
namespace {

using test::joined;
using test::octets;
using test::provider;
using test::sha256;
using test::signing_key;
using test::unhex;
using test::webauthn_vector;

// Firehed/webauthn-php#114, MasterKale/SimpleWebAuthn#766
TEST(AttestationReports, TheStatementsAlgorithmIsThatOfTheCertificate)
{
    const webauthn_vector v = webauthn_vector::named("packed.RS256");
    const registration out = verify_registration(provider(), v.registration_response(), v.registration_rules());
    EXPECT_EQ(out.reason, refusal::none);
    EXPECT_EQ(out.algorithm, -257);
}

/// Registrations with packed.ES256's authenticator data, certificates and signatures made anew.
struct packed_anew {
    webauthn_vector v = webauthn_vector::named("packed.ES256");
    octets data = authenticator_bytes();
    signing_key maker = signing_key::make_ec("prime256v1");

    octets authenticator_bytes() const
    {
        const auto object = cbor_value::read(v.attestation_object);
        const bytes_view bytes = object->find("authData")->bytes().value();
        return {bytes.begin(), bytes.end()};
    }
    registration run(const std::vector<octets>& path, bool is_required)
    {
        std::vector<octets> items;
        for (const octets& der : path) {
            items.push_back(test::cbor_bytes(der));
        }
        const octets signature = maker.sign(joined({data, sha256(v.registration_client_data)}));
        v.attestation_object = test::cbor_map(
            {{test::cbor_text("fmt"), test::cbor_text("packed")},
             {test::cbor_text("attStmt"), test::cbor_map({{test::cbor_text("alg"), test::cbor_int(-7)},
                                                          {test::cbor_text("sig"), test::cbor_bytes(signature)},
                                                          {test::cbor_text("x5c"), test::cbor_array(items)}})},
             {test::cbor_text("authData"), test::cbor_bytes(data)}});
        return verify_original(is_required);
    }
    registration verify_original(bool is_required)
    {
        const octets root = test::section_16_root();
        const bytes_view one[] = {bytes_view(root)};
        const trust_anchors anchors = trust_anchors::from_der(provider(), one).value();
        registration_rules rules = v.registration_rules();
        rules.anchors = &anchors;
        rules.attestation_required = is_required;
        return verify_registration(provider(), v.registration_response(), rules);
    }
};

/// The authority of section 16, which signs what we make.
signing_key section_16_authority()
{
    const octets root = test::section_16_root();
    const octets head = unhex("03420004");  // the BIT STRING with the uncompressed point
    const auto at = std::search(root.begin(), root.end(), head.begin(), head.end()) + 4;
    return signing_key::from_ec(
        "prime256v1", unhex(test::word(test::webauthn_document().at("attestation_root"), "attestation_ca_key")),
        octets(at, at + 32), octets(at + 32, at + 64));
}

test::certificate_plan leaf_of_section_16()
{
    test::certificate_plan plan;
    plan.issuer = {{"CN", "WebAuthn test vectors"}, {"O", "W3C"}, {"OU", "Authenticator Attestation CA"}, {"C", "AA"}};
    return plan;
}

// tweag/webauthn#173, JanssenProject/jans#14365
TEST(AttestationReports, TheModelInTheCertificateIsCheckedWhereItIsThere)
{
    packed_anew p;
    EXPECT_EQ(p.verify_original(true).reason, refusal::none) << "none is there";
    test::certificate_plan plan = leaf_of_section_16();
    plan.aaguid_extensions = {joined({unhex("0410"), p.v.aaguid})};
    registration out = p.run({make_certificate(p.maker, section_16_authority(), plan)}, true);
    EXPECT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
    EXPECT_EQ(out.trust, attestation_trust::anchored) << "the authority's key is the published one";
    plan.aaguid_extensions = {joined({unhex("0410"), octets(16, 0x42)})};
    out = p.run({make_certificate(p.maker, section_16_authority(), plan)}, false);
    EXPECT_EQ(out.reason, refusal::attestation_aaguid);
}

// SimpleWebAuthn GHSA-6hxq-p678-4hr2
TEST(AttestationReports, ARootInTheStatementIsNoAnchor)
{
    packed_anew p;
    const signing_key own = signing_key::make_ec("prime256v1");
    test::certificate_plan leaf = leaf_of_section_16();
    test::certificate_plan root = test::authority_plan();
    root.subject = root.issuer = leaf.issuer;  // the very name of the anchor
    const std::vector<octets> path = {make_certificate(p.maker, own, leaf), make_certificate(own, own, root)};
    const registration out = p.run(path, false);
    EXPECT_EQ(out.reason, refusal::none);
    EXPECT_TRUE(out.is_statement_valid);
    EXPECT_EQ(out.trust, attestation_trust::none);
    EXPECT_EQ(p.run(path, true).reason, refusal::attestation_untrusted);
}

// MasterKale/SimpleWebAuthn#783 / #795
TEST(AttestationReports, PathsHaveNoRootAndMayHaveMoreThanTheyNeed)
{
    packed_anew p;
    EXPECT_EQ(p.verify_original(true).trust, attestation_trust::anchored);
    const signing_key stranger = signing_key::make_ec("prime256v1");
    const octets unrelated = make_certificate(stranger, stranger, test::authority_plan());
    const octets leaf = make_certificate(p.maker, section_16_authority(), leaf_of_section_16());
    EXPECT_EQ(p.run({leaf, unrelated}, true).trust, attestation_trust::anchored);
}

}  // namespace
}  // namespace counterseal::core
