// SPDX-License-Identifier: Apache-2.0
// Attestation statements with certificates made here: what is valid. Whom to trust is asked in
// webauthn_trust_test.
#include "core/webauthn/attestation.hpp"

#include <gtest/gtest.h>

#include "tests/unit/support/webauthn_statement.hpp"

namespace counterseal::core {
namespace {

using test::anchors_of;
using test::authority;
using test::cbor_array;
using test::cbor_bytes;
using test::cbor_map;
using test::cbor_text;
using test::certificate_plan;
using test::certified;
using test::joined;
using test::make_certificate;
using test::maker;
using test::now_s;
using test::octets;
using test::packed;
using test::passkey;
using test::registering;
using test::root;
using test::run;
using test::signing_key;
using test::unhex;

TEST(PackedAttestation, Self)
{
    packed self;
    self.signer = &passkey();
    const registration out = run(self, nullptr);
    ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
    EXPECT_EQ(out.type, attestation_type::self);
    EXPECT_EQ(out.trust, attestation_trust::self);
    self.algorithm = -9;
    EXPECT_EQ(run(self, nullptr).reason, refusal::attestation_algorithm) << "the key's own algorithm and no other";
    self.algorithm = -7;
    self.signer = &maker();
    EXPECT_EQ(run(self, nullptr).reason, refusal::attestation_signature);
    self.signer = &passkey();
    self.change = [](octets s) { return joined({s, octets{0}}); };
    EXPECT_EQ(run(self, nullptr).reason, refusal::attestation_signature);
}

TEST(PackedAttestation, Certified)
{
    const trust_anchors anchors = anchors_of(root());
    const registration out = run(certified({}), &anchors, true);
    ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
    EXPECT_EQ(out.type, attestation_type::certified);
    EXPECT_EQ(out.trust, attestation_trust::anchored);
    EXPECT_EQ(out.format, "packed");
}

TEST(PackedAttestation, TheCertificatesKeyHasAnAlgorithmOfItsOwn)
{
    const trust_anchors anchors = anchors_of(root());
    const signing_key rsa = signing_key::make_rsa(2048);
    packed statement;
    statement.signer = &rsa;
    statement.algorithm = -257;
    statement.path = {make_certificate(rsa, authority(), {})};
    EXPECT_EQ(run(statement, &anchors, true).reason, refusal::none) << "RS256 attests an ES256 credential";
    statement.algorithm = -7;
    EXPECT_EQ(run(statement, &anchors).reason, refusal::attestation_algorithm);
    statement.algorithm = -37;
    EXPECT_EQ(run(statement, &anchors).reason, refusal::attestation_signature) << "PKCS #1 is no PSS";
    statement.algorithm = -65535;
    EXPECT_EQ(run(statement, &anchors).reason, refusal::attestation_algorithm);
    const signing_key weak = signing_key::make_rsa(1024);
    statement.signer = &weak;
    statement.algorithm = -257;
    statement.path = {make_certificate(weak, authority(), {})};
    EXPECT_EQ(run(statement, &anchors).reason, refusal::attestation_algorithm) << "1024 bits";
    packed stranger = certified({});
    stranger.signer = &passkey();
    EXPECT_EQ(run(stranger, &anchors).reason, refusal::attestation_signature);
}

TEST(PackedAttestation, WhatTheCertificateHasToSay)
{
    const std::pair<const char*, std::function<void(certificate_plan&)>> changes[] = {
        {"version 1", [](certificate_plan& p) { p.version = 1, p.is_authority = std::nullopt; }},
        {"version 2", [](certificate_plan& p) { p.version = 2; }},
        {"no country", [](certificate_plan& p) { p.subject.erase(p.subject.begin()); }},
        {"no organization", [](certificate_plan& p) { p.subject.erase(p.subject.begin() + 1); }},
        {"no unit", [](certificate_plan& p) { p.subject.erase(p.subject.begin() + 2); }},
        {"another unit", [](certificate_plan& p) { p.subject[2].second = "authenticator attestation"; }},
        {"two units", [](certificate_plan& p) { p.subject.emplace_back("OU", "Authenticator Attestation"); }},
        {"no name", [](certificate_plan& p) { p.subject.pop_back(); }},
        {"an authority", [](certificate_plan& p) { p.is_authority = true; }},
        {"no basicConstraints", [](certificate_plan& p) { p.is_authority = std::nullopt; }}};
    for (const auto& [name, change] : changes) {
        certificate_plan plan;
        change(plan);
        EXPECT_EQ(run(certified(plan), nullptr).reason, refusal::attestation_certificate) << name;
    }
}

// MasterKale/SimpleWebAuthn#111: Chromium's virtual authenticator writes out what DER leaves out.
TEST(PackedAttestation, ConstraintsThatSayFalseInSoManyWords)
{
    certificate_plan plan;
    plan.constraints = unhex("3003010100");
    EXPECT_EQ(run(certified(plan), nullptr).reason, refusal::none);
    plan.constraints = unhex("30030101ff");
    EXPECT_EQ(run(certified(plan), nullptr).reason, refusal::attestation_certificate);
    plan.constraints = unhex("0101ff");
    EXPECT_EQ(run(certified(plan), nullptr).reason, refusal::attestation_certificate);
}

TEST(PackedAttestation, TheModelInTheCertificate)
{
    const octets own = joined({unhex("0410"), octets(16, 0xa1)});
    const auto reason = [](std::vector<octets> values, bool is_critical = false) {
        certificate_plan plan;
        plan.aaguid_extensions = std::move(values);
        plan.is_aaguid_critical = is_critical;
        return run(certified(plan), nullptr).reason;
    };
    EXPECT_EQ(reason({own}), refusal::none);
    EXPECT_EQ(reason({joined({unhex("0410"), octets(16, 0xa2)})}), refusal::attestation_aaguid);
    EXPECT_EQ(reason({octets(16, 0xa1)}), refusal::attestation_aaguid) << "without the inner OCTET STRING";
    EXPECT_EQ(reason({joined({unhex("0412"), own})}), refusal::attestation_aaguid) << "one OCTET STRING too many";
    EXPECT_EQ(reason({joined({own, octets{0}})}), refusal::attestation_aaguid);
    EXPECT_EQ(reason({own}, true), refusal::attestation_aaguid) << "it must not be critical";
    EXPECT_EQ(reason({own, joined({unhex("0410"), octets(16, 0xa2)})}), refusal::attestation_aaguid) << "two of them";
}

TEST(PackedAttestation, StatementsThatAreNone)
{
    packed more = certified({});
    more.has_more = true;
    EXPECT_EQ(run(more, nullptr).reason, refusal::attestation_statement);
    packed many = certified({});
    many.path.resize(9, many.path[0]);
    EXPECT_EQ(run(many, nullptr).reason, refusal::attestation_statement) << "more certificates than any path has";
    packed cut = certified({});
    cut.path[0].pop_back();
    EXPECT_EQ(run(cut, nullptr).reason, refusal::attestation_certificate);
    packed longer = certified({});
    longer.path[0].push_back(0);
    EXPECT_EQ(run(longer, nullptr).reason, refusal::attestation_certificate);
    packed none = certified({});
    none.path = {octets()};
    EXPECT_EQ(run(none, nullptr).reason, refusal::attestation_certificate);
    constexpr std::pair<const char*, refusal> cases[] = {
        {"a0", refusal::attestation_statement},            // nothing
        {"a163616c6726", refusal::attestation_statement},  // no sig
        {"a263616c67266373696743000000", refusal::attestation_signature},
        {"80", refusal::attestation_statement},
        {"00", refusal::attestation_statement},
        {"a363616c672663736967410063783563a0", refusal::attestation_statement},    // x5c is a map
        {"a363616c67266373696741006378356380", refusal::attestation_statement},    // x5c has no item
        {"a363616c6726637369674100637835638100", refusal::attestation_statement},  // x5c has a number
        {"a263616c676373696741", refusal::attestation_object},                     // no CBOR
    };
    for (const auto& [text, reason] : cases) {
        registering r;
        r.format = "packed";
        r.statement = [&, of = text](const octets&, const octets&) { return unhex(of); };
        EXPECT_STREQ(facts_of(r.run().reason).name, facts_of(reason).name) << text;
    }
}

/// A fido-u2f statement over the message of section 8.6.
struct u2f {
    std::function<void(octets&)> change_message = [](octets&) {};
    std::vector<octets> path{};
    const signing_key* signer = &maker();

