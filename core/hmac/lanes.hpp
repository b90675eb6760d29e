// SPDX-License-Identifier: Apache-2.0
// The kernels that are written in plain C++ over vectors of words: what portable.cpp and avx2.cpp have in common.
//
// Everything is in an unnamed namespace on purpose: each file that includes this is compiled for other instructions and
// needs a copy of its own. A shared (inline) copy could be picked by the linker and fail on a CPU without those
// instructions.
#pragma once

#include <cstring>
#include <type_traits>

#include "core/base/bytes.hpp"
#include "core/ct/wipe.hpp"
#include "core/hmac/kernel.hpp"
#include "core/hmac/rounds.hpp"

namespace counterseal::core {
namespace {  // NOLINT(cert-dcl59-cpp): see above

using word32_x4 = std::uint32_t __attribute__((vector_size(16)));
using word64_x4 = std::uint64_t __attribute__((vector_size(32)));

/// How many words stand side by side in V: one where V is the word itself.
template <class Word, class V>
inline constexpr std::size_t lanes = sizeof(V) / sizeof(Word);  // NOLINT(bugprone-sizeof-expression)

template <class V>
[[gnu::always_inline]] inline auto lane_of(const V& v, std::size_t i) noexcept
{
    if constexpr (std::is_integral_v<V>) {
        return v;
    } else {
        return v[i];
    }
}

template <class V, class Word>
[[gnu::always_inline]] inline void set_lane(V& v, std::size_t i, Word x) noexcept
{
    if constexpr (std::is_integral_v<V>) {
        v = x;
    } else {
        v[i] = x;
    }
}

template <class Hash>
void load(const chain& from, typename Hash::word (&h)[Hash::state_words]) noexcept
{
    std::memcpy(h, from.bytes, sizeof h);
}

/// One copy of the unrolled rounds for each hash and width: inlined everywhere they would crowd out the code cache.
template <class Hash, class V>
[[gnu::noinline]] void compress(V (&h)[Hash::state_words], V (&w)[16]) noexcept
{
    rounds::compress(Hash{}, h, w);
}

template <class Hash>
void compress_blocks(chain& state, const std::uint8_t* blocks, std::size_t n_blocks) noexcept
{
    using word = typename Hash::word;
    word h[Hash::state_words];
    word w[16];
    const wiped_at_end wipe_h{h};
    const wiped_at_end wipe_w{w};
    load<Hash>(state, h);
    for (; n_blocks != 0; --n_blocks, blocks += Hash::block_len) {
        for (std::size_t i = 0; i < 16; ++i) {
            w[i] = load_be<word>(blocks + i * sizeof(word));
        }
        compress<Hash>(h, w);
    }
    std::memcpy(state.bytes, h, sizeof h);
}

/// Both pads at once where V has room for two, since neither waits for the other.
template <class Hash, class V>
void key_block(midstates& out, const std::uint8_t* block) noexcept
{
    using word = typename Hash::word;
    constexpr std::size_t at_once = lanes<word, V> < 2 ? 1 : 2;
    const word pads[2] = {static_cast<word>(0x3636363636363636), static_cast<word>(0x5c5c5c5c5c5c5c5c)};
    chain* const states[2] = {&out.inner, &out.outer};
    V h[Hash::state_words];
    V w[16] = {};
    const wiped_at_end wipe_h{h};
    const wiped_at_end wipe_w{w};
    for (std::size_t group = 0; group < 2; group += at_once) {
        for (std::size_t i = 0; i < 16; ++i) {
            const word key = load_be<word>(block + i * sizeof(word));
            for (std::size_t lane = 0; lane < at_once; ++lane) {
                set_lane(w[i], lane, static_cast<word>(key ^ pads[group + lane]));
            }
        }
        for (std::size_t i = 0; i < Hash::state_words; ++i) {
            h[i] = V{} + Hash::initial[i];
        }
        compress<Hash>(h, w);
        for (std::size_t lane = 0; lane < at_once; ++lane) {
            for (std::size_t i = 0; i < Hash::state_words; ++i) {
                const word x = lane_of(h[i], lane);
                std::memcpy(states[group + lane]->bytes + i * sizeof x, &x, sizeof x);
            }
        }
    }
}

/// HMACs of up to lanes<word, V> consecutive counters. The message is 8 bytes and the inner digest less than a block,
/// so each of the two hashes is one compression whose padding is known beforehand.
template <class Hash, class V>
void counter_group(const midstates& key, std::uint64_t first, std::size_t n, truncation_words* out) noexcept
{
    using word = typename Hash::word;
    constexpr word top_bit = word{1} << (8 * sizeof(word) - 1);
    constexpr std::size_t words_per_counter = 8 / sizeof(word);
    word mid[Hash::state_words];
    V h[Hash::state_words];
    V w[16] = {};
    const wiped_at_end wipe_mid{mid};
    const wiped_at_end wipe_h{h};
    const wiped_at_end wipe_w{w};

    load<Hash>(key.inner, mid);
    for (std::size_t i = 0; i < Hash::state_words; ++i) {
        h[i] = V{} + mid[i];
    }
    for (std::size_t i = 0; i < lanes<word, V>; ++i) {
        const std::uint64_t counter = first + i;
        if constexpr (words_per_counter == 2) {
            set_lane(w[0], i, static_cast<word>(counter >> 32));
        }
        set_lane(w[words_per_counter - 1], i, static_cast<word>(counter));
    }
    w[words_per_counter] = V{} + top_bit;
    w[15] = V{} + static_cast<word>((Hash::block_len + 8) * 8);
    compress<Hash>(h, w);

    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = i < Hash::state_words ? h[i] : V{};
    }
    w[Hash::state_words] = V{} + top_bit;
    w[15] = V{} + static_cast<word>((Hash::block_len + Hash::digest_len) * 8);
    load<Hash>(key.outer, mid);
    for (std::size_t i = 0; i < Hash::state_words; ++i) {
        h[i] = V{} + mid[i];
    }
    compress<Hash>(h, w);

    for (std::size_t lane = 0; lane < n; ++lane) {
        for (std::size_t i = 0; i < 5; ++i) {
            if constexpr (sizeof(word) == 4) {
                out[lane].word[i] = lane_of(h[i], lane);
            } else {
                out[lane].word[i] = static_cast<std::uint32_t>(lane_of(h[i / 2], lane) >> (i % 2 == 0 ? 32 : 0));
            }
        }
        out[lane].last = static_cast<std::uint32_t>(lane_of(h[Hash::state_words - 1], lane));
    }
}

template <class Hash, class Wide>
void counters(const midstates& key, std::uint64_t first, std::size_t n, truncation_words* out) noexcept
{
    while (n != 0) {
        const std::size_t group = n < lanes<typename Hash::word, Wide> ? n : lanes<typename Hash::word, Wide>;
        if (group == 1) {
            counter_group<Hash, typename Hash::word>(key, first, 1, out);
        } else {
            counter_group<Hash, Wide>(key, first, group, out);
        }
        first += group;
        out += group;
        n -= group;
    }
}

/// The kernel of one hash that hashes lanes<word, Wide> counters at a time.
template <class Hash, class Wide>
constexpr hmac_kernel lane_kernel(const char* target, std::uint32_t needs) noexcept
{
    return {target,
            needs,
            Hash::id,
            Hash::block_len,
            Hash::digest_len,
            compress_blocks<Hash>,
            key_block<Hash, Wide>,
            counters<Hash, Wide>};
}

}  // namespace
}  // namespace counterseal::core
