// SPDX-License-Identifier: Apache-2.0
// A factor as it is stored: an authenticator that belongs to one subject of one tenant.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/subject.hpp"
#include "core/hmac/hash.hpp"
#include "core/otp/rules.hpp"
#include "core/store/transaction.hpp"

namespace counterseal::core {

enum class factor_type : std::uint8_t { totp, hotp, recovery, webauthn };
inline constexpr factor_type all_factor_types[] = {factor_type::totp, factor_type::hotp, factor_type::recovery,
                                                   factor_type::webauthn};
enum class factor_state : std::uint8_t { pending, active, suspended, revoked };

/// Where a factor stands. Text that was checked: not empty, canonical.
struct factor_key {
    std::string tenant;
    std::string subject;
    std::string factor;
};

/// Everything but `hot` is authenticated.
struct factor {
    factor_key key;
    factor_type type = factor_type::totp;
    factor_state state = factor_state::pending;
    std::int64_t version = 1;  // of the row: counts its changes
    hash_id hash = hash_id::sha1;
    std::uint32_t digits = 6;
    std::uint32_t period_s = 30;
    std::uint64_t t0_s = 0;
    std::int64_t drift = 0;  // TOTP: how many steps the token's clock is ahead of ours
    std::string label;
    /// Sealed; empty once it was shredded. Of recovery codes: their salt. Of a passkey: its record (passkey.hpp).
    std::vector<std::uint8_t> secret;
    std::string provenance = "self";  // who brought the secret: the subject, or the source of an import
    std::string replaces;             // the factor that ends when this one is confirmed
    std::string request;  // tag of the name and session of the call that made it: a second one finds it again
    std::int64_t created_us = 0;
    std::int64_t confirmed_us = 0;
    std::int64_t ended_us = 0;

    struct {
        /// TOTP: the last used step by the token's clock, -1: none. HOTP: the next counter. Passkey: its sign count.
        std::int64_t last_value = -1;
        std::int64_t attempts = 0;
        std::int64_t streak = 0;
        std::int64_t locked_until_us = 0;
    } hot;
};

/// What the clock of a TOTP token shows at `now_us`, in seconds: RFC 6238 section 6 has the verifier record by how many
/// steps a token is off, and reckon with them.
[[nodiscard]] std::uint64_t token_time_s(std::int64_t now_us, std::int64_t drift, std::uint32_t period_s) noexcept;

/// How a code of a TOTP factor is checked; the settings are within their bounds since the factor was made.
[[nodiscard]] totp_options totp_options_of(const factor& of) noexcept;

/// The highest step whose code a token with such settings may show at `now_s` of its own clock.
[[nodiscard]] std::int64_t newest_step(std::uint64_t now_s, const totp_options& options) noexcept;

/// Seals `secret` for the place of the factor. Throws store_error.
void seal_secret(const row_seal& with, factor& of, bytes_view secret);

/// Throws store_error: e_store_corrupt where the secret is not this factor's.
[[nodiscard]] secure_bytes open_secret(const row_seal& with, const factor& of);

/// Writes a factor that was not there. Throws store_error.
void insert_factor(transaction& in, const row_seal& with, const factor& of);

/// Writes what was changed in one that was loaded, but for `hot`; its subject is locked.
void update_factor(transaction& in, const row_seal& with, factor& of);

/// Writes all of that and `hot.last_value`, unless somebody used or changed the factor since it was loaded with the
/// value `before`: one statement, whose row count is the answer.
[[nodiscard]] bool update_used_factor(transaction& in, const row_seal& with, factor& of, std::int64_t before);

/// Nothing: there is none. Throws store_error: e_store_corrupt where the row is not as the engine wrote it.
[[nodiscard]] std::optional<factor> load_factor(transaction& in, const row_seal& with, const factor_key& key);

/// What a statement has to select for read_factor(), which throws like load_factor().
#define COUNTERSEAL_FACTOR_COLUMNS                                                                                  \
    "factor, type, state, version, algorithm, digits, period_s, t0_s, drift, label, secret, provenance, replaces, " \
    "request, created_us, confirmed_us, ended_us, tag, last_value, attempts, streak, locked_until_us, subject"
[[nodiscard]] factor read_factor(const row_seal& with, std::string_view tenant, const rows& from, std::size_t i);

/// All of a subject, ended ones too, in the order of their ids.
[[nodiscard]] std::vector<factor> load_factors(transaction& in, const row_seal& with, std::string_view tenant,
                                               std::string_view subject);

/// A place in the order of subject and id; empty: before the first one.
struct factor_place {
    std::string subject;
    std::string factor;
};

/// Up to `limit` behind a place, of one subject where one is named.
[[nodiscard]] std::vector<factor> load_factors_after(transaction& in, const row_seal& with, std::string_view tenant,
                                                     std::optional<std::string_view> subject, const factor_place& after,
                                                     std::int64_t limit);

/// Confirmed and not ended: it counts, even while it is suspended, else suspending it would be a way in.
[[nodiscard]] bool is_live(const factor& of) noexcept;

/// Whether one of a subject's factors counts. Another one may then only be made with a grant.
[[nodiscard]] bool is_enrolled(std::span<const factor> of_subject) noexcept;

/// Whether one of them is a passkey that counts.
[[nodiscard]] bool has_passkey(std::span<const factor> of_subject) noexcept;

[[nodiscard]] std::string_view name_of(factor_type type) noexcept;
[[nodiscard]] std::string_view name_of(factor_state state) noexcept;

}  // namespace counterseal::core
