// SPDX-License-Identifier: Apache-2.0
#include "core/engine/eligible.hpp"

#include <algorithm>
#include <limits>

#include "core/engine/recovery.hpp"

namespace counterseal::core {

eligible_factors eligible_of(transaction& in, std::span<const factor> of_subject, factor_types allowed,
                             std::string_view first_method, const throttle& limits, std::int64_t now_us)
{
    constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    eligible_factors out{reason::no_usable_factor};
    std::int64_t first_end_us = never;
    for (const factor& f : of_subject) {
        if (f.state != factor_state::active || !allowed.contains(f.type)) {
            continue;
        }
        if (is_same_method(f.type, first_method)) {
            out.why = out.why == reason::no_usable_factor ? reason::same_channel : out.why;
        } else if (f.hot.streak >= limits.streak) {
            out.why = out.why == reason::throttled ? out.why : reason::locked_final;
        } else if (f.hot.locked_until_us > now_us) {
            out.why = reason::throttled;
            first_end_us = std::min(first_end_us, f.hot.locked_until_us);
        } else if (f.type != factor_type::recovery || count_recovery_codes(in, f.key) > 0) {
            out.offered.push_back({f.key.factor, f.type, f.label});
        }
    }
    if (!out.offered.empty()) {
        out.why = reason::ok;
    } else if (out.why == reason::throttled) {
        out.retry_after_s = seconds_until(first_end_us, now_us);
    }
    return out;
}

factor_types allowed_for(std::string_view action, factor_types by_rule, const policy* in_force,
                         std::span<const factor> of_subject) noexcept
{
    const bool takes_passkeys = in_force != nullptr && in_force->document.party != nullptr;
    if (action == enroll_action && takes_passkeys && has_passkey(of_subject)) {
        by_rule.remove(factor_type::totp);
        by_rule.remove(factor_type::hotp);
    }
    return by_rule;
}

bool is_same_method(factor_type type, std::string_view first_method) noexcept
{
    return first_method == name_of(type) || first_method == reference_of(type) ||
           (type == factor_type::webauthn && first_method == "swk");
}

std::int64_t seconds_until(std::int64_t then_us, std::int64_t now_us) noexcept
{
    return then_us <= now_us ? 0 : (then_us - now_us + second_us - 1) / second_us;
}

std::string_view reference_of(std::string_view first_method) noexcept
{
    return first_method == "password" ? "pwd" : first_method;
}

std::string_view reference_of(factor_type type) noexcept
{
    // There is none for look-up secrets, and "otp" would hide which of the two it was.
    return type == factor_type::recovery ? "recovery" : type == factor_type::webauthn ? "hwk" : "otp";
}

}  // namespace counterseal::core
