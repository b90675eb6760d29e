// SPDX-License-Identifier: Apache-2.0
// What a browser is asked for: the JSON that PublicKeyCredential.parseCreationOptionsFromJSON() and
// parseRequestOptionsFromJSON() take (WebAuthn Level 3 sections 5.4 and 5.5). Steps 1 and 2 of section 7.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/enroll/problem.hpp"
#include "core/webauthn/relying_party.hpp"

namespace counterseal::core {

/// From a request in JSON. Without a challenge in it, 32 random bytes are one. Nothing: `why` tells.
[[nodiscard]] std::optional<std::string> registration_options(const crypto& by, const relying_party& party,
                                                              std::string_view request, problem& why);
[[nodiscard]] std::optional<std::string> authentication_options(const crypto& by, const relying_party& party,
                                                                std::string_view request, problem& why);

}  // namespace counterseal::core
