// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/codec/codec.hpp"
#include "tests/unit/support/codec_oracle.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::test {
namespace {

TEST(codec_hex, every_pair_of_digits)
{
    for (unsigned byte = 0; byte < 256; ++byte) {
        for (const bool lower : {false, true}) {
            std::string text = {hex.alphabet[byte >> 4], hex.alphabet[byte & 15]};
            if (lower) {
                text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
                text[1] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[1])));
            }
            std::uint8_t out = 0;
            const auto result = core::hex_decode(text, &out, 1);
            EXPECT_EQ(result.code, core::status::ok) << text;
            EXPECT_EQ(result.len, 1U);
            EXPECT_EQ(out, byte) << text;
        }
    }
}

TEST(codec_hex, every_length)
{
    for (std::size_t n = 0; n <= 40; ++n) {
        const std::string text(n, 'a');
        EXPECT_EQ(read_slowly(hex, text).valid, n % 2 == 0);
        expect_decoded(hex, text);
    }
}

TEST(codec_hex, every_byte_value_at_every_place)
{
    for (const std::string text : {"00", "0123456789abcdef", "DE AD", "fff", "1"}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string changed = text;
                changed[at] = static_cast<char>(byte);
                expect_decoded(hex, changed, changed.size());
            }
        }
    }
}

TEST(codec_hex, neighbours_of_the_alphabet)
{
    std::uint8_t out[4];
    for (const char c : {'/', ':', '@', 'G', '`', 'g', 'x', '=', '-'}) {
        const auto result = core::hex_decode(std::string("12") + c + "4", out, 4);
        EXPECT_EQ(result.code, core::status::e_encoding) << c;
        EXPECT_EQ(result.error_index, 2U) << c;
    }
    EXPECT_EQ(core::hex_decode("0x12", out, 4).error_index, 1U);
    EXPECT_EQ(core::hex_decode("12==", out, 4).error_index, 2U) << "hex has no padding";
    EXPECT_EQ(core::hex_decode("123", out, 4).error_index, 3U) << "where the text ends";
}

TEST(codec_hex, blanks_anywhere)
{
    for (const char blank : blanks) {
        for (std::size_t at = 0; at <= 4; ++at) {
            std::string text = "dead";
            text.insert(at, 2, blank);
            std::uint8_t out[2] = {};
            EXPECT_EQ(core::hex_decode(text, out, 2).code, core::status::ok);
            EXPECT_EQ(out[0], 0xde);
            EXPECT_EQ(out[1], 0xad);
        }
    }
    expect_decoded(hex, blanks);
}

TEST(codec_hex, any_text_at_random)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (int i = 0; i < 4000 && !testing::Test::HasFailure(); ++i) {
        const std::string likely = hex.alphabet + "abcdef \t\n";
        expect_decoded(hex, random.text(random.below(24), random.below(3) == 0 ? likely + "gG=-\x80\xff" : likely));
    }
}

TEST(codec_hex, long_text)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (const std::size_t n : {255U, 256U, 257U, 5000U}) {
        expect_decoded(hex, random.text(2 * n, hex.alphabet), n);
        expect_decoded(hex, random.text(2 * n, hex.alphabet), n - 1);
        expect_decoded(base32, random.text(8 * n, base32.alphabet), 5 * n);
        expect_decoded(base32, random.text(8 * n, base32.alphabet), 5 * n - 1);
    }
}

}  // namespace
}  // namespace counterseal::test
