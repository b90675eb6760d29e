// SPDX-License-Identifier: Apache-2.0
// Loads and stores in network byte order, without alignment rules and without aliasing.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace counterseal::core {

using bytes_view = std::span<const std::uint8_t>;

[[nodiscard]] inline bytes_view bytes_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

template <class Word>
[[nodiscard, gnu::always_inline]] inline Word big_endian(Word x) noexcept
{
    static_assert(sizeof(Word) == 4 || sizeof(Word) == 8);
    if constexpr (std::endian::native == std::endian::big) {
        return x;
    } else if constexpr (sizeof(Word) == 4) {
        return static_cast<Word>(__builtin_bswap32(x));
    } else {
        return static_cast<Word>(__builtin_bswap64(x));
    }
}

template <class Word>
[[nodiscard, gnu::always_inline]] inline Word load_be(const std::uint8_t* from) noexcept
{
    Word x;
    std::memcpy(&x, from, sizeof x);
    return big_endian(x);
}

template <class Word>
[[gnu::always_inline]] inline void store_be(std::uint8_t* to, Word x) noexcept
{
    x = big_endian(x);
    std::memcpy(to, &x, sizeof x);
}

}  // namespace counterseal::core
