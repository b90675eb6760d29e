// SPDX-License-Identifier: Apache-2.0
// An answer by passkey, in three parts: it is taken, which uses its question up whatever becomes of it; its signature
// is checked outside of transactions; and what it came to is settled by what holds then.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/engine/challenge.hpp"
#include "core/engine/decision.hpp"
#include "core/engine/passkey.hpp"
#include "core/engine/verify_challenge.hpp"
#include "core/webauthn/expectation.hpp"

namespace counterseal::core {

/// An answer that was taken, and what it is checked against.
struct taken_answer {
    std::optional<decision> refused{};  // there is nothing to check: this is the answer
    bool is_usernameless = false;
    challenge_context about{};  // of a login without a user name
    factor of{};                // that answered, as it was
    passkey stored{};
    authentication_expectation expected{};
    std::shared_ptr<const relying_party> party{};
};

/// Takes the answer to a challenge of the subject. `credential` is the identifier in the response. Inside a transaction
/// that has to be committed before anything is checked. Locks as verify_challenge(). Throws store_error.
[[nodiscard]] taken_answer take_passkey_answer(transaction& in, const decision_means& by,
                                               const challenge_answer& answer, bytes_view credential,
                                               std::int64_t now_us);

/// A login without a user name. Whose passkey it is was looked up (find_credential()), and the host says what it knows
/// about them.
struct passkey_login {
    std::string_view tenant;
    std::string_view subject;
    std::string_view challenge_id;  // of ask_any_passkey()
    bytes_view session;
    std::span<const std::string> groups;
    std::string_view status;
};

[[nodiscard]] taken_answer take_passkey_login(transaction& in, const decision_means& by, const passkey_login& login,
                                              bytes_view credential, std::int64_t now_us);

/// The slow part. Throws store_error where the provider fails, or what is stored is no key.
[[nodiscard]] authentication check_answer(const crypto& provider, const taken_answer& taken,
                                          const authentication_response& response);

/// Lets in, or denies. Policy, factor and epoch are read again; a passkey that was used meanwhile is checked once more
/// with what is stored of it now, which one conditional statement replaces. Throws store_error.
[[nodiscard]] decision settle_answer(transaction& in, const decision_means& by, const challenge_answer& answer,
                                     const taken_answer& taken, const authentication_response& response,
                                     const authentication& checked, std::int64_t now_us);

}  // namespace counterseal::core
