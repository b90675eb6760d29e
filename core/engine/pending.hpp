// SPDX-License-Identifier: Apache-2.0
// What enrollments of every type share: a factor is begun, which grants nothing yet, and becomes active by its proof.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/event.hpp"
#include "core/engine/factor.hpp"
#include "core/engine/throttle.hpp"

namespace counterseal::core {

inline constexpr std::int64_t pending_life_us = 86'400 * second_us;

struct pending_request {
    std::string_view label{};
    std::string_view replaces{};  // the factor that ends when this one is confirmed; empty: none
    std::string_view request{};   // a name of the call: a second one finds the factor again; empty: it has none
    bytes_view session{};         // of the call: the name counts only within it; at least shortest_session with a name
};

struct pending_start {
    status code = status::ok;  // ok or e_argument
    const char* rule = nullptr;
    std::vector<factor> all{};      // of the subject, as they were
    std::optional<factor> found{};  // the pending one that the same request made
};

/// Locks the subject, which it makes if there is none, ends what was begun and not confirmed in time, and looks for an
/// earlier call with the same name in the same session: who only guesses the name is not shown the secret of somebody
/// else's enrollment, and shows nobody theirs. Nothing is written where it refuses. Throws store_error.
[[nodiscard]] pending_start start_pending(transaction& in, const row_seal& with, std::string_view tenant,
                                          std::string_view subject, factor_type type, const pending_request& request,
                                          std::int64_t now_us);

/// A new one, which insert_pending() writes with its event once its secret was sealed.
[[nodiscard]] factor new_pending(const row_seal& with, const crypto& provider, std::string_view tenant,
                                 std::string_view subject, factor_type type, const pending_request& request,
                                 std::int64_t now_us);
void insert_pending(transaction& in, const row_seal& with, const factor& of);

/// When a factor can no longer be confirmed; 0: never. One that was imported waits for its owner.
[[nodiscard]] std::int64_t expires_us(const factor& of) noexcept;

/// Makes a pending factor active that was just loaded with the value `before` and now has what is to be kept: writes
/// it with its event, and ends the factor that it replaces, and what else was begun (end_ungranted(); all of it where
/// one is replaced). The subject is locked. Throws store_error.
void activate_factor(transaction& in, const row_seal& with, factor& of, std::int64_t before, std::string detail,
                     std::int64_t now_us);

/// An event about a factor, without a detail.
[[nodiscard]] event event_of(const factor& of, std::string_view type, std::int64_t now_us,
                             std::string_view reason = {});

}  // namespace counterseal::core
