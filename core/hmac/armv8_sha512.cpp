// SPDX-License-Identifier: Apache-2.0
// The SHA-512 kernel on the instructions that came with ARMv8.2 (Arm ARM section C7.2, SHA512H); few CPUs have them.
//
// This file is compiled for these instructions, so it instantiates nothing that other files could share.
#include "core/base/cpu.hpp"
#include "core/hmac/armv8.hpp"
#include "core/hmac/bulk_armv8.hpp"
#include "core/hmac/bulk_kernels.hpp"
#include "core/hmac/kernels.hpp"
#include "core/hmac/rounds.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint64_t top_bit = 0x8000000000000000;

/// Two words a vector, the first in the lower element.
struct sha512_unit {
    using hash = sha512;
    using vec = uint64x2_t;
    static constexpr std::size_t n_vectors = 8;
    struct state {
        vec pair[4];  // A B, C D, E F, G H
    };

    [[gnu::always_inline]] static vec words(uint8x16_t big_endian) noexcept
    {
        return vreinterpretq_u64_u8(vrev64q_u8(big_endian));
    }
    [[gnu::always_inline]] static state from(const std::uint8_t* words) noexcept
    {
        state s;
        for (std::size_t i = 0; i < 4; ++i) {
            s.pair[i] = vreinterpretq_u64_u8(vld1q_u8(words + 16 * i));
        }
        return s;
    }
    [[gnu::always_inline]] static void into(std::uint8_t* words, const state& s) noexcept
    {
        for (std::size_t i = 0; i < 4; ++i) {
            vst1q_u8(words + 16 * i, vreinterpretq_u8_u64(s.pair[i]));
        }
    }
    [[gnu::always_inline]] static void counter(vec (&w)[8], std::uint64_t number) noexcept
    {
        w[0] = vec{number, top_bit};
        for (std::size_t i = 1; i < 7; ++i) {
            w[i] = vdupq_n_u64(0);
        }
        w[7] = vec{0, (std::uint64_t{128} + 8) * 8};
    }
    [[gnu::always_inline]] static void digest(vec (&w)[8], const state& s) noexcept
    {
        for (std::size_t i = 0; i < 4; ++i) {
            w[i] = s.pair[i];
        }
        w[4] = vec{top_bit, 0};
        w[5] = vdupq_n_u64(0);
        w[6] = vdupq_n_u64(0);
        w[7] = vec{0, (std::uint64_t{128} + 64) * 8};
    }
    [[gnu::always_inline]] static void truncated(truncation_words& out, const state& s) noexcept
    {
        vst1q_u32(out.word, vrev64q_u32(vreinterpretq_u32_u64(s.pair[0])));  // of each word the upper half first
        out.word[4] = static_cast<std::uint32_t>(vgetq_lane_u64(s.pair[1], 0) >> 32);
        out.last = static_cast<std::uint32_t>(vgetq_lane_u64(s.pair[3], 1));
    }

    /// One instruction does half of two rounds: SHA512H what E needs, SHA512H2 what A needs besides.
    template <std::size_t N>
    [[gnu::always_inline]] static void compress(state (&chaining)[N], vec (&w)[N][8]) noexcept
    {
        state s[N];
        for (std::size_t i = 0; i < N; ++i) {
            s[i] = chaining[i];
        }
        rounds::unrolled<40>([&](auto pair) __attribute__((always_inline)) {
            constexpr std::size_t p = decltype(pair)::value;
            const vec k = vld1q_u64(&rounds::k512[2 * p]);
            for (std::size_t i = 0; i < N; ++i) {
                // The pairs move one place in two rounds: renaming instead of moving.
                const vec ab = s[i].pair[(40 - p) % 4];
                vec& cd = s[i].pair[(41 - p) % 4];
                const vec ef = s[i].pair[(42 - p) % 4];
                vec& gh = s[i].pair[(43 - p) % 4];
                vec(&x)[8] = w[i];
                const vec wk = vaddq_u64(x[p % 8], k);
                const vec sum = vaddq_u64(gh, vextq_u64(wk, wk, 1));  // the instruction takes the later round first
                const vec t1 = vsha512hq_u64(sum, vextq_u64(ef, gh, 1), vextq_u64(cd, ef, 1));
                gh = vsha512h2q_u64(t1, cd, ab);
                cd = vaddq_u64(cd, t1);
                if constexpr (p < 32) {
                    const vec seven_back = vextq_u64(x[(p + 4) % 8], x[(p + 5) % 8], 1);
                    x[p % 8] = vsha512su1q_u64(vsha512su0q_u64(x[p % 8], x[(p + 1) % 8]), x[(p + 7) % 8], seven_back);
                }
            }
        });
        for (std::size_t i = 0; i < N; ++i) {
            for (std::size_t j = 0; j < 4; ++j) {
                chaining[i].pair[j] = vaddq_u64(chaining[i].pair[j], s[i].pair[j]);
            }
        }
    }
};

}  // namespace

const hmac_kernel armv8_sha512 = armv8_target<sha512_unit>::kernel(cpu_arm_sha512);
const bulk_kernel bulk_armv8_sha512 = usual_bulk_armv8<sha512_unit>::kernel(cpu_arm_sha512);

}  // namespace counterseal::core
