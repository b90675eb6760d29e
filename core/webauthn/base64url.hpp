// SPDX-License-Identifier: Apache-2.0
// Base64url (RFC 4648 section 5) of public bytes, as WebAuthn writes it: without padding, and one spelling for each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"

namespace counterseal::core {

[[nodiscard]] std::string base64url_of(bytes_view bytes);

/// Nothing: padding, a blank, '+' or '/', another character, a length that no bytes have, or spare bits that are set.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> bytes_of_base64url(std::string_view text);

}  // namespace counterseal::core
