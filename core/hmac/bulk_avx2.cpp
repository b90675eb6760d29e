// SPDX-License-Identifier: Apache-2.0
// The bulk kernels in registers of 32 bytes. There are 16 of them: two vectors of SHA-512 in step would not fit.
#include "core/base/cpu.hpp"
#include "core/hmac/bulk_kernels.hpp"
#include "core/hmac/bulk_target.hpp"

namespace counterseal::core {
namespace {

using word32_x8 = vector_of<std::uint32_t, 32>;

constexpr std::size_t max_rows = 256;

}  // namespace

const bulk_kernel bulk_avx2_sha1 = bulk_target<sha1, word32_x8, word32_x8, 2, max_rows>::kernel("avx2", cpu_avx2);
const bulk_kernel bulk_avx2_sha256 = bulk_target<sha256, word32_x8, word32_x8, 2, max_rows>::kernel("avx2", cpu_avx2);
const bulk_kernel bulk_avx2_sha512 = bulk_target<sha512, word64_x4, word32_x8, 1, max_rows>::kernel("avx2", cpu_avx2);

}  // namespace counterseal::core
