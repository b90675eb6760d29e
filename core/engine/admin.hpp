// SPDX-License-Identifier: Apache-2.0
// What an administrator does to factors: each time with a name and a reason, as an event of the same transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/engine/factor.hpp"

namespace counterseal::core {

/// Both are required: text of at most max_name_len and max_reason_len bytes.
struct authority {
    std::string_view actor;
    std::string_view reason;
};

[[nodiscard]] bool is_valid(const authority& by) noexcept;

/// ok: done. wrong: there is no such factor. deny: not from the state that it is in. e_argument: no actor or no
/// reason. But for ok nothing was written.
struct admin_verdict {
    status code;
    std::optional<factor_state> state{};  // that it is in now
};

/// Of an active one: it cannot be used until it is resumed. Every grant and open challenge of the subject is worthless,
/// and what was begun to be enrolled ends: who had the factor may have used it before somebody noticed.
[[nodiscard]] admin_verdict suspend_factor(transaction& in, const row_seal& with, const factor_key& key,
                                           const authority& by, std::int64_t now_us);

/// Of a suspended one.
[[nodiscard]] admin_verdict resume_factor(transaction& in, const row_seal& with, const factor_key& key,
                                          const authority& by, std::int64_t now_us);

/// Of any that is not revoked yet: for good. The row stays; its secret does not. Of one that was confirmed, grants,
/// challenges and begun enrollments end as above.
[[nodiscard]] admin_verdict revoke_factor(transaction& in, const row_seal& with, const factor_key& key,
                                          const authority& by, std::int64_t now_us);

/// Of any that is not revoked: forgets failures and locks, those of the subject included.
[[nodiscard]] admin_verdict unlock_factor(transaction& in, const row_seal& with, const factor_key& key,
                                          const authority& by, std::int64_t now_us);

struct reset_verdict {
    status code;  // ok; wrong: nothing was ever written about the subject; e_argument as above
    std::int64_t epoch = 0;
    std::int64_t n_revoked = 0;
};

/// Revokes every factor, closes every challenge and makes every grant worthless. That the subject was enrolled once
/// stays, so that no grace begins anew.
[[nodiscard]] reset_verdict admin_reset(transaction& in, const row_seal& with, std::string_view tenant,
                                        std::string_view subject, const authority& by, std::int64_t now_us);

}  // namespace counterseal::core
