// SPDX-License-Identifier: Apache-2.0
// Registrations: one that is accepted, and for each reason to refuse the one change that brings it about.
#include "core/webauthn/registration.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/support/webauthn_ceremony.hpp"

namespace counterseal::core {
namespace {

using test::cbor_bytes;
using test::cbor_map;
using test::cbor_text;
using test::cose_akp;
using test::cose_ec;
using test::cose_okp;
using test::joined;
using test::octets;
using test::octets_of;
using test::passkey;
using test::registering;
using test::unhex;

const std::vector<std::string> framed_by = {"https://portal.example"};

TEST(Registration, Accepted)
{
    registering r;
    r.says.flags = 0x5d;
    r.says.sign_count = 4000000000;
    const registration out = r.run();
    ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
    EXPECT_TRUE(out.is_accepted());
    EXPECT_EQ(out.type, attestation_type::none);
    EXPECT_EQ(out.trust, attestation_trust::none);
    EXPECT_TRUE(out.user_present && out.user_verified);
    EXPECT_EQ(out.algorithm, -7);
    EXPECT_EQ(out.origin, "https://example.org");
    EXPECT_EQ(out.record.id, r.id);
    EXPECT_EQ(out.record.public_key, r.cose);
    EXPECT_EQ(out.record.sign_count, 4000000000U);
    EXPECT_TRUE(out.record.uv_initialized && out.record.backup_eligible && out.record.backup_state);
    EXPECT_TRUE(out.extensions.empty());
}

using change = std::function<void(registering&)>;

const std::multimap<refusal, change>& refused_changes()
{
    static const octets taken(16, 0x1d);
    static const bytes_view taken_list[] = {bytes_view(taken)};
    static const std::int64_t only_eddsa[] = {-8};
    static const std::multimap<refusal, change> changes = {
        {refusal::client_data_encoding, [](registering& r) { r.client_data = r.says.client_data() + "\xff"; }},
        {refusal::client_data_json, [](registering& r) { r.client_data = r.says.client_data() + "{}"; }},
        {refusal::client_data_json, [](registering& r) { r.says.more = R"(,"type":"webauthn.create")"; }},
        {refusal::client_data_json, [](registering& r) { r.client_data = ""; }},
        {refusal::type, [](registering& r) { r.says.type = "webauthn.get"; }},
        {refusal::type, [](registering& r) { r.says.type = "webauthn.create "; }},
        {refusal::type, [](registering& r) { r.says.type = "payment.get"; }},
        {refusal::challenge, [](registering& r) { r.says.challenge[31] ^= 1; }},
        {refusal::challenge, [](registering& r) { r.says.challenge.pop_back(); }},
        {refusal::challenge, [](registering& r) { r.says.challenge.clear(); }},
        {refusal::challenge, [](registering& r) { r.says.challenge.push_back(0); }},
        {refusal::challenge,
         [](registering& r) {
             std::string text = r.says.client_data();
             text.insert(text.find(R"(","origin)"), "=");
             r.client_data = text;
         }},
        {refusal::origin, [](registering& r) { r.says.origin = "https://evilexample.org"; }},
        {refusal::origin, [](registering& r) { r.says.origin = "https://example.org/"; }},
        {refusal::origin,
         [](registering& r) {
             r.says.origin = "https://evilexample.org";
             r.rules.ceremony.origins.subdomains = true;
         }},
        {refusal::cross_origin, [](registering& r) { r.says.more = R"(,"crossOrigin":true)"; }},
        {refusal::cross_origin, [](registering& r) { r.says.more = R"(,"crossOrigin":"false")"; }},
        {refusal::cross_origin,
         [](registering& r) { r.says.more = R"(,"crossOrigin":true,"topOrigin":"https://portal.example")"; }},
        {refusal::top_origin,
         [](registering& r) {
             r.rules.ceremony.cross_origin = true;
             r.says.more = R"(,"crossOrigin":true,"topOrigin":"https://portal.example")";
         }},
        {refusal::top_origin,
         [](registering& r) {
             r.rules.ceremony.cross_origin = true;
             r.rules.ceremony.top_origins = framed_by;
             r.says.more = R"(,"crossOrigin":true,"topOrigin":"https://evil.example")";
         }},
        {refusal::top_origin,
         [](registering& r) {
             r.rules.ceremony.cross_origin = true;
             r.rules.ceremony.top_origins = framed_by;
             r.says.more = R"(,"topOrigin":"https://portal.example")";
         }},
        {refusal::top_origin,
         [](registering& r) {
             r.rules.ceremony.cross_origin = true;
             r.rules.ceremony.top_origins = framed_by;
             r.says.more = R"(,"crossOrigin":true,"topOrigin":null)";
         }},
        {refusal::attestation_object, [](registering& r) { r.attestation_object = octets(); }},
        {refusal::attestation_object, [](registering& r) { r.attestation_object = unhex("9affffffff"); }},
        {refusal::attestation_object,
         [](registering& r) { r.attestation_object = unhex("9b0203366bfffbde1856bfffff"); }},
        {refusal::attestation_object, [](registering& r) { r.attestation_object = octets(1000, 0x81); }},
        {refusal::attestation_object,
         [](registering& r) { r.attestation_object = octets(attestation_object_max + 1, 0); }},
        {refusal::attestation_object,
         [](registering& r) { r.attestation_object = cbor_map({{cbor_text("fmt"), cbor_text("none")}}); }},
        {refusal::attestation_object,
         [](registering& r) {  // authData is text
             r.attestation_object = cbor_map({{cbor_text("fmt"), cbor_text("none")},
                                              {cbor_text("attStmt"), {0xa0}},
                                              {cbor_text("authData"), cbor_text("abc")}});
         }},
        {refusal::attestation_object,
         [](registering& r) {  // one byte too many
             r.attestation_object = joined({cbor_map({{cbor_text("fmt"), cbor_text("none")},
                                                      {cbor_text("attStmt"), {0xa0}},
                                                      {cbor_text("authData"), cbor_bytes(r.authenticator_data())}}),
                                            octets{0}});
         }},
        {refusal::attestation_object,
         [](registering& r) {  // names in another order
             r.attestation_object = cbor_map({{cbor_text("fmt"), cbor_text("none")},
                                              {cbor_text("authData"), cbor_bytes(r.authenticator_data())},
                                              {cbor_text("attStmt"), {0xa0}}});
         }},
        {refusal::authenticator_data, [](registering& r) { r.says.extensions = unhex("a0"); }},
        {refusal::authenticator_data, [](registering& r) { r.says.flags = 0xc1; }},
        {refusal::authenticator_data, [](registering& r) { r.cose.pop_back(); }},
        {refusal::authenticator_data, [](registering& r) { r.cose.push_back(0); }},
        {refusal::no_attested_credential, [](registering& r) { r.says.flags = 0x01; }},
        {refusal::credential_id_differs, [](registering& r) { r.named_id = octets(16, 0x1e); }},
        {refusal::credential_id_differs, [](registering& r) { r.named_id = octets(15, 0x1d); }},
        {refusal::rp_id, [](registering& r) { r.says.rp_id = "evil.example"; }},
        {refusal::user_presence, [](registering& r) { r.says.flags = 0x40; }},
        {refusal::user_presence, [](registering& r) { r.says.flags = 0x44; }},
        {refusal::user_verification, [](registering& r) { r.rules.ceremony.user_verification_required = true; }},
        {refusal::backup_state, [](registering& r) { r.says.flags = 0x51; }},
        {refusal::backup_eligible,
         [](registering& r) {
             r.says.flags = 0x49;
             r.rules.ceremony.backup_eligible_allowed = false;
         }},
        {refusal::public_key, [](registering& r) { r.cose = cose_ec(-7, 1, passkey().x(), octets(32, 0)); }},
        {refusal::public_key, [](registering& r) { r.cose = cose_ec(-7, 2, passkey().x(), passkey().y()); }},
        {refusal::public_key, [](registering& r) { r.cose = cose_okp(-8, 6, octets(32, 0)); }},
        {refusal::public_key, [](registering& r) { r.cose = unhex("a0"); }},
        {refusal::algorithm_unsupported,
         [](registering& r) { r.cose = cose_ec(-65535, 1, passkey().x(), passkey().y()); }},
        {refusal::public_key, [](registering& r) { r.cose = cose_akp(-48, octets(1313, 1)); }},
        {refusal::algorithm_not_listed, [](registering& r) { r.rules.algorithms = only_eddsa; }},
        {refusal::algorithm_not_listed, [](registering& r) { r.cose = cose_ec(-9, 1, passkey().x(), passkey().y()); }},
        {refusal::algorithm_not_listed, [](registering& r) { r.cose = cose_akp(-48, octets(1312, 1)); }},
        {refusal::attestation_format, [](registering& r) { r.format = "tpm"; }},
        {refusal::attestation_format, [](registering& r) { r.format = "None"; }},
        {refusal::attestation_format, [](registering& r) { r.format = ""; }},
        {refusal::attestation_format, [](registering& r) { r.format = std::string(300, 'x'); }},
        {refusal::attestation_statement,
         [](registering& r) { r.statement = [](const octets&, const octets&) { return unhex("a1616100"); }; }},
        {refusal::attestation_statement,
         [](registering& r) { r.statement = [](const octets&, const octets&) { return unhex("80"); }; }},
        {refusal::credential_id_length, [](registering& r) { r.id = octets(1024, 1); }},
        {refusal::credential_id_length, [](registering& r) { r.id = octets(); }},
        {refusal::credential_id_taken, [](registering& r) { r.rules.taken = taken_list; }},
        {refusal::rules, [](registering& r) { r.rules.algorithms = {}; }},
    };
    return changes;
}

TEST(Registration, EachReasonIsReachedByOneChange)
{
    std::set<refusal> reached;
    for (const auto& [expected, apply] : refused_changes()) {
        registering r;
        apply(r);
        const registration out = r.run();
        EXPECT_EQ(out.reason, expected) << facts_of(out.reason).name << " where " << facts_of(expected).name
                                        << " belongs";
        EXPECT_TRUE(out.record.id.empty()) << "no record of a refused registration";
        reached.insert(out.reason);
    }
    // The others of registration are those of statements (webauthn_attestation_test), of JSON
    // (webauthn_response_json_test), and of a provider that fails.
    for (const refusal_facts& facts : all_refusals()) {
        const bool is_elsewhere =
            facts.registration_step <= 4 || facts.registration_step == 22 || facts.registration_step == 24;
        EXPECT_TRUE(is_elsewhere || reached.contains(facts.reason)) << facts.name;
    }
}

TEST(Registration, WhatLooksOddAndIsAllowed)
{
    const std::map<std::string, change> changes = {
        {"members nobody knows",
         [](registering& r) { r.says.more = R"(,"extraData":"x","tokenBinding":{"status":"supported"})"; }},
        {"crossOrigin false", [](registering& r) { r.says.more = R"(,"crossOrigin":false)"; }},
        {"a frame that is allowed",
         [](registering& r) {
             r.rules.ceremony.cross_origin = true;
             r.says.more = R"(,"crossOrigin":true)";
         }},
        {"a frame in a page that is expected",
         [](registering& r) {
             r.rules.ceremony.cross_origin = true;
             r.rules.ceremony.top_origins = framed_by;
             r.says.more = R"(,"crossOrigin":true,"topOrigin":"https://portal.example")";
         }},
        {"a subdomain",
         [](registering& r) {
             r.says.origin = "https://login.example.org";
             r.rules.ceremony.origins.subdomains = true;
         }},
        {"no presence under conditional mediation",
         [](registering& r) {
             r.says.flags = 0x40;
             r.rules.conditional = true;
         }},
        {"extensions",
         [](registering& r) {
             r.says.flags = 0xc1;
             r.says.extensions = unhex("a16b6372656450726f7465637402");
         }},
        {"the longest identifier", [](registering& r) { r.id = octets(1023, 1); }},
        {"the shortest identifier", [](registering& r) { r.id = octets(1, 1); }},
        {"its own identifier", [](registering& r) { r.named_id = octets(16, 0x1d); }},
        {"user verification", [](registering& r) {
             r.says.flags = 0x45;
             r.rules.ceremony.user_verification_required = true;
         }}};
    for (const auto& [name, apply] : changes) {
        registering r;
        apply(r);
        const registration out = r.run();
        EXPECT_EQ(out.reason, refusal::none) << name << ": " << facts_of(out.reason).name;
        EXPECT_EQ(out.record.public_key, r.cose) << name;
    }
}

TEST(Registration, TheFirstFaultInTheOrderOfTheStepsIsTold)
{
    registering r;
    r.says.type = "webauthn.get";
    r.says.origin = "https://evil.example";
    r.says.rp_id = "evil.example";
    r.says.flags = 0x50;
    r.format = "tpm";
    const std::pair<refusal, change> repairs[] = {
        {refusal::type, [](registering& x) { x.says.type = "webauthn.create"; }},
        {refusal::origin, [](registering& x) { x.says.origin = "https://example.org"; }},
        {refusal::rp_id, [](registering& x) { x.says.rp_id = "example.org"; }},
        {refusal::user_presence, [](registering& x) { x.says.flags |= 1; }},
        {refusal::backup_state, [](registering& x) { x.says.flags |= 8; }},
        {refusal::attestation_format, [](registering& x) { x.format = "none"; }}};
    std::uint8_t step = 0;
    for (const auto& [expected, repair] : repairs) {
        EXPECT_EQ(r.run().reason, expected);
        EXPECT_GT(facts_of(expected).registration_step, step);
        step = facts_of(expected).registration_step;
        repair(r);
    }
    EXPECT_TRUE(r.run().is_accepted());
}

TEST(Registration, RulesThatContradictThemselvesAcceptNothing)
{
    static const octets short_challenge(15, 7);
    static const std::vector<std::string> slash = {"https://example.org/"};
    const std::map<std::string, change> changes = {
        {"challenge", [](registering& r) { r.rules.ceremony.challenge = short_challenge; }},
        {"no challenge", [](registering& r) { r.rules.ceremony.challenge = {}; }},
        {"rp_id", [](registering& r) { r.rules.ceremony.rp_id = ""; }},
        {"rp_id with scheme", [](registering& r) { r.rules.ceremony.rp_id = "https://example.org"; }},
        {"rp_id with port", [](registering& r) { r.rules.ceremony.rp_id = "example.org:8443"; }},
        {"rp_id in capitals", [](registering& r) { r.rules.ceremony.rp_id = "Example.org"; }},
        {"no origins", [](registering& r) { r.rules.ceremony.origins.origins = {}; }},
        {"origin with a slash", [](registering& r) { r.rules.ceremony.origins.origins = slash; }},
        {"top origin with a slash",
         [](registering& r) {
             r.rules.ceremony.cross_origin = true;
             r.rules.ceremony.top_origins = slash;
         }},
        {"top origins without frames", [](registering& r) { r.rules.ceremony.top_origins = framed_by; }},
        {"quirks", [](registering& r) { r.rules.ceremony.quirks = 0x80000000; }},
        {"algorithms", [](registering& r) { r.rules.algorithms = {}; }},
        {"attestation without anchors", [](registering& r) { r.rules.attestation_required = true; }}};
    for (const auto& [name, apply] : changes) {
        registering r;
        apply(r);
        const registration out = r.run();
        EXPECT_EQ(out.reason, refusal::rules) << name;
        EXPECT_NE(out.misuse, status::ok) << name;
        EXPECT_NE(check(r.rules).rule, nullptr) << name;
    }
}

TEST(Refusal, NamesAndStepsAreOneEach)
{
    std::set<std::string> names;
    for (const refusal_facts& facts : all_refusals()) {
        EXPECT_TRUE(names.insert(facts.name).second) << facts.name;
        EXPECT_EQ(facts.code == status::ok, facts.reason == refusal::none);
        EXPECT_LE(facts.registration_step, 29);
        EXPECT_LE(facts.authentication_step, 25);
    }
}

}  // namespace
}  // namespace counterseal::core
