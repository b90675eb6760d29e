// SPDX-License-Identifier: Apache-2.0
// Why a ceremony was refused: one reason for each check, and the step of WebAuthn Level 3 that asks for it (section 7.1
// for registration, 7.2 for authentication).
#pragma once

#include <cstdint>
#include <span>

#include "core/base/status.hpp"

namespace counterseal::core {

enum class refusal : std::uint8_t {
    none,  // accepted
    response_json,
    response_member,
    credential_type,
    extension_outputs,
    credential_not_allowed,
    user_handle_missing,
    user_handle,
    user_credential,
    client_data_encoding,
    client_data_json,
    type,
    challenge,
    origin,
    cross_origin,
    top_origin,
    attestation_object,
    authenticator_data,
    no_attested_credential,
    credential_id_differs,
    rp_id,
    user_presence,
    user_verification,
    backup_state,
    backup_eligible,
    backup_eligibility_changed,
    public_key,
    algorithm_unsupported,
    algorithm_not_listed,
    attestation_format,
    attestation_statement,
    attestation_algorithm,
    attestation_certificate,
    attestation_aaguid,
    attestation_signature,
    attestation_missing,
    attestation_untrusted,
    credential_id_length,
    credential_id_taken,
    stored_key,
    stored_key_spki,
    signature_encoding,
    signature,
    sign_count,
    provider,
    rules,
};

struct refusal_facts {
    refusal reason;
    const char* name;
    std::uint8_t registration_step;    // 0: never refused there
    std::uint8_t authentication_step;  // 0: never refused there
    status code;
    const char* meaning;  // one sentence for a log
};

/// All of them, in the order of the enumeration.
[[nodiscard]] std::span<const refusal_facts> all_refusals() noexcept;

[[nodiscard]] inline const refusal_facts& facts_of(refusal reason) noexcept
{
    return all_refusals()[static_cast<std::uint8_t>(reason)];
}

}  // namespace counterseal::core
