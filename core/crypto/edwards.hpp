// SPDX-License-Identifier: Apache-2.0
// Whether an EdDSA key is one that somebody can have made: OpenSSL looks at the point only when it verifies, and takes
// points for which signatures need no private key.
#pragma once

#include "core/crypto/verification_key.hpp"

namespace counterseal::core {

/// Whether the bytes encode a point of the curve as RFC 8032 sections 5.1.3 and 5.2.3 decode it, in its one encoding,
/// and not one of small order. `scheme` is ed25519 or ed448. Throws crypto_failure.
[[nodiscard]] bool is_sound_edwards(signature_scheme scheme, bytes_view point);

}  // namespace counterseal::core
