// SPDX-License-Identifier: Apache-2.0
// The HMAC that kernels are compared with: OpenSSL's, or the slow one where the pure core is built alone.
#pragma once

#if defined(COUNTERSEAL_PURE)
#include "tests/unit/support/slow_hmac.hpp"
#else
#include "tests/unit/support/openssl_hmac.hpp"
#endif

namespace counterseal::test {

inline std::vector<std::uint8_t> independent_hmac(core::hash_id hash, std::span<const std::uint8_t> key,
                                                  std::span<const std::uint8_t> message)
{
#if defined(COUNTERSEAL_PURE)
    return slow_hmac(hash, key, message);
#else
    return openssl_hmac(hash, key, message);
#endif
}

}  // namespace counterseal::test
