// SPDX-License-Identifier: Apache-2.0
#include "core/base/bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "tests/unit/support/random.hpp"

namespace counterseal::core {
namespace {

TEST(bytes, network_order)
{
    const std::uint8_t bytes[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
    EXPECT_EQ(load_be<std::uint32_t>(bytes), 0x01234567U);
    EXPECT_EQ(load_be<std::uint64_t>(bytes), 0x0123456789abcdefU);

    std::uint8_t out[8] = {};
    store_be<std::uint64_t>(out, 0x0123456789abcdef);
    EXPECT_TRUE(std::equal(out, out + 8, bytes));
    store_be<std::uint32_t>(out + 4, 0x01234567);
    EXPECT_TRUE(std::equal(out + 4, out + 8, bytes));
}

TEST(bytes, big_endian_is_its_own_inverse)
{
    EXPECT_EQ(big_endian(big_endian(std::uint32_t{0x12345678})), 0x12345678U);
    EXPECT_EQ(big_endian(big_endian(std::uint64_t{0x123456789abcdef0})), 0x123456789abcdef0U);
}

template <class Word>
void expect_round_trips()
{
    test::random_source random;
    for (std::size_t offset = 0; offset < 16; ++offset) {
        for (int i = 0; i < 100; ++i) {
            const auto x = static_cast<Word>(random.next());
            alignas(16) std::array<std::uint8_t, 40> memory;
            memory.fill(0xa5);
            store_be<Word>(memory.data() + offset, x);
            Word by_hand = 0;
            for (std::size_t k = 0; k < sizeof(Word); ++k) {
                by_hand = static_cast<Word>(by_hand << 8 | memory[offset + k]);
            }
            ASSERT_EQ(by_hand, x);
            ASSERT_EQ(load_be<Word>(memory.data() + offset), x);
            for (std::size_t k = 0; k < memory.size(); ++k) {
                if (k < offset || k >= offset + sizeof(Word)) {
                    ASSERT_EQ(memory[k], 0xa5) << "a byte beside the word at " << k;
                }
            }
        }
    }
}

TEST(bytes, any_alignment_32)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    expect_round_trips<std::uint32_t>();
}

TEST(bytes, any_alignment_64)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    expect_round_trips<std::uint64_t>();
}

}  // namespace
}  // namespace counterseal::core
