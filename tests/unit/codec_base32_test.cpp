// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/codec/codec.hpp"
#include "tests/unit/support/codec_oracle.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::test {
namespace {

std::string encoded(const std::vector<std::uint8_t>& bytes)
{
    std::string text(core::base32_len(bytes.size()) + 2, '#');
    core::base32_encode(bytes.data(), bytes.size(), text.data());
    EXPECT_TRUE(text.ends_with("##")) << "more was written than base32_len says";
    text.resize(text.size() - 2);
    return text;
}

std::vector<std::uint8_t> decoded(std::string_view text)
{
    std::vector<std::uint8_t> bytes(text.size());
    const auto result = core::base32_decode(text, bytes.data(), bytes.size());
    EXPECT_EQ(result.code, core::status::ok) << text;
    bytes.resize(result.len);
    return bytes;
}

std::vector<std::uint8_t> bytes_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

TEST(codec_base32, vectors_of_rfc_4648_section_10)
{
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},
        {"f", "MY======"},
        {"fo", "MZXQ===="},
        {"foo", "MZXW6==="},
        {"foob", "MZXW6YQ="},
        {"fooba", "MZXW6YTB"},
        {"foobar", "MZXW6YTBOI======"},
    };
    for (const auto& [plain, text] : vectors) {
        EXPECT_EQ(decoded(text), bytes_of(plain));
        EXPECT_EQ(encoded(bytes_of(plain)), std::string(text).substr(0, std::string(text).find('=')));
    }
}

TEST(codec_base32, oracle_knows_the_vectors_too)
{
    EXPECT_EQ(read_slowly(base32, "mzxw6ytb oi======").bytes, bytes_of("foobar"));
    EXPECT_FALSE(read_slowly(base32, "MZXW6Y").valid);
    EXPECT_EQ(read_slowly(base32, "MZXW6Y").error_index, 6U);
    EXPECT_EQ(read_slowly(hex, "666f 6F").bytes, bytes_of("foo"));
}

TEST(codec_base32, every_length_of_the_last_group)
{
    for (std::size_t n = 0; n <= 41; ++n) {
        const std::string text = std::string("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQMZXW6YTBA").substr(0, n);
        const bool whole = n % 8 != 1 && n % 8 != 3 && n % 8 != 6;
        EXPECT_EQ(read_slowly(base32, text).valid, whole) << n;
        expect_decoded(base32, text);
        for (std::size_t padding = 1; padding <= 9; ++padding) {
            expect_decoded(base32, text + std::string(padding, '='));
        }
    }
}

TEST(codec_base32, every_byte_value_at_every_place)
{
    for (const std::string text : {"GE", "GEZD", "GEZDG", "GEZDGNB", "GEZDGNBV", "GEZDGNBVGY3TQOJQ",
                                   "GE======", "gezd gnbv", "GEZDG===", "GEZDGN", "G"}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string changed = text;
                changed[at] = static_cast<char>(byte);
                expect_decoded(base32, changed, changed.size());
            }
        }
    }
}

TEST(codec_base32, every_byte_value_alone)
{
    for (int byte = 0; byte < 256; ++byte) {
        expect_decoded(base32, std::string(1, static_cast<char>(byte)), 1);
        expect_decoded(base32, std::string(2, static_cast<char>(byte)), 2);
        expect_decoded(base32, std::string(8, static_cast<char>(byte)), 8);
    }
}

TEST(codec_base32, surplus_bits_are_no_key)
{
    for (const std::string start : {"G", "GEZ", "GEZD", "GEZDGN"}) {
        const std::size_t surplus = (start.size() + 1) * 5 % 8;
        for (std::size_t value = 0; value < 32; ++value) {
            const std::size_t without = value >> surplus << surplus;
            EXPECT_EQ(decoded(start + base32.alphabet[value]), decoded(start + base32.alphabet[without]));
        }
    }
}

TEST(codec_base32, blanks_anywhere)
{
    const std::string text = "MZXW6YTBOI======";
    for (const char blank : blanks) {
        for (std::size_t at = 0; at <= text.size(); ++at) {
            std::string changed = text;
            changed.insert(at, 1, blank);
            EXPECT_EQ(decoded(changed), bytes_of("foobar")) << at;
            changed.insert(at, 3, blank);
            EXPECT_EQ(decoded(changed), bytes_of("foobar")) << at;
        }
    }
    expect_decoded(base32, blanks);
}

