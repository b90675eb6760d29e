// SPDX-License-Identifier: Apache-2.0
// What the engine says about a login, and what it decides with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/policy.hpp"
#include "core/engine/reason.hpp"
#include "core/engine/throttle.hpp"
#include "core/enroll/secure.hpp"

namespace counterseal::core {

inline constexpr std::string_view login_action = "login";
inline constexpr std::string_view enroll_action = "enroll";  // a grant for it lets a subject make another factor
inline constexpr std::string_view active_status = "active";  // of a subject, by the host; any other is refused

struct offered_factor {
    std::string id;
    factor_type type = factor_type::totp;
    std::string label;
};

struct decision {
    status code = status::deny;  // ok: let in; challenge, enroll, deny
    reason why = reason::no_policy;
    std::int64_t assurance = 0;             // of one that lets in: how many factors were shown; 0: of none
    std::vector<std::string> amr{};         // their methods as in RFC 8176
    std::string challenge_id{};             // of a challenge that may be answered; empty: there is none
    std::vector<offered_factor> factors{};  // that may answer it
    std::vector<factor_type> types{};       // that may be enrolled
    std::int64_t deadline_us = 0;           // by when a factor must be enrolled; 0: there is no time for it
    std::int64_t retry_after_s = 0;         // 0: not known
    std::int64_t policy_version = 0;        // 0: there was no policy
    secure_text grant{};                    // of one that lets in
};

/// What decisions are made with, beside the rows of the store.
struct decision_means {
    row_seal with;
    const throttle& limits;
    const crypto& provider;
    policy_cache& policies;
};

}  // namespace counterseal::core
