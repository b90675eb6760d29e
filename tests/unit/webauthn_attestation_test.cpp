// SPDX-License-Identifier: Apache-2.0
// Attestation statements with certificates made here: what is valid, what is trusted, and that these are not mixed up.
#include "core/webauthn/attestation.hpp"

#include <gtest/gtest.h>

#include "tests/unit/support/test_certificate.hpp"
#include "tests/unit/support/webauthn_ceremony.hpp"

namespace counterseal::core {
namespace {

using test::authority_plan;
using test::cbor_array;
using test::cbor_bytes;
using test::cbor_int;
using test::cbor_map;
using test::cbor_text;
using test::certificate_plan;
using test::joined;
using test::make_certificate;
using test::octets;
using test::passkey;
using test::provider;
using test::registering;
using test::signing_key;
using test::unhex;

constexpr std::int64_t now_s = 1800000000;

const signing_key& authority()
{
    static const signing_key key = signing_key::make_ec("prime256v1");
    return key;
}
const signing_key& maker()
{
    static const signing_key key = signing_key::make_ec("prime256v1");
    return key;
}
const octets& root()
{
    static const octets der = make_certificate(authority(), authority(), authority_plan());
    return der;
}

trust_anchors anchors_of(const octets& der)
{
    const bytes_view one[] = {bytes_view(der)};
    return trust_anchors::from_der(provider(), one).value();
}

/// A packed statement; the parts are changed before they are put together.
struct packed {
    std::int64_t algorithm = -7;
    const signing_key* signer = &maker();
    std::vector<octets> path{};  // empty: self
    std::function<octets(octets)> change = [](octets signature) { return signature; };
    bool has_more = false;

