// SPDX-License-Identifier: Apache-2.0
// The compression functions of FIPS 180-4 section 6 over a word type that may be one word or a vector of words.
//
// With V = std::uint32_t this is the plain hash; with a vector type the same text hashes several messages side by side,
// a message a lane. Nothing here depends on data but arithmetic, so constant time needs no care beyond the compiler's.
// Rounds are unrolled at compile time: the message index and the rotation of the registers then cost nothing. Each
// round and each step of a message schedule stands by itself, since bulk kernels arrange them in another order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "core/hmac/hash.hpp"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace counterseal::core::rounds {

inline constexpr std::uint32_t k1[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};

inline constexpr std::uint32_t k256[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

inline constexpr std::uint64_t k512[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

template <int N, int Width, class V>
[[nodiscard, gnu::always_inline]] inline V rotate_left(V x) noexcept
{
    return (x << N) | (x >> (Width - N));
}

template <int N, int Width, class V>
[[nodiscard, gnu::always_inline]] inline V rotate_right(V x) noexcept
{
    return rotate_left<Width - N, Width>(x);
}

template <class V>
[[nodiscard, gnu::always_inline]] inline V choose(const V& x, const V& y, const V& z) noexcept
{
    return z ^ (x & (y ^ z));
}

template <class V>
[[nodiscard, gnu::always_inline]] inline V majority(const V& x, const V& y, const V& z) noexcept
{
#if defined(__AVX512F__)
    // GCC finds the one instruction for the other two functions, but not for this one.
    if constexpr (sizeof(V) == 64) {
        return (V)_mm512_ternarylogic_epi32((__m512i)x, (__m512i)y, (__m512i)z, 0xe8);
    }
#endif
    return (x & y) ^ (z & (x ^ y));
}

template <class V>
[[nodiscard, gnu::always_inline]] inline V parity(const V& x, const V& y, const V& z) noexcept
{
    return x ^ y ^ z;
}

/// `x`, which the compiler may not take apart: GCC reorders sums so that the last addend comes first, and rounds then
/// wait for each other longer than they must.
template <class V>
[[nodiscard, gnu::always_inline]] inline V settled(V x) noexcept
{
#if defined(__x86_64__) && !defined(COUNTERSEAL_MSAN)  // MemorySanitizer cannot see through an asm
    if constexpr (!std::is_integral_v<V>) {
        __asm__("" : "+v"(x));
    }
#endif
    return x;
}

/// Calls round(constant<0>), ..., round(constant<N - 1>) without a loop.
template <std::size_t N, class Round>
[[gnu::always_inline]] inline void unrolled(Round&& round) noexcept
{
    [&]<std::size_t... T>(std::index_sequence<T...>) __attribute__((always_inline)) {
        (round(std::integral_constant<std::size_t, T>{}), ...);
    }(std::make_index_sequence<N>{});
}

/// What comes into round T of SHA-1 besides the message (FIPS 180-4 sections 4.1.1 and 6.1.2). a..e of round T stand at
/// s[(i - T) mod 5]: renaming instead of moving. `wk` is the message word plus the constant.
template <std::size_t T, class V, class W>
[[gnu::always_inline]] inline void sha1_round(V (&s)[5], const W& wk) noexcept
{
    const V& a = s[(80 - T) % 5];
    V& b = s[(81 - T) % 5];
    const V& c = s[(82 - T) % 5];
    const V& d = s[(83 - T) % 5];
    V& e = s[(84 - T) % 5];
    V f;
    if constexpr (T < 20) {
        f = choose(b, c, d);
    } else if constexpr (40 <= T && T < 60) {
        f = majority(b, c, d);
    } else {
        f = parity(b, c, d);
    }
    e = settled(e + wk + f) + rotate_left<5, 32>(a);
    b = rotate_left<30, 32>(b);
}

/// Message word T of SHA-1, T >= 16, in the place of word T - 16.
template <std::size_t T, class V>
[[gnu::always_inline]] inline void sha1_message(V (&w)[16]) noexcept
{
    w[T % 16] =
        rotate_left<1, 32>(parity(w[(T + 13) % 16], w[(T + 8) % 16], static_cast<V>(w[(T + 2) % 16] ^ w[T % 16])));
}

/// One SHA-1 block. `w` holds the 16 message words and is used up.
template <class V>
[[gnu::always_inline]] inline void compress(sha1, V (&h)[5], V (&w)[16]) noexcept
{
    V s[5] = {h[0], h[1], h[2], h[3], h[4]};
    unrolled<80>([&](auto round) __attribute__((always_inline)) {
        constexpr std::size_t t = decltype(round)::value;
        if constexpr (t >= 16) {
            sha1_message<t>(w);
        }
        sha1_round<t>(s, w[t % 16] + k1[t / 20]);
    });
    for (std::size_t i = 0; i < 5; ++i) {
        h[i] += s[i];
    }
}

/// The distances of SHA-256 and SHA-512, which have the same shape otherwise (FIPS 180-4 sections 4.1.2 and 4.1.3).
struct sha256_shape {
    static constexpr int width = 32;
    static constexpr int a[3] = {2, 13, 22};
    static constexpr int e[3] = {6, 11, 25};
    static constexpr int x[3] = {7, 18, 3};
    static constexpr int y[3] = {17, 19, 10};
};
struct sha512_shape {
    static constexpr int width = 64;
    static constexpr int a[3] = {28, 34, 39};
    static constexpr int e[3] = {14, 18, 41};
    static constexpr int x[3] = {1, 8, 7};
    static constexpr int y[3] = {19, 61, 6};
};

/// Round T of SHA-2 (FIPS 180-4 sections 6.2.2 and 6.4.2); a..h of round T stand at s[(i - T) mod 8].
template <class Shape, std::size_t T, class V, class W>
[[gnu::always_inline]] inline void sha2_round(V (&s)[8], const W& wk) noexcept
{
    constexpr int width = Shape::width;
    const auto at = [&](std::size_t i) __attribute__((always_inline)) -> V& { return s[(80 + i - T) % 8]; };
    const V& a = at(0);
    const V& e = at(4);
    const V sum1 = parity(rotate_right<Shape::e[0], width>(e), rotate_right<Shape::e[1], width>(e),
                          rotate_right<Shape::e[2], width>(e));
    const V sum0 = parity(rotate_right<Shape::a[0], width>(a), rotate_right<Shape::a[1], width>(a),
                          rotate_right<Shape::a[2], width>(a));
    const V t1 = settled(at(7) + wk + choose(e, at(5), at(6))) + sum1;
    at(3) += t1;
    at(7) = t1 + settled(sum0 + majority(a, at(1), at(2)));
}

/// Message word T of SHA-2, T >= 16, in the place of word T - 16.
template <class Shape, std::size_t T, class V>
[[gnu::always_inline]] inline void sha2_message(V (&w)[16]) noexcept
{
    constexpr int width = Shape::width;
    const V x = w[(T + 1) % 16];
    const V y = w[(T + 14) % 16];
    const V sigma0 = parity(rotate_right<Shape::x[0], width>(x), rotate_right<Shape::x[1], width>(x),
                            static_cast<V>(x >> Shape::x[2]));
    const V sigma1 = parity(rotate_right<Shape::y[0], width>(y), rotate_right<Shape::y[1], width>(y),
                            static_cast<V>(y >> Shape::y[2]));
    w[T % 16] = settled(w[T % 16] + w[(T + 9) % 16] + sigma0) + sigma1;
}

template <class Shape, std::size_t Rounds, class V, class K>
[[gnu::always_inline]] inline void compress_sha2(V (&h)[8], V (&w)[16], const K (&constants)[Rounds]) noexcept
{
    V s[8] = {h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]};
    unrolled<Rounds>([&](auto round) __attribute__((always_inline)) {
        constexpr std::size_t t = decltype(round)::value;
        if constexpr (t >= 16) {
            sha2_message<Shape, t>(w);
        }
        sha2_round<Shape, t>(s, w[t % 16] + constants[t]);
    });
    for (std::size_t i = 0; i < 8; ++i) {
        h[i] += s[i];
    }
}

template <class V>
[[gnu::always_inline]] inline void compress(sha256, V (&h)[8], V (&w)[16]) noexcept
{
    compress_sha2<sha256_shape>(h, w, k256);
}

template <class V>
[[gnu::always_inline]] inline void compress(sha512, V (&h)[8], V (&w)[16]) noexcept
{
    compress_sha2<sha512_shape>(h, w, k512);
}

}  // namespace counterseal::core::rounds
