// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof's HMAC files on every kernel: valid tags match, modified ones do not, truncated ones are compared
// over their length.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/hmac/hmac.hpp"
#include "tests/unit/support/kernels.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::test {
namespace {

class wycheproof : public each_kernel {
protected:
    static json file_of_hash()
    {
        return read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/wycheproof_hmac_" + core::text_of(tested().hash) +
                         ".json");
    }

    static std::vector<std::uint8_t> digest_of(const json& test)
    {
        core::hmac_key key;
        core::hmac_prepare(key, tested(), from_hex(test.at("key")));
        std::vector<std::uint8_t> digest(tested().digest_len);
        core::hmac_message(key, from_hex(test.at("msg")), digest.data());
        return digest;
    }
};

FOR_EACH_KERNEL(wycheproof);

TEST_P(wycheproof, every_test_of_every_group)
{
    const json file = file_of_hash();
    std::size_t n_tests = 0;
    std::size_t n_valid = 0;
    for (const json& group : some(file, "testGroups")) {
        ASSERT_EQ(word(group, "type"), "MacTest");
        const std::size_t tag_len = group.at("tagSize").get<std::size_t>() / 8;
        ASSERT_GT(tag_len, 0U);
        ASSERT_LE(tag_len, tested().digest_len);
        for (const json& test : some(group, "tests")) {
            SCOPED_TRACE("tcId " + test.at("tcId").dump());
            const auto tag = from_hex(test.at("tag"));
            const auto digest = digest_of(test);
            ASSERT_EQ(from_hex(test.at("key")).size() * 8, group.at("keySize").get<std::size_t>());
            ASSERT_EQ(tag.size(), tag_len);
            const bool matches = std::equal(tag.begin(), tag.end(), digest.begin());
            const std::string result = test.at("result");
            ASSERT_TRUE(result == "valid" || result == "invalid") << result;
            EXPECT_EQ(matches, result == "valid") << test.at("comment");
            ++n_tests;
            n_valid += result == "valid" ? 1U : 0U;
        }
    }
    EXPECT_EQ(n_tests, file.at("numberOfTests").get<std::size_t>());
    EXPECT_GT(n_valid, 0U);
    EXPECT_GT(n_tests, n_valid);
}

TEST_P(wycheproof, file_is_of_this_hash)
{
    std::string name = "HMAC" + core::text_of(tested().hash);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_EQ(word(file_of_hash(), "algorithm"), name);
}

}  // namespace
}  // namespace counterseal::test
