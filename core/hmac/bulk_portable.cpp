// SPDX-License-Identifier: Apache-2.0
// The bulk kernels that run everywhere: 16 bytes are a register of SSE2 and NEON.
#include "core/hmac/bulk_kernels.hpp"
#include "core/hmac/bulk_target.hpp"

namespace counterseal::core {
namespace {

using word64_x2 = vector_of<std::uint64_t, 16>;

constexpr std::size_t max_rows = 256;

}  // namespace

const bulk_kernel bulk_portable_sha1 = bulk_target<sha1, word32_x4, word32_x4, 1, max_rows>::kernel("portable", 0);
const bulk_kernel bulk_portable_sha256 = bulk_target<sha256, word32_x4, word32_x4, 1, max_rows>::kernel("portable", 0);
const bulk_kernel bulk_portable_sha512 = bulk_target<sha512, word64_x2, word32_x4, 1, max_rows>::kernel("portable", 0);

}  // namespace counterseal::core
