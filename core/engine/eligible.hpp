// SPDX-License-Identifier: Apache-2.0
// Which factors of a subject count, and which may answer now.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/engine/decision.hpp"

namespace counterseal::core {

/// The factors that may answer; or why there are none: no_usable_factor, same_channel, locked_final, throttled.
struct eligible_factors {
    reason why = reason::ok;
    std::vector<offered_factor> offered{};
    std::int64_t retry_after_s = 0;  // of throttled
};

/// A set of recovery codes of which all are used is none; nor is what the first factor was already.
[[nodiscard]] eligible_factors eligible_of(transaction& in, std::span<const factor> of_subject, factor_types allowed,
                                           std::string_view first_method, const throttle& limits, std::int64_t now_us);

/// Of which types a second factor may be for an action, of those that a rule allows. To enroll another factor, who has
/// a passkey shows that, or a recovery code: a code of a phone that was phished brings no passkey of its own (SP
/// 800-63B-4 section 4.1.2.1 asks for the highest level that the account has). Where the tenant takes no passkeys,
/// nobody can show one.
[[nodiscard]] factor_types allowed_for(std::string_view action, factor_types by_rule, const policy* in_force,
                                       std::span<const factor> of_subject) noexcept;

/// Whether the first factor, by the host's name for it or as in RFC 8176, was of this type: shown twice, it stays one.
[[nodiscard]] bool is_same_method(factor_type type, std::string_view first_method) noexcept;

/// Whole seconds from now until then, rounded up.
[[nodiscard]] std::int64_t seconds_until(std::int64_t then_us, std::int64_t now_us) noexcept;

/// What a method is called in RFC 8176; others stay as they are.
[[nodiscard]] std::string_view reference_of(std::string_view first_method) noexcept;
[[nodiscard]] std::string_view reference_of(factor_type type) noexcept;

}  // namespace counterseal::core
