// SPDX-License-Identifier: Apache-2.0
// From an HMAC to a decimal code without an index, a branch or a division on it (RFC 4226 section 5.3).
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/ct/mask.hpp"
#include "core/hmac/kernel.hpp"

namespace counterseal::core {

/// Dynamic truncation: the 31 bits at the byte offset that the last byte's low half names. CT: nothing leaks.
[[nodiscard, gnu::always_inline]] inline std::uint32_t truncate(const truncation_words& digest) noexcept
{
    const std::uint64_t offset = digest.last & 0xf;
    // The four bytes lie in words offset / 4 and offset / 4 + 1: pick that pair of words among all four.
    std::uint64_t pair = 0;
    for (std::uint64_t i = 0; i < 4; ++i) {
        const std::uint64_t candidate = std::uint64_t{digest.word[i]} << 32 | digest.word[i + 1];
        pair |= candidate & value_barrier(is_equal(offset >> 2, i).bits());
    }
    // Then shift by offset % 4 bytes, one bit of the distance at a time: no shift by a secret.
    pair = select(mask::from_bit(offset & 1), pair << 8, pair);
    pair = select(mask::from_bit((offset >> 1) & 1), pair << 16, pair);
    return static_cast<std::uint32_t>(pair >> 32) & 0x7fffffff;
}

// What can be computed; HOTP and TOTP ask for more (rules.hpp).
inline constexpr std::uint32_t min_code_digits = 4;
inline constexpr std::uint32_t max_digits = 10;

/// 10^digits (or another constant) as the divisor of a multiplication by the reciprocal.
///
/// For x < 2^31 and divisor d, x / d == (x * multiplier) >> shift exactly when multiplier = ceil(2^shift / d) and
/// multiplier * d - 2^shift <= 2^(shift - 31) (Granlund and Montgomery, PLDI 1994, theorem 4.2), which is_exact()
/// states. The product stays below 2^63.
struct code_modulus {
    std::uint64_t divisor;
    std::uint64_t multiplier;
    std::uint32_t shift;
};

[[nodiscard]] consteval code_modulus modulus_for(std::uint64_t divisor)
{
    std::uint32_t shift = 31;
    while ((std::uint64_t{1} << (shift - 31)) < divisor) {
        ++shift;
    }
    return {divisor, ((std::uint64_t{1} << shift) + divisor - 1) / divisor, shift};
}

[[nodiscard]] consteval bool is_exact(const code_modulus& m)
{
    return m.multiplier >> 32 == 0 && m.multiplier * m.divisor - (std::uint64_t{1} << m.shift) <= std::uint64_t{1}
                                                                                                      << (m.shift - 31);
}

/// By digits - 4. Ten digits need no modulus: 10^10 is above every 31-bit value, and the quotient below is always 0.
inline constexpr code_modulus decimal_moduli[] = {
    modulus_for(10'000),      modulus_for(100'000),       modulus_for(1'000'000), modulus_for(10'000'000),
    modulus_for(100'000'000), modulus_for(1'000'000'000), {10'000'000'000, 0, 0}};
static_assert(is_exact(decimal_moduli[0]) && is_exact(decimal_moduli[1]) && is_exact(decimal_moduli[2]) &&
              is_exact(decimal_moduli[3]) && is_exact(decimal_moduli[4]) && is_exact(decimal_moduli[5]));
static_assert(sizeof decimal_moduli / sizeof decimal_moduli[0] == max_digits - min_code_digits + 1);

/// truncated mod the divisor. CT: nothing leaks but the divisor.
[[nodiscard, gnu::always_inline]] inline std::uint32_t remainder(std::uint32_t truncated,
                                                                 const code_modulus& modulus) noexcept
{
    const std::uint64_t quotient = (std::uint64_t{truncated} * modulus.multiplier) >> modulus.shift;
    return static_cast<std::uint32_t>(truncated - quotient * modulus.divisor);
}

/// truncated mod 10^digits; `digits` is public. CT: nothing leaks.
[[nodiscard, gnu::always_inline]] inline std::uint32_t decimal_code(std::uint32_t truncated,
                                                                    std::uint32_t digits) noexcept
{
    return remainder(truncated, decimal_moduli[digits - min_code_digits]);
}

/// Writes `code` as exactly `digits` ASCII digits, zeros in front. CT: nothing leaks.
inline void write_decimal(std::uint32_t code, std::uint32_t digits, char* out) noexcept
{
    std::uint64_t rest = code;
    for (std::uint32_t i = digits; i-- != 0;) {
        const std::uint64_t quotient = (carried(rest) * 0xcccccccd) >> 35;  // rest / 10, exact for 32 bits
        out[i] = static_cast<char>('0' + (rest - 10 * quotient));
        rest = quotient;
    }
}

}  // namespace counterseal::core
