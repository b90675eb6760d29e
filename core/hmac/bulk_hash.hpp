// SPDX-License-Identifier: Apache-2.0
// The hashing of bulk kernels: three vectors of messages in step, since one alone waits for the latency of its adds.
//
// What decides speed here is which additions wait for which (rounds::settled), that three groups fill the units, and
// that the rounds are not unrolled further than the instruction cache holds: 16 rounds of SHA-2 at a time, and SHA-1
// only where the message differs from lane to lane.
#pragma once

#include "core/hmac/bulk_lanes.hpp"

namespace counterseal::core {
namespace {  // NOLINT(cert-dcl59-cpp): see lanes.hpp

/// For each group, one message's words plus the round constants: those of step s at wk[round][s].
template <class Hash>
struct shared_schedule {
    static constexpr std::size_t n_rounds = Hash::id == hash_id::sha256 ? 64 : 80;
    alignas(64) typename Hash::word wk[n_rounds][4];
};

// N is the number of vectors in step.
template <class Hash, class V, std::size_t N>
using states = V[N][Hash::state_words];
template <class V, std::size_t N>
using messages = V[N][16];

template <class Hash>
struct shape;
template <>
struct shape<sha256> : rounds::sha256_shape {
    static constexpr auto& constants = rounds::k256;
};
template <>
struct shape<sha512> : rounds::sha512_shape {
    static constexpr auto& constants = rounds::k512;
};

template <std::size_t T, class V>
[[gnu::always_inline]] inline void message_word(sha1, V (&w)[16]) noexcept
{
    rounds::sha1_message<T>(w);
}
template <std::size_t T, class Hash, class V>
[[gnu::always_inline]] inline void message_word(Hash, V (&w)[16]) noexcept
{
    rounds::sha2_message<shape<Hash>, T>(w);
}

template <class Hash>
[[nodiscard, gnu::always_inline]] inline typename Hash::word round_constant(std::size_t round) noexcept
{
    if constexpr (Hash::id == hash_id::sha1) {
        // The quarter of the rounds without a division, of which compilers make an instruction where code must be
        // small.
        return rounds::k1[std::size_t{round >= 20} + std::size_t{round >= 40} + std::size_t{round >= 60}];
    } else {
        return shape<Hash>::constants[round];
    }
}

/// The schedule of a message that all rows share. `w` has the steps in its lanes and goes to wk[..][at].
template <class Hash, class V>
[[gnu::noinline]] void fill_schedule(V (&w)[16], std::size_t at, shared_schedule<Hash>& out) noexcept
{
    for (std::size_t begin = 0; begin < out.n_rounds; begin += 16) {
        rounds::unrolled<16>([&](auto number) __attribute__((always_inline)) {
            constexpr std::size_t i = decltype(number)::value;
            const V wk = w[i] + round_constant<Hash>(begin + i);
            std::memcpy(&out.wk[begin + i][at], &wk, sizeof wk);
        });
        rounds::unrolled<16>([&](auto number)
                                 __attribute__((always_inline)) { message_word<decltype(number)::value>(Hash{}, w); });
    }
}

template <class V, std::size_t N, std::size_t Words>
[[gnu::always_inline]] inline void copy(V (&to)[N][Words], const V* const (&from)[N]) noexcept
{
    for (std::size_t g = 0; g < N; ++g) {
        for (std::size_t i = 0; i < Words; ++i) {
            to[g][i] = from[g][i];
        }
    }
}

template <class V, std::size_t N, std::size_t Words>
[[gnu::always_inline]] inline void add(const V (&a)[N][Words], const V* const (&b)[N], V (&out)[N][Words]) noexcept
{
    for (std::size_t g = 0; g < N; ++g) {
        for (std::size_t i = 0; i < Words; ++i) {
            out[g][i] = a[g][i] + b[g][i];
        }
    }
}

/// Compresses the messages of the schedule into the midstates; step[g] is that of group g.
template <class V, std::size_t N>
[[gnu::noinline]] void compress_shared(const shared_schedule<sha1>& schedule, const std::size_t (&step)[N],
                                       const V* const (&mid)[N], states<sha1, V, N>& out) noexcept
{
    states<sha1, V, N> s;
    copy(s, mid);
    rounds::unrolled<4>([&](auto quarter) __attribute__((always_inline)) {
        constexpr std::size_t first = decltype(quarter)::value * 20;
        for (std::size_t begin = first; begin < first + 20; begin += 5) {
            rounds::unrolled<5>([&](auto number) __attribute__((always_inline)) {
                constexpr std::size_t i = decltype(number)::value;
                for (std::size_t g = 0; g < N; ++g) {
                    rounds::sha1_round<first + i>(s[g], schedule.wk[begin + i][step[g]]);
                }
            });
        }
    });
    add(s, mid, out);
}

template <class V, std::size_t N, class Hash>
[[gnu::noinline]] void compress_shared(const shared_schedule<Hash>& schedule, const std::size_t (&step)[N],
                                       const V* const (&mid)[N], states<Hash, V, N>& out) noexcept
{
    states<Hash, V, N> s;
    copy(s, mid);
    for (std::size_t begin = 0; begin < schedule.n_rounds; begin += 8) {
        rounds::unrolled<8>([&](auto number) __attribute__((always_inline)) {
            constexpr std::size_t i = decltype(number)::value;
            for (std::size_t g = 0; g < N; ++g) {
                rounds::sha2_round<shape<Hash>, i>(s[g], schedule.wk[begin + i][step[g]]);
            }
        });
    }
    add(s, mid, out);
}

/// The words of a second block of HMAC that follow `Used` words of data (FIPS 180-4 section 5.1); none of a full one.
template <class Hash, std::size_t Used, class V>
[[gnu::always_inline]] inline void pad(V (&w)[16]) noexcept
{
    using word = typename Hash::word;
    if constexpr (Used < 16) {
        w[Used] = V{} + (word{1} << (8 * sizeof(word) - 1));
        for (std::size_t i = Used + 1; i < 15; ++i) {
            w[i] = V{};
        }
        w[15] = V{} + static_cast<word>((Hash::block_len + Used * sizeof(word)) * 8);
    }
}

/// Compresses a message of `Used` words a lane into the midstates. `w` is used up.
template <std::size_t Used, class V, std::size_t N>
[[gnu::noinline]] void compress_lanes(sha1, const V* const (&mid)[N], messages<V, N>& w,
                                      states<sha1, V, N>& out) noexcept
{
    states<sha1, V, N> s;
    copy(s, mid);
    for (std::size_t g = 0; g < N; ++g) {
        pad<sha1, Used>(w[g]);
    }
    rounds::unrolled<80>([&](auto round) __attribute__((always_inline)) {
        constexpr std::size_t t = decltype(round)::value;
        for (std::size_t g = 0; g < N; ++g) {
            if constexpr (t >= 16) {
                rounds::sha1_message<t>(w[g]);
            }
            rounds::sha1_round<t>(s[g], w[g][t % 16] + rounds::k1[t / 20]);
        }
    });
    add(s, mid, out);
}

template <std::size_t Used, class V, std::size_t N, class Hash>
[[gnu::noinline]] void compress_lanes(Hash, const V* const (&mid)[N], messages<V, N>& w,
                                      states<Hash, V, N>& out) noexcept
{
    constexpr auto& k = shape<Hash>::constants;
    states<Hash, V, N> s;
    copy(s, mid);
    for (std::size_t g = 0; g < N; ++g) {
        pad<Hash, Used>(w[g]);
    }
    rounds::unrolled<16>([&](auto number) __attribute__((always_inline)) {
        constexpr std::size_t i = decltype(number)::value;
        for (std::size_t g = 0; g < N; ++g) {
            rounds::sha2_round<shape<Hash>, i>(s[g], w[g][i] + k[i]);
        }
    });
    for (std::size_t begin = 16; begin < shared_schedule<Hash>::n_rounds; begin += 16) {
        rounds::unrolled<16>([&](auto number) __attribute__((always_inline)) {
            constexpr std::size_t i = decltype(number)::value;
            for (std::size_t g = 0; g < N; ++g) {
                rounds::sha2_message<shape<Hash>, i>(w[g]);
                rounds::sha2_round<shape<Hash>, i>(s[g], w[g][i] + k[begin + i]);
            }
        });
    }
    add(s, mid, out);
}

}  // namespace
}  // namespace counterseal::core