    void apply(registering& r) const
    {
        r.format = "packed";
        r.statement = [copy = *this](const octets& data, const octets& hash) {
            std::vector<std::pair<octets, octets>> pairs = {
                {cbor_text("alg"), cbor_int(copy.algorithm)},
                {cbor_text("sig"), cbor_bytes(copy.change(copy.signer->sign(joined({data, hash}))))}};
            if (!copy.path.empty()) {
                std::vector<octets> items;
                for (const octets& der : copy.path) {
                    items.push_back(cbor_bytes(der));
                }
                pairs.emplace_back(cbor_text("x5c"), cbor_array(items));
            }
            if (copy.has_more) {
                pairs.emplace_back(cbor_text("ecdaaKeyId"), cbor_bytes(octets(1, 1)));
            }
            return cbor_map(pairs);
        };
    }
};

registration run(const packed& statement, const trust_anchors* anchors, bool is_required = false)
{
    registering r;
    statement.apply(r);
    r.rules.anchors = anchors;
    r.rules.attestation_required = is_required;
    r.rules.at_s = now_s;
    return r.run();
}

packed certified(const certificate_plan& plan)
{
    packed out;
    out.path = {make_certificate(maker(), authority(), plan)};
    return out;
}

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
    for (const char* text :
         {"a0", "a163616c6726", "a263616c67266373696743000000", "80", "00", "a363616c672663736967410063783563a0",
          "a363616c67266373696741006378356380", "a363616c6726637369674100637835638100", "a263616c676373696741"}) {
        registering r;
        r.format = "packed";
        r.statement = [&](const octets&, const octets&) { return unhex(text); };
        const refusal reason = r.run().reason;
        EXPECT_TRUE(reason == refusal::attestation_statement || reason == refusal::attestation_signature ||
                    reason == refusal::attestation_object)
            << text << ' ' << facts_of(reason).name;
    }
}

TEST(Trust, ARootInTheStatementIsNoAnchor)
{
    const signing_key own = signing_key::make_ec("prime256v1");
    certificate_plan plan = authority_plan();
    plan.subject = plan.issuer = {{"CN", "An authority of its own"}};
    const octets own_root = make_certificate(own, own, plan);
    certificate_plan leaf;
    leaf.issuer = plan.issuer;
    packed statement;
    statement.path = {make_certificate(maker(), own, leaf), own_root};
    const trust_anchors anchors = anchors_of(root());
    const registration out = run(statement, &anchors);
    EXPECT_EQ(out.reason, refusal::none);
    EXPECT_TRUE(out.is_statement_valid);
    EXPECT_EQ(out.trust, attestation_trust::none);
    EXPECT_EQ(run(statement, &anchors, true).reason, refusal::attestation_untrusted);
    const trust_anchors theirs = anchors_of(own_root);
    EXPECT_EQ(run(statement, &theirs, true).trust, attestation_trust::anchored);
}

TEST(Trust, ARootOfTheSameNameIsAnother)
{
    const signing_key other = signing_key::make_ec("prime256v1");
    const trust_anchors anchors = anchors_of(make_certificate(other, other, authority_plan()));
    EXPECT_EQ(run(certified({}), &anchors, true).reason, refusal::attestation_untrusted);
}

TEST(Trust, PathsThroughIntermediatesAndPastCertificatesThatNobodyNeeds)
{
    const signing_key middle = signing_key::make_ec("prime256v1");
    certificate_plan middle_plan;
    middle_plan.subject = {{"CN", "An intermediate"}};
    middle_plan.is_authority = true;
    const octets intermediate = make_certificate(middle, authority(), middle_plan);
    certificate_plan leaf;
    leaf.issuer = middle_plan.subject;
    const signing_key stranger = signing_key::make_ec("prime256v1");
    certificate_plan unrelated_plan = authority_plan();
    unrelated_plan.subject = unrelated_plan.issuer = {{"CN", "An unrelated authority"}};
    const octets unrelated = make_certificate(stranger, stranger, unrelated_plan);
    packed statement;
    statement.path = {make_certificate(maker(), middle, leaf), unrelated, intermediate};
    const trust_anchors anchors = anchors_of(root());
    EXPECT_EQ(run(statement, &anchors, true).trust, attestation_trust::anchored);
    const trust_anchors at_intermediate = anchors_of(intermediate);
    EXPECT_EQ(run(statement, &at_intermediate, true).trust, attestation_trust::anchored);
    const trust_anchors at_leaf = anchors_of(statement.path[0]);
    EXPECT_EQ(run(statement, &at_leaf, true).trust, attestation_trust::anchored) << "an anchor may be the leaf itself";
    statement.path.pop_back();
    EXPECT_EQ(run(statement, &anchors, true).reason, refusal::attestation_untrusted) << "the path has a gap";
}

TEST(Trust, WhatIsNoAuthorityVouchesForNobody)
{
    certificate_plan plain;
    const octets end = make_certificate(passkey(), authority(), plain);
    certificate_plan leaf;
    leaf.issuer = plain.subject;
    packed statement;
    statement.path = {make_certificate(maker(), passkey(), leaf), end};
    const trust_anchors anchors = anchors_of(root());
    EXPECT_EQ(run(statement, &anchors, true).reason, refusal::attestation_untrusted);
}

TEST(Trust, EveryCertificateHasToBeValidAtTheTime)
{
    const trust_anchors anchors = anchors_of(root());
    certificate_plan old;
    old.until_s = now_s - 1;
    EXPECT_EQ(run(certified(old), &anchors, true).reason, refusal::attestation_untrusted);
    certificate_plan young;
    young.from_s = now_s + 1;
    EXPECT_EQ(run(certified(young), &anchors, true).reason, refusal::attestation_untrusted);
    young.from_s = now_s;
    EXPECT_EQ(run(certified(young), &anchors, true).reason, refusal::none);
}

TEST(Trust, NoneAndSelfDoNotMeetARequirement)
{
    const trust_anchors anchors = anchors_of(root());
    registering none;
    none.rules.anchors = &anchors;
    none.rules.attestation_required = true;
    none.rules.at_s = now_s;
    EXPECT_EQ(none.run().reason, refusal::attestation_missing);
    packed self;
    self.signer = &passkey();
    EXPECT_EQ(run(self, &anchors, true).reason, refusal::attestation_missing);
    const trust_anchors empty = trust_anchors::from_der(provider(), {}).value();
    EXPECT_EQ(run(certified({}), &empty, true).reason, refusal::rules);
    EXPECT_EQ(run(certified({}), &empty).trust, attestation_trust::none);
    registering timeless;
    timeless.rules.anchors = &anchors;
    EXPECT_EQ(timeless.run().misuse, status::e_time);
}

TEST(Trust, AnchorsThatAreNoCertificates)
{
    for (const octets& der : {octets(), unhex("3000"), joined({root(), octets{0}}), octets(20000, 0x30)}) {
        const bytes_view one[] = {bytes_view(der)};
        EXPECT_FALSE(trust_anchors::from_der(provider(), one));
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
    EXPECT_EQ(statement.run(test::cose_okp(-8, 6, signing_key::make_ed25519().point())).reason,
              refusal::attestation_algorithm)
        << "a U2F credential is on P-256";
}

}  // namespace
}  // namespace counterseal::core
