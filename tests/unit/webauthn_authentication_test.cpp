// SPDX-License-Identifier: Apache-2.0
// Authentications: one that is accepted, and for each reason to refuse the one change that brings it about.
#include "core/webauthn/authentication.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/support/webauthn_ceremony.hpp"

namespace counterseal::core {
namespace {

using test::authenticating;
using test::cose_ec;
using test::joined;
using test::octets;
using test::passkey;
using test::unhex;

const octets handle = unhex("0102030405");

TEST(Authentication, Accepted)
{
    authenticating a;
    a.says.flags = 0x05;
    a.says.sign_count = 9;
    a.stored.sign_count = 8;
    const authentication out = a.run();
    ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
    EXPECT_TRUE(out.is_signature_valid && out.user_present && out.user_verified);
    EXPECT_EQ(out.sign_count, sign_count_verdict::rose);
    EXPECT_EQ(out.state.sign_count, 9U);
    EXPECT_FALSE(out.state.uv_initialized) << "only where the caller says that the user was verified in another way";
    EXPECT_EQ(out.origin, "https://example.org");
    EXPECT_EQ(out.expected_origin, 0U);
}

TEST(Authentication, AKeyThatAQuirkLetInIsGoodWithoutIt)
{
    const test::signing_key signer = test::signing_key::make_ed25519();
    authenticating a;
    a.cose = joined({unhex("a301634f4b500327206745643235353139215820"), signer.raw()});  // labels are text
    a.change = [&](const octets&) {
        const octets client = test::octets_of(a.says.client_data());
        return signer.sign(joined({a.says.authenticator_data({}), test::sha256(client)}));
    };
    EXPECT_EQ(facts_of(a.run().reason).name, facts_of(refusal::none).name);
}

using change = std::function<void(authenticating&)>;

const std::multimap<refusal, change>& refused_changes()
{
    static const octets other(16, 2);
    static const bytes_view allowed[] = {bytes_view(other)};
    static const std::multimap<refusal, change> changes = {
        {refusal::credential_not_allowed, [](authenticating& a) { a.rules.allowed = allowed; }},
        {refusal::user_handle_missing,
         [](authenticating& a) {
             a.rules.is_user_identified = false;
             a.rules.user_handle = handle;
         }},
        {refusal::user_handle_missing,
         [](authenticating& a) {
             a.rules.is_user_identified = false;
             a.rules.user_handle = handle;
             a.user_handle = octets();
         }},
        {refusal::user_handle,
         [](authenticating& a) {
             a.rules.user_handle = handle;
             a.user_handle = unhex("0102030406");
         }},
        {refusal::user_handle,
         [](authenticating& a) {
             a.rules.is_user_identified = false;
             a.rules.user_handle = handle;
             a.user_handle = unhex("01020304");
         }},
        {refusal::user_credential, [](authenticating& a) { a.stored_id = octets(16, 0x1e); }},
        {refusal::client_data_encoding, [](authenticating& a) { a.client_data = a.says.client_data() + "\xff"; }},
        {refusal::client_data_json,
         [](authenticating& a) { a.says.more = R"(,"challenge":"AAAAAAAAAAAAAAAAAAAAAA")"; }},
        {refusal::type, [](authenticating& a) { a.says.type = "webauthn.create"; }},
        {refusal::challenge, [](authenticating& a) { a.says.challenge[0] ^= 1; }},
        {refusal::origin, [](authenticating& a) { a.says.origin = "http://example.org"; }},
        {refusal::cross_origin, [](authenticating& a) { a.says.more = R"(,"crossOrigin":true)"; }},
        {refusal::top_origin,
         [](authenticating& a) {
             a.rules.ceremony.cross_origin = true;
             a.says.more = R"(,"crossOrigin":true,"topOrigin":"https://evil.example")";
         }},
        {refusal::authenticator_data, [](authenticating& a) { a.authenticator_data = octets(36, 1); }},
        {refusal::authenticator_data, [](authenticating& a) { a.says.extensions = octets(1, 0); }},
        {refusal::authenticator_data,
         [](authenticating& a) { a.authenticator_data = octets(authenticator_data_max + 1, 0); }},
        {refusal::rp_id, [](authenticating& a) { a.says.rp_id = "evil.example"; }},
        {refusal::rp_id,
         [](authenticating& a) {  // the appid is for records of the U2F days alone
             a.rules.appid = "https://example.org/u2f";
             a.says.rp_id = "https://example.org/u2f";
         }},
        {refusal::user_presence, [](authenticating& a) { a.says.flags = 0x04; }},
        {refusal::user_verification, [](authenticating& a) { a.rules.ceremony.user_verification_required = true; }},
        {refusal::backup_state, [](authenticating& a) { a.says.flags = 0x11; }},
        {refusal::backup_eligible,
         [](authenticating& a) {
             a.says.flags = 0x09;
             a.rules.ceremony.backup_eligible_allowed = false;
         }},
        {refusal::backup_eligibility_changed, [](authenticating& a) { a.says.flags = 0x09; }},
        {refusal::backup_eligibility_changed,
         [](authenticating& a) {
             a.stored.backup_eligible = true;
             a.rules.backup_eligibility_may_rise = true;
         }},
        {refusal::stored_key, [](authenticating& a) { a.cose = {}; }},
        {refusal::stored_key, [](authenticating& a) { a.cose = unhex("a10102"); }},
        {refusal::stored_key, [](authenticating& a) { a.cose = cose_ec(-7, 1, passkey().x(), octets(32, 0)); }},
        {refusal::stored_key_spki,
         [](authenticating& a) {
             a.cose = joined(
                 {unhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), passkey().x(), passkey().y()});
         }},
        {refusal::signature_encoding, [](authenticating& a) { a.change = [](octets) { return octets(64, 1); }; }},
        {refusal::signature_encoding,
         [](authenticating& a) { a.change = [](octets s) { return joined({s, octets{0}}); }; }},
        {refusal::signature_encoding, [](authenticating& a) { a.change = [](octets) { return octets(); }; }},
        {refusal::signature_encoding,
         [](authenticating& a) { a.change = [](octets) { return unhex("3006020100020100"); }; }},
        {refusal::signature, [](authenticating& a) { a.change = [](octets) { return unhex("3006020101020101"); }; }},
        {refusal::signature,
         [](authenticating& a) { a.change = [](octets) { return octets(signature_max + 1, 0x30); }; }},
        {refusal::signature,
         [](authenticating& a) {
             a.change = [](octets s) {
                 s.back() ^= 1;
                 return s;
             };
         }},
        {refusal::sign_count,
         [](authenticating& a) {
             a.stored.sign_count = 5;
             a.says.sign_count = 5;
         }},
        {refusal::sign_count, [](authenticating& a) { a.stored.sign_count = 5; }},
        {refusal::sign_count,
         [](authenticating& a) {
             a.stored.sign_count = 0x80000000;
             a.says.sign_count = 0x7fffffff;
         }},
        {refusal::rules, [](authenticating& a) { a.rules.is_user_identified = false; }},
    };
    return changes;
}

TEST(Authentication, EachReasonIsReachedByOneChange)
{
    std::set<refusal> reached;
    for (const auto& [expected, apply] : refused_changes()) {
        authenticating a;
        apply(a);
        const authentication out = a.run();
        EXPECT_EQ(out.reason, expected) << facts_of(out.reason).name << " where " << facts_of(expected).name
                                        << " belongs";
        EXPECT_EQ(out.is_signature_valid, expected == refusal::sign_count);
        EXPECT_EQ(out.state.sign_count, 0U) << "no state of a refused authentication";
        reached.insert(out.reason);
    }
    // The others are those of JSON (webauthn_response_json_test), and of a provider that fails.
    for (const refusal_facts& facts : all_refusals()) {
        const bool is_elsewhere = facts.authentication_step <= 4 || facts.reason == refusal::provider;
        EXPECT_TRUE(is_elsewhere || reached.contains(facts.reason)) << facts.name;
    }
}

TEST(Authentication, WhatLooksOddAndIsAllowed)
{
    static const octets other(16, 2);
    static const octets own(16, 0x1d);
    static const bytes_view allowed[] = {bytes_view(other), bytes_view(own)};
    const std::map<std::string, change> changes = {
        {"one of the credentials that were asked for", [](authenticating& a) { a.rules.allowed = allowed; }},
        {"a login without a name",
         [](authenticating& a) {
             a.rules.is_user_identified = false;
             a.rules.user_handle = handle;
             a.user_handle = handle;
         }},
        {"an empty handle of somebody identified",
         [](authenticating& a) {
             a.rules.user_handle = handle;
             a.user_handle = octets();
         }},
        {"a handle of which the caller knows nothing", [](authenticating& a) { a.user_handle = handle; }},
        {"backup eligibility that was never stored",
         [](authenticating& a) {
             a.stored.backup_eligible = std::nullopt;
             a.says.flags = 0x09;
         }},
        {"backup eligibility that may rise",
         [](authenticating& a) {
             a.rules.backup_eligibility_may_rise = true;
             a.says.flags = 0x19;
         }},
        {"extensions",
         [](authenticating& a) {
             a.says.flags = 0x81;
             a.says.extensions = unhex("a0");
         }},
        {"the highest counter", [](authenticating& a) {
             a.stored.sign_count = 0x7fffffff;
             a.says.sign_count = 0xffffffff;
         }}};
    for (const auto& [name, apply] : changes) {
        authenticating a;
        apply(a);
        const authentication out = a.run();
        EXPECT_EQ(out.reason, refusal::none) << name << ": " << facts_of(out.reason).name;
    }
}

TEST(Authentication, NewState)
{
    authenticating a;
    a.says.flags = 0x1d;
    a.stored.backup_eligible = true;
    a.rules.may_initialize_uv = true;
    authentication out = a.run();
    ASSERT_TRUE(out.is_accepted());
    EXPECT_TRUE(out.state.uv_initialized && out.state.backup_eligible && out.state.backup_state);
    EXPECT_EQ(out.sign_count, sign_count_verdict::unused);

    authenticating later;
    later.stored.uv_initialized = true;
    later.stored.sign_count = 7;
    later.says.sign_count = 3;
    later.rules.sign_count_may_stay = true;
    out = later.run();
    ASSERT_TRUE(out.is_accepted());
    EXPECT_TRUE(out.state.uv_initialized) << "it stays";
    EXPECT_EQ(out.sign_count, sign_count_verdict::did_not_rise);
    EXPECT_EQ(out.state.sign_count, 7U) << "a copy does not bring the counter down";
}

TEST(Authentication, AnAppidForARecordOfTheU2fDays)
{
    authenticating a;
    a.stored.is_u2f = true;
    a.rules.appid = "https://example.org/u2f";
    a.says.rp_id = "https://example.org/u2f";
    authentication out = a.run();
    ASSERT_TRUE(out.is_accepted());
    EXPECT_TRUE(out.is_appid);
    a.says.rp_id = "example.org";
    out = a.run();
    ASSERT_TRUE(out.is_accepted());
    EXPECT_FALSE(out.is_appid);
    a.says.rp_id = "https://example.org/other";
    EXPECT_EQ(a.run().reason, refusal::rp_id);
}

TEST(Authentication, AKeyThatIsKeptDecidesAlone)
{
    const octets bytes = test::passkey_cose();
    const cose_reading read = read_cose_key(bytes, 0);
    const prepared_key own = prepare(test::provider(), read.key);
    ASSERT_TRUE(own.key);
    authenticating a;
    a.cose = {};
    a.stored.kept = &*own.key;
    EXPECT_TRUE(a.run().is_accepted());
    const test::signing_key stranger = test::signing_key::make_ec("prime256v1");
    const auto other =
        verification_key::from_point(test::provider(), signature_scheme::ecdsa_p256_sha256, stranger.x(), stranger.y());
    a.cose = test::passkey_cose();
    a.stored.kept = &*other.key;
    EXPECT_EQ(a.run().reason, refusal::signature);
}

TEST(Authentication, RulesThatContradictThemselvesAcceptNothing)
{
    static const octets long_handle(65, 1);
    const std::map<std::string, change> changes = {
        {"a handle of 65 bytes", [](authenticating& a) { a.rules.user_handle = long_handle; }},
        {"an appid of http", [](authenticating& a) { a.rules.appid = "http://example.org"; }},
        {"nobody identified and no handle", [](authenticating& a) { a.rules.is_user_identified = false; }},
        {"no challenge", [](authenticating& a) { a.rules.ceremony.challenge = {}; }}};
    for (const auto& [name, apply] : changes) {
        authenticating a;
        apply(a);
        const authentication out = a.run();
        EXPECT_EQ(out.reason, refusal::rules) << name;
        EXPECT_NE(out.misuse, status::ok) << name;
    }
}

}  // namespace
}  // namespace counterseal::core
