// SPDX-License-Identifier: Apache-2.0
#include "core/base/cpu.hpp"

#include <atomic>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace counterseal::core {
namespace {

#if defined(__x86_64__)
/// XCR0: bit 1 says that the system saves XMM registers, bit 2 the upper halves of YMM.
std::uint32_t saved_registers() noexcept
{
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}
#endif

std::uint32_t detect() noexcept
{
    std::uint32_t features = cpu_detected;
#if defined(__x86_64__)
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    bool sse41 = false;
    bool wide_registers = false;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0) {
        sse41 = (ecx & bit_SSSE3) != 0 && (ecx & bit_SSE4_1) != 0;
        wide_registers = (ecx & bit_OSXSAVE) != 0 && (ecx & bit_AVX) != 0 && (saved_registers() & 6) == 6;
    }
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) {
        // XMM registers need no check of the operating system: every x86-64 system saves them.
        if (sse41 && (ebx & (1U << 29)) != 0) {
            features |= cpu_sha_ni;
        }
        if (wide_registers && (ebx & bit_AVX2) != 0 && (ebx & bit_BMI2) != 0) {
            features |= cpu_avx2;
        }
    }
#endif
    return features;
}

// The only mutable global of the library. Detection is idempotent, so two threads that race write the same value.
std::atomic<std::uint32_t> known_features{0};

}  // namespace

std::uint32_t cpu_features() noexcept
{
    std::uint32_t features = known_features.load(std::memory_order_relaxed);
    if (features == 0) {
        features = detect();
        known_features.store(features, std::memory_order_relaxed);
    }
    return features;
}

}  // namespace counterseal::core