    registration run(octets cose = test::passkey_cose(), const trust_anchors* anchors = nullptr) const
    {
        registering r;
        r.cose = std::move(cose);
        r.format = "fido-u2f";
        r.rules.anchors = anchors;
        r.rules.at_s = now_s;
        static const std::int64_t algorithms[] = {-7, -9, -8};
        r.rules.algorithms = algorithms;
        r.statement = [&](const octets& data, const octets& hash) {
            octets message =
                joined({octets{0}, bytes_view(data).first(32), hash, r.id, octets{4}, passkey().x(), passkey().y()});
            change_message(message);
            std::vector<octets> items;
            for (const octets& der : path) {
                items.push_back(cbor_bytes(der));
            }
            return cbor_map(
                {{cbor_text("sig"), cbor_bytes(signer->sign(message))}, {cbor_text("x5c"), cbor_array(items)}});
        };
        return r.run();
    }
};

TEST(U2fAttestation, OneCertificateWithAKeyOnP256)
{
    const trust_anchors anchors = anchors_of(root());
    certificate_plan plan;
    plan.subject = {{"CN", "U2F devices say what they like here"}};
    plan.is_authority = std::nullopt;
    u2f statement;
    statement.path = {make_certificate(maker(), authority(), plan)};
    const registration out = statement.run(test::passkey_cose(), &anchors);
    ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
    EXPECT_EQ(out.trust, attestation_trust::anchored);
    EXPECT_EQ(out.type, attestation_type::certified);

    statement.change_message = [](octets& m) { m[0] = 5; };
    EXPECT_EQ(statement.run().reason, refusal::attestation_signature);
    statement.change_message = [](octets& m) { m.erase(m.begin()); };
    EXPECT_EQ(statement.run().reason, refusal::attestation_signature);
    statement.change_message = [](octets&) {};
    statement.path.push_back(root());
    EXPECT_EQ(statement.run().reason, refusal::attestation_statement) << "exactly one certificate";
    statement.path.clear();
    EXPECT_EQ(statement.run().reason, refusal::attestation_statement);

    const signing_key p384 = signing_key::make_ec("secp384r1");
    statement.signer = &p384;
    statement.path = {make_certificate(p384, authority(), plan)};
    EXPECT_EQ(statement.run().reason, refusal::attestation_algorithm);
    statement.signer = &maker();
    statement.path = {make_certificate(maker(), authority(), plan)};
    EXPECT_EQ(statement.run(test::cose_okp(-8, 6, signing_key::make_ed25519().raw())).reason,
              refusal::attestation_algorithm)
        << "a U2F credential is on P-256";
}

}  // namespace
}  // namespace counterseal::core
