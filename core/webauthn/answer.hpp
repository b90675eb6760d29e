// SPDX-License-Identifier: Apache-2.0
// What a ceremony came to, as JSON for a host's log and decisions.
#pragma once

#include <string>

#include "core/webauthn/authentication.hpp"
#include "core/webauthn/extension_outputs.hpp"
#include "core/webauthn/registration.hpp"
#include "core/webauthn/relying_party.hpp"

namespace counterseal::core {

/// "none", "self" or "anchored".
[[nodiscard]] const char* name_of(attestation_trust trust) noexcept;

/// Flags are what the authenticator said; only where `accepted` is true are they worth anything.
[[nodiscard]] std::string answer_of(const registration& result, const client_outputs& client,
                                    const relying_party& party);
[[nodiscard]] std::string answer_of(const authentication& result, const client_outputs& client,
                                    const relying_party& party);

/// Of a response that could not be read.
[[nodiscard]] std::string answer_of(refusal why, bool is_registration);

}  // namespace counterseal::core
