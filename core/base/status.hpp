// SPDX-License-Identifier: Apache-2.0
// Generated from capi/status.def by tools/gen_status.py; do not edit.
#pragma once

#include <cstdint>

namespace counterseal::core {

enum class status : std::int32_t {
    ok = 0,
    wrong = 1,
    replayed = 2,
    malformed = 3,
    expired = 4,
    throttled = 5,
    locked = 6,
    revoked = 7,
    challenge = 8,
    enroll = 9,
    deny = 10,
    batch_done = 11,
    e_argument = -1,
    e_range = -2,
    e_capacity = -3,
    e_time = -4,
    e_forked = -5,
    e_nomem = -6,
    e_unsupported = -7,
    e_crypto = -8,
    e_store_unavailable = -9,
    e_store_unknown = -10,
    e_store_corrupt = -11,
    e_schema = -12,
    e_keys = -13,
    e_encoding = -14,
    e_internal = -15,
    e_selftest = -16,
    e_closed = -17,
    e_store_rolled_back = -18,
    e_not_evaluated = -128,
};

/// The number as an operand of select(). Only answers, not errors: those are never chosen by a mask.
[[nodiscard]] constexpr std::uint64_t number(status s) noexcept
{
    return static_cast<std::uint64_t>(s);
}

/// The C name without its prefix, or nullptr for a number that is no status.
[[nodiscard]] const char* name_of(std::int32_t number) noexcept;

/// One sentence for a log, or nullptr.
[[nodiscard]] const char* meaning_of(std::int32_t number) noexcept;

}  // namespace counterseal::core
