// SPDX-License-Identifier: Apache-2.0
// A question that was asked in one session and may be answered there, a few times, for a few minutes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/subject.hpp"
#include "core/engine/throttle.hpp"

namespace counterseal::core {

inline constexpr std::int64_t challenge_life_us = 300 * second_us;
inline constexpr std::int64_t challenge_answers = 5;
inline constexpr std::size_t shortest_session = 16;  // bytes

/// Throws store_error: e_argument for one that is short enough to be guessed.
void check_session(bytes_view session);

/// What the question was about: what a decision is made from again when it is answered.
struct challenge_context {
    std::string path;
    std::string action;
    std::vector<std::string> groups;
    std::string first_method;  // as an authentication method reference; empty: the host did not say
};

/// All of it is authenticated. Of the session there is only a digest, made with a key of the ring.
struct challenge {
    std::string tenant;
    std::string subject;
    std::string id;
    challenge_context about{};
    std::string context{};  // the same as text
    std::vector<std::uint8_t> session{};
    std::int64_t epoch = 0;
    std::int64_t created_us = 0;
    std::int64_t expires_us = 0;
    std::string key{};  // of the ring: its id, with which all of this is authenticated

    struct {
        std::int64_t answers = 0;
        bool is_open = true;
    } hot{};
};

/// Writes a new one for a locked subject, and removes its expired ones. Returns its id: 128 random bits as base64url.
[[nodiscard]] std::string issue_challenge(transaction& in, const row_seal& with, const crypto& provider,
                                          const subject& of, bytes_view session, challenge_context about,
                                          std::int64_t now_us);

/// Writes one that nobody may answer any more. False: there is one with this id.
[[nodiscard]] bool insert_closed(transaction& in, const row_seal& with, const challenge& of);

/// Nothing: the subject has no such challenge, or the text is no id at all. Throws store_error: e_store_corrupt where
/// the row is not as the engine wrote it.
[[nodiscard]] std::optional<challenge> load_challenge(transaction& in, const row_seal& with, std::string_view tenant,
                                                      std::string_view subject, std::string_view id);

[[nodiscard]] bool is_of_session(const row_seal& with, const challenge& of, bytes_view session);

/// Counts an answer before it is looked at; false: the challenge is closed, expired, or used up.
[[nodiscard]] bool reserve_answer(transaction& in, const challenge& of, std::int64_t now_us);

/// Takes the count back: what came was no answer.
void refund_answer(transaction& in, const challenge& of);

/// Whether it may be answered once more.
[[nodiscard]] bool is_open(transaction& in, const challenge& of);

void close_challenge(transaction& in, const challenge& of);

/// Nobody may answer a challenge of the subject any more. The subject is locked.
void close_challenges(transaction& in, std::string_view tenant, std::string_view subject);
/// Whether close_challenges() has something to close.
[[nodiscard]] bool has_open_challenges(transaction& in, std::string_view tenant, std::string_view subject);

}  // namespace counterseal::core
