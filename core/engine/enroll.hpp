// SPDX-License-Identifier: Apache-2.0
// How a factor comes into being: pending until its first code proves that it works, or imported with its history.
//
// What is wrong with a request is told by a status and a static sentence that starts with the argument's name; nothing
// is written then.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/factor.hpp"
#include "core/engine/pending.hpp"
#include "core/engine/throttle.hpp"
#include "core/engine/verify_factor.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

struct totp_request {
    hash_id hash = hash_id::sha1;
    std::uint32_t digits = 6;
    std::uint32_t period_s = 30;
    pending_request common{};
};

struct enrollment {
    status code = status::ok;  // ok or e_argument, e_range
    const char* rule = nullptr;
    std::string factor{};
    secure_bytes secret{};
    std::int64_t expires_us = 0;
};

/// Makes a pending TOTP factor with a random secret as long as the hash. It grants nothing, and it neither ends nor
/// changes another factor. While it is pending, the same request in the same session finds it again, as it was made;
/// with other values than then it is refused.
[[nodiscard]] enrollment enroll_totp(transaction& in, const row_seal& with, const crypto& provider,
                                     std::string_view tenant, std::string_view subject, const totp_request& request,
                                     std::int64_t now_us);

/// The second step: the first right code makes a pending factor active, and is used up by that. Ends the factor that
/// this one replaces, and with a subject's first factor all others that were begun without a grant. Answers as
/// verify_pending(); wrong: also where there is no such pending factor.
[[nodiscard]] factor_verdict confirm(transaction& in, const row_seal& with, const throttle& limits,
                                     const factor_key& key, const response& what, std::int64_t now_us);

/// Steps. What is further off is out of reach of the widest window that searches for it (max_window_steps, half of them
/// on each side).
inline constexpr std::int64_t max_drift = max_window_steps / 2;

struct factor_import {
    factor_type type = factor_type::totp;  // or hotp
    hash_id hash = hash_id::sha1;
    std::uint32_t digits = 6;
    std::uint32_t period_s = 30;
    std::uint64_t t0_s = 0;
    std::string_view label{};
    bytes_view secret{};
    std::string_view provenance{};  // where it comes from: any text but "self"
    std::string_view actor{};       // who imports it; may be empty
    std::int64_t drift = 0;         // TOTP: steps that the token's clock is ahead of ours, at most max_drift off
    bool is_active = true;          // else it is pending until its first code
    bool allow_legacy = false;      // secrets of 80 to 127 bits
    bool dry_run = false;           // reports the same and writes nothing
};

struct import_result {
    status code = status::ok;  // ok or e_argument, e_range, e_unsupported
    const char* rule = nullptr;
    std::string factor{};  // empty after a dry run
    std::vector<std::string> warnings{};
};

/// `last_value` is what keeps codes from being used again, and has no default. TOTP: the last used step by the token's
/// clock, -1 where none ever was. HOTP: the next counter.
[[nodiscard]] import_result import_factor(transaction& in, const row_seal& with, const crypto& provider,
                                          std::string_view tenant, std::string_view subject, const factor_import& what,
                                          std::int64_t last_value, std::int64_t now_us);

}  // namespace counterseal::core
