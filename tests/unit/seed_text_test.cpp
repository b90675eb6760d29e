// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/seed_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace counterseal::core {
namespace {

TEST(seed_text, names_of_hashes)
{
    EXPECT_EQ(hash_from("SHA1"), hash_id::sha1);
    EXPECT_EQ(hash_from("HmacSHA512"), hash_id::sha512);
    EXPECT_EQ(hash_from("hmac-sha-256"), hash_id::sha256);
    EXPECT_EQ(hash_from("SHA1" + std::string(28, '-')), hash_id::sha1);
    for (const char* bad : {"", "SHA", "SHA224", "MD5", "HMAC", "xSHA1", "SHA1 "}) {
        EXPECT_FALSE(hash_from(bad).has_value()) << bad;
    }
    for (const char* name : {"SHA1", "SHA256", "SHA512"}) {
        EXPECT_FALSE(hash_from(name + std::string(28, '-') + "224").has_value()) << "the end is read too";
    }
}

TEST(seed_text, decimal_numbers)
{
    EXPECT_EQ(decimal_from("0"), 0U);
    EXPECT_EQ(decimal_from("18446744073709551615"), 18446744073709551615U);
    for (const char* bad : {"", "18446744073709551616", "99999999999999999999", "1 ", "-1", "+1", "0x1", "1.0"}) {
        EXPECT_FALSE(decimal_from(bad).has_value()) << bad;
    }
}

}  // namespace
}  // namespace counterseal::core
