// SPDX-License-Identifier: Apache-2.0
#include "core/engine/set_clock.hpp"

#include <algorithm>
#include <string>

#include "core/engine/clock.hpp"
#include "core/engine/event.hpp"
#include "core/machine/machine.hpp"

namespace counterseal::core {

clock_verdict set_clock(transaction& in, const row_seal& with, std::string_view tenant, const authority& by,
                        std::int64_t now_us)
{
    // Locked before it is read: another call moves it, too.
    static constexpr statement lock = {"UPDATE installation SET clock_us = clock_us WHERE id = 1"};
    static constexpr statement set = {"UPDATE installation SET clock_us = $1 WHERE id = 1"};
    if (!is_valid(by)) {
        return {status::e_argument};
    }
    const std::int64_t clocks_us = std::min(this_machine().wall_us(), in.session().clock_us().value_or(INT64_MAX));
    if (now_us > clocks_us + clock_back_us) {
        return {status::e_time};
    }
    in.run(lock);
    const std::int64_t from_us = latest_us(in, 0);
    in.run(set, {now_us});
    append_event(
        in, with,
        {.tenant = std::string(tenant),
         .at_us = now_us,
         .type = "clock.set",
         .actor = std::string(by.actor),
         .reason = std::string(by.reason),
         .detail = R"({"from_us":)" + std::to_string(from_us) + R"(,"to_us":)" + std::to_string(now_us) + "}"});
    return {status::ok, from_us, now_us};
}

}  // namespace counterseal::core
