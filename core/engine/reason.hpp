// SPDX-License-Identifier: Apache-2.0
// Why a decision is what it is: for the host's log, never for the one who logs in.
#pragma once

#include <cstdint>
#include <string_view>

namespace counterseal::core {

/// The numbers stay; new reasons are appended.
enum class reason : std::uint8_t {
    ok = 0,
    ok_trusted_device = 1,
    ok_grace = 2,  // not enrolled yet, and there is time left for it
    ok_exempt = 3,
    ok_break_glass = 4,
    need_mfa = 5,
    step_up = 6,  // the action wants a second factor that was shown recently
    enroll_required = 7,
    grace_expired = 8,
    replay = 9,
    wrong_code = 10,
    malformed = 11,
    throttled = 12,     // a budget of attempts or a timed lock: not looked at
    locked = 13,        // the factor that was answered with is disabled until it is bound anew or unlocked
    locked_final = 14,  // every usable factor is
    challenge_dead = 15,
    wrong_challenge = 16,
    same_channel = 17,
    factor_disabled_by_policy = 18,
    factor_not_qualified = 19,
    no_usable_factor = 20,
    legacy_path_blocked = 21,  // a second factor is needed where none can be asked for
    unknown_path = 22,
    subject_disabled = 23,
    no_policy = 24,
    trust_theft = 25,
    trust_epoch_old = 26,
    store_unavailable = 27,
    clock_fault = 28,
    passkey_refused = 29,  // its signature, or another step of the ceremony: the event has which
    step_in_future = 30,   // right, and a step beyond those of now was used: a clock that ran ahead was believed
};

/// "OK", "NEED_MFA", ...
[[nodiscard]] std::string_view name_of(reason why) noexcept;

}  // namespace counterseal::core
