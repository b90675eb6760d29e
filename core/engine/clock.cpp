// SPDX-License-Identifier: Apache-2.0
#include "core/engine/clock.hpp"

#include <algorithm>
#include <any>
#include <chrono>
#include <span>
#include <string>
#include <utility>

#include "core/engine/throttle.hpp"

namespace counterseal::core {
namespace {

std::int64_t stored_time(transaction& in)
{
    static constexpr statement ask = {"SELECT clock_us FROM installation WHERE id = 1"};
    rows out;
    if (in.run(ask, {}, &out) == 0) {
        throw store_error(status::e_schema, "the store was never opened by an engine");
    }
    return out.integer(0, 0);
}

std::int64_t good_time(transaction& in, std::int64_t now_us)
{
    const std::int64_t stored = stored_time(in);
    if (now_us + std::chrono::microseconds(in.waited()).count() < stored - clock_back_us) {
        throw store_error(status::e_time, "the clock went back: the store has seen a later time");
    }
    return stored;
}

/// To the latest time of those that the members of a transaction gave.
void move_time(transaction& in, const std::string&, std::span<std::any> given)
{
    static constexpr statement move = {"UPDATE installation SET clock_us = $1 WHERE id = 1 AND clock_us < $1"};
    std::int64_t to_us = 0;
    for (const std::any& one : given) {
        to_us = std::max(to_us, std::any_cast<std::int64_t>(one));
    }
    in.run(move, {to_us});
}

}  // namespace

store_time tell_time(transaction& in, std::int64_t now_us)
{
    const std::int64_t stored = good_time(in, now_us);
    if (now_us > stored + second_us) {
        const std::int64_t to_us = stored == 0 ? now_us : std::min(now_us, stored + clock_step_us);
        // Everybody writes this row: after all others, so that nobody who waits for a subject holds it meanwhile. No
        // tenant has a name as early as that.
        in.at_end(std::string(1, '\x01'), to_us, move_time);
    }
    return {now_us, std::max(now_us, stored)};
}

store_time read_time(transaction& in, std::int64_t now_us)
{
    return {now_us, std::max(now_us, good_time(in, now_us))};
}

std::int64_t latest_us(transaction& in, std::int64_t now_us)
{
    return std::max(now_us, stored_time(in));
}

}  // namespace counterseal::core
