// SPDX-License-Identifier: Apache-2.0
// Rows into lanes and back: what bulk kernels do before and after hashing. A record lies a row, a vector holds one word
// of as many rows as it has lanes.
//
// In an unnamed namespace for the reason that lanes.hpp gives.
#pragma once

#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

#include "core/hmac/bulk.hpp"
#include "core/hmac/lanes.hpp"

namespace counterseal::core {
namespace {  // NOLINT(cert-dcl59-cpp): see lanes.hpp

template <class V>
using word_of = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;

template <class V>
inline constexpr std::size_t lanes_of = sizeof(V) / sizeof(word_of<V>);

/// A vector of Word of this size.
template <class Word, std::size_t Bytes>
struct vector_type {
    using type __attribute__((vector_size(Bytes))) = Word;
};
template <class Word, std::size_t Bytes>
using vector_of = typename vector_type<Word, Bytes>::type;

/// 16 bytes of a record: the largest piece that every target moves at once.
template <class V>
using piece_of = vector_of<word_of<V>, 16>;
template <class V>
inline constexpr std::size_t piece_words = lanes_of<piece_of<V>>;
template <class V>
inline constexpr std::size_t pieces_in = sizeof(V) / 16;

template <class V, std::size_t... I>
[[nodiscard, gnu::always_inline]] inline V low_interleaved(const V& a, const V& b, std::index_sequence<I...>) noexcept
{
    constexpr std::size_t n = sizeof...(I);
    constexpr std::size_t per = 16 * n / sizeof(V);  // lanes of 16 bytes
    return __builtin_shufflevector(a, b, (I / per * per + I % per / 2 + I % 2 * n)...);
}

template <class V, std::size_t... I>
[[nodiscard, gnu::always_inline]] inline V high_interleaved(const V& a, const V& b, std::index_sequence<I...>) noexcept
{
    constexpr std::size_t n = sizeof...(I);
    constexpr std::size_t per = 16 * n / sizeof(V);
    return __builtin_shufflevector(a, b, (I / per * per + per / 2 + I % per / 2 + I % 2 * n)...);
}

/// Transposes the squares of words that stand in the same 16 bytes of v[0], v[1], ....
template <class V>
[[gnu::always_inline]] inline void transpose_pieces(V (&v)[piece_words<V>]) noexcept
{
    using pairs = vector_of<std::uint64_t, sizeof(V)>;
    constexpr auto words = std::make_index_sequence<lanes_of<V>>{};
    constexpr auto halves = std::make_index_sequence<lanes_of<pairs>>{};
    if constexpr (piece_words<V> == 2) {
        const V low = low_interleaved(v[0], v[1], words);
        v[1] = high_interleaved(v[0], v[1], words);
        v[0] = low;
    } else {
        const auto a = (pairs)low_interleaved(v[0], v[1], words);
        const auto b = (pairs)high_interleaved(v[0], v[1], words);
        const auto c = (pairs)low_interleaved(v[2], v[3], words);
        const auto d = (pairs)high_interleaved(v[2], v[3], words);
        v[0] = (V)low_interleaved(a, c, halves);
        v[1] = (V)high_interleaved(a, c, halves);
        v[2] = (V)low_interleaved(b, d, halves);
        v[3] = (V)high_interleaved(b, d, halves);
    }
}

template <class V, std::size_t... I>
[[nodiscard, gnu::always_inline]] inline auto joined(const V& a, const V& b, std::index_sequence<I...>) noexcept
{
    return __builtin_shufflevector(a, b, I...);
}

template <std::size_t At, class V, std::size_t... I>
[[nodiscard, gnu::always_inline]] inline piece_of<V> piece(const V& v, std::index_sequence<I...>) noexcept
{
    return __builtin_shufflevector(v, v, (At * sizeof...(I) + I)...);
}

/// The pieces of pieces_in<V> records one after another.
template <class V>
[[nodiscard, gnu::always_inline]] inline V joined_pieces(const piece_of<V> (&p)[pieces_in<V>]) noexcept
{
    constexpr std::size_t per = piece_words<V>;
    if constexpr (pieces_in<V> == 1) {
        return p[0];
    } else if constexpr (pieces_in<V> == 2) {
        return joined(p[0], p[1], std::make_index_sequence<2 * per>{});
    } else {
        constexpr auto two = std::make_index_sequence<2 * per>{};
        return joined(joined(p[0], p[1], two), joined(p[2], p[3], two), std::make_index_sequence<4 * per>{});
    }
}

/// The first Bytes bytes of a piece, 8 or 16. The 8 go through a word: a vector that is half in memory would have to be
/// read back while its store is under way.
template <std::size_t Bytes, class Piece>
[[nodiscard, gnu::always_inline]] inline Piece load_piece(const std::uint8_t* from) noexcept
{
    if constexpr (Bytes == 16) {
        Piece p;
        std::memcpy(&p, from, 16);
        return p;
    } else {
        static_assert(Bytes == 8);
        std::uint64_t x = 0;
        std::memcpy(&x, from, 8);
        return (Piece)(vector_of<std::uint64_t, 16>{x, 0});
    }
}

template <std::size_t Bytes, class Piece>
[[gnu::always_inline]] inline void store_piece(std::uint8_t* to, const Piece& p) noexcept
{
    if constexpr (Bytes == 16) {
        std::memcpy(to, &p, 16);
    } else if constexpr (Bytes == 8) {
        const std::uint64_t x = ((vector_of<std::uint64_t, 16>)p)[0];
        std::memcpy(to, &x, 8);
    } else {
        static_assert(Bytes == 4);
        const std::uint32_t x = ((vector_of<std::uint32_t, 16>)p)[0];
        std::memcpy(to, &x, 4);
    }
}

/// out[i] = word i of the records, one a lane. Reads just Words words of each record.
template <std::size_t Words, class V>
[[gnu::always_inline]] inline void gather(const std::uint8_t* const* records, V* out) noexcept
{
    constexpr std::size_t per = piece_words<V>;
    rounds::unrolled<(Words + per - 1) / per>([&](auto number) __attribute__((always_inline)) {
        constexpr std::size_t at = decltype(number)::value * per;
        constexpr std::size_t in_piece = Words - at < per ? Words - at : per;
        V v[per];
        for (std::size_t i = 0; i < per; ++i) {
            piece_of<V> p[pieces_in<V>];
            for (std::size_t k = 0; k < pieces_in<V>; ++k) {
                p[k] = load_piece<in_piece * sizeof(word_of<V>), piece_of<V>>(records[k * per + i] +
                                                                              at * sizeof(word_of<V>));
            }
            v[i] = joined_pieces<V>(p);
        }
        transpose_pieces(v);
        for (std::size_t i = 0; i < in_piece; ++i) {
            out[at + i] = v[i];
        }
    });
}

/// The other way: word First + i of the first n records is in[i].
template <std::size_t First, std::size_t Words, class V>
[[gnu::always_inline]] inline void scatter(const V* in, std::uint8_t* const* records, std::size_t n) noexcept
{
    constexpr std::size_t per = piece_words<V>;
    constexpr auto words = std::make_index_sequence<per>{};
    rounds::unrolled<(Words + per - 1) / per>([&](auto number) __attribute__((always_inline)) {
        constexpr std::size_t at = decltype(number)::value * per;
        constexpr std::size_t in_piece = Words - at < per ? Words - at : per;
        V v[per] = {};
        for (std::size_t i = 0; i < in_piece; ++i) {
            v[i] = in[at + i];
        }
        transpose_pieces(v);
        rounds::unrolled<pieces_in<V>>([&](auto which) __attribute__((always_inline)) {
            constexpr std::size_t k = decltype(which)::value;
            for (std::size_t i = 0; i < per; ++i) {
                const piece_of<V> p = piece<k>(v[i], words);
                if (k * per + i < n) {
                    store_piece<in_piece * sizeof(word_of<V>)>(records[k * per + i] + (First + at) * sizeof(word_of<V>),
                                                               p);
                }
            }
        });
    });
}

/// Words in the machine's byte order from words as they came from memory in network byte order.
template <class V>
[[nodiscard, gnu::always_inline]] inline V from_big_endian(const V& x) noexcept
{
    using quarters = vector_of<std::uint32_t, sizeof(V)>;
    if constexpr (std::endian::native == std::endian::big) {
        return x;
    } else {
        const auto q = (quarters)x;
        const auto swapped = (V)((rounds::rotate_left<8, 32>(q) & 0x00ff00ff) |  //
                                 (rounds::rotate_left<24, 32>(q) & 0xff00ff00));
        if constexpr (sizeof(word_of<V>) == 8) {
            return rounds::rotate_left<32, 64>(swapped);
        } else {
            return swapped;
        }
    }
}

/// A vector of masks: all ones in the lanes where this bit of x is set. Settled, since clang 19 otherwise blends a word
/// that is shifted with itself by shifting so far as the secret bit says.
template <int Bit, class V>
[[nodiscard, gnu::always_inline]] inline V where_bit(const V& x) noexcept
{
    return rounds::settled(V{} - ((x >> Bit) & 1));
}

template <class V>
[[nodiscard, gnu::always_inline]] inline V blend(const V& m, const V& a, const V& b) noexcept
{
    return rounds::choose(m, a, b);
}

/// Where the mask is set, the double word high:low shifted left.
template <int Distance, class V>
[[gnu::always_inline]] inline void shift_where(const V& m, V& high, V& low) noexcept
{
    constexpr int width = 8 * sizeof(word_of<V>);
    high = blend(m, static_cast<V>((high << Distance) | (low >> (width - Distance))), high);
    low = blend(m, static_cast<V>(low << Distance), low);
}

/// Dynamic truncation (RFC 4226 section 5.3) of a digest a lane: the 31 bits at the byte that the lowest four bits of
/// the last word name. `h` are the words of a digest of N words.
template <std::size_t N, class V>
[[nodiscard, gnu::always_inline]] inline V truncated(const V (&h)[N]) noexcept
{
    const V by_8_bytes = where_bit<3>(h[N - 1]);
    const V by_4_bytes = where_bit<2>(h[N - 1]);
    V high;
    V low;
    if constexpr (sizeof(word_of<V>) == 4) {
        high = blend(by_8_bytes, blend(by_4_bytes, h[3], h[2]), blend(by_4_bytes, h[1], h[0]));
        low = blend(by_8_bytes, blend(by_4_bytes, h[4], h[3]), blend(by_4_bytes, h[2], h[1]));
    } else {
        high = blend(by_8_bytes, h[1], h[0]);
        low = blend(by_8_bytes, h[2], h[1]);
        shift_where<32>(by_4_bytes, high, low);
    }
    shift_where<16>(where_bit<1>(h[N - 1]), high, low);
    shift_where<8>(where_bit<0>(h[N - 1]), high, low);
    return (high >> (8 * sizeof(word_of<V>) - 32)) & 0x7fffffff;
}

/// Stores the first n lanes.
template <class V>
[[gnu::always_inline]] inline void store_lanes(const V& v, std::size_t n, std::uint32_t* out) noexcept
{
    std::uint32_t all[lanes_of<V>];
    if constexpr (sizeof(word_of<V>) == 4) {
        std::memcpy(all, &v, sizeof all);
    } else {
        for (std::size_t i = 0; i < lanes_of<V>; ++i) {
            all[i] = static_cast<std::uint32_t>(v[i]);
        }
    }
    if (n >= lanes_of<V>) {
        std::memcpy(out, all, sizeof all);
    } else {
        const wiped_at_end wipe_all{all};
        std::memcpy(out, all, n * sizeof all[0]);
    }
}

}  // namespace
}  // namespace counterseal::core
