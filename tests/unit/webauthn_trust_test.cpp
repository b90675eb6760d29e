// SPDX-License-Identifier: Apache-2.0
// Trust anchors: which paths lead to one, and that a valid statement without such a path is trusted by nobody.
#include <gtest/gtest.h>

#include "tests/unit/support/webauthn_statement.hpp"

namespace counterseal::core {
namespace {

using test::anchors_of;
using test::authority;
using test::authority_plan;
using test::certificate_plan;
using test::certified;
using test::joined;
using test::make_certificate;
using test::maker;
using test::now_s;
using test::octets;
using test::packed;
using test::passkey;
using test::provider;
using test::registering;
using test::root;
using test::run;
using test::signing_key;
using test::unhex;

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

}  // namespace
}  // namespace counterseal::core
