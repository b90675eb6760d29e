// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof's signatures: valid ones are accepted, and every other one is refused, whatever is wrong with it.
#include <gtest/gtest.h>

#include <set>

#include "core/crypto/edwards.hpp"
#include "core/crypto/verification_key.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::test {
namespace {

using core::signature_scheme;
using octets = std::vector<std::uint8_t>;

const core::crypto& provider()
{
    static const std::unique_ptr<const core::crypto> one = core::crypto::open("");
    return *one;
}

/// Numbers there may have a zero in front, or too few bytes.
octets number_at(const json& object, const char* name, std::size_t len)
{
    octets out = from_hex(word(object, name));
    while (!out.empty() && out[0] == 0) {
        out.erase(out.begin());
    }
    if (out.size() < len) {
        out.insert(out.begin(), len - out.size(), 0);
    }
    return out;
}

core::built_key key_of(const json& group, signature_scheme scheme)
{
    const json& key = group.at("publicKey");
    const std::size_t len = core::part_len(scheme);
    if (key.contains("wx")) {
        return core::verification_key::from_point(provider(), scheme, number_at(key, "wx", len),
                                                  number_at(key, "wy", len));
    }
    if (key.contains("pk")) {
        const octets point = from_hex(word(key, "pk"));
        EXPECT_TRUE(core::is_sound_edwards(scheme, point)) << word(key, "pk");
        return core::verification_key::from_raw(provider(), scheme, point);
    }
    return core::verification_key::from_rsa(provider(), scheme, number_at(key, "modulus", 0),
                                            number_at(key, "publicExponent", 0));
}

struct file_case {
    const char* name;
    signature_scheme scheme;
};

class wycheproof_signatures : public testing::TestWithParam<file_case> {};

INSTANTIATE_TEST_SUITE_P(files, wycheproof_signatures,
                         testing::Values(file_case{"ecdsa_secp256r1_sha256", signature_scheme::ecdsa_p256_sha256},
                                         file_case{"ecdsa_secp384r1_sha384", signature_scheme::ecdsa_p384_sha384},
                                         file_case{"ecdsa_secp521r1_sha512", signature_scheme::ecdsa_p521_sha512},
                                         file_case{"ecdsa_secp256k1_sha256", signature_scheme::ecdsa_secp256k1_sha256},
                                         file_case{"ed25519", signature_scheme::ed25519},
                                         file_case{"ed448", signature_scheme::ed448},
                                         file_case{"rsa_signature_2048_sha256", signature_scheme::rsa_pkcs1_sha256},
                                         file_case{"rsa_pss_2048_sha256_mgf1_32", signature_scheme::rsa_pss_sha256}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(wycheproof_signatures, every_test_of_every_group)
{
    const auto& [name, scheme] = GetParam();
    const json file = read_json(std::string(COUNTERSEAL_SOURCE_DIR "/tests/vectors/wycheproof_") + name + ".json");
    std::size_t n_tests = 0;
    std::size_t n_valid = 0;
    for (const json& group : some(file, "testGroups")) {
        const core::built_key built = key_of(group, scheme);
        ASSERT_EQ(built.code, core::status::ok) << group.at("publicKey");
        for (const json& test : some(group, "tests")) {
            const core::status code = built.key->verify(from_hex(word(test, "msg")), from_hex(word(test, "sig")));
            // "acceptable" is one RSA signature without the NULL of its AlgorithmIdentifier: not exact.
            EXPECT_EQ(code == core::status::ok, word(test, "result") == "valid")
                << test.at("tcId") << test.at("comment");
            EXPECT_NE(code, core::status::e_crypto);
            ++n_tests;
            n_valid += code == core::status::ok ? 1U : 0U;
        }
    }
    EXPECT_EQ(n_tests, file.at("numberOfTests").get<std::size_t>());
    EXPECT_GT(n_valid, 0U);
}

}  // namespace
}  // namespace counterseal::test
