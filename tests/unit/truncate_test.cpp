// SPDX-License-Identifier: Apache-2.0
#include "core/otp/truncate.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/support/random.hpp"
#include "tests/unit/support/words.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint32_t top = 0x7fffffff;

std::uint64_t power_of_ten(std::uint32_t digits)
{
    std::uint64_t power = 1;
    for (; digits != 0; --digits) {
        power *= 10;
    }
    return power;
}

/// RFC 4226 section 5.3, word for word.
std::uint32_t by_the_rfc(const std::vector<std::uint8_t>& digest)
{
    const std::size_t offset = digest.back() & 0xf;
    return static_cast<std::uint32_t>(digest[offset] & 0x7f) << 24 |
           static_cast<std::uint32_t>(digest[offset + 1]) << 16 | static_cast<std::uint32_t>(digest[offset + 2]) << 8 |
           static_cast<std::uint32_t>(digest[offset + 3]);
}

TEST(truncate, example_of_rfc_4226_section_5_4)
{
    const std::vector<std::uint8_t> digest = {0x1f, 0x86, 0x98, 0x69, 0x0e, 0x02, 0xca, 0x16, 0x61, 0x85,
                                              0x50, 0xef, 0x7f, 0x19, 0xda, 0x8e, 0x94, 0x5b, 0x55, 0x5a};
    EXPECT_EQ(truncate(test::words_of(digest)), 0x50ef7f19U);
    EXPECT_EQ(decimal_code(0x50ef7f19, 6), 872'921U);
}

TEST(truncate, all_offsets_of_all_digest_lengths)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    for (const std::size_t len : {20U, 32U, 64U}) {
        for (unsigned offset = 0; offset < 16; ++offset) {
            for (int i = 0; i < 200; ++i) {
                auto digest = random.bytes(len);
                digest.back() = static_cast<std::uint8_t>((digest.back() & 0xf0) | offset);
                ASSERT_EQ(truncate(test::words_of(digest)), by_the_rfc(digest)) << len << " at " << offset;
            }
        }
    }
}

TEST(truncate, each_byte_comes_from_its_own_place)
{
    std::vector<std::uint8_t> digest(20);
    for (unsigned offset = 0; offset < 15; ++offset) {
        for (std::size_t i = 0; i < 19; ++i) {
            digest[i] = static_cast<std::uint8_t>(0x10 + i);
        }
        digest[19] = static_cast<std::uint8_t>(0xe0 | offset);
        EXPECT_EQ(truncate(test::words_of(digest)), 0x10111213 + offset * 0x01010101) << offset;
    }
}

TEST(truncate, sign_bit_is_dropped)
{
    for (unsigned offset = 0; offset < 16; ++offset) {
        std::vector<std::uint8_t> digest(32, 0xff);
        digest.back() = static_cast<std::uint8_t>(0xf0 | offset);
        EXPECT_EQ(truncate(test::words_of(digest)), top) << offset;
    }
}

void expect_code(std::uint64_t value)
{
    for (std::uint32_t digits = min_code_digits; digits <= max_digits; ++digits) {
        ASSERT_EQ(decimal_code(static_cast<std::uint32_t>(value), digits), value % power_of_ten(digits))
            << value << " to " << digits;
    }
}

TEST(truncate, decimal_code_at_its_bounds)
{
    for (std::uint64_t near = 0; near < 100; ++near) {
        expect_code(near);
        expect_code(top - near);
        expect_code((std::uint64_t{1} << 30) - 50 + near);
    }
    for (int bit = 0; bit < 31; ++bit) {
        expect_code(std::uint64_t{1} << bit);
        expect_code((std::uint64_t{1} << bit) - 1);
    }
}

TEST(truncate, decimal_code_around_every_multiple)
{
    for (std::uint32_t digits = min_code_digits; digits < max_digits; ++digits) {
        const std::uint64_t power = power_of_ten(digits);
        for (std::uint64_t multiple = power; multiple <= top; multiple += power) {
            expect_code(multiple - 1);
            expect_code(multiple);
            if (multiple < top) {
                expect_code(multiple + 1);
            }
        }
    }
}

TEST(truncate, decimal_code_in_strides_through_all_values)
{
    for (std::uint64_t value = 0; value <= top; value += 4'099) {
        expect_code(value);
    }
}

std::string written(std::uint32_t code, std::uint32_t digits)
{
    std::string text(digits + 2, '#');
    write_decimal(code, digits, text.data() + 1);
    EXPECT_EQ(text.front(), '#') << "written in front";
    EXPECT_EQ(text.back(), '#') << "written behind";
    return text.substr(1, digits);
}

TEST(truncate, writes_zeros_in_front)
{
    EXPECT_EQ(written(0, 6), "000000");
    EXPECT_EQ(written(7, 6), "000007");
    EXPECT_EQ(written(81'804, 6), "081804");
    EXPECT_EQ(written(999'999, 6), "999999");
    EXPECT_EQ(written(137'359'152, 10), "0137359152");
    EXPECT_EQ(written(top, 10), "2147483647");
    EXPECT_EQ(written(0, 10), "0000000000");
}

TEST(truncate, writes_every_code_as_its_digits)
{
    const auto expect_text = [](std::uint32_t code, std::uint32_t digits) {
        std::string expected = std::to_string(code);
        expected.insert(0, digits - expected.size(), '0');
        ASSERT_EQ(written(code, digits), expected);
    };
    for (std::uint32_t code = 0; code < 1'000'000; code += 101) {
        expect_text(code, 6);
        expect_text(code, 10);
    }
    for (std::uint32_t digits = min_code_digits; digits < max_digits; ++digits) {
        for (std::uint64_t power = 10; power <= power_of_ten(digits); power *= 10) {
            expect_text(static_cast<std::uint32_t>(power - 1), digits);
            expect_text(static_cast<std::uint32_t>(power / 10), digits);
        }
    }
    for (std::uint64_t code = 0; code <= top; code += 99'991) {
        expect_text(static_cast<std::uint32_t>(code), 10);
    }
    expect_text(0xffffffff, 10);
}

}  // namespace
}  // namespace counterseal::core
