// SPDX-License-Identifier: Apache-2.0
// What counts as a code: outer blanks, single blanks or hyphens between digits, and nothing else.
#include "core/otp/typed_code.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "core/ct/taint.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::core {
namespace {

const std::string blanks = " \t\n\v\f\r";

std::optional<std::uint64_t> read(std::string_view text, std::uint32_t digits)
{
    const typed_code code = read_code(text, digits);
    if (!declassify(code.well_formed)) {
        return std::nullopt;
    }
    return code.value;
}

bool is_digit(char c)
{
    return '0' <= c && c <= '9';
}

/// The same by rewriting the text: cut outer blanks, drop what separates two digits, then only digits may be left.
std::optional<std::uint64_t> rewritten(std::string text, std::uint32_t digits)
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string::npos) {
        return std::nullopt;
    }
    text = text.substr(first, text.find_last_not_of(blanks) - first + 1);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool separates = text[i] == '-' || blanks.find(text[i]) != std::string::npos;
        if (separates && 0 < i && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1])) {
            continue;
        }
        plain += text[i];
    }
    if (plain.size() != digits || plain.find_first_not_of("0123456789") != std::string::npos) {
        return std::nullopt;
    }
    return std::stoull(plain);
}

void expect_same(const std::string& text, std::uint32_t digits)
{
    ASSERT_EQ(read(text, digits), rewritten(text, digits)) << testing::PrintToString(text) << " as " << digits;
}

constexpr std::uint32_t all_digits[] = {6, 7, 8, 9, 10};

