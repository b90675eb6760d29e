// SPDX-License-Identifier: Apache-2.0
// Authentication: WebAuthn Level 3 section 7.2 from step 5 on, in its order.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/webauthn/ceremony.hpp"
#include "core/webauthn/cose_key.hpp"

namespace counterseal::core {

inline constexpr std::size_t authenticator_data_max = std::size_t{64} * 1024;
inline constexpr std::size_t signature_max = 4627;  // of ML-DSA-87, the longest

struct authentication_rules {
    ceremony_rules ceremony;
    std::span<const bytes_view> allowed{};     // identifiers that were asked for; empty: any, the key told which
    bool is_user_identified = false;           // before the ceremony, by a name or a session
    bytes_view user_handle{};                  // of the user whose record is given; empty: not known
    std::string_view appid{};                  // of the U2F days; for records that are_u2f alone (section 10.1.1)
    bool backup_eligibility_may_rise = false;  // BE went from 0 to 1: some platforms change their mind
    bool sign_count_may_stay = false;          // accept and report a counter that did not rise
    bool may_initialize_uv = false;            // step 24: the user was verified in another way that is as good
};

[[nodiscard]] verdict_on_options check(const authentication_rules& rules) noexcept;

/// What is stored of the credential that answered. Views.
struct stored_credential {
    bytes_view id;
    bytes_view public_key;                   // the COSE key as it was registered
    const verification_key* kept = nullptr;  // that key, prepared before; nullptr: it is built now
    std::uint32_t sign_count = 0;
    bool uv_initialized = false;
    std::optional<bool> backup_eligible{};  // nothing: it was never stored
    bool is_u2f = false;                    // registered through U2F, or with that attestation
};

struct authentication_response {
    bytes_view credential_id;
    bytes_view client_data;          // clientDataJSON, the exact bytes
    bytes_view authenticator_bytes;  // authenticatorData, the exact bytes
    bytes_view signature;
    std::optional<bytes_view> user_handle{};  // empty is read as absent where the user is identified
};

enum class sign_count_verdict : std::uint8_t {
    unused,  // the authenticator does not count
    rose,
    did_not_rise,  // two authenticators may have the key
};

/// What to store, in one statement, after acceptance.
struct credential_state {
    std::uint32_t sign_count = 0;  // never below the stored one
    bool uv_initialized = false;
    bool backup_eligible = false;
    bool backup_state = false;
};

struct authentication {
    refusal reason = refusal::rules;  // none: accepted. Nothing else below is to be used otherwise, but for logs
    status misuse = status::ok;       // where check() refuses the rules, what it says; reason is then no none
    const char* broken_rule = nullptr;
    bool is_signature_valid = false;
    bool user_present = false;
    bool user_verified = false;
    bool backup_eligible = false;
    bool backup_state = false;
    sign_count_verdict sign_count = sign_count_verdict::unused;
    bool is_appid = false;                         // the authenticator answered the appid, not the RP ID
    std::string origin{};                          // the client's
    std::optional<std::size_t> expected_origin{};  // the place of the expected one that it matched
    credential_state state{};                      // only where it was accepted

    [[nodiscard]] bool is_accepted() const noexcept { return reason == refusal::none; }
};

/// Never accepts under rules that check() refuses.
[[nodiscard]] authentication verify_authentication(const crypto& by, const authentication_response& response,
                                                   const stored_credential& stored, const authentication_rules& rules);

}  // namespace counterseal::core
