// SPDX-License-Identifier: Apache-2.0
#include "core/otp/step.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace counterseal::core {
namespace {

constexpr std::uint64_t max64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t max32 = std::numeric_limits<std::uint32_t>::max();

TEST(step, of_rfc_6238_section_4_2)
{
    EXPECT_EQ(time_step(0, 30), 0U);
    EXPECT_EQ(time_step(29, 30), 0U);
    EXPECT_EQ(time_step(30, 30), 1U);
    EXPECT_EQ(time_step(59, 30), 1U);
    EXPECT_EQ(time_step(60, 30), 2U);
    EXPECT_EQ(time_step(1'111'111'109, 30), 0x23523ecU);
    EXPECT_EQ(time_step(20'000'000'000, 30), 0x27bc86aaU);
}

TEST(step, changes_at_multiples_of_the_period_only)
{
    for (const std::uint64_t period : {1U, 2U, 7U, 30U, 60U, 86'400U, 172'800U, max32}) {
        for (const std::uint64_t step : {std::uint64_t{1}, std::uint64_t{1} << 20, (std::uint64_t{1} << 31) + 3}) {
            const auto period_s = static_cast<std::uint32_t>(period);
            EXPECT_EQ(time_step(step * period - 1, period_s), step - 1);
            EXPECT_EQ(time_step(step * period, period_s), step);
            EXPECT_EQ(time_step(step * period + period - 1, period_s), step);
        }
    }
}

TEST(step, of_the_largest_operands)
{
    EXPECT_EQ(time_step(max64, 1), max64);
    EXPECT_EQ(time_step(max64, 30), max64 / 30);
    EXPECT_EQ(time_step(max64, max32), max64 / max32);
    EXPECT_EQ(time_step(0, max32), 0U);
}

}  // namespace
}  // namespace counterseal::core