TEST(typed_code, plain)
{
    EXPECT_EQ(read("287082", 6), 287'082U);
    EXPECT_EQ(read("000000", 6), 0U);
    EXPECT_EQ(read("999999", 6), 999'999U);
    EXPECT_EQ(read("1234567", 7), 1'234'567U);
    EXPECT_EQ(read("07081804", 8), 7'081'804U);
    EXPECT_EQ(read("123456789", 9), 123'456'789U);
    EXPECT_EQ(read("9999999999", 10), 9'999'999'999U) << "not cut to 32 bits";
    EXPECT_EQ(read("4294967296", 10), 4'294'967'296U);
}

TEST(typed_code, foldings_that_people_type)
{
    for (const char* text :
         {"287 082", "287-082", " 287082", "287082 ", " 287082 ", "\t287082\r\n", "28 70 82", "2 8 7 0 8 2",
          "2-8-7-0-8-2", "287\t082", "287\n082", "   287082   ", "2 87-0 82", "\v\f287082"}) {
        EXPECT_EQ(read(text, 6), 287'082U) << testing::PrintToString(text);
    }
    EXPECT_EQ(read("0708 1804", 8), 7'081'804U);
    EXPECT_EQ(read("12 34 56 78 90", 10), 1'234'567'890U);
}

TEST(typed_code, everything_else_is_malformed)
{
    for (const char* text : {"",
                             " ",
                             "      ",
                             "287  082",
                             "287--082",
                             "287- 082",
                             "287 -082",
                             "-287082",
                             "287082-",
                             "- 287082",
                             "287082 -",
                             "+287082",
                             "28708",
                             "2870821",
                             "0287082",
                             "287.082",
                             "287,082",
                             "287_082",
                             "0x46152",
                             "287o82",
                             "28708x",
                             "287082x",
                             "x287082",
                             " 81804",
                             "81804 ",
                             "+81804",
                             "-81804",
                             "2.8708e5",
                             "287\xc2\xa0"
                             "082",
                             "\xef\xbc\x92\xef\xbc\x98\xef\xbc\x97\xef\xbc\x90\xef\xbc\x98\xef\xbc\x92",
                             "\xc2\xb2\xc2\xb9\xc2\xb3",
                             "287\xe2\x80\x91"
                             "082",
                             "------",
                             "1-----",
                             "28 708",
                             "2870 8"}) {
        EXPECT_EQ(read(text, 6), std::nullopt) << testing::PrintToString(text);
    }
}

TEST(typed_code, nul_is_a_character_like_any_other)
{
    EXPECT_EQ(read(std::string("287082\0", 7), 6), std::nullopt);
    EXPECT_EQ(read(std::string("\0"
                               "287082",
                               7),
                   6),
              std::nullopt);
    EXPECT_EQ(read(std::string("287\0"
                               "82",
                               6),
                   6),
              std::nullopt);
    EXPECT_EQ(read(std::string("287\0"
                               "082",
                               7),
                   6),
              std::nullopt);
    EXPECT_EQ(read(std::string(6, '\0'), 6), std::nullopt);
}

TEST(typed_code, null_without_length)
{
    EXPECT_EQ(read({}, 6), std::nullopt);
    EXPECT_EQ(read({}, 10), std::nullopt);
}

TEST(typed_code, every_byte_value_at_every_place_of_a_plain_code)
{
    for (const auto digits : all_digits) {
        const std::string plain = std::string("1234567890").substr(0, digits);
        for (std::size_t at = 0; at < digits; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text = plain;
                text[at] = static_cast<char>(byte);
                expect_same(text, digits);
                EXPECT_EQ(read(text, digits).has_value(), is_digit(static_cast<char>(byte)));
            }
        }
    }
}

TEST(typed_code, every_byte_value_at_every_place_of_a_grouped_code)
{
    for (const std::string text : {"123 456", "123-456", " 123456", "123456 ", " 1 2-3456\n"}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string changed = text;
                changed[at] = static_cast<char>(byte);
                expect_same(changed, 6);
            }
        }
    }
}

TEST(typed_code, every_byte_value_put_in_at_every_place)
{
    for (const auto digits : all_digits) {
        const std::string plain = std::string("9876543210").substr(0, digits);
        for (std::size_t at = 0; at <= digits; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text = plain;
                text.insert(at, 1, static_cast<char>(byte));
                expect_same(text, digits);
            }
        }
    }
}

TEST(typed_code, every_length)
{
    for (const auto digits : all_digits) {
        for (std::size_t len = 0; len <= 40; ++len) {
            EXPECT_EQ(read(std::string(len, '1'), digits).has_value(), len == digits) << len << " as " << digits;
            EXPECT_EQ(read(std::string(len, ' '), digits), std::nullopt);
            EXPECT_EQ(read(std::string(len, '-'), digits), std::nullopt);
            EXPECT_EQ(read(std::string(len, ' ') + std::string(digits, '1') + std::string(len, '\t'), digits),
                      rewritten(std::string(digits, '1'), digits));
        }
    }
}

TEST(typed_code, very_long_text)
{
    constexpr std::size_t many = 1 << 20;
    EXPECT_EQ(read(std::string(many, '1'), 6), std::nullopt);
    EXPECT_EQ(read(std::string(many, ' '), 6), std::nullopt);
    EXPECT_EQ(read(std::string(many, '\xff'), 6), std::nullopt);
    std::string text(many, ' ');
    text += "287082";
    EXPECT_EQ(read(text, 6), 287'082U);
    text.append(many, ' ');
    EXPECT_EQ(read(text, 6), 287'082U);
    text += '1';
    EXPECT_EQ(read(text, 6), std::nullopt);
}

TEST(typed_code, all_short_texts_of_a_small_alphabet)
{
    // Every text of 6 to 9 characters from these: digits, both separators, a stranger.
    const std::string alphabet = "07 -x";
    for (std::size_t len = 6; len <= 9; ++len) {
        std::size_t n = 1;
        for (std::size_t i = 0; i < len; ++i) {
            n *= alphabet.size();
        }
        for (std::size_t number = 0; number < n; ++number) {
            std::string text(len, '\0');
            for (std::size_t i = 0, rest = number; i < len; ++i, rest /= alphabet.size()) {
                text[i] = alphabet[rest % alphabet.size()];
            }
            expect_same(text, 6);
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

TEST(typed_code, any_text_at_random)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    for (int i = 0; i < 50'000 && !HasFatalFailure(); ++i) {
        const auto digits = static_cast<std::uint32_t>(random.between(6, 10));
        std::string text = random.text(random.below(4), blanks);
        for (std::uint32_t k = 0; k < digits + random.below(8) / 7; ++k) {
            text += random.text(1, "0123456789");
            text += random.below(4) == 0 ? random.text(1 + random.below(8) / 7, " -\t") : "";
        }
        text += random.text(random.below(4), blanks);
        expect_same(text, digits);
    }
}

}  // namespace
}  // namespace counterseal::core
