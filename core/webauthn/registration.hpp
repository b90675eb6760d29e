// SPDX-License-Identifier: Apache-2.0
// Registration: WebAuthn Level 3 section 7.1 from step 5 on, in its order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/webauthn/attestation.hpp"
#include "core/webauthn/ceremony.hpp"

namespace counterseal::core {

inline constexpr std::size_t attestation_object_max = std::size_t{64} * 1024;

struct registration_rules {
    ceremony_rules ceremony;
    std::span<const std::int64_t> algorithms = default_algorithms;  // COSE numbers that were asked for
    const trust_anchors* anchors = nullptr;
    bool attestation_required = false;    // refuse what no anchor vouches for
    bool conditional = false;             // mediation was conditional: the user need not be present
    std::int64_t at_s = -1;               // seconds since 1970, when certificates have to be valid; -1: not told
    std::span<const bytes_view> taken{};  // identifiers of credentials that are registered already
};

[[nodiscard]] verdict_on_options check(const registration_rules& rules) noexcept;

struct registration_response {
    bytes_view client_data;                     // clientDataJSON, the exact bytes
    bytes_view attestation_object;              // the exact bytes
    std::optional<bytes_view> credential_id{};  // what the response says besides; it must be the authenticator's
};

enum class attestation_trust : std::uint8_t {
    none,      // no attestation, or one that no anchor vouches for
    self,      // the credential speaks for itself
    anchored,  // an anchor of the caller vouches for it
};

/// What section 4 calls a credential record, as it is after registration.
struct credential_record {
    std::vector<std::uint8_t> id;
    std::vector<std::uint8_t> public_key;  // the authenticator's own bytes
    std::array<std::uint8_t, aaguid_len> aaguid{};
    std::uint32_t sign_count = 0;
    bool uv_initialized = false;
    bool backup_eligible = false;
    bool backup_state = false;
};

struct registration {
    refusal reason = refusal::rules;  // none: accepted. Nothing else below is to be used otherwise, but for logs
    status misuse = status::ok;       // where check() refuses the rules, what it says; reason is then no none
    const char* broken_rule = nullptr;
    bool is_statement_valid = false;
    attestation_type type = attestation_type::none;
    attestation_trust trust = attestation_trust::none;
    std::string format{};  // as the attestation object names it, cut to 32 bytes
    std::int64_t algorithm = 0;
    bool user_present = false;
    bool user_verified = false;
    bool backup_eligible = false;
    bool backup_state = false;
    std::string origin{};                          // the client's
    std::optional<std::size_t> expected_origin{};  // the place of the expected one that it matched
    std::vector<std::uint8_t> extensions{};        // the authenticator's, a CBOR map; empty: none
    credential_record record{};

    [[nodiscard]] bool is_accepted() const noexcept { return reason == refusal::none; }
};

/// Never accepts under rules that check() refuses. Step 26 knows only the identifiers in `taken`: whoever stores the
/// record must refuse one that is there already.
[[nodiscard]] registration verify_registration(const crypto& by, const registration_response& response,
                                               const registration_rules& rules);

}  // namespace counterseal::core
