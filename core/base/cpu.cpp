// SPDX-License-Identifier: Apache-2.0
#include "core/base/cpu.hpp"

#include <atomic>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__AARCH64EL__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace counterseal::core {
namespace {

#if defined(__x86_64__)
/// XCR0: bit 1 says that the system saves XMM registers, bit 2 the upper halves of YMM, bit 5 the mask registers, bit 6
/// the upper halves of ZMM0 to 15 and bit 7 ZMM16 to 31 (Intel SDM volume 1, section 13.3).
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
    std::uint32_t saved = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0) {
        sse41 = (ecx & bit_SSSE3) != 0 && (ecx & bit_SSE4_1) != 0;
        saved = (ecx & bit_OSXSAVE) != 0 && (ecx & bit_AVX) != 0 ? saved_registers() : 0;
    }
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) {
        // XMM registers need no check of the operating system: every x86-64 system saves them.
        if (sse41 && (ebx & (1U << 29)) != 0) {
            features |= cpu_sha_ni;
        }
        if ((saved & 0x06) == 0x06 && (ebx & bit_AVX2) != 0 && (ebx & bit_BMI2) != 0) {
            features |= cpu_avx2;
        }
        constexpr unsigned avx512 = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
        if ((saved & 0xe6) == 0xe6 && (ebx & avx512) == avx512) {
            features |= cpu_avx512;
        }
    }
#elif defined(__AARCH64EL__) && defined(__linux__)
    // Only the system may read the feature registers; this is what it found in them.
    const auto has = [hwcap = getauxval(AT_HWCAP)](unsigned long bits) { return (hwcap & bits) == bits; };
    if (has(HWCAP_SHA1 | HWCAP_SHA2)) {
        features |= cpu_arm_sha2;
    }
    if (has(HWCAP_SHA512 | HWCAP_SHA3)) {
        features |= cpu_arm_sha512;
    }
#elif defined(__AARCH64EL__) && defined(__APPLE__)
    features |= cpu_arm_sha2;  // every 64-bit Apple CPU has them
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
