// SPDX-License-Identifier: Apache-2.0
// Attestation statements (WebAuthn Level 3 section 8): whether one is valid. Whom to trust is asked elsewhere.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/crypto/certificate.hpp"
#include "core/crypto/sha256.hpp"
#include "core/webauthn/authenticator_data.hpp"
#include "core/webauthn/cose_key.hpp"
#include "core/webauthn/refusal.hpp"

namespace counterseal::core {

/// Section 6.5.3, as far as a statement tells.
enum class attestation_type : std::uint8_t {
    none,
    self,       // signed with the credential's own key
    certified,  // signed with the key of a certificate: basic, attestation CA or anonymization CA
};

/// Everything a statement is about; all of it was read before.
struct attested {
    const crypto& by;
    bytes_view authenticator_bytes;
    const authenticator_data& data;
    const attested_credential& credential;
    const cose_key& key;
    const verification_key& prepared;
    const sha256_digest& client_data_hash;
};

struct attestation_verdict {
    refusal reason = refusal::none;
    attestation_type type = attestation_type::none;
    std::vector<certificate> path{};  // the statement's, the one that signed first
};

/// Formats differ in every letter's case. Steps 21 and 22 of section 7.1. Throws crypto_failure.
[[nodiscard]] attestation_verdict verify_attestation(std::string_view format, const cbor_value& statement,
                                                     const attested& about);

}  // namespace counterseal::core
