// SPDX-License-Identifier: Apache-2.0
// What the CPU at run time can do, as far as kernels ask for it.
#pragma once

#include <cstdint>

namespace counterseal::core {

enum cpu_feature : std::uint32_t {
    cpu_detected = 1U << 0,  // always set, so that a detected machine without features is not asked again
    cpu_sha_ni = 1U << 1,    // SHA extensions together with SSSE3 and SSE4.1, which their kernels also use
    cpu_avx2 = 1U << 2,      // AVX2 and BMI2, and an operating system that saves the wide registers
    cpu_avx512 = 1U << 3,    // AVX-512 F, BW, DQ and VL, and an operating system that saves the masks and all registers
    cpu_arm_sha2 = 1U << 16,    // SHA-1 and SHA-256 instructions of ARMv8
    cpu_arm_sha512 = 1U << 17,  // of ARMv8.2, together with its SHA-3, whose instructions compilers use for xor
};

/// Bits of cpu_feature. The first call asks the CPU; later ones read one relaxed atomic. Threads: any.
[[nodiscard]] std::uint32_t cpu_features() noexcept;

}  // namespace counterseal::core
