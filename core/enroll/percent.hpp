// SPDX-License-Identifier: Apache-2.0
// Percent-encoding (RFC 3986 section 2.1), not the form encoding of web pages: a blank is %20, and + is itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/enroll/secure.hpp"

namespace counterseal::core {

/// Appends `text` with everything but the unreserved characters of RFC 3986 section 2.3 encoded.
void percent_encode(secure_text& to, std::string_view text);

/// The decoded text; nothing where a % is not followed by two hex digits, and `bad` is then its index. Many writers put
/// + for a blank into a query all the same: `plus` says what it becomes.
[[nodiscard]] std::optional<secure_text> percent_decode(std::string_view text, char plus, std::size_t& bad);

}  // namespace counterseal::core
