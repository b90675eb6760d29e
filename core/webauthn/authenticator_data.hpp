// SPDX-License-Identifier: Apache-2.0
// Authenticator data (WebAuthn Level 3 section 6.1): what an authenticator says under its signature.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/webauthn/cbor.hpp"

namespace counterseal::core {

inline constexpr std::size_t rp_id_hash_len = 32;
inline constexpr std::size_t aaguid_len = 16;
inline constexpr std::size_t credential_id_max = 1023;

/// Section 6.5.1. Views of the input.
struct attested_credential {
    bytes_view aaguid;
    bytes_view id;          // 0 to 65535 bytes: which lengths are good is said in step 25
    bytes_view public_key;  // a map of canonical CBOR; no more is known of it
};

/// Views of the input.
struct authenticator_data {
    bytes_view rp_id_hash;
    bool user_present = false;
    bool user_verified = false;
    bool backup_eligible = false;
    bool backup_state = false;
    std::uint32_t sign_count = 0;
    std::optional<attested_credential> credential;
    std::optional<cbor_value> extensions;  // a map of which every name is a text
};

/// Nothing: too short, cut off, flags that announce what is not there, or bytes left over. `quirks` are bits of quirk.
[[nodiscard]] std::optional<authenticator_data> read_authenticator_data(bytes_view bytes,
                                                                        std::uint32_t quirks) noexcept;

}  // namespace counterseal::core
