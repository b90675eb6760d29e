// SPDX-License-Identifier: Apache-2.0
// Responses of passkeys, where a code might come as well.
#pragma once

#include <optional>

#include "capi/src/engine_call.hpp"
#include "core/engine/verify_challenge.hpp"

namespace counterseal::capi {

/// The registration of a pending passkey. Nothing: what came is none, by its form.
[[nodiscard]] std::optional<engine_answer> confirm_passkey(engine_call& c, const core::factor_key& key);

/// The answer to a challenge. Nothing: what came is none of a passkey, by its form.
[[nodiscard]] std::optional<engine_answer> answer_by_passkey(engine_call& c, const core::challenge_answer& answer);

}  // namespace counterseal::capi
