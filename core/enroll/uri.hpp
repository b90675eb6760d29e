// SPDX-License-Identifier: Apache-2.0
// otpauth:// URIs, as authenticator apps read them from a QR code: built in one canonical form, parsed with tolerance.
// There is no RFC; Google's "Key Uri Format" page is what everybody follows, more or less.
#pragma once

#include <optional>
#include <string_view>

#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"
#include "core/enroll/seed.hpp"

namespace counterseal::core {

/// The longest URI that is looked at, in bytes: more than any QR code holds.
inline constexpr std::size_t max_uri_len = 8192;

/// Reads one URI. Nothing where it cannot be read; `why` then tells the parameter, the rule and the byte. What was
/// ignored or repaired is in the seed's notices.
///
/// The issuer parameter wins over the label's prefix; a prefix that is the same text is dropped first, so that it may
/// hold a colon. An issuer "Steam" without digits, or with 5, means Steam codes.
[[nodiscard]] std::optional<seed> parse_uri(std::string_view uri, problem& why);

/// Appends the canonical URI: percent-encoded by RFC 3986, without padding, the issuer both before the account and as a
/// parameter, and of algorithm, digits and period only what is not the default that every app knows. A colon in issuer
/// or account is refused (the label could not be read back), or dropped with `strip_colons`.
[[nodiscard]] problem build_uri(const seed& of, bool strip_colons, secure_text& out);

}  // namespace counterseal::core
