// SPDX-License-Identifier: Apache-2.0
// Passkeys and security keys as factors: what the row of one keeps sealed, and by which identifier it is found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/factor.hpp"
#include "core/enroll/json.hpp"
#include "core/webauthn/credential_column.hpp"

namespace counterseal::core {

/// What is kept of one that was registered. The sign count is that of `hot`, where it is newer than the record's.
struct passkey {
    kept_credential record;
    std::vector<std::uint8_t> user_handle;  // of its subject: random, so that authenticators learn no name
};

/// What is kept of one whose registration was begun.
struct pending_passkey {
    std::vector<std::uint8_t> challenge;  // empty: it was answered
    std::vector<std::uint8_t> user_handle;
};

/// Puts it into the row, which nothing is written of. Throws store_error.
void seal_passkey(const row_seal& with, factor& of, const passkey& what);
void seal_pending_passkey(const row_seal& with, factor& of, const pending_passkey& what);

/// Of a live factor, and of a pending one. Throws store_error: e_store_corrupt where the secret is not this factor's.
[[nodiscard]] passkey open_passkey(const row_seal& with, const factor& of);
[[nodiscard]] pending_passkey open_pending_passkey(const row_seal& with, const factor& of);

/// The live passkeys of a subject, each with its factor, out of all its factors.
struct live_passkey {
    factor of;
    passkey what;
};
[[nodiscard]] std::vector<live_passkey> live_passkeys(const row_seal& with, const std::vector<factor>& of_subject);

/// As options of a ceremony name them: what to exclude, or to allow.
[[nodiscard]] json descriptors_of(const std::vector<live_passkey>& all);

/// Whose credential it says it is; nothing: nobody's in this tenant. Nothing is verified.
[[nodiscard]] std::optional<factor_key> find_credential(transaction& in, std::string_view tenant, bytes_view id);

/// Makes the identifier that factor's. False: it is registered already (WebAuthn Level 3 section 7.1 step 26).
[[nodiscard]] bool enter_credential(transaction& in, const factor_key& of, bytes_view id);

void remove_credential(transaction& in, std::string_view tenant, bytes_view id);

}  // namespace counterseal::core
