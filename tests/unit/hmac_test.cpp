// SPDX-License-Identifier: Apache-2.0
// Keys and whole messages of every length around a block, against another HMAC, on every kernel.
#include "core/hmac/hmac.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/unit/support/independent_hmac.hpp"
#include "tests/unit/support/kernels.hpp"
#include "tests/unit/support/random.hpp"
#include "tests/unit/support/words.hpp"

namespace counterseal::core {
namespace {

using test::random_source;

class hmac : public test::each_kernel {
protected:
    static std::vector<std::uint8_t> digest_of(const hmac_key& key, bytes_view message)
    {
        constexpr std::size_t guard = 4;
        std::vector<std::uint8_t> digest(key.kernel->digest_len + guard, 0xa5);
        hmac_message(key, message, digest.data());
        for (std::size_t i = key.kernel->digest_len; i < digest.size(); ++i) {
            EXPECT_EQ(digest[i], 0xa5) << "written behind the digest";
        }
        digest.resize(key.kernel->digest_len);
        return digest;
    }

    static void expect_digest(bytes_view secret, bytes_view message)
    {
        hmac_key key;
        hmac_prepare(key, tested(), secret);
        ASSERT_EQ(digest_of(key, message), test::independent_hmac(tested().hash, secret, message))
            << "key of " << secret.size() << " bytes, message of " << message.size();
    }
};

FOR_EACH_KERNEL(hmac);

TEST_P(hmac, every_key_length)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (std::size_t len = 0; len <= 300; ++len) {
        expect_digest(random.bytes(len), random.bytes(8));
    }
}

TEST_P(hmac, every_message_length)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (std::size_t len = 0; len <= 400; ++len) {
        expect_digest(random.bytes(20), random.bytes(len));
    }
}

TEST_P(hmac, lengths_around_blocks_together)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    const std::size_t lengths[] = {0,   1,   8,   20,  32,  54,  55,  56,  57,  63,  64,  65,  110,
                                   111, 112, 113, 119, 120, 127, 128, 129, 191, 192, 239, 240, 256};
    for (const auto key_len : lengths) {
        for (const auto message_len : lengths) {
            expect_digest(random.bytes(key_len), random.bytes(message_len));
        }
    }
}

TEST_P(hmac, long_key_and_long_message)
{
    random_source random;
    expect_digest(random.bytes(10'000), random.bytes(100'000));
}

TEST_P(hmac, short_keys_are_padded_with_zeros_only)
{
    const std::vector<std::uint8_t> message = {1, 2, 3};
    std::vector<std::uint8_t> secret = {0x55};
    hmac_key key;
    hmac_prepare(key, tested(), secret);
    const auto expected = digest_of(key, message);
    secret.resize(tested().block_len);
    hmac_prepare(key, tested(), secret);
    EXPECT_EQ(digest_of(key, message), expected) << "RFC 2104: zeros behind the key change nothing, up to a block";
    secret.resize(tested().block_len + 1);
    hmac_prepare(key, tested(), secret);
    EXPECT_NE(digest_of(key, message), expected) << "a longer one is hashed";
}

TEST_P(hmac, keys_depend_on_the_secret_alone)
{
    random_source random;
    for (const std::size_t len : {1U, 20U, 64U, 65U, 128U, 129U}) {
        const auto secret = random.bytes(len);
        const auto message = random.bytes(30);
        hmac_key clean{};
        hmac_key dirty;
        std::memset(static_cast<void*>(&dirty), 0xa5, sizeof dirty);
        hmac_prepare(clean, tested(), secret);
        hmac_prepare(dirty, tested(), secret);
        EXPECT_EQ(digest_of(clean, message), digest_of(dirty, message));
        EXPECT_EQ(digest_of(clean, message), digest_of(clean, message)) << "using a key does not change it";
        EXPECT_EQ(clean.kernel, &tested());
    }
}

TEST_P(hmac, text_of_no_length_may_be_null)
{
    hmac_key key;
    hmac_prepare(key, tested(), {});
    EXPECT_EQ(digest_of(key, {}), test::independent_hmac(tested().hash, {}, {}));
}

TEST_P(hmac, view_as_counter_mac)
{
    random_source random;
    hmac_key key;
    hmac_prepare(key, tested(), random.bytes(20));
    const counter_mac mac = mac_of(key);
    EXPECT_EQ(mac.key, &key);
    truncation_words by_view[9];
    truncation_words by_kernel[9];
    mac.counters(mac.key, 0xfffffffd, 9, by_view);
    tested().counters(key.mid, 0xfffffffd, 9, by_kernel);
    for (int i = 0; i < 9; ++i) {
        EXPECT_EQ(by_view[i], by_kernel[i]);
    }
}

}  // namespace
}  // namespace counterseal::core
