// SPDX-License-Identifier: Apache-2.0
// How a passkey comes into being: options for a browser and a pending factor, then the registration that the browser
// sent, in two steps: it is taken, which uses its challenge up, and what it came to is settled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/engine/passkey.hpp"
#include "core/engine/pending.hpp"
#include "core/engine/policy.hpp"
#include "core/engine/verify_factor.hpp"
#include "core/webauthn/expectation.hpp"

namespace counterseal::core {

struct passkey_request {
    pending_request common{};
    std::string_view user_name{};     // shown by the authenticator, at most 256 bytes
    std::string_view display_name{};  // empty: the user name
    std::string_view resident_key{};  // as WebAuthn writes it, like all of these; empty: "preferred"
    std::string_view attachment{};
    std::string_view attestation{};
};

struct passkey_enrollment {
    status code = status::ok;  // ok or e_argument
    std::string rule{};        // begins with the argument's name
    std::string factor{};
    std::string options{};  // JSON for PublicKeyCredential.parseCreationOptionsFromJSON()
    std::int64_t expires_us = 0;
};

/// Makes a pending passkey. It grants nothing, and it neither ends nor changes another factor. While it is pending and
/// was not answered, the same request finds it again. Refused where the tenant's policy has no relying party. The
/// user handle is that of the subject's other passkeys. Throws store_error.
[[nodiscard]] passkey_enrollment enroll_passkey(transaction& in, const row_seal& with, const crypto& provider,
                                                policy_cache& policies, std::string_view tenant,
                                                std::string_view subject, const passkey_request& request,
                                                std::int64_t now_us);

/// A registration that was taken, and what it is checked against, outside of transactions.
struct taken_registration {
    status refused = status::ok;  // wrong: there is no such pending passkey, or it was answered; expired; revoked
    registration_expectation expected{};
    std::shared_ptr<const relying_party> party{};
};

/// Uses the challenge of a pending passkey up. Inside a transaction that has to be committed before anything is
/// checked.
[[nodiscard]] taken_registration take_registration(transaction& in, const row_seal& with, policy_cache& policies,
                                                   const factor_key& key, std::int64_t now_us);

/// Makes the passkey active, as activate_factor(), or ends it: a challenge has one answer. ok, or wrong; wrong as well
/// where the identifier is registered already.
[[nodiscard]] factor_verdict settle_registration(transaction& in, const row_seal& with, const factor_key& key,
                                                 const registration& checked,
                                                 const std::vector<std::string>& transports, std::int64_t now_us);

struct passkey_import {
    std::string_view record{};  // as cseal_webauthn_verify_registration() gives it
    bytes_view user_handle{};   // that it was registered with, 1 to 64 bytes; empty: not known
    std::string_view label{};
    std::string_view provenance{};  // where it comes from: any text but "self"
    std::string_view actor{};
    bool dry_run = false;
};

struct passkey_import_result {
    status code = status::ok;
    std::string rule{};    // begins with the argument's name
    std::string factor{};  // empty after a dry run
    std::vector<std::string> warnings{};
};

/// Takes over a credential that was registered elsewhere for the same RP ID: an active factor. Its public key is built
/// as at a registration. Throws store_error.
[[nodiscard]] passkey_import_result import_passkey(transaction& in, const row_seal& with, const crypto& provider,
                                                   std::string_view tenant, std::string_view subject,
                                                   const passkey_import& what, std::int64_t now_us);

}  // namespace counterseal::core
