// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof's ML-DSA, a selection (README.md): what is valid without a context is accepted, and nothing else.
#include <gtest/gtest.h>

#include "core/crypto/verification_key.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::test {
namespace {

using core::signature_scheme;
using core::status;

struct file_case {
    const char* name;
    signature_scheme scheme;
};

class wycheproof_ml_dsa : public testing::TestWithParam<file_case> {};

INSTANTIATE_TEST_SUITE_P(files, wycheproof_ml_dsa,
                         testing::Values(file_case{"mldsa_44", signature_scheme::ml_dsa_44},
                                         file_case{"mldsa_65", signature_scheme::ml_dsa_65},
                                         file_case{"mldsa_87", signature_scheme::ml_dsa_87}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(wycheproof_ml_dsa, every_test_of_every_group)
{
    const auto& [name, scheme] = GetParam();
    const std::unique_ptr<const core::crypto> provider = core::crypto::open("");
    if (!core::is_provided(*provider, scheme)) {
        GTEST_SKIP() << "not run: this OpenSSL has no ML-DSA";
    }
    const json file =
        read_json(std::string(COUNTERSEAL_SOURCE_DIR "/tests/vectors/wycheproof_") + name + "_verify.json");
    std::size_t n_tests = 0;
    std::size_t n_valid = 0;
    std::size_t n_of_another_context = 0;
    for (const json& group : some(file, "testGroups")) {
        const std::vector<std::uint8_t> raw = from_hex(word(group, "publicKey"));
        const core::built_key built = core::verification_key::from_raw(*provider, scheme, raw);
        ASSERT_EQ(built.code, raw.size() == core::part_len(scheme) ? status::ok : status::malformed);
        for (const json& test : some(group, "tests")) {
            const bool has_context = test.contains("ctx") && !word(test, "ctx").empty();
            const status code =
                built.key ? built.key->verify(from_hex(word(test, "msg")), from_hex(word(test, "sig"))) : built.code;
            EXPECT_EQ(code == status::ok, word(test, "result") == "valid" && !has_context)
                << test.at("tcId") << test.at("comment");
            EXPECT_NE(code, status::e_crypto);
            ++n_tests;
            n_valid += code == status::ok ? 1U : 0U;
            n_of_another_context += has_context ? 1U : 0U;
        }
    }
    EXPECT_EQ(n_tests, file.at("numberOfTests").get<std::size_t>());
    EXPECT_GT(n_valid, 0U);
    EXPECT_GT(n_of_another_context, 0U);
}

}  // namespace
}  // namespace counterseal::test
