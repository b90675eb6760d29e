// SPDX-License-Identifier: Apache-2.0
#include "core/store/backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace counterseal::core {
namespace {

std::vector<std::int64_t> pauses_us(backoff of)
{
    std::vector<std::int64_t> all;
    for (int i = 0; i < 12; ++i) {
        all.push_back(of.next().count());
    }
    return all;
}

TEST(backoff, is_a_random_part_of_what_doubles)
{
    std::vector<std::int64_t> firsts;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const std::vector<std::int64_t> all = pauses_us(backoff(seed * 1'000'003));
        std::int64_t longest_us = 1000;
        for (const std::int64_t one : all) {
            EXPECT_GE(one, longest_us / 2);
            EXPECT_LE(one, longest_us);
            longest_us *= 2;
        }
        firsts.push_back(all[0]);
    }
    std::ranges::sort(firsts);
    EXPECT_LT(firsts.front(), 600);
    EXPECT_GT(firsts.back(), 900);
}

}  // namespace
}  // namespace counterseal::core