TEST(codec_base32, case_does_not_matter)
{
    const std::string upper = base32.alphabet;
    std::string lower = upper;
    std::string mixed = upper;
    for (std::size_t i = 0; i < upper.size(); ++i) {
        lower[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(upper[i])));
        mixed[i] = i % 3 == 0 ? lower[i] : upper[i];
    }
    EXPECT_EQ(decoded(lower), decoded(upper));
    EXPECT_EQ(decoded(mixed), decoded(upper));
}

TEST(codec_base32, data_after_padding_is_found_where_it_stands)
{
    for (const std::string text :
         {"GEZDGNA=GE", "GE=A", "GE======GE======", "GE==== \n==G", "GEZDGNBV=GEZDGNBV", "GE=1"}) {
        const auto expected = read_slowly(base32, text);
        ASSERT_FALSE(expected.valid) << text;
        expect_decoded(base32, text);
    }
    EXPECT_EQ(core::base32_decode("GEZDGNA=GE", nullptr, 0).error_index, 8U);
}

TEST(codec_base32, first_fault_counts)
{
    std::uint8_t out[8];
    EXPECT_EQ(core::base32_decode("ABCDEFG01", out, 8).error_index, 7U);
    EXPECT_EQ(core::base32_decode("0BCDEFG1", out, 8).error_index, 0U);
    EXPECT_EQ(core::base32_decode(" GEZD-GN0V", out, 8).error_index, 5U);
    EXPECT_EQ(core::base32_decode("ABCDEF", out, 8).error_index, 6U) << "where the text ends";
    EXPECT_EQ(core::base32_decode("AB\xc3\xa9", out, 8).error_index, 2U) << "bytes are counted";
}

TEST(codec_base32, faults_come_before_capacity)
{
    EXPECT_EQ(core::base32_decode("GEZDGNB0", nullptr, 0).code, core::status::e_encoding);
    EXPECT_EQ(core::base32_decode("GEZDGN", nullptr, 0).code, core::status::e_encoding);
    EXPECT_EQ(core::base32_decode("GEZDGNBV", nullptr, 0).code, core::status::e_capacity);
    EXPECT_EQ(core::base32_decode("", nullptr, 0).code, core::status::ok);
}

TEST(codec_base32, length_of_text)
{
    constexpr std::size_t of_rest[] = {0, 2, 4, 5, 7};
    for (std::size_t n = 0; n < 200; ++n) {
        EXPECT_EQ(core::base32_len(n), n / 5 * 8 + of_rest[n % 5]) << n;
    }
}

TEST(codec_base32, every_character_is_written)
{
    for (std::size_t value = 0; value < 32; ++value) {
        EXPECT_EQ(encoded({static_cast<std::uint8_t>(value << 3)})[0], base32.alphabet[value]);
        EXPECT_EQ(encoded({0, 0, 0, 0, static_cast<std::uint8_t>(value)})[7], base32.alphabet[value]);
    }
}

TEST(codec_base32, round_trips_at_random)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (std::size_t n = 0; n <= 300; ++n) {
        const auto bytes = random.bytes(n);
        std::string text = encoded(bytes);
        ASSERT_EQ(text.size(), core::base32_len(n));
        ASSERT_EQ(text.find_first_not_of(base32.alphabet), std::string::npos);
        ASSERT_EQ(decoded(text), bytes) << n;
        // As a person might hand it on.
        std::string typed;
        for (const char c : text) {
            typed += random.below(5) == 0 ? std::string(random.between(1, 3), blanks[random.below(6)]) : "";
            typed += random.below(2) == 0 ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : c;
        }
        typed += n == 0 ? "" : std::string(random.below(8), '=');
        ASSERT_EQ(decoded(typed), bytes) << typed;
    }
}

TEST(codec_base32, any_text_at_random)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (int i = 0; i < 4000 && !testing::Test::HasFailure(); ++i) {
        const std::string likely = base32.alphabet + base32.alphabet + "abcxyz == \t\r\n";
        expect_decoded(base32, random.text(random.below(24), random.below(3) == 0 ? likely + "0189-\x80\xff" : likely));
    }
}

}  // namespace
}  // namespace counterseal::test
