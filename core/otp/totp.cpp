// SPDX-License-Identifier: Apache-2.0
#include "core/otp/totp.hpp"

#include <algorithm>

#include "core/ct/taint.hpp"
#include "core/otp/code_form.hpp"
#include "core/otp/step.hpp"
#include "core/otp/window.hpp"

namespace counterseal::core {

totp_verdict totp_verify(const counter_mac& mac, std::string_view code, std::int64_t last_step, std::uint64_t now_s,
                         const totp_options& options) noexcept
{
    if (const auto fault = check(options, now_s, last_step); fault.rule != nullptr) {
        return {fault.code, last_step};
    }
    const std::uint64_t now = time_step(now_s - options.t0_s, options.period_s);
    const std::uint64_t before = std::min<std::uint64_t>(options.past, now);  // there is no step below 0
    const std::uint64_t first = now - before;

    const code_form form(options);
    const typed_code typed = read_typed(code, form);
    const window_match match = match_window(mac, first, before + 1 + options.future, typed.value, form);
    const std::uint64_t lowest_unused = static_cast<std::uint64_t>(last_step) + 1;
    const mask fresh = ~is_less(match.highest, lowest_unused);
    const mask accepted = typed.well_formed & match.any & fresh;

    std::uint64_t verdict = select(fresh, number(status::ok), number(status::replayed));
    verdict = select(match.any, verdict, number(status::wrong));
    verdict = select(typed.well_formed, verdict, number(status::malformed));
    const std::uint64_t step = select(accepted, match.highest, static_cast<std::uint64_t>(last_step));
    // The verdict is what the caller asked for, and the step that was used is stored in the open; both are the same for
    // every wrong code.
    return {static_cast<status>(declassify(verdict)), static_cast<std::int64_t>(declassify(step))};
}

status totp_generate(const counter_mac& mac, std::uint64_t now_s, const totp_options& options, char* out) noexcept
{
    totp_options without_window = options;
    without_window.past = 0;
    without_window.future = 0;
    if (const auto fault = check(without_window, now_s, -1); fault.rule != nullptr) {
        return fault.code;
    }
    const std::uint64_t step = time_step(now_s - options.t0_s, options.period_s);
    const code_form form(options);
    write_code(counter_code(mac, step, form), form, out);
    return status::ok;
}

}  // namespace counterseal::core
