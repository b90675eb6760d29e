// SPDX-License-Identifier: Apache-2.0
// Responses to factors, and what is told of them.
#pragma once

#include <string>
#include <string_view>

#include "capi/src/engine_call.hpp"
#include "core/engine/decision.hpp"
#include "core/engine/verify_factor.hpp"

namespace counterseal::capi {

/// What was typed, with the slow work done where it is worth it: `load` reads the salts of recovery codes in a
/// transaction. Outside of transactions.
template <class Load>
[[nodiscard]] core::response read_response(const engine_call& c, const Load& load)
{
    std::vector<core::recovery_salt> salts;
    if (core::is_recovery_shaped(c.secret_text())) {
        salts = c.read(load);
    }
    return core::prepare_response(c.on.provider(), salts, c.secret_text());
}

/// What a verification that is no login is for: it is logged, and must not say that it is one.
[[nodiscard]] std::string purpose_of(engine_request& in);

[[nodiscard]] core::factor_verdict verify_one(core::transaction& in, const engine_call& c, const core::factor_key& key,
                                              const core::response& typed, std::string_view purpose);

/// What was decided, with its grant; counts the reason.
[[nodiscard]] engine_answer decision_answer(const engine_call& c, const core::decision& made);

/// {"status", "step", "next_counter", "retry_after_s"}
[[nodiscard]] engine_answer verdict_answer(const core::factor_verdict& made);

}  // namespace counterseal::capi
