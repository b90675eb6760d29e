// SPDX-License-Identifier: Apache-2.0
// The same kernels compiled for AVX2 and BMI2: the three steps of a window fit the four 64-bit lanes of a register.
#include "core/base/cpu.hpp"
#include "core/hmac/kernels.hpp"
#include "core/hmac/lanes.hpp"

namespace counterseal::core {

const hmac_kernel avx2_sha1 = lane_kernel<sha1, word32_x4>("avx2", cpu_avx2);
const hmac_kernel avx2_sha256 = lane_kernel<sha256, word32_x4>("avx2", cpu_avx2);
const hmac_kernel avx2_sha512 = lane_kernel<sha512, word64_x4>("avx2", cpu_avx2);

}  // namespace counterseal::core
