// SPDX-License-Identifier: Apache-2.0
// The slow HMAC, with which tests go where OpenSSL cannot, is held against OpenSSL here.
#include "tests/unit/support/slow_hmac.hpp"

#include <gtest/gtest.h>

#include "tests/unit/support/openssl_hmac.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::test {
namespace {

constexpr core::hash_id hashes[] = {core::hash_id::sha1, core::hash_id::sha256, core::hash_id::sha512};

TEST(slow_hmac, equals_openssl)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (const core::hash_id hash : hashes) {
        for (std::size_t len = 0; len <= 300; ++len) {
            const auto key = random.bytes(20);
            const auto other = random.bytes(len);
            EXPECT_EQ(slow_hmac(hash, key, other), openssl_hmac(hash, key, other)) << "message of " << len << " bytes";
            EXPECT_EQ(slow_hmac(hash, other, key), openssl_hmac(hash, other, key)) << "key of " << len << " bytes";
        }
    }
}

}  // namespace
}  // namespace counterseal::test
