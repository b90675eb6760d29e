// SPDX-License-Identifier: Apache-2.0
// The kernels that run everywhere. Compilers map four 32-bit words side by side to SSE2 or NEON; four 64-bit words
// would be split into pairs, which is slower than one after another, so SHA-512 stays scalar.
#include "core/hmac/kernels.hpp"
#include "core/hmac/lanes.hpp"

namespace counterseal::core {

const hmac_kernel portable_sha1 = lane_kernel<sha1, word32_x4>("portable", 0);
const hmac_kernel portable_sha256 = lane_kernel<sha256, word32_x4>("portable", 0);
const hmac_kernel portable_sha512 = lane_kernel<sha512, std::uint64_t>("portable", 0);

}  // namespace counterseal::core
