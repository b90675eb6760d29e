// SPDX-License-Identifier: Apache-2.0
#include "core/ct/wipe.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <new>

namespace counterseal::core {
namespace {

using buffer = std::array<std::uint8_t, 64>;

buffer filled()
{
    buffer made;
    made.fill(0xa5);
    return made;
}

TEST(wipe, zeroes_what_it_is_given_and_nothing_else)
{
    for (std::size_t from = 0; from <= 64; ++from) {
        for (std::size_t len = 0; from + len <= 64; ++len) {
            buffer bytes = filled();
            wipe(bytes.data() + from, len);
            for (std::size_t i = 0; i < 64; ++i) {
                ASSERT_EQ(bytes[i], from <= i && i < from + len ? 0 : 0xa5) << from << ' ' << len << ' ' << i;
            }
        }
    }
}

TEST(wipe, of_nothing)
{
    wipe(nullptr, 0);
    buffer bytes = filled();
    wipe(bytes.data(), 0);
    EXPECT_EQ(bytes, filled());
}

int leave_early(buffer& bytes, bool early)
{
    const wiped_at_end wipe_bytes{bytes};
    if (early) {
        return bytes[0];
    }
    bytes[1] = 1;
    return bytes[1];
}

TEST(wipe, at_the_end_of_a_scope_on_every_path)
{
    for (const bool early : {false, true}) {
        buffer bytes = filled();
        leave_early(bytes, early);
        EXPECT_EQ(bytes, buffer{});
    }
}

TEST(wipe, not_before_the_end_of_the_scope)
{
    buffer bytes = filled();
    {
        const wiped_at_end wipe_bytes{bytes};
        EXPECT_EQ(bytes, filled());
    }
    EXPECT_EQ(bytes, buffer{});
}

// An object whose memory the test can still look at after its lifetime. Optimisers drop plain stores into an object
// whose lifetime ends, which is just what happens to a secret that is wiped last.
struct short_lived {
    alignas(8) std::uint8_t secret[64];

    explicit short_lived(std::uint8_t byte) noexcept
    {
        for (auto& b : secret) {
            b = byte;
        }
    }
    ~short_lived() { wipe(secret, sizeof secret); }
    short_lived(const short_lived&) = delete;
    short_lived& operator=(const short_lived&) = delete;
};

[[gnu::noinline]] void live_and_die(void* memory, std::uint8_t byte)
{
    auto* object = new (memory) short_lived(byte);
    object->~short_lived();
}

TEST(wipe, survives_the_optimiser)
{
    // Filled before: where the stores into the object are dropped altogether, this is what stays.
    alignas(short_lived) static std::uint8_t memory[sizeof(short_lived)];
    for (volatile std::uint8_t& byte : memory) {
        byte = 0xa5;
    }
    live_and_die(memory, 0x5a);
    for (const volatile std::uint8_t& byte : memory) {
        EXPECT_EQ(byte, 0);
    }
}

}  // namespace
}  // namespace counterseal::core
