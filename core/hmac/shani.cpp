// SPDX-License-Identifier: Apache-2.0
// SHA-1 and SHA-256 kernels on the SHA extensions of x86 (Intel SDM volume 2, SHA1RNDS4 and SHA256RNDS2).
//
// One message alone waits for the latency of the round instruction; three messages hashed in step keep its unit busy,
// and a verification with a window of one step to each side has exactly three. Hence N lanes, N = 1, 2 or 3.
//
// This file is compiled for these instructions, so it instantiates nothing that other files could share.
#include <immintrin.h>

#include "core/base/cpu.hpp"
#include "core/hmac/kernels.hpp"
#include "core/hmac/rounds.hpp"

namespace counterseal::core {
namespace {

using vec = __m128i;

[[gnu::always_inline]] inline vec load(const void* from) noexcept
{
    return _mm_loadu_si128(static_cast<const vec*>(from));
}
[[gnu::always_inline]] inline void store(void* to, vec x) noexcept
{
    _mm_storeu_si128(static_cast<vec*>(to), x);
}
[[gnu::always_inline]] inline int as_int(std::uint64_t x) noexcept
{
    return static_cast<int>(static_cast<std::uint32_t>(x));
}

/// Words in reading order become a vector whose highest element is the first word: the order SHA1RNDS4 works in.
[[gnu::always_inline]] inline vec first_on_top(vec x) noexcept
{
    return _mm_shuffle_epi32(x, 0x1b);
}

struct sha1_state {
    vec abcd;
    vec e;  // in the highest element
};

/// One block of each of N messages; w[lane][0..3] are its words, first on top, and are used up.
template <std::size_t N>
[[gnu::always_inline]] inline void compress(sha1_state (&state)[N], vec (&w)[N][4]) noexcept
{
    vec abcd[N];
    vec previous[N];
    for (std::size_t i = 0; i < N; ++i) {
        abcd[i] = state[i].abcd;
    }
    rounds::unrolled<20>([&](auto quad) __attribute__((always_inline)) {
        constexpr std::size_t q = decltype(quad)::value;
        for (std::size_t i = 0; i < N; ++i) {
            vec(&x)[4] = w[i];
            // E of this quad is A of the quad before, rotated by 30; SHA1NEXTE adds it to the first word.
            const vec e = q == 0 ? _mm_add_epi32(state[i].e, x[0]) : _mm_sha1nexte_epu32(previous[i], x[q % 4]);
            previous[i] = abcd[i];
            abcd[i] = _mm_sha1rnds4_epu32(abcd[i], e, q / 5);
            if constexpr (q < 16) {
                const vec partial = _mm_xor_si128(_mm_sha1msg1_epu32(x[q % 4], x[(q + 1) % 4]), x[(q + 2) % 4]);
                x[q % 4] = _mm_sha1msg2_epu32(partial, x[(q + 3) % 4]);
            }
        }
    });
    for (std::size_t i = 0; i < N; ++i) {
        state[i].e = _mm_sha1nexte_epu32(previous[i], state[i].e);
        state[i].abcd = _mm_add_epi32(state[i].abcd, abcd[i]);
    }
}

[[gnu::always_inline]] inline sha1_state sha1_from(const std::uint8_t* words) noexcept
{
    int e = 0;
    __builtin_memcpy(&e, words + 16, sizeof e);
    return {first_on_top(load(words)), _mm_set_epi32(e, 0, 0, 0)};
}

[[gnu::always_inline]] inline void sha1_into(std::uint8_t* words, const sha1_state& state) noexcept
{
    store(words, first_on_top(state.abcd));
    const int e = _mm_extract_epi32(state.e, 3);
    __builtin_memcpy(words + 16, &e, sizeof e);
}

/// The second block of each hash in HMAC over a counter: everything but the counter and the digest is padding.
template <std::size_t N>
[[gnu::always_inline]] inline void sha1_counters(const midstates& key, std::uint64_t first,
                                                 truncation_words* out) noexcept
{
    constexpr int top_bit = static_cast<int>(0x80000000U);
    const vec zero = _mm_setzero_si128();
    sha1_state state[N];
    vec w[N][4];
    const sha1_state inner = sha1_from(key.inner.bytes);
    for (std::size_t i = 0; i < N; ++i) {
        const std::uint64_t counter = first + i;
        state[i] = inner;
        w[i][0] = _mm_set_epi32(as_int(counter >> 32), as_int(counter), top_bit, 0);
        w[i][1] = zero;
        w[i][2] = zero;
        w[i][3] = _mm_set_epi32(0, 0, 0, (64 + 8) * 8);
    }
    compress(state, w);
    const sha1_state outer = sha1_from(key.outer.bytes);
    for (std::size_t i = 0; i < N; ++i) {
        w[i][0] = state[i].abcd;
        w[i][1] = _mm_insert_epi32(state[i].e, top_bit, 2);  // the elements below E are zero
        w[i][2] = zero;
        w[i][3] = _mm_set_epi32(0, 0, 0, (64 + 20) * 8);
        state[i] = outer;
    }
    compress(state, w);
    for (std::size_t i = 0; i < N; ++i) {
        store(out[i].word, first_on_top(state[i].abcd));
        out[i].word[4] = static_cast<std::uint32_t>(_mm_extract_epi32(state[i].e, 3));
        out[i].last = out[i].word[4];
    }
}

struct sha256_state {
    vec abef;
    vec cdgh;
};

/// One block of each of N messages; w[lane][0..3] are its words, first in the lowest element, and are used up.
template <std::size_t N>
[[gnu::always_inline]] inline void compress(sha256_state (&state)[N], vec (&w)[N][4]) noexcept
{
    sha256_state s[N];
    for (std::size_t i = 0; i < N; ++i) {
        s[i] = state[i];
    }
    rounds::unrolled<16>([&](auto quad) __attribute__((always_inline)) {
        constexpr std::size_t q = decltype(quad)::value;
        const vec k = load(&rounds::k256[4 * q]);
        for (std::size_t i = 0; i < N; ++i) {
            vec(&x)[4] = w[i];
            const vec wk = _mm_add_epi32(x[q % 4], k);
            s[i].cdgh = _mm_sha256rnds2_epu32(s[i].cdgh, s[i].abef, wk);
            s[i].abef = _mm_sha256rnds2_epu32(s[i].abef, s[i].cdgh, _mm_shuffle_epi32(wk, 0x0e));
            if constexpr (q < 12) {
                const vec seven_back = _mm_alignr_epi8(x[(q + 3) % 4], x[(q + 2) % 4], 4);
                const vec partial = _mm_add_epi32(_mm_sha256msg1_epu32(x[q % 4], x[(q + 1) % 4]), seven_back);
                x[q % 4] = _mm_sha256msg2_epu32(partial, x[(q + 3) % 4]);
            }
        }
    });
    for (std::size_t i = 0; i < N; ++i) {
        state[i].abef = _mm_add_epi32(state[i].abef, s[i].abef);
        state[i].cdgh = _mm_add_epi32(state[i].cdgh, s[i].cdgh);
    }
}

[[gnu::always_inline]] inline sha256_state sha256_from(const std::uint8_t* words) noexcept
{
    const vec cdab = _mm_shuffle_epi32(load(words), 0xb1);
    const vec efgh = _mm_shuffle_epi32(load(words + 16), 0x1b);
    return {_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
}

/// The state in reading order: A B C D and E F G H.
[[gnu::always_inline]] inline void in_order(const sha256_state& state, vec& abcd, vec& efgh) noexcept
{
    const vec feba = _mm_shuffle_epi32(state.abef, 0x1b);
    const vec dchg = _mm_shuffle_epi32(state.cdgh, 0xb1);
    abcd = _mm_blend_epi16(feba, dchg, 0xf0);
    efgh = _mm_alignr_epi8(dchg, feba, 8);
}

template <std::size_t N>
[[gnu::always_inline]] inline void sha256_counters(const midstates& key, std::uint64_t first,
                                                   truncation_words* out) noexcept
{
    constexpr int top_bit = static_cast<int>(0x80000000U);
    const vec zero = _mm_setzero_si128();
    sha256_state state[N];
    vec w[N][4];
    const sha256_state inner = sha256_from(key.inner.bytes);
    for (std::size_t i = 0; i < N; ++i) {
        const std::uint64_t counter = first + i;
        state[i] = inner;
        w[i][0] = _mm_set_epi32(0, top_bit, as_int(counter), as_int(counter >> 32));
        w[i][1] = zero;
        w[i][2] = zero;
        w[i][3] = _mm_set_epi32((64 + 8) * 8, 0, 0, 0);
    }
    compress(state, w);
    const sha256_state outer = sha256_from(key.outer.bytes);
    for (std::size_t i = 0; i < N; ++i) {
        in_order(state[i], w[i][0], w[i][1]);
        w[i][2] = _mm_set_epi32(0, 0, 0, top_bit);
        w[i][3] = _mm_set_epi32((64 + 32) * 8, 0, 0, 0);
        state[i] = outer;
    }
    compress(state, w);
    for (std::size_t i = 0; i < N; ++i) {
        vec abcd;
        vec efgh;
        in_order(state[i], abcd, efgh);
        store(out[i].word, abcd);
        out[i].word[4] = static_cast<std::uint32_t>(_mm_cvtsi128_si32(efgh));
        out[i].last = static_cast<std::uint32_t>(_mm_extract_epi32(efgh, 3));
    }
}

/// What differs between the two hashes, for the parts that are the same.
struct sha1_unit {
    using hash = sha1;
    using state = sha1_state;
    static state from(const std::uint8_t* words) noexcept { return sha1_from(words); }
    static void into(std::uint8_t* words, const state& s) noexcept { sha1_into(words, s); }
    static vec words(vec big_endian) noexcept
    {
        return _mm_shuffle_epi8(big_endian, _mm_set_epi64x(0x0001020304050607, 0x08090a0b0c0d0e0f));
    }
    template <std::size_t N>
    [[gnu::always_inline]] static void counters(const midstates& key, std::uint64_t first,
                                                truncation_words* out) noexcept
    {
        sha1_counters<N>(key, first, out);
    }
};

struct sha256_unit {
    using hash = sha256;
    using state = sha256_state;
    static state from(const std::uint8_t* words) noexcept { return sha256_from(words); }
    static void into(std::uint8_t* words, const state& s) noexcept
    {
        vec abcd;
        vec efgh;
        in_order(s, abcd, efgh);
        store(words, abcd);
        store(words + 16, efgh);
    }
    static vec words(vec big_endian) noexcept
    {
        return _mm_shuffle_epi8(big_endian, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    }
    template <std::size_t N>
    [[gnu::always_inline]] static void counters(const midstates& key, std::uint64_t first,
                                                truncation_words* out) noexcept
    {
        sha256_counters<N>(key, first, out);
    }
};

template <class Unit>
void compress_blocks(chain& chaining, const std::uint8_t* blocks, std::size_t n_blocks) noexcept
{
    typename Unit::state state[1] = {Unit::from(chaining.bytes)};
    for (; n_blocks != 0; --n_blocks, blocks += 64) {
        vec w[1][4];
        for (std::size_t i = 0; i < 4; ++i) {
            w[0][i] = Unit::words(load(blocks + 16 * i));
        }
        compress(state, w);
    }
    Unit::into(chaining.bytes, state[0]);
}

/// Both pads in step, since neither waits for the other.
template <class Unit>
void key_block(midstates& out, const std::uint8_t* block) noexcept
{
    alignas(16) std::uint8_t initial[32] = {};
    __builtin_memcpy(initial, Unit::hash::initial, sizeof Unit::hash::initial);
    typename Unit::state state[2] = {Unit::from(initial), Unit::from(initial)};
    vec w[2][4];
    for (std::size_t i = 0; i < 4; ++i) {
        const vec key = Unit::words(load(block + 16 * i));
        w[0][i] = _mm_xor_si128(key, _mm_set1_epi8(0x36));
        w[1][i] = _mm_xor_si128(key, _mm_set1_epi8(0x5c));
    }
    compress(state, w);
    Unit::into(out.inner.bytes, state[0]);
    Unit::into(out.outer.bytes, state[1]);
}

template <class Unit>
void counters(const midstates& key, std::uint64_t first, std::size_t n, truncation_words* out) noexcept
{
    for (; n >= 3; n -= 3, first += 3, out += 3) {
        Unit::template counters<3>(key, first, out);
    }
    if (n == 2) {
        Unit::template counters<2>(key, first, out);
    } else if (n == 1) {
        Unit::template counters<1>(key, first, out);
    }
}

template <class Unit>
constexpr hmac_kernel kernel{"shani",
                             cpu_sha_ni,
                             Unit::hash::id,
                             Unit::hash::block_len,
                             Unit::hash::digest_len,
                             compress_blocks<Unit>,
                             key_block<Unit>,
                             counters<Unit>};

}  // namespace

const hmac_kernel shani_sha1 = kernel<sha1_unit>;
const hmac_kernel shani_sha256 = kernel<sha256_unit>;

}  // namespace counterseal::core
