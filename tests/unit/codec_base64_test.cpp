// SPDX-License-Identifier: Apache-2.0
// Base64 against RFC 4648 section 10 and plain arithmetic.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/codec/codec.hpp"

namespace counterseal::core {
namespace {

std::string encoded(const std::string& bytes)
{
    std::string text(base64_len(bytes.size()) + 1, '#');
    base64_encode(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), text.data());
    EXPECT_EQ(text.back(), '#') << "written behind";
    text.pop_back();
    return text;
}

struct answer {
    decoded result;
    std::string bytes;
};

answer decode(std::string_view text)
{
    std::vector<std::uint8_t> out(text.size() + 1, 0x5a);
    const decoded result = base64_decode(text, out.data(), text.size());
    return {result, std::string(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(result.len))};
}

TEST(base64, rfc_4648)
{
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : rows) {
        EXPECT_EQ(encoded(bytes), text);
        EXPECT_EQ(decode(text).result.code, status::ok) << text;
        EXPECT_EQ(decode(text).bytes, bytes) << text;
    }
}

TEST(base64, every_value_in_every_place)
{
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t value = 0; value < alphabet.size(); ++value) {
        for (std::size_t place = 0; place < 4; ++place) {
            std::string text = "AAAA";
            text[place] = alphabet[value];
            const std::size_t bits = value << (6 * (3 - place));
            const std::string bytes{static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                                    static_cast<char>(bits)};
            ASSERT_EQ(decode(text).bytes, bytes) << text;
            ASSERT_EQ(encoded(bytes), text);
        }
    }
}

TEST(base64, forgives_what_changes_no_key)
{
    EXPECT_EQ(decode("-_+/").bytes, decode("+/+/").bytes) << "both alphabets";
    EXPECT_EQ(decode(" Zm9v\r\nYm Fy\t").bytes, "foobar");
    EXPECT_EQ(decode("Zg").bytes, "f");
    EXPECT_EQ(decode("Zg=").bytes, "f");
    EXPECT_EQ(decode("Zg= =\n").bytes, "f");
    EXPECT_EQ(decode("Zh==").bytes, "f") << "surplus bits";
}

TEST(base64, refuses_the_rest)
{
    const std::pair<const char*, std::size_t> rows[] = {{"Z", 1},     {"Zm9vY", 5}, {"Zg==Zg", 4},  {"====", 0},
                                                        {"Zm9v!", 4}, {"Zm,v", 2},  {"Zm9v\xc3", 4}};
    for (const auto& [text, index] : rows) {
        const answer refused = decode(text);
        EXPECT_EQ(refused.result.code, status::e_encoding) << text;
        EXPECT_EQ(refused.result.error_index, index) << text;
        EXPECT_EQ(refused.bytes, "");
    }
    std::uint8_t small[2] = {7, 7};
    const decoded result = base64_decode("Zm9v", small, 2);
    EXPECT_EQ(result.code, status::e_capacity);
    EXPECT_EQ(result.len, 3U);
    EXPECT_EQ(small[0], 7);
}

}  // namespace
}  // namespace counterseal::core
