// SPDX-License-Identifier: Apache-2.0
// Whether somebody whose first factor was right is let in, is asked for a second one, or has to enroll one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/engine/decision.hpp"

namespace counterseal::core {

/// What the host says. Only `grant` comes from a stranger's browser; whatever it is, it lets nobody in by mistake.
struct login_request {
    std::string_view tenant;
    std::string_view subject;
    bytes_view session;  // of the host: at least shortest_session bytes that nobody guesses
    std::string_view path;
    std::span<const std::string> groups;
    std::string_view action = login_action;  // any other one is a step-up
    std::string_view first_method;           // what the first factor was: "password", ...; empty: unknown
    std::string_view status = active_status;
    std::string_view grant;  // of an earlier decision in this session; empty: there is none
};

/// The decision where nothing has to be written for it; nothing where a challenge is to be issued or closed, or the
/// days of grace are to be set: then evaluate() decides anew. Throws store_error: e_argument where the request is none.
[[nodiscard]] std::optional<decision> evaluate_reading(transaction& in, const decision_means& by,
                                                       const login_request& request, std::int64_t now_us);

/// The decision. Inside a transaction that the caller commits: nothing of it may leave before that. Throws as
/// evaluate_reading().
[[nodiscard]] decision evaluate(transaction& in, const decision_means& by, const login_request& request,
                                std::int64_t now_us);

/// Whether a grant holds for an action: made for this session in this epoch, of two factors of which the second may
/// stand for it (allowed_for()), and no older than the policy says for the action, nor than `max_age_s`. Without a
/// policy its defaults count. Throws store_error as evaluate() does.
[[nodiscard]] bool is_grant_valid(transaction& in, const decision_means& by, std::string_view tenant,
                                  std::string_view subject, bytes_view session, std::string_view grant,
                                  std::string_view action, std::optional<std::int64_t> max_age_s, std::int64_t now_us);

}  // namespace counterseal::core
