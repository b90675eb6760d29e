// SPDX-License-Identifier: Apache-2.0
// Steam's code form against plain arithmetic.
#include "core/otp/steam.hpp"

#include <gtest/gtest.h>

#include <string>

#include "core/otp/code_form.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint32_t n_codes = 26 * 26 * 26 * 26 * 26;
constexpr std::string_view letters = "23456789BCDFGHJKMNPQRTVWXY";

std::string plain(std::uint32_t code)
{
    std::string text;
    for (std::size_t i = 0; i < steam_code_len; ++i) {
        text += letters[code % 26];
        code /= 26;
    }
    return text;
}

std::string written(std::uint32_t code)
{
    std::string text(steam_code_len + 2, '#');
    write_steam(code, text.data() + 1);
    EXPECT_EQ(text.front(), '#') << "written in front";
    EXPECT_EQ(text.back(), '#') << "written behind";
    return text.substr(1, steam_code_len);
}

bool well_formed(std::string_view text)
{
    return read_steam(text).well_formed.bits() == ~std::uint64_t{0};
}

TEST(steam, writes_and_reads_every_code)
{
    const auto expect_both = [](std::uint32_t code) {
        const std::string text = plain(code);
        ASSERT_EQ(written(code), text) << code;
        const typed_code typed = read_steam(text);
        ASSERT_EQ(typed.value, code) << text;
        ASSERT_EQ(typed.well_formed.bits(), ~std::uint64_t{0}) << text;
    };
    for (std::uint32_t code = 0; code < n_codes; code += 97) {
        expect_both(code);
    }
    for (std::uint32_t power = 26; power <= n_codes; power *= 26) {
        expect_both(power - 1);
        expect_both(power == n_codes ? 0 : power);
    }
}

TEST(steam, remainder_through_all_values)
{
    for (std::uint64_t value = 0; value <= 0x7fffffff; value += 4'093) {
        ASSERT_EQ(
            code_value(static_cast<std::uint32_t>(value), code_form(totp_options{.encoder = code_encoder::steam})),
            value % n_codes);
    }
    for (std::uint64_t multiple = 0; multiple <= 0x7fffffff; multiple += n_codes) {
        for (const std::uint64_t near : {multiple, multiple + 1, multiple + n_codes - 1}) {
            if (near <= 0x7fffffff) {
                ASSERT_EQ(remainder(static_cast<std::uint32_t>(near), steam_modulus), near % n_codes);
            }
        }
    }
}

TEST(steam, one_wrong_character_is_no_code)
{
    for (std::size_t at = 0; at < steam_code_len; ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string text = "C5V56";
            text[at] = static_cast<char>(c);
            const bool outer_blank = at == 0 || at + 1 == steam_code_len;  // leaves four
            const bool expected = c != 0 && letters.find(static_cast<char>(c)) != std::string_view::npos;
            ASSERT_EQ(well_formed(text), expected) << at << ' ' << c << outer_blank;
        }
    }
}

TEST(steam, only_outer_blanks_are_dropped)
{
    for (const std::string_view good : {"C5V56", " C5V56", "C5V56\n", "\t\r\n C5V56 \t"}) {
        EXPECT_TRUE(well_formed(good)) << good;
        EXPECT_EQ(read_steam(good).value, read_steam("C5V56").value);
    }
    for (const std::string_view bad : {"", " ", "C5V5", "C5V566", "C5 V56", "C5-V56", "C5V5 6", "c5v56", "-C5V56"}) {
        EXPECT_FALSE(well_formed(bad)) << bad;
    }
}

}  // namespace
}  // namespace counterseal::core
