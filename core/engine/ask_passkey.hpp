// SPDX-License-Identifier: Apache-2.0
// What a browser is asked for where somebody logs in with a passkey: as a second factor, or without having said who
// they are. Nothing is written for a question.
//
// The value that an authenticator signs follows, by a key of the ring, from the challenge and from how often that was
// answered: each answer, whatever becomes of it, is the last one that its value is good for. Without a user name there
// is no row yet. The question is sealed text then, and its first answer makes a row that refuses all others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/challenge.hpp"
#include "core/engine/decision.hpp"

namespace counterseal::core {

struct passkey_question {
    reason why = reason::ok;
    std::string challenge_id{};  // to be given with the answer
    std::string options{};       // JSON for PublicKeyCredential.parseRequestOptionsFromJSON()
    std::int64_t expires_us = 0;
};

/// For a challenge that was issued to a subject in this session, and of the active passkeys that the policy allows; of
/// that one alone where a factor is named. Refused: wrong_challenge, challenge_dead, what the policy refuses, and
/// no_usable_factor or factor_disabled_by_policy where there is no such passkey. Reads. Throws store_error: e_argument
/// where the session is too short.
[[nodiscard]] passkey_question ask_passkey(transaction& in, const decision_means& by, std::string_view tenant,
                                           std::string_view subject, std::string_view challenge_id, bytes_view session,
                                           std::string_view factor_id, std::int64_t now_us);

/// For a login at a path, by whoever has a passkey; users are always verified, since nothing else is asked for.
/// Refused: no_policy (also where it has no relying party), unknown_path, legacy_path_blocked. Throws as ask_passkey().
[[nodiscard]] passkey_question ask_any_passkey(transaction& in, const decision_means& by, std::string_view tenant,
                                               bytes_view session, std::string_view path, std::string_view action,
                                               std::int64_t now_us);

/// What is signed where the challenge is as it was loaded.
[[nodiscard]] std::vector<std::uint8_t> signed_challenge(const row_seal& with, const challenge& of);

/// A question of ask_any_passkey() as it comes back.
struct open_question {
    std::string id;  // begins with the time, so that what expired stands together
    std::string path;
    std::string action;
    std::vector<std::uint8_t> signed_challenge;
    std::int64_t created_us = 0;
    std::int64_t expires_us = 0;
};

/// Nothing: not of this tenant and session, or no question at all. Throws store_error.
[[nodiscard]] std::optional<open_question> read_question(const row_seal& with, std::string_view tenant,
                                                         bytes_view session, std::string_view challenge_id);

/// Takes the only answer that a question may have: false where it had one, or expired. Removes what expired before.
[[nodiscard]] bool take_answer(transaction& in, const row_seal& with, std::string_view tenant, const open_question& of,
                               std::int64_t now_us);

}  // namespace counterseal::core
