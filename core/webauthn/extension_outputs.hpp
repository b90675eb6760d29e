// SPDX-License-Identifier: Apache-2.0
// What extensions answered: the client's part, as JSON that nobody signed (WebAuthn Level 3 section 10), and the
// authenticator's, as CBOR under its signature (CTAP 2.1 section 12). Unknown ones are left out, known ones typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/enroll/json_document.hpp"
#include "core/webauthn/cbor.hpp"

namespace counterseal::core {

struct client_outputs {
    std::optional<bool> is_resident_key;  // credProps.rk
    std::optional<bool> appid;
    std::optional<bool> appid_excluded;
    std::optional<bool> hmac_secret_created;
    std::optional<bool> blob_supported;
    std::optional<bool> blob_written;
    std::optional<std::vector<std::uint8_t>> blob;
    std::optional<bool> prf_enabled;
    bool has_prf_results = false;  // never read: they are keys of the client's
};

/// Nothing: a known one is of another type than its section says.
[[nodiscard]] std::optional<client_outputs> read_client_outputs(json_view results);

struct authenticator_outputs {
    std::optional<std::uint8_t> cred_protect;  // 1: optional, 2: optional with a list, 3: user verification required
    std::optional<std::uint32_t> min_pin_length;
    std::optional<bool> hmac_secret;
};

/// One of another type than its section says is left out: it was signed, but it says nothing. `extensions` as of
/// authenticator_data.
[[nodiscard]] authenticator_outputs read_authenticator_outputs(const cbor_value& extensions) noexcept;

/// A JSON object with both, under the names that scripts know: credProps, credProtect, minPinLength, largeBlob, prf,
/// appid, appidExclude, hmacSecret, hmacCreateSecret.
[[nodiscard]] std::string write_outputs(const client_outputs& client, const authenticator_outputs& authenticator);

}  // namespace counterseal::core
