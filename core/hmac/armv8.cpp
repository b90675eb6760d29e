// SPDX-License-Identifier: Apache-2.0
// SHA-1 and SHA-256 kernels on the SHA instructions of ARMv8 (Arm ARM section C7.2, SHA1C and SHA256H).
//
// This file is compiled for these instructions, so it instantiates nothing that other files could share.
#include "core/hmac/armv8.hpp"

#include "core/base/cpu.hpp"
#include "core/hmac/bulk_armv8.hpp"
#include "core/hmac/bulk_kernels.hpp"
#include "core/hmac/kernels.hpp"
#include "core/hmac/rounds.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint32_t top_bit = 0x80000000;

/// What the two hashes share: four words a vector, the first in the lowest element.
struct words32 {
    using vec = uint32x4_t;
    static constexpr std::size_t n_vectors = 4;

    [[gnu::always_inline]] static vec words(uint8x16_t big_endian) noexcept
    {
        return vreinterpretq_u32_u8(vrev32q_u8(big_endian));
    }
    [[gnu::always_inline]] static vec load(const std::uint8_t* from) noexcept
    {
        return vreinterpretq_u32_u8(vld1q_u8(from));
    }
    [[gnu::always_inline]] static void store(std::uint8_t* to, vec x) noexcept
    {
        vst1q_u8(to, vreinterpretq_u8_u32(x));
    }
    [[gnu::always_inline]] static void counter(vec (&w)[4], std::uint64_t number) noexcept
    {
        w[0] = vec{static_cast<std::uint32_t>(number >> 32), static_cast<std::uint32_t>(number), top_bit, 0};
        w[1] = vdupq_n_u32(0);
        w[2] = vdupq_n_u32(0);
        w[3] = vec{0, 0, 0, (64 + 8) * 8};
    }
};

struct sha1_unit : words32 {
    using hash = sha1;
    struct state {
        vec abcd;
        std::uint32_t e;
    };

    [[gnu::always_inline]] static state from(const std::uint8_t* words) noexcept
    {
        std::uint32_t e = 0;
        __builtin_memcpy(&e, words + 16, sizeof e);
        return {load(words), e};
    }
    [[gnu::always_inline]] static void into(std::uint8_t* words, const state& s) noexcept
    {
        store(words, s.abcd);
        __builtin_memcpy(words + 16, &s.e, sizeof s.e);
    }
    [[gnu::always_inline]] static void digest(vec (&w)[4], const state& s) noexcept
    {
        w[0] = s.abcd;
        w[1] = vec{s.e, top_bit, 0, 0};
        w[2] = vdupq_n_u32(0);
        w[3] = vec{0, 0, 0, (64 + 20) * 8};
    }
    [[gnu::always_inline]] static void truncated(truncation_words& out, const state& s) noexcept
    {
        vst1q_u32(out.word, s.abcd);
        out.word[4] = s.e;
        out.last = s.e;
    }

    template <std::size_t N>
    [[gnu::always_inline]] static void compress(state (&chaining)[N], vec (&w)[N][4]) noexcept
    {
        state s[N];
        for (std::size_t i = 0; i < N; ++i) {
            s[i] = chaining[i];
        }
        rounds::unrolled<20>([&](auto quad) __attribute__((always_inline)) {
            constexpr std::size_t q = decltype(quad)::value;
            for (std::size_t i = 0; i < N; ++i) {
                vec(&x)[4] = w[i];
                const vec wk = vaddq_u32(x[q % 4], vdupq_n_u32(rounds::k1[q / 5]));
                // E after four rounds is the A before them, rotated by 30.
                const std::uint32_t next_e = vsha1h_u32(vgetq_lane_u32(s[i].abcd, 0));
                if constexpr (q < 5) {
                    s[i].abcd = vsha1cq_u32(s[i].abcd, s[i].e, wk);
                } else if constexpr (10 <= q && q < 15) {
                    s[i].abcd = vsha1mq_u32(s[i].abcd, s[i].e, wk);
                } else {
                    s[i].abcd = vsha1pq_u32(s[i].abcd, s[i].e, wk);
                }
                s[i].e = next_e;
                if constexpr (q < 16) {
                    x[q % 4] = vsha1su1q_u32(vsha1su0q_u32(x[q % 4], x[(q + 1) % 4], x[(q + 2) % 4]), x[(q + 3) % 4]);
                }
            }
        });
        for (std::size_t i = 0; i < N; ++i) {
            chaining[i].abcd = vaddq_u32(chaining[i].abcd, s[i].abcd);
            chaining[i].e += s[i].e;
        }
    }
};

struct sha256_unit : words32 {
    using hash = sha256;
    struct state {
        vec abcd;
        vec efgh;
    };

    [[gnu::always_inline]] static state from(const std::uint8_t* words) noexcept
    {
        return {load(words), load(words + 16)};
    }
    [[gnu::always_inline]] static void into(std::uint8_t* words, const state& s) noexcept
    {
        store(words, s.abcd);
        store(words + 16, s.efgh);
    }
    [[gnu::always_inline]] static void digest(vec (&w)[4], const state& s) noexcept
    {
        w[0] = s.abcd;
        w[1] = s.efgh;
        w[2] = vec{top_bit, 0, 0, 0};
        w[3] = vec{0, 0, 0, (64 + 32) * 8};
    }
    [[gnu::always_inline]] static void truncated(truncation_words& out, const state& s) noexcept
    {
        vst1q_u32(out.word, s.abcd);
        out.word[4] = vgetq_lane_u32(s.efgh, 0);
        out.last = vgetq_lane_u32(s.efgh, 3);
    }

    template <std::size_t N>
    [[gnu::always_inline]] static void compress(state (&chaining)[N], vec (&w)[N][4]) noexcept
    {
        state s[N];
        for (std::size_t i = 0; i < N; ++i) {
            s[i] = chaining[i];
        }
        rounds::unrolled<16>([&](auto quad) __attribute__((always_inline)) {
            constexpr std::size_t q = decltype(quad)::value;
            const vec k = vld1q_u32(&rounds::k256[4 * q]);
            for (std::size_t i = 0; i < N; ++i) {
                vec(&x)[4] = w[i];
                const vec wk = vaddq_u32(x[q % 4], k);
                const vec abcd = s[i].abcd;
                s[i].abcd = vsha256hq_u32(abcd, s[i].efgh, wk);
                s[i].efgh = vsha256h2q_u32(s[i].efgh, abcd, wk);
                if constexpr (q < 12) {
                    x[q % 4] =
                        vsha256su1q_u32(vsha256su0q_u32(x[q % 4], x[(q + 1) % 4]), x[(q + 2) % 4], x[(q + 3) % 4]);
                }
            }
        });
        for (std::size_t i = 0; i < N; ++i) {
            chaining[i].abcd = vaddq_u32(chaining[i].abcd, s[i].abcd);
            chaining[i].efgh = vaddq_u32(chaining[i].efgh, s[i].efgh);
        }
    }
};

}  // namespace

const hmac_kernel armv8_sha1 = armv8_target<sha1_unit>::kernel(cpu_arm_sha2);
const hmac_kernel armv8_sha256 = armv8_target<sha256_unit>::kernel(cpu_arm_sha2);
const bulk_kernel bulk_armv8_sha1 = usual_bulk_armv8<sha1_unit>::kernel(cpu_arm_sha2);
const bulk_kernel bulk_armv8_sha256 = usual_bulk_armv8<sha256_unit>::kernel(cpu_arm_sha2);

}  // namespace counterseal::core
