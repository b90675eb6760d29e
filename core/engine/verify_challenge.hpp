// SPDX-License-Identifier: Apache-2.0
// The answer to a challenge: the second half of a login.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/engine/decision.hpp"
#include "core/engine/response.hpp"

namespace counterseal::core {

struct challenge_answer {
    std::string_view tenant;
    std::string_view subject;
    std::string_view challenge_id;            // from a stranger's browser, like the response
    bytes_view session;                       // the one that the challenge was issued in
    std::string_view factor_id;               // empty: any that may answer
    std::string_view status = active_status;  // what the host says of the subject now
};

/// Whether it is worth to hash a recovery code for this answer: the challenge is the subject's, of this session, and
/// may be answered. Who asks without one learns nothing by the time that it takes, and costs nothing. Only reads.
[[nodiscard]] bool is_answerable(transaction& in, const decision_means& by, const challenge_answer& answer,
                                 std::int64_t now_us);

/// Lets in (ok, with a grant of two factors) or denies; a denial repeats the challenge's id where it may be answered
/// once more. Policy, factors and epoch are read again, so that what was taken away since counts. An answer from
/// another session, or for another subject, leaves the challenge as it is. Inside a transaction that the caller
/// commits: nothing of it may leave before that. Locks the subject's row, then the challenge, then factors. Throws
/// store_error: e_argument where the session is too short.
[[nodiscard]] decision verify_challenge(transaction& in, const decision_means& by, const challenge_answer& answer,
                                        const response& given, std::int64_t now_us);

}  // namespace counterseal::core
