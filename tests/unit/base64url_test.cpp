// SPDX-License-Identifier: Apache-2.0
// Base64url in both forms, the one for secrets and the one with tables: the same texts, the same refusals.
#include "core/enroll/base64url.hpp"

#include <gtest/gtest.h>

#include <random>

#include "core/enroll/secure.hpp"

namespace counterseal::core {
namespace {

using octets = std::vector<std::uint8_t>;

std::optional<octets> read_as_secret(std::string_view text)
{
    const std::optional<secure_bytes> read = from_base64url<secure_bytes>(text);
    return read ? std::optional(octets(read->begin(), read->end())) : std::nullopt;
}

TEST(Base64url, Rfc4648WithoutPadding)
{
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64url<std::string>(bytes_of(bytes)), text);
        const std::string_view wanted(bytes);
        EXPECT_EQ(from_base64url(text), octets(wanted.begin(), wanted.end()));
    }
    const octets high = {0xfb, 0xff, 0xbf};
    EXPECT_EQ(to_base64url<std::string>(high), "-_-_");
    EXPECT_EQ(from_base64url("-_-_"), high);
}

TEST(Base64url, WhatIsNoSpelling)
{
    for (const char* text : {"Zg==", "Zg=", "Z", "Zm9vY", "Zh", "Zm9=", "Zm+v", "Zm/v", "Zm 9v", " Zm9v", "Zm9v\n",
                             "Zm9v.", "Zm9", "\xc3\xa4mmm", "===="}) {
        EXPECT_EQ(from_base64url(text), std::nullopt) << text;
        EXPECT_EQ(read_as_secret(text), std::nullopt) << text;
    }
    EXPECT_EQ(from_base64url(std::string_view("Zm\0v", 4)), std::nullopt);
}

TEST(Base64url, BothFormsAgree)
{
    std::mt19937_64 random(20261129);
    const std::string_view some = "AZaz09-_+/= \n";
    for (std::size_t n = 0; n < 20'000; ++n) {
        octets bytes(random() % 70);
        for (std::uint8_t& byte : bytes) {
            byte = static_cast<std::uint8_t>(random());
        }
        std::string text = to_base64url<std::string>(bytes);
        const auto secret = to_base64url<secure_text>(bytes);
        ASSERT_TRUE(std::ranges::equal(text, secret));
        ASSERT_EQ(from_base64url(text), bytes);
        if (!text.empty()) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
                case 0: text[at] = some[random() % some.size()]; break;
                case 1: text.erase(at, 1); break;
                default: text[at] = static_cast<char>(random()); break;
            }
        }
        ASSERT_EQ(from_base64url(text), read_as_secret(text)) << text;
    }
}

}  // namespace
}  // namespace counterseal::core
