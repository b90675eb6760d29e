// SPDX-License-Identifier: Apache-2.0
// What an administrator does about a store that has seen a wrong time.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/engine/admin.hpp"

namespace counterseal::core {

/// ok: done. e_argument: no actor or no reason. e_time: the time lies ahead of this machine's clock, or of the store's.
struct clock_verdict {
    status code;
    std::int64_t from_us = 0;  // what the store took for the latest time
    std::int64_t to_us = 0;    // and takes it for from now on
};

/// Makes `now_us` the latest time that the store has seen, for all tenants: forwards by more than a commit moves it, or
/// back from a time that a wrong clock brought, which nobody else could decide anything before. The event stands in
/// the log of this tenant. Ahead of the clocks nobody sets it: how long events have to be kept is reckoned with it.
[[nodiscard]] clock_verdict set_clock(transaction& in, const row_seal& with, std::string_view tenant,
                                      const authority& by, std::int64_t now_us);

}  // namespace counterseal::core
