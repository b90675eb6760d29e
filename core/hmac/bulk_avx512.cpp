// SPDX-License-Identifier: Apache-2.0
// The bulk kernels in registers of 64 bytes, with rotations and functions of three words in one instruction each.
#include "core/base/cpu.hpp"
#include "core/hmac/bulk_kernels.hpp"
#include "core/hmac/bulk_target.hpp"

namespace counterseal::core {
namespace {

using word32_x16 = vector_of<std::uint32_t, 64>;
using word64_x8 = vector_of<std::uint64_t, 64>;

constexpr std::size_t max_rows = 256;

}  // namespace

const bulk_kernel bulk_avx512_sha1 =
    bulk_target<sha1, word32_x16, word32_x16, 3, max_rows>::kernel("avx512", cpu_avx512);
const bulk_kernel bulk_avx512_sha256 =
    bulk_target<sha256, word32_x16, word32_x16, 3, max_rows>::kernel("avx512", cpu_avx512);
const bulk_kernel bulk_avx512_sha512 =
    bulk_target<sha512, word64_x8, word32_x16, 3, max_rows>::kernel("avx512", cpu_avx512);

}  // namespace counterseal::core
