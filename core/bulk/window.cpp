// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/window.hpp"

#include <algorithm>

#include "core/otp/step.hpp"

namespace counterseal::core {
namespace {

/// What speaks against a row's own time or state, or ok. Shared times were checked with the options.
status fault_of(const row_home& home, const totp_options& options, const tile& t, std::size_t i) noexcept
{
    if (t.stride != 0) {
        const std::uint64_t now = home.in->times[t.begin + i];
        if (now < options.t0_s || check_time(now).rule != nullptr) {
            return status::e_time;
        }
    }
    return check_last_step(t.given[i]).code;
}

}  // namespace

void totp_window(const row_home& home, const totp_options& options, tile& t) noexcept
{
    const auto& times = home.in->times;
    const auto first_step = [&](std::uint64_t now) {
        return time_step(now - options.t0_s, options.period_s) - options.past;
    };
    t.steps = options.past + 1 + options.future;
    t.stride = times.stride == 0 ? 0 : 1;
    if (t.stride == 0) {
        t.first[0] = first_step(times[0]);
    }
    for (std::size_t i = 0; i < t.n; ++i) {
        const status fault = fault_of(home, options, t, i);
        if (fault != status::ok) {
            t.refuse(i, fault);
        }
        if (t.stride != 0) {
            t.first[i] = fault == status::e_time ? 0 : first_step(times[t.begin + i]);
        }
    }
}

void hotp_window(const row_home& home, const hotp_options& options, floor_state floor, tile& t) noexcept
{
    t.steps = options.look_ahead + 1;
    t.stride = 1;
    for (std::size_t i = 0; i < t.n; ++i) {
        const auto given = static_cast<std::uint64_t>(t.given[i]);
        hotp_begin_at(home, options, std::max(given, static_cast<std::uint64_t>(floor.value_or(0))), t, i);
    }
}

void hotp_begin_at(const row_home& home, const hotp_options& options, std::uint64_t counter, tile& t,
                   std::size_t i) noexcept
{
    // The states of a table are signed, and what an accepted code leaves has to be one.
    const bool fits = home.table == nullptr || counter < std::uint64_t{INT64_MAX} - options.look_ahead;
    t.first[i] = counter;
    if (!fits || check_counters(counter, options.look_ahead).rule != nullptr) {
        t.refuse(i, status::e_range);
    }
}

}  // namespace counterseal::core
