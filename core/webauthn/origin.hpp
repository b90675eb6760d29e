// SPDX-License-Identifier: Apache-2.0
// Which origins a relying party expects (WebAuthn Level 3 sections 5.11 and 13.4.9). Compared is what stands there,
// with nothing folded: browsers write an origin in one way (HTML section 7.1.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace counterseal::core {

struct web_origin {
    bool is_https = false;
    std::string_view host;
    std::string_view port;  // empty: the scheme's own
};

/// Nothing: it is no http or https origin as browsers write it (small letters, ASCII, no default port, no slash at the
/// end, no user).
[[nodiscard]] std::optional<web_origin> read_web_origin(std::string_view text) noexcept;

/// Whether a caller may expect this origin: one of the web, or another scheme's, of which Android's
/// (android:apk-key-hash:...) must be well-formed.
[[nodiscard]] bool is_expectable_origin(std::string_view text) noexcept;

struct origin_rules {
    /// Each is_expectable_origin(). Related origins (section 5.11) stand here like all others.
    std::span<const std::string> origins;
    bool subdomains = false;  // also of the hosts of https origins with a dot in them
    bool any_port = false;    // of the origins of the web
};

/// The place of the expected origin that this one is, or belongs to; nothing: none expects it.
[[nodiscard]] std::optional<std::size_t> match_origin(std::string_view origin, const origin_rules& rules) noexcept;

/// The document that a relying party serves at /.well-known/webauthn of its RP ID for related origins (section 5.11).
/// Those that are no https origins are left out. Clients follow at most five different labels in front of the public
/// suffix.
[[nodiscard]] std::string related_origins_document(std::span<const std::string> origins);

}  // namespace counterseal::core
