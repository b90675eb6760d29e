// SPDX-License-Identifier: Apache-2.0
#include "core/engine/clock.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "core/engine/throttle.hpp"

namespace counterseal::core {
namespace {

std::int64_t stored_time(transaction& in, std::int64_t now_us)
{
    static constexpr statement ask = {"SELECT clock_us FROM installation WHERE id = 1"};
    rows out;
    if (in.run(ask, {}, &out) == 0) {
        throw store_error(status::e_schema, "the store was never opened by an engine");
    }
    const std::int64_t stored = out.integer(0, 0);
    if (now_us < stored - clock_back_us) {
        throw store_error(status::e_time, "the clock went back: the store has seen a later time");
    }
    return stored;
}

}  // namespace

std::int64_t machine_us() noexcept
{
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
}

store_time tell_time(transaction& in, std::int64_t now_us)
{
    static constexpr statement move = {"UPDATE installation SET clock_us = $1 WHERE id = 1 AND clock_us < $1"};
    const std::int64_t stored = stored_time(in, now_us);
    if (now_us > stored + second_us) {
        const std::int64_t to_us = stored == 0 ? now_us : std::min(now_us, stored + clock_step_us);
        // Everybody writes this row: after all others, so that nobody who waits for a subject holds it meanwhile. No
        // tenant has a name as early as that.
        std::string key(1, '\x01');
        key += std::to_string(to_us);
        if (!in.is_due(key)) {
            in.at_end(std::move(key), [to_us](transaction& t) { t.run(move, {to_us}); });
        }
    }
    return {now_us, std::max(now_us, stored)};
}

store_time read_time(transaction& in, std::int64_t now_us)
{
    return {now_us, std::max(now_us, stored_time(in, now_us))};
}

}  // namespace counterseal::core
