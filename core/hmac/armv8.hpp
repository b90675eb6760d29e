// SPDX-License-Identifier: Apache-2.0
// What the kernels on ARMv8's SHA instructions have in common: three messages in step, as in shani.cpp and for the same
// reason, and what is public in the two compressions of an HMAC over a counter.
//
// A Unit is one hash on its instructions:
//   hash, vec, n_vectors   the hash, a vector of its words, and how many of them make a block
//   state                  the chaining value in registers, read by from() and written by into()
//   words                  16 bytes of a block as words
//   compress               one block of each of N messages; uses the words up
//   counter, digest        the second block of the inner and of the outer hash, padding and all
//   truncated              the words that dynamic truncation reads
//
// Everything is in an unnamed namespace on purpose: each file that includes this is compiled for other instructions and
// needs a copy of its own (see lanes.hpp).
#pragma once

#include <arm_neon.h>

#include "core/hmac/kernel.hpp"

namespace counterseal::core {
namespace {  // NOLINT(cert-dcl59-cpp): see above

/// HMACs over counters[i] with the key whose midstates are at inner[i] and outer[i].
template <class Unit, std::size_t N>
[[gnu::always_inline]] inline void in_step(const std::uint8_t* const (&inner)[N], const std::uint8_t* const (&outer)[N],
                                           const std::uint64_t (&counters)[N], truncation_words* out) noexcept
{
    typename Unit::state state[N];
    typename Unit::vec w[N][Unit::n_vectors];
    for (std::size_t i = 0; i < N; ++i) {
        state[i] = Unit::from(inner[i]);
        Unit::counter(w[i], counters[i]);
    }
    Unit::compress(state, w);
    for (std::size_t i = 0; i < N; ++i) {
        Unit::digest(w[i], state[i]);
        state[i] = Unit::from(outer[i]);
    }
    Unit::compress(state, w);
    for (std::size_t i = 0; i < N; ++i) {
        Unit::truncated(out[i], state[i]);
    }
}

template <class Unit>
struct armv8_target {
    static void compress(chain& chaining, const std::uint8_t* blocks, std::size_t n_blocks) noexcept
    {
        typename Unit::state state[1] = {Unit::from(chaining.bytes)};
        for (; n_blocks != 0; --n_blocks, blocks += Unit::hash::block_len) {
            typename Unit::vec w[1][Unit::n_vectors];
            for (std::size_t i = 0; i < Unit::n_vectors; ++i) {
                w[0][i] = Unit::words(vld1q_u8(blocks + 16 * i));
            }
            Unit::compress(state, w);
        }
        Unit::into(chaining.bytes, state[0]);
    }

    /// Both pads in step, since neither waits for the other.
    static void both_pads(std::uint8_t* inner, std::uint8_t* outer, const std::uint8_t* block) noexcept
    {
        alignas(16) std::uint8_t initial[max_digest_len] = {};
        __builtin_memcpy(initial, Unit::hash::initial, sizeof Unit::hash::initial);
        typename Unit::state state[2] = {Unit::from(initial), Unit::from(initial)};
        typename Unit::vec w[2][Unit::n_vectors];
        for (std::size_t i = 0; i < Unit::n_vectors; ++i) {
            const uint8x16_t key = vld1q_u8(block + 16 * i);
            w[0][i] = Unit::words(veorq_u8(key, vdupq_n_u8(0x36)));
            w[1][i] = Unit::words(veorq_u8(key, vdupq_n_u8(0x5c)));
        }
        Unit::compress(state, w);
        Unit::into(inner, state[0]);
        Unit::into(outer, state[1]);
    }

    static void key_block(midstates& out, const std::uint8_t* block) noexcept
    {
        both_pads(out.inner.bytes, out.outer.bytes, block);
    }

    static void counters(const midstates& key, std::uint64_t first, std::size_t n, truncation_words* out) noexcept
    {
        const std::uint8_t* const inner = key.inner.bytes;
        const std::uint8_t* const outer = key.outer.bytes;
        for (; n >= 3; n -= 3, first += 3, out += 3) {
            in_step<Unit, 3>({inner, inner, inner}, {outer, outer, outer}, {first, first + 1, first + 2}, out);
        }
        if (n == 2) {
            in_step<Unit, 2>({inner, inner}, {outer, outer}, {first, first + 1}, out);
        } else if (n == 1) {
            in_step<Unit, 1>({inner}, {outer}, {first}, out);
        }
    }

    static constexpr hmac_kernel kernel(std::uint32_t needs) noexcept
    {
        return {"armv8",  needs,     Unit::hash::id, Unit::hash::block_len, Unit::hash::digest_len,
                compress, key_block, counters};
    }
};

}  // namespace
}  // namespace counterseal::core
