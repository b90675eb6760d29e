// SPDX-License-Identifier: Apache-2.0
// Windows over a fake HMAC: collisions at will, and a record of every counter that was computed.
#include "core/otp/window.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

#include "core/ct/taint.hpp"
#include "tests/unit/support/fake_mac.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::core {
namespace {

using test::counting_from;
using test::fake_mac;

constexpr std::uint64_t max64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t miss = 111'111;
constexpr std::uint32_t hit = 222'222;
constexpr std::uint32_t second = 333'333;

std::optional<std::uint64_t> highest(const window_match& match)
{
    return declassify(match.any) ? std::optional(match.highest) : std::nullopt;
}

TEST(window, code_of_one_counter)
{
    for (const std::uint64_t counter : {std::uint64_t{0}, std::uint64_t{7}, max64}) {
        const fake_mac fake([](std::uint64_t of) { return static_cast<std::uint32_t>(2'000'000'000 + of % 1000); });
        EXPECT_EQ(counter_code(fake.mac(), counter, 6), counter % 1000);
        EXPECT_EQ(counter_code(fake.mac(), counter, 10), 2'000'000'000 + counter % 1000);
        EXPECT_EQ(fake.asked(), (std::vector{counter, counter}));
    }
}

TEST(window, one_match_anywhere_in_a_window_of_any_size)
{
    constexpr std::uint64_t first = 1000;
    for (std::size_t n = 1; n <= 101; ++n) {
        for (std::size_t at = 0; at < n; ++at) {
            const fake_mac fake([&](std::uint64_t counter) { return counter == first + at ? hit : miss; });
            ASSERT_EQ(highest(match_window(fake.mac(), first, n, hit, 6)), first + at) << at << " of " << n;
            ASSERT_EQ(fake.asked(), counting_from(first, n)) << at << " of " << n;
        }
    }
}

TEST(window, neighbours_outside_do_not_count)
{
    for (std::size_t n = 1; n <= 101; ++n) {
        const fake_mac fake([&](std::uint64_t counter) { return 1000 <= counter && counter < 1000 + n ? miss : hit; });
        ASSERT_EQ(highest(match_window(fake.mac(), 1000, n, hit, 6)), std::nullopt);
        ASSERT_EQ(fake.asked(), counting_from(1000, n)) << "no match: all of the window all the same";
    }
}

TEST(window, highest_of_several_matches)
{
    for (std::size_t n = 2; n <= 30; ++n) {
        for (std::size_t low = 0; low < n; ++low) {
            for (std::size_t high = low; high < n; ++high) {
                const fake_mac fake(
                    [&](std::uint64_t counter) { return counter == 50 + low || counter == 50 + high ? hit : miss; });
                ASSERT_EQ(highest(match_window(fake.mac(), 50, n, hit, 6)), 50 + high)
                    << low << ' ' << high << ' ' << n;
                ASSERT_EQ(fake.asked(), counting_from(50, n));
            }
        }
    }
}

TEST(window, all_match)
{
    for (std::size_t n = 1; n <= 101; ++n) {
        const fake_mac fake([](std::uint64_t) { return hit; });
        ASSERT_EQ(highest(match_window(fake.mac(), 0, n, hit, 6)), n - 1);
        ASSERT_EQ(fake.asked(), counting_from(0, n));
    }
}

TEST(window, match_at_counter_0)
{
    const fake_mac fake([](std::uint64_t counter) { return counter == 0 ? hit : miss; });
    EXPECT_EQ(highest(match_window(fake.mac(), 0, 3, hit, 6)), 0U) << "0 is a counter, not 'nothing'";
}

TEST(window, code_0_is_a_code)
{
    const fake_mac zero([](std::uint64_t) { return 0; });
    const fake_mac million([](std::uint64_t) { return 1'000'000; });
    EXPECT_EQ(highest(match_window(zero.mac(), 5, 2, 0, 6)), 6U);
    EXPECT_EQ(highest(match_window(million.mac(), 5, 2, 0, 6)), 6U);
    EXPECT_EQ(highest(match_window(million.mac(), 5, 2, 0, 7)), std::nullopt);
}

TEST(window, up_to_the_last_counter)
{
    for (std::size_t n = 1; n <= 30; ++n) {
        const fake_mac fake([](std::uint64_t counter) { return counter == max64 ? hit : miss; });
        EXPECT_EQ(highest(match_window(fake.mac(), max64 - n + 1, n, hit, 6)), max64);
        EXPECT_EQ(fake.asked(), counting_from(max64 - n + 1, n));
    }
}

TEST(window, codes_are_compared_in_64_bits)
{
    const fake_mac fake([](std::uint64_t) { return hit; });
    EXPECT_EQ(highest(match_window(fake.mac(), 0, 3, std::uint64_t{1} << 32 | hit, 10)), std::nullopt);
    EXPECT_EQ(highest(match_window(fake.mac(), 0, 3, std::uint64_t{1} << 33 | hit, 10)), std::nullopt);
    EXPECT_EQ(highest(match_window(fake.mac(), 0, 3, hit, 10)), 2U);
}

TEST(window, digits_cut_the_candidate)
{
    for (std::uint32_t digits = 6; digits <= 10; ++digits) {
        std::uint64_t modulus = 1;
        for (std::uint32_t i = 0; i < digits; ++i) {
            modulus *= 10;
        }
        const fake_mac fake([](std::uint64_t) { return 2'147'483'647; });
        EXPECT_EQ(highest(match_window(fake.mac(), 9, 1, 2'147'483'647 % modulus, digits)), 9U) << digits;
        EXPECT_EQ(highest(match_window(fake.mac(), 9, 1, 2'147'483'647 % (modulus / 10), digits)), std::nullopt);
    }
}

TEST(window, pair_anywhere)
{
    constexpr std::uint64_t first = 7000;
    for (std::size_t n = 1; n <= 101; ++n) {
        for (std::size_t at = 0; at < n; ++at) {
            const fake_mac fake([&](std::uint64_t counter) {
                return counter == first + at ? hit : counter == first + at + 1 ? second : miss;
            });
            ASSERT_EQ(highest(match_pair(fake.mac(), first, n, hit, second, 6)), first + at) << at << " of " << n;
            ASSERT_EQ(fake.asked(), counting_from(first, n + 1)) << "the second code of the last pair too";
        }
    }
}

TEST(window, pair_has_to_be_consecutive_and_in_order)
{
    for (std::size_t one = 0; one < 30; ++one) {
        for (std::size_t two = 0; two < 30; ++two) {
            if (one == two) {
                continue;
            }
            const fake_mac fake([&](std::uint64_t counter) {
                return counter == one ? hit : counter == two ? second : miss;
            });
            const auto expected = two == one + 1 ? std::optional<std::uint64_t>(one) : std::nullopt;
            ASSERT_EQ(highest(match_pair(fake.mac(), 0, 30, hit, second, 6)), expected) << one << ' ' << two;
            ASSERT_EQ(fake.asked(), counting_from(0, 31));
        }
    }
}

TEST(window, pair_outside_the_window)
{
    for (const std::uint64_t at : {99U, 111U, 112U}) {
        const fake_mac fake([&](std::uint64_t counter) {
            return counter == at ? hit : counter == at + 1 ? second : miss;
        });
        const auto expected = at == 111 ? std::optional<std::uint64_t>(111) : std::nullopt;
        EXPECT_EQ(highest(match_pair(fake.mac(), 100, 12, hit, second, 6)), expected) << at;
    }
}

TEST(window, one_code_is_not_a_pair)
{
    for (const std::uint32_t only : {hit, second}) {
        for (std::uint64_t at = 0; at < 14; ++at) {
            const fake_mac fake([&](std::uint64_t counter) { return counter == at ? only : miss; });
            EXPECT_EQ(highest(match_pair(fake.mac(), 0, 13, hit, second, 6)), std::nullopt);
        }
    }
    const fake_mac nothing([](std::uint64_t) { return miss; });
    EXPECT_EQ(highest(match_pair(nothing.mac(), 0, 13, hit, second, 6)), std::nullopt);
}

TEST(window, pair_of_equal_codes_needs_both)
{
    const fake_mac once([](std::uint64_t counter) { return counter == 4 ? hit : miss; });
    const fake_mac twice([](std::uint64_t counter) { return counter == 4 || counter == 5 ? hit : miss; });
    EXPECT_EQ(highest(match_pair(once.mac(), 0, 10, hit, hit, 6)), std::nullopt);
    EXPECT_EQ(highest(match_pair(twice.mac(), 0, 10, hit, hit, 6)), 4U);
}

TEST(window, highest_of_several_pairs)
{
    const fake_mac fake([](std::uint64_t counter) {
        return counter % 10 == 3 ? hit : counter % 10 == 4 ? second : miss;
    });
    EXPECT_EQ(highest(match_pair(fake.mac(), 0, 30, hit, second, 6)), 23U);
    EXPECT_EQ(highest(match_pair(fake.mac(), 0, 23, hit, second, 6)), 13U) << "the pair at 23 starts after the window";
    EXPECT_EQ(highest(match_pair(fake.mac(), 4, 9, hit, second, 6)), std::nullopt);
}

TEST(window, pair_equals_a_plain_search_at_random)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    for (int round = 0; round < 5000; ++round) {
        const std::uint64_t salt = random.next();
        const fake_mac fake(
            [&](std::uint64_t c) { return static_cast<std::uint32_t>((c * 0x9e3779b97f4a7c15 ^ salt) >> 62); });
        const std::uint64_t first = random.next() >> random.below(60);
        const std::size_t n = random.between(1, 60);
        const auto code1 = static_cast<std::uint32_t>(random.below(4));
        const auto code2 = static_cast<std::uint32_t>(random.below(4));
        std::optional<std::uint64_t> expected;
        std::optional<std::uint64_t> expected_pair;
        for (std::size_t i = 0; i < n; ++i) {
            if (fake.value(first + i) == code1) {
                expected = first + i;
                if (fake.value(first + i + 1) == code2) {
                    expected_pair = first + i;
                }
            }
        }
        ASSERT_EQ(highest(match_window(fake.mac(), first, n, code1, 6)), expected);
        ASSERT_EQ(highest(match_pair(fake.mac(), first, n, code1, code2, 6)), expected_pair);
    }
}

}  // namespace
}  // namespace counterseal::core
