// SPDX-License-Identifier: Apache-2.0
// Instructions whose data flow MemorySanitizer does not know. msan.py has this included before each source of the
// MemorySanitizer build, and nothing else includes it.
//
// MemorySanitizer either reports a secret operand of an intrinsic that it has no rule for, or takes each lane of the
// result to depend on the same lane of the operands, which is wrong for the rounds and schedules of SHA. Here a secret
// bit in an operand makes the whole result secret. That is never too little: these instructions take the same time for
// all operands and touch no memory, so nothing leaks inside, and a branch on the result is still seen.
#pragma once

#include <sanitizer/msan_interface.h>

#if defined(__x86_64__)
#include <immintrin.h>

namespace counterseal::msan_shims {

template <class V>
bool has_secret(const V& x)
{
    return __msan_test_shadow(&x, sizeof x) != -1;
}

template <class V>
V in_the_open(V x)
{
    __msan_unpoison(&x, sizeof x);
    return x;
}

template <class V>
V marked(V result, bool is_secret)
{
    if (is_secret) {
        __msan_poison(&result, sizeof result);
    }
    return result;
}

}  // namespace counterseal::msan_shims

#define CT_TWO(instruction, a, b, ...)                                                              \
    ([](const auto& ct_a, const auto& ct_b) __attribute__((always_inline)) {                        \
        using namespace counterseal::msan_shims;                                                    \
        return marked(instruction(in_the_open(ct_a), in_the_open(ct_b) __VA_OPT__(, ) __VA_ARGS__), \
                      has_secret(ct_a) || has_secret(ct_b));                                        \
    }(a, b))
#define CT_THREE(instruction, a, b, c, ...)                                                                            \
    ([](const auto& ct_a, const auto& ct_b, const auto& ct_c) __attribute__((always_inline)) {                         \
        using namespace counterseal::msan_shims;                                                                       \
        return marked(instruction(in_the_open(ct_a), in_the_open(ct_b), in_the_open(ct_c) __VA_OPT__(, ) __VA_ARGS__), \
                      has_secret(ct_a) || has_secret(ct_b) || has_secret(ct_c));                                       \
    }(a, b, c))

#if defined(__SHA__)
namespace counterseal::msan_shims {

template <int Function>
[[gnu::always_inline]] inline __m128i sha1rnds4(__m128i a, __m128i b)
{
    return _mm_sha1rnds4_epu32(a, b, Function);
}

}  // namespace counterseal::msan_shims

#undef _mm_sha1rnds4_epu32
#define _mm_sha1rnds4_epu32(a, b, function) CT_TWO(sha1rnds4<(function)>, a, b)
#define _mm_sha1nexte_epu32(a, b) CT_TWO(_mm_sha1nexte_epu32, a, b)
#define _mm_sha1msg1_epu32(a, b) CT_TWO(_mm_sha1msg1_epu32, a, b)
#define _mm_sha1msg2_epu32(a, b) CT_TWO(_mm_sha1msg2_epu32, a, b)
#define _mm_sha256rnds2_epu32(a, b, c) CT_THREE(_mm_sha256rnds2_epu32, a, b, c)
#define _mm_sha256msg1_epu32(a, b) CT_TWO(_mm_sha256msg1_epu32, a, b)
#define _mm_sha256msg2_epu32(a, b) CT_TWO(_mm_sha256msg2_epu32, a, b)
#define _mm_shuffle_epi8(a, b) CT_TWO(_mm_shuffle_epi8, a, b)
#endif

#if defined(__AVX512F__)
namespace counterseal::msan_shims {

template <int Function>
[[gnu::always_inline]] inline __m512i ternarylogic(__m512i a, __m512i b, __m512i c)
{
    return _mm512_ternarylogic_epi32(a, b, c, Function);
}

}  // namespace counterseal::msan_shims

#undef _mm512_ternarylogic_epi32
#define _mm512_ternarylogic_epi32(a, b, c, function) CT_THREE(ternarylogic<(function)>, a, b, c)
#endif

#endif
