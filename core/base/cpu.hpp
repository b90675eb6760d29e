// SPDX-License-Identifier: Apache-2.0
// What the CPU at run time can do, as far as kernels ask for it.
#pragma once

#include <cstdint>

namespace counterseal::core {

enum cpu_feature : std::uint32_t {
    cpu_detected = 1U << 0,  // always set, so that a detected machine without features is not asked again
    cpu_sha_ni = 1U << 1,    // SHA extensions together with SSSE3 and SSE4.1, which their kernels also use
    cpu_avx2 = 1U << 2,      // AVX2 and BMI2, and an operating system that saves the wide registers
};

/// Bits of cpu_feature. The first call asks the CPU; later ones read one relaxed atomic. Threads: any.
[[nodiscard]] std::uint32_t cpu_features() noexcept;

}  // namespace counterseal::core
