// SPDX-License-Identifier: Apache-2.0
// Ceremonies on a provider of cryptography that fails: nothing is accepted, and nothing is said of the response.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "tests/unit/support/webauthn_statement.hpp"

namespace {

/// How many digests are started before they fail; below 0: all do.
int n_good_starts = -1;
bool are_contexts_broken = false;

template <class Function>
Function real(const char* name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// These stand in front of OpenSSL's, for this program alone.
extern "C" int EVP_DigestInit_ex2(EVP_MD_CTX* context, const EVP_MD* digest, const OSSL_PARAM parameters[])
{
    if (n_good_starts == 0) {
        return 0;
    }
    n_good_starts -= n_good_starts > 0 ? 1 : 0;
    return real<int (*)(EVP_MD_CTX*, const EVP_MD*, const OSSL_PARAM[])>("EVP_DigestInit_ex2")(context, digest,
                                                                                               parameters);
}

extern "C" int EVP_MD_CTX_copy_ex(EVP_MD_CTX* to, const EVP_MD_CTX* from)
{
    return are_contexts_broken ? 0 : real<int (*)(EVP_MD_CTX*, const EVP_MD_CTX*)>("EVP_MD_CTX_copy_ex")(to, from);
}

namespace counterseal::core {
namespace {

class WebauthnProvider : public ::testing::Test {
protected:
    void TearDown() override
    {
        n_good_starts = -1;
        are_contexts_broken = false;
    }
};

/// With everything made beforehand that the test itself signs with.
template <class Ceremony>
void expect_refused_at_each_start(Ceremony run, int at_least)
{
    int n_refused = 0;
    for (int n = 0; n < 20; ++n) {
        n_good_starts = n;
        const auto out = run();
        n_good_starts = -1;
        if (out.is_accepted()) {
            break;
        }
        EXPECT_EQ(out.reason, refusal::provider) << n << ' ' << facts_of(out.reason).name;
        EXPECT_EQ(facts_of(out.reason).code, status::e_crypto);
        ++n_refused;
    }
    EXPECT_GE(n_refused, at_least);
}

TEST_F(WebauthnProvider, ARegistrationWithoutDigestsIsNone)
{
    test::registering usual;
    ASSERT_TRUE(usual.run().is_accepted());
    const test::octets client = test::octets_of(usual.says.client_data());
    const test::octets data = usual.authenticator_data();
    const test::octets object = test::cbor_map({{test::cbor_text("fmt"), test::cbor_text("none")},
                                                {test::cbor_text("attStmt"), test::octets{0xa0}},
                                                {test::cbor_text("authData"), test::cbor_bytes(data)}});
    const registration_response response{client, object};
    expect_refused_at_each_start([&] { return verify_registration(test::provider(), response, usual.rules); }, 2);
    n_good_starts = 0;
    EXPECT_TRUE(verify_registration(test::provider(), response, usual.rules).record.id.empty());
}

TEST_F(WebauthnProvider, AnAuthenticationWithoutDigestsIsNone)
{
    test::authenticating usual;
    ASSERT_TRUE(usual.run().is_accepted());
    const test::octets client = test::octets_of(usual.says.client_data());
    const test::octets data = usual.says.authenticator_data({});
    const test::octets signature = test::passkey().sign(test::joined({data, test::sha256(client)}));
    const authentication_response response{usual.id, client, data, signature};
    stored_credential stored{.id = usual.stored_id, .public_key = usual.cose};
    expect_refused_at_each_start([&] { return verify_authentication(test::provider(), response, stored, usual.rules); },
                                 2);
    const prepared_key kept = prepare(test::provider(), read_cose_key(usual.cose, 0).key);
    ASSERT_TRUE(kept.key);
    stored.kept = &*kept.key;
    are_contexts_broken = true;
    const authentication out = verify_authentication(test::provider(), response, stored, usual.rules);
    EXPECT_EQ(out.reason, refusal::provider);
    EXPECT_FALSE(out.is_signature_valid);
}

TEST_F(WebauthnProvider, AStatementIsNotWrongWhereOpensslFails)
{
    are_contexts_broken = true;
    EXPECT_EQ(test::run(test::certified({}), nullptr).reason, refusal::provider);
    test::packed self;
    self.signer = &test::passkey();
    EXPECT_EQ(test::run(self, nullptr).reason, refusal::provider);
}

}  // namespace
}  // namespace counterseal::core
