// SPDX-License-Identifier: Apache-2.0
// What both ceremonies check in the same way, each in the place where its section of WebAuthn Level 3 has it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/crypto/sha256.hpp"
#include "core/otp/rules.hpp"
#include "core/webauthn/authenticator_data.hpp"
#include "core/webauthn/client_data.hpp"
#include "core/webauthn/origin.hpp"
#include "core/webauthn/refusal.hpp"

namespace counterseal::core {

inline constexpr std::size_t challenge_min = 16;  // section 13.4.3
inline constexpr std::size_t challenge_max = 1024;

/// What the relying party expects. All of it comes from the server, none from the response.
struct ceremony_rules {
    bytes_view challenge;
    std::string_view rp_id;
    origin_rules origins{};
    bool cross_origin = false;                   // frames of another origin are allowed
    std::span<const std::string> top_origins{};  // the pages that may be around such a frame
    bool user_verification_required = false;
    bool backup_eligible_allowed = true;
    std::uint32_t quirks = 0;  // bits of quirk
};

/// The rule that these break.
[[nodiscard]] verdict_on_options check(const ceremony_rules& rules) noexcept;

/// From the client data's bytes to its top origin: steps 5 to 11 of section 7.1, 8 to 14 of 7.2. `type` is
/// webauthn.create or webauthn.get. `origin_at` is set to the place of the expected origin.
[[nodiscard]] refusal check_client_data(bytes_view bytes, std::string_view type, const ceremony_rules& rules,
                                        client_data& out, std::size_t& origin_at);

/// User presence and verification, and what the backup flags say: steps 15 to 18 of section 7.1, 16 to 18 of 7.2.
[[nodiscard]] refusal check_flags(const authenticator_data& data, bool user_presence_required,
                                  const ceremony_rules& rules) noexcept;

/// Throws crypto_failure.
[[nodiscard]] sha256_digest sha256_of(const crypto& by, bytes_view bytes);

[[nodiscard]] bool are_equal(bytes_view a, bytes_view b) noexcept;

}  // namespace counterseal::core
