// SPDX-License-Identifier: Apache-2.0
// HMAC against OpenSSL on random input, every kernel. COUNTERSEAL_SEED=number tries other input.
#include <gtest/gtest.h>

#include <iostream>

#include "core/hmac/hmac.hpp"
#include "tests/unit/support/kernels.hpp"
#include "tests/unit/support/openssl_hmac.hpp"
#include "tests/unit/support/random.hpp"
#include "tests/unit/support/words.hpp"

namespace counterseal::test {
namespace {

constexpr int n_messages = 20'000;
constexpr int n_windows = 4'000;

class openssl : public each_kernel {
protected:
    void SetUp() override
    {
        std::cout << "seed " << seed() << '\n';
        each_kernel::SetUp();
    }

    /// Mostly the lengths that are in use, sometimes any.
    std::vector<std::uint8_t> random_key() { return random.bytes(random.below(random.below(4) == 0 ? 400 : 70)); }

    static core::hmac_key prepared(core::bytes_view secret)
    {
        core::hmac_key key;
        core::hmac_prepare(key, tested(), secret);
        return key;
    }

    random_source random;
};

FOR_EACH_KERNEL(openssl);

TEST_P(openssl, messages)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    for (int i = 0; i < n_messages; ++i) {
        const auto secret = random_key();
        const auto message = random.bytes(random.below(random.below(4) == 0 ? 600 : 150));
        std::vector<std::uint8_t> digest(tested().digest_len);
        core::hmac_message(prepared(secret), message, digest.data());
        ASSERT_EQ(digest, openssl_hmac(tested().hash, secret, message))
            << "message " << i << ": key of " << secret.size() << " bytes, message of " << message.size();
    }
}

TEST_P(openssl, counters)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    for (int i = 0; i < n_windows; ++i) {
        const auto secret = random_key();
        const std::uint64_t first = random.next() >> random.below(64);
        std::vector<core::truncation_words> out(random.between(1, 9));
        const auto key = prepared(secret);
        tested().counters(key.mid, first, out.size(), out.data());
        for (std::size_t k = 0; k < out.size(); ++k) {
            std::vector<std::uint8_t> message(8);
            core::store_be<std::uint64_t>(message.data(), first + k);
            ASSERT_EQ(out[k], words_of(openssl_hmac(tested().hash, secret, message)))
                << "window " << i << ": counter " << first << " + " << k;
        }
    }
}

}  // namespace
}  // namespace counterseal::test
