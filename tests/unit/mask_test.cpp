// SPDX-License-Identifier: Apache-2.0
#include "core/ct/mask.hpp"

#include <gtest/gtest.h>

#include <type_traits>
#include <vector>

#include "core/ct/taint.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

static_assert(!std::is_constructible_v<bool, mask>, "a mask leaves through declassify() only");
static_assert(!std::is_convertible_v<mask, bool> && !std::is_convertible_v<mask, std::uint64_t>);
static_assert(!std::is_constructible_v<mask, std::uint64_t> && !std::is_constructible_v<mask, bool>);

std::uint64_t ones_if(bool condition)
{
    return condition ? all_ones : 0;
}

/// Numbers around every place where a borrow or a sign could go wrong.
std::vector<std::uint64_t> edges()
{
    std::vector<std::uint64_t> found;
    for (const std::uint64_t base : {std::uint64_t{0}, std::uint64_t{1} << 7, std::uint64_t{1} << 8,
                                     std::uint64_t{1} << 31, std::uint64_t{1} << 32, std::uint64_t{1} << 63}) {
        for (std::uint64_t near = 0; near < 5; ++near) {
            found.push_back(base + near - 2);
        }
    }
    return found;
}

TEST(mask, starts_clear)
{
    EXPECT_EQ(mask{}.bits(), 0U);
}

TEST(mask, of_a_bit)
{
    EXPECT_EQ(mask::from_bit(0).bits(), 0U);
    EXPECT_EQ(mask::from_bit(1).bits(), all_ones);
}

TEST(mask, operators)
{
    for (const std::uint64_t a : {0U, 1U}) {
        EXPECT_EQ((~mask::from_bit(a)).bits(), ones_if(a == 0));
        for (const std::uint64_t b : {0U, 1U}) {
            mask both = mask::from_bit(a);
            both &= mask::from_bit(b);
            mask either = mask::from_bit(a);
            either |= mask::from_bit(b);
            EXPECT_EQ(both.bits(), ones_if(a == 1 && b == 1));
            EXPECT_EQ(either.bits(), ones_if(a == 1 || b == 1));
            EXPECT_EQ((mask::from_bit(a) & mask::from_bit(b)).bits(), both.bits());
            EXPECT_EQ((mask::from_bit(a) | mask::from_bit(b)).bits(), either.bits());
        }
    }
}

void expect_comparisons(std::uint64_t a, std::uint64_t b)
{
    EXPECT_EQ(is_nonzero(a).bits(), ones_if(a != 0)) << a;
    EXPECT_EQ(is_equal(a, b).bits(), ones_if(a == b)) << a << ' ' << b;
    EXPECT_EQ(is_less(a, b).bits(), ones_if(a < b)) << a << ' ' << b;
    EXPECT_EQ(select(mask::from_bit(1), a, b), a);
    EXPECT_EQ(select(mask::from_bit(0), a, b), b);
}

TEST(mask, comparisons_of_edges)
{
    for (const auto a : edges()) {
        for (const auto b : edges()) {
            expect_comparisons(a, b);
        }
    }
}

TEST(mask, comparisons_of_bytes)
{
    for (std::uint64_t a = 0; a < 256; ++a) {
        for (std::uint64_t b = 0; b < 256; ++b) {
            expect_comparisons(a, b);
        }
    }
}

TEST(mask, comparisons_at_random)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t a = random.next() >> random.below(64);
        const std::uint64_t b = random.below(4) == 0 ? a ^ std::uint64_t{1} << random.below(64) : random.next();
        expect_comparisons(a, b);
    }
}

TEST(mask, each_single_bit_is_nonzero)
{
    for (int bit = 0; bit < 64; ++bit) {
        EXPECT_EQ(is_nonzero(std::uint64_t{1} << bit).bits(), all_ones) << bit;
    }
}

TEST(mask, between)
{
    for (const auto low : edges()) {
        for (const auto high : edges()) {
            if (high < low) {
                continue;
            }
            for (const auto x : edges()) {
                EXPECT_EQ(is_between(x, low, high).bits(), ones_if(low <= x && x <= high))
                    << x << " in " << low << ".." << high;
            }
        }
    }
}

TEST(mask, declassified)
{
    EXPECT_TRUE(declassify(mask::from_bit(1)));
    EXPECT_FALSE(declassify(mask::from_bit(0)));
    EXPECT_EQ(declassify(std::uint64_t{42}), 42U);
}

TEST(mask, barrier_changes_nothing)
{
    for (const auto x : edges()) {
        EXPECT_EQ(value_barrier(x), x);
    }
    EXPECT_EQ(value_barrier(7), 7);
}

}  // namespace
}  // namespace counterseal::core
