// SPDX-License-Identifier: Apache-2.0
// A credential record (WebAuthn Level 3 section 4) as one column of JSON, to store and to read back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/webauthn/authentication.hpp"
#include "core/webauthn/registration.hpp"

namespace counterseal::core {

/// Longest text that write_credential() makes.
inline constexpr std::size_t credential_column_max = 8192;
inline constexpr std::size_t transports_max = 8;
inline constexpr std::size_t transport_max = 32;

struct kept_credential {
    std::vector<std::uint8_t> id;
    std::vector<std::uint8_t> public_key;  // the COSE key as it was registered
    std::array<std::uint8_t, aaguid_len> aaguid{};
    std::uint32_t sign_count = 0;
    bool uv_initialized = false;
    std::optional<bool> backup_eligible{};  // nothing: imported from where it was never stored
    bool backup_state = false;
    bool is_u2f = false;                    // registered through U2F, or with that attestation
    std::vector<std::string> transports{};  // for allowCredentials

    /// Views of this object.
    [[nodiscard]] stored_credential view() const noexcept;

    /// What an accepted authentication leaves to store.
    void take(const credential_state& now) noexcept;

    bool operator==(const kept_credential&) const = default;
};

/// Of what was accepted. Transports that no client names so are left out.
[[nodiscard]] kept_credential keep(const registration& accepted, const std::vector<std::string>& transports);

/// One spelling for each record.
[[nodiscard]] std::string write_credential(const kept_credential& of);

/// Nothing: `why` tells the member and its rule. A public key in another form than COSE has a rule of its own.
[[nodiscard]] std::optional<kept_credential> read_credential(std::string_view text, problem& why);

}  // namespace counterseal::core
