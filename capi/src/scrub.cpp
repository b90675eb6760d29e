// SPDX-License-Identifier: Apache-2.0
#include "capi/src/scrub.hpp"

#include "core/base/cpu.hpp"
#include "core/ct/wipe.hpp"

namespace counterseal::capi {
namespace {

#if defined(__x86_64__)

/// The vector registers, each of which a call may change (System V ABI section 3.2.1), and masks. A shorter form also
/// clears what a longer one sees of the register.
[[gnu::always_inline]] inline void clear_vectors(std::uint32_t features) noexcept
{
    if ((features & core::cpu_avx2) == 0) {
        __asm__ __volatile__(
            "pxor %%xmm0, %%xmm0\n\tpxor %%xmm1, %%xmm1\n\tpxor %%xmm2, %%xmm2\n\tpxor %%xmm3, %%xmm3\n\t"
            "pxor %%xmm4, %%xmm4\n\tpxor %%xmm5, %%xmm5\n\tpxor %%xmm6, %%xmm6\n\tpxor %%xmm7, %%xmm7\n\t"
            "pxor %%xmm8, %%xmm8\n\tpxor %%xmm9, %%xmm9\n\tpxor %%xmm10, %%xmm10\n\tpxor %%xmm11, %%xmm11\n\t"
            "pxor %%xmm12, %%xmm12\n\tpxor %%xmm13, %%xmm13\n\tpxor %%xmm14, %%xmm14\n\tpxor %%xmm15, %%xmm15"
            :
            :
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
              "xmm13", "xmm14", "xmm15");
        return;
    }
    // Cheaper than VZEROALL; VZEROUPPER lets code for SSE run at full speed again on Intel's cores.
    __asm__ __volatile__(
        "vpxor %%xmm0, %%xmm0, %%xmm0\n\tvpxor %%xmm1, %%xmm1, %%xmm1\n\tvpxor %%xmm2, %%xmm2, %%xmm2\n\t"
        "vpxor %%xmm3, %%xmm3, %%xmm3\n\tvpxor %%xmm4, %%xmm4, %%xmm4\n\tvpxor %%xmm5, %%xmm5, %%xmm5\n\t"
        "vpxor %%xmm6, %%xmm6, %%xmm6\n\tvpxor %%xmm7, %%xmm7, %%xmm7\n\tvpxor %%xmm8, %%xmm8, %%xmm8\n\t"
        "vpxor %%xmm9, %%xmm9, %%xmm9\n\tvpxor %%xmm10, %%xmm10, %%xmm10\n\tvpxor %%xmm11, %%xmm11, %%xmm11\n\t"
        "vpxor %%xmm12, %%xmm12, %%xmm12\n\tvpxor %%xmm13, %%xmm13, %%xmm13\n\tvpxor %%xmm14, %%xmm14, %%xmm14\n\t"
        "vpxor %%xmm15, %%xmm15, %%xmm15\n\t"
        "vzeroupper"
        :
        :
        : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
          "xmm13", "xmm14", "xmm15");
    if ((features & core::cpu_avx512) != 0) {
        // Nothing in this file is compiled for these registers, so there are no names to list them as changed.
        __asm__ __volatile__(
            "vpxord %xmm16, %xmm16, %xmm16\n\tvpxord %xmm17, %xmm17, %xmm17\n\tvpxord %xmm18, %xmm18, %xmm18\n\t"
            "vpxord %xmm19, %xmm19, %xmm19\n\tvpxord %xmm20, %xmm20, %xmm20\n\tvpxord %xmm21, %xmm21, %xmm21\n\t"
            "vpxord %xmm22, %xmm22, %xmm22\n\tvpxord %xmm23, %xmm23, %xmm23\n\tvpxord %xmm24, %xmm24, %xmm24\n\t"
            "vpxord %xmm25, %xmm25, %xmm25\n\tvpxord %xmm26, %xmm26, %xmm26\n\tvpxord %xmm27, %xmm27, %xmm27\n\t"
            "vpxord %xmm28, %xmm28, %xmm28\n\tvpxord %xmm29, %xmm29, %xmm29\n\tvpxord %xmm30, %xmm30, %xmm30\n\t"
            "vpxord %xmm31, %xmm31, %xmm31");
        __asm__ __volatile__(
            "kxorq %k0, %k0, %k0\n\tkxorq %k1, %k1, %k1\n\tkxorq %k2, %k2, %k2\n\tkxorq %k3, %k3, %k3\n\t"
            "kxorq %k4, %k4, %k4\n\tkxorq %k5, %k5, %k5\n\tkxorq %k6, %k6, %k6\n\tkxorq %k7, %k7, %k7");
    }
}

/// `len` is a multiple of 128. Where there are wide registers, aligned stores of them are faster than what the compiler
/// makes of a memset of this length. They begin in the 128 bytes below the stack pointer, which are this function's too
/// (System V ABI section 3.2.2).
[[gnu::always_inline]] inline void clear(unsigned char* area, std::size_t len, std::uint32_t features) noexcept
{
    if ((features & core::cpu_avx2) == 0) {
        core::wipe(area, len);
        return;
    }
    unsigned char* at = area - reinterpret_cast<std::uintptr_t>(area) % 64;
    __asm__ __volatile__(
        "vpxor %%xmm0, %%xmm0, %%xmm0\n"
        "1:\n\tvmovdqa %%ymm0, (%0)\n\tvmovdqa %%ymm0, 32(%0)\n\tvmovdqa %%ymm0, 64(%0)\n\t"
        "vmovdqa %%ymm0, 96(%0)\n\tsubq $-128, %0\n\tcmpq %1, %0\n\tjne 1b\n\t"
        "vmovdqu %%ymm0, -64(%2)\n\tvmovdqu %%ymm0, -32(%2)"
        : "+r"(at)
        : "r"(at + len), "r"(area + len)
        : "xmm0", "memory", "cc");
}

[[gnu::always_inline]] inline void clear_numbers() noexcept
{
    __asm__ __volatile__(
        "xorl %%eax, %%eax\n\txorl %%ecx, %%ecx\n\txorl %%edx, %%edx\n\txorl %%esi, %%esi\n\txorl %%edi, %%edi\n\t"
        "xorl %%r8d, %%r8d\n\txorl %%r9d, %%r9d\n\txorl %%r10d, %%r10d\n\txorl %%r11d, %%r11d"
        :
        :
        : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc");
}

#elif defined(__aarch64__)

/// Of v8 to v15 a call keeps the lower halves, which the kernels gave back as they were (AAPCS64 section 6.1.2).
[[gnu::always_inline]] inline void clear_vectors(std::uint32_t) noexcept
{
    __asm__ __volatile__(
        "movi v0.2d, #0\n\tmovi v1.2d, #0\n\tmovi v2.2d, #0\n\tmovi v3.2d, #0\n\tmovi v4.2d, #0\n\tmovi v5.2d, #0\n\t"
        "movi v6.2d, #0\n\tmovi v7.2d, #0\n\tmov v8.d[1], xzr\n\tmov v9.d[1], xzr\n\tmov v10.d[1], xzr\n\t"
        "mov v11.d[1], xzr\n\tmov v12.d[1], xzr\n\tmov v13.d[1], xzr\n\tmov v14.d[1], xzr\n\tmov v15.d[1], xzr\n\t"
        "movi v16.2d, #0\n\tmovi v17.2d, #0\n\tmovi v18.2d, #0\n\tmovi v19.2d, #0\n\tmovi v20.2d, #0\n\t"
        "movi v21.2d, #0\n\tmovi v22.2d, #0\n\tmovi v23.2d, #0\n\tmovi v24.2d, #0\n\tmovi v25.2d, #0\n\t"
        "movi v26.2d, #0\n\tmovi v27.2d, #0\n\tmovi v28.2d, #0\n\tmovi v29.2d, #0\n\tmovi v30.2d, #0\n\t"
        "movi v31.2d, #0"
        :
        :
        : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24",
          "v25", "v26", "v27", "v28", "v29", "v30", "v31");
}

[[gnu::always_inline]] inline void clear_numbers() noexcept
{
    __asm__ __volatile__(
        "mov x0, xzr\n\tmov x1, xzr\n\tmov x2, xzr\n\tmov x3, xzr\n\tmov x4, xzr\n\tmov x5, xzr\n\tmov x6, xzr\n\t"
        "mov x7, xzr\n\tmov x8, xzr\n\tmov x9, xzr\n\tmov x10, xzr\n\tmov x11, xzr\n\tmov x12, xzr\n\tmov x13, xzr\n\t"
        "mov x14, xzr\n\tmov x15, xzr"
        :
        :
        : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15");
}

[[gnu::always_inline]] inline void clear(unsigned char* area, std::size_t len, std::uint32_t) noexcept
{
    core::wipe(area, len);
}

#else

void clear(unsigned char* area, std::size_t len, std::uint32_t) noexcept
{
    core::wipe(area, len);
}
void clear_vectors(std::uint32_t) noexcept {}
void clear_numbers() noexcept {}

#endif

}  // namespace

// The area begins where the frames of what was called before began: nothing may lie above it, no canary either.
template <std::size_t Depth>
[[gnu::noinline, gnu::no_stack_protector]] void scrub(std::uint32_t features) noexcept
{
    unsigned char area[Depth];
    static_assert(Depth % 128 == 0);
    clear(area, Depth, features);
    clear_vectors(features);
    clear_numbers();
}

template void scrub<code_depth>(std::uint32_t) noexcept;
template void scrub<batch_depth>(std::uint32_t) noexcept;
#if defined(__OPTIMIZE__)
template void scrub<shani_depth>(std::uint32_t) noexcept;
template void scrub<shallow_depth>(std::uint32_t) noexcept;
template void scrub<few_depth>(std::uint32_t) noexcept;
template void scrub<parser_depth>(std::uint32_t) noexcept;
#endif

}  // namespace counterseal::capi
