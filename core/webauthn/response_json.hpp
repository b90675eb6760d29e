// SPDX-License-Identifier: Apache-2.0
// RegistrationResponseJSON and AuthenticationResponseJSON (WebAuthn Level 3 sections 5.1.5 and 5.1.6): what
// PublicKeyCredential.toJSON() gives. Steps 3 and 4 of section 7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/webauthn/authentication.hpp"
#include "core/webauthn/extension_outputs.hpp"
#include "core/webauthn/registration.hpp"

namespace counterseal::core {

inline constexpr std::size_t response_json_max = std::size_t{256} * 1024;

/// Members that are repeated for the convenience of scripts (authenticatorData, publicKey, publicKeyAlgorithm of a
/// registration) are not read: what they say is not under the signature.
struct registration_json {
    refusal reason = refusal::none;  // response_json, response_member, credential_type or extension_outputs
    std::vector<std::uint8_t> credential_id{};
    std::vector<std::uint8_t> client_data{};
    std::vector<std::uint8_t> attestation_object{};
    std::vector<std::string> transports{};  // as the client names them
    client_outputs extensions{};

    /// Views of this object.
    [[nodiscard]] registration_response raw() const noexcept
    {
        return {client_data, attestation_object, credential_id};
    }
};

struct authentication_json {
    refusal reason = refusal::none;  // as of registration_json
    std::vector<std::uint8_t> credential_id{};
    std::vector<std::uint8_t> client_data{};
    std::vector<std::uint8_t> authenticator_data{};
    std::vector<std::uint8_t> signature{};
    std::optional<std::vector<std::uint8_t>> user_handle{};  // null is read as absent
    client_outputs extensions{};

    /// Views of this object.
    [[nodiscard]] authentication_response raw() const noexcept
    {
        return {credential_id, client_data, authenticator_data, signature,
                user_handle ? std::optional<bytes_view>(*user_handle) : std::nullopt};
    }
};

/// The identifier of the credential that answered, of either ceremony. Nothing: it is no such response.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> read_credential_id(std::string_view text);

[[nodiscard]] registration_json read_registration_json(std::string_view text);
[[nodiscard]] authentication_json read_authentication_json(std::string_view text);

}  // namespace counterseal::core
