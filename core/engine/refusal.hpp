// SPDX-License-Identifier: Apache-2.0
// Responses that were refused without being looked at. Anybody can send as many of those as there is bandwidth for:
// the log has at most one event a minute about each factor, and about each subject, with how many there were.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/engine/clock.hpp"
#include "core/engine/factor.hpp"
#include "core/engine/reason.hpp"

namespace counterseal::core {

inline constexpr std::int64_t refusal_period_us = 60'000'000;

/// Of a subject, whose row is locked from then on. `factor` is empty where the refusal is about none. How many there
/// were since the last event, this one included; 0: the minute is not over, it was counted.
[[nodiscard]] std::int64_t count_refusal(transaction& in, std::string_view tenant, std::string_view subject,
                                         std::string_view factor, const store_time& time);

}  // namespace counterseal::core
