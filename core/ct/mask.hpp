// SPDX-License-Identifier: Apache-2.0
// Masks: the answer to a question about a secret, as 64 zeros or 64 ones, never as a bool.
//
// A mask has no conversion to bool on purpose: the only way out is declassify() in taint.hpp. Every formula ends in
// value_barrier(), because clang 16 and newer otherwise recognise the mask as a condition and turn select() into a
// jump.
#pragma once

#include <cstdint>

#if defined(COUNTERSEAL_MSAN)
#include <sanitizer/msan_interface.h>
#endif

namespace counterseal::core {

/// Returns `x`, and costs nothing. Stands where high bits of a result come out of low bits of `x`: MemorySanitizer does
/// not follow carries, so in its build a secret bit makes all bits of the result secret.
template <class T>
[[nodiscard, gnu::always_inline]] inline T carried(T x) noexcept
{
#if defined(COUNTERSEAL_MSAN)
    if (__msan_test_shadow(&x, sizeof x) != -1) {
        __msan_poison(&x, sizeof x);
    }
#endif
    return x;
}

/// Returns `x`; the compiler may assume nothing about the result. CT: leaks nothing.
template <class T>
[[nodiscard, gnu::always_inline]] inline T value_barrier(T x) noexcept
{
#if defined(COUNTERSEAL_MSAN)
    volatile T hidden = x;  // MemorySanitizer cannot see through an asm
    return carried<T>(hidden);
#else
    __asm__("" : "+r"(x));
    return x;
#endif
}

class mask {
public:
    constexpr mask() noexcept = default;

    /// All ones when the lowest bit of `bit` is 1, zero when it is 0; the other bits must be 0.
    [[nodiscard, gnu::always_inline]] static mask from_bit(std::uint64_t bit) noexcept
    {
        return mask{value_barrier(std::uint64_t{0} - bit)};
    }

    [[nodiscard]] std::uint64_t bits() const noexcept { return bits_; }

    friend mask operator&(mask a, mask b) noexcept { return mask{a.bits_ & b.bits_}; }
    friend mask operator|(mask a, mask b) noexcept { return mask{a.bits_ | b.bits_}; }
    friend mask operator~(mask a) noexcept { return mask{~a.bits_}; }
    mask& operator&=(mask b) noexcept { return *this = *this & b; }
    mask& operator|=(mask b) noexcept { return *this = *this | b; }

private:
    constexpr explicit mask(std::uint64_t bits) noexcept : bits_{bits} {}
    std::uint64_t bits_ = 0;
};

/// x != 0. The top bit of x | -x is set exactly when x has a set bit: the lowest set bit of x survives in -x, and
/// all bits above it are complemented, so one of the two has the top bit.
[[nodiscard, gnu::always_inline]] inline mask is_nonzero(std::uint64_t x) noexcept
{
    x = carried(x);
    return mask::from_bit((x | (std::uint64_t{0} - x)) >> 63);
}

/// a == b.
[[nodiscard, gnu::always_inline]] inline mask is_equal(std::uint64_t a, std::uint64_t b) noexcept
{
    return ~is_nonzero(a ^ b);
}

/// a < b over the whole 64-bit range: the borrow of a - b, put together from the top bits (Hacker's Delight 2-12).
[[nodiscard, gnu::always_inline]] inline mask is_less(std::uint64_t a, std::uint64_t b) noexcept
{
    a = carried(a);
    b = carried(b);
    return mask::from_bit(((~a & b) | ((~a | b) & (a - b))) >> 63);
}

/// low <= x <= high; needs low <= high.
[[nodiscard, gnu::always_inline]] inline mask is_between(std::uint64_t x, std::uint64_t low,
                                                         std::uint64_t high) noexcept
{
    return ~is_less(high - low, x - low);
}

/// `a` where the mask is set, else `b`.
[[nodiscard, gnu::always_inline]] inline std::uint64_t select(mask m, std::uint64_t a, std::uint64_t b) noexcept
{
    return b ^ (value_barrier(m.bits()) & (a ^ b));
}

}  // namespace counterseal::core
