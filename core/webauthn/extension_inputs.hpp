// SPDX-License-Identifier: Apache-2.0
// What a relying party asks of extensions (WebAuthn Level 3 section 10, and credProtect and minPinLength of CTAP 2.1
// section 12), in the JSON form that browsers parse (AuthenticationExtensionsClientInputsJSON).
#pragma once

#include "core/enroll/json.hpp"
#include "core/enroll/json_document.hpp"
#include "core/enroll/problem.hpp"

namespace counterseal::core {

enum class ceremony_kind : std::uint8_t { registration, authentication };

/// Checks the types of all and copies them to `out`. An extension that is not known, or is none of this ceremony, is a
/// fault: a browser would ignore the slip without a word.
[[nodiscard]] problem read_extension_inputs(json_view given, ceremony_kind kind, json& out);

}  // namespace counterseal::core
