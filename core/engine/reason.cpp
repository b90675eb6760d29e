// SPDX-License-Identifier: Apache-2.0
#include "core/engine/reason.hpp"

#include <iterator>

namespace counterseal::core {
namespace {

constexpr std::string_view names[] = {
    "OK",
    "OK_TRUSTED_DEVICE",
    "OK_GRACE",
    "OK_EXEMPT",
    "OK_BREAK_GLASS",
    "NEED_MFA",
    "STEP_UP",
    "ENROLL_REQUIRED",
    "GRACE_EXPIRED",
    "REPLAY",
    "WRONG_CODE",
    "MALFORMED",
    "THROTTLED",
    "LOCKED",
    "LOCKED_FINAL",
    "CHALLENGE_DEAD",
    "WRONG_CHALLENGE",
    "SAME_CHANNEL",
    "FACTOR_DISABLED_BY_POLICY",
    "FACTOR_NOT_QUALIFIED",
    "NO_USABLE_FACTOR",
    "LEGACY_PATH_BLOCKED",
    "UNKNOWN_PATH",
    "SUBJECT_DISABLED",
    "NO_POLICY",
    "TRUST_THEFT",
    "TRUST_EPOCH_OLD",
    "STORE_UNAVAILABLE",
    "CLOCK_FAULT",
    "PASSKEY_REFUSED",
    "STEP_IN_FUTURE",
};
static_assert(std::size(names) == static_cast<std::size_t>(reason::step_in_future) + 1);

}  // namespace

std::string_view name_of(reason why) noexcept
{
    return names[static_cast<std::size_t>(why)];
}

}  // namespace counterseal::core
