// SPDX-License-Identifier: Apache-2.0
// Typed codes against truncated HMACs, a row a lane, without a division.
#pragma once

#include "core/hmac/bulk_lanes.hpp"

namespace counterseal::core {
namespace {  // NOLINT(cert-dcl59-cpp): see lanes.hpp

/// What tells multiples of 10^digits among 32-bit numbers (Hacker's Delight section 10-17): x is one exactly when
/// x times the inverse of 5^digits modulo 2^32, rotated right by `digits`, is at most `limit`.
struct decimal_multiple {
    std::uint32_t inverse;  // of 5^digits modulo 2^32
    std::uint32_t limit;    // the largest quotient of a 32-bit number by 10^digits
    std::uint32_t largest;  // the largest 32-bit number that is a code of so many digits
};

[[nodiscard]] consteval decimal_multiple multiple_of_ten_to(std::uint32_t digits)
{
    std::uint64_t modulus = 1;
    std::uint32_t power_of_five = 1;
    for (std::uint32_t i = 0; i < digits; ++i) {
        modulus *= 10;
        power_of_five *= 5;
    }
    std::uint32_t inverse = 1;
    for (int i = 0; i < 5; ++i) {  // Newton's method doubles the exact bits each time
        inverse *= 2 - power_of_five * inverse;
    }
    constexpr std::uint64_t top = 0xffffffff;
    return {inverse, static_cast<std::uint32_t>(top / modulus),
            static_cast<std::uint32_t>(modulus - 1 < top ? modulus - 1 : top)};
}

/// By digits - 6. Ten digits are no special case: zero is the only multiple of 10^10 among 32-bit numbers.
inline constexpr decimal_multiple decimal_multiples[] = {
    multiple_of_ten_to(6), multiple_of_ten_to(7), multiple_of_ten_to(8), multiple_of_ten_to(9), multiple_of_ten_to(10)};

/// bulk_kernel::match with V's lanes of 32 bits.
template <class V, std::size_t MaxRows>
void match(const std::uint32_t* truncated, const std::uint32_t* codes, std::size_t n, std::size_t steps,
           std::uint32_t digits, std::uint32_t* matches) noexcept
{
    constexpr std::size_t lanes = lanes_of<V>;
    const decimal_multiple& ten = decimal_multiples[digits - 6];
    // Whole vectors are read where rows are left, also of truncated: its rows end at MaxRows, a multiple of `lanes`.
    std::uint32_t rest[2 * lanes] = {};
    const wiped_at_end wipe_rest{rest};
    for (std::size_t row = 0; row < n; row += lanes) {
        const std::size_t here = n - row < lanes ? n - row : lanes;
        V code{};
        V found{};
        const auto load = [&](V& v, const std::uint32_t* from) __attribute__((always_inline)) {
            if (here == lanes) {
                std::memcpy(&v, from, sizeof v);
            } else {
                std::memcpy(rest, from, here * sizeof rest[0]);
                std::memcpy(&v, rest, sizeof v);
            }
        };
        load(code, codes + row);
        const V is_code = (V)(code <= ten.largest);
        for (std::size_t step = 0; step < steps; ++step) {
            V value;
            load(value, truncated + step * MaxRows + row);
            const V product = (value - code) * ten.inverse;
            const V quotient = (product >> digits) | (product << (32 - digits));
            const V equal = (V)(quotient <= ten.limit) & (V)(code <= value) & is_code;
            found |= equal & (std::uint32_t{1} << step);
        }
        store_lanes(found, here, matches + row);
    }
}

}  // namespace
}  // namespace counterseal::core
