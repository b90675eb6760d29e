// SPDX-License-Identifier: Apache-2.0
#include "core/otp/rules.hpp"

#include <limits>

#include "core/otp/truncate.hpp"

namespace counterseal::core {
namespace {

constexpr verdict_on_options bad_digits{status::e_range, "digits must be 6 to 10"};

bool good_digits(std::uint32_t digits) noexcept
{
    return min_digits <= digits && digits <= max_digits;
}

}  // namespace

verdict_on_options check_steps(std::uint32_t past, std::uint32_t future) noexcept
{
    if (past > max_window_steps || future > max_window_steps - past) {
        return {status::e_range, "past + future must be at most 20 steps"};
    }
    return all_well;
}

verdict_on_options check_time(std::uint64_t now_s) noexcept
{
    if (now_s > max_time_s) {
        return {status::e_time, "time must be 0 to 100000000000 seconds (is it in milliseconds?)"};
    }
    return all_well;
}

verdict_on_options check_last_step(std::int64_t last_step) noexcept
{
    if (last_step < -1) {
        return {status::e_range, "last_step must be -1 (never used) or a step"};
    }
    return all_well;
}

verdict_on_options check_counters(std::uint64_t next_counter, std::uint32_t look_ahead) noexcept
{
    if (look_ahead > max_look_ahead) {
        return {status::e_range, "look_ahead must be at most 100 counters"};
    }
    // An accepted counter, or the second of a resynchronising pair, has a successor to store.
    if (next_counter > std::numeric_limits<std::uint64_t>::max() - 2 - look_ahead) {
        return {status::e_range, "next_counter + look_ahead must stay below 2^64 - 2"};
    }
    return all_well;
}

verdict_on_options check(const totp_options& options, std::uint64_t now_s, std::int64_t last_step) noexcept
{
    if (options.encoder > code_encoder::steam) {
        return {status::e_unsupported, "encoder must be decimal or steam"};
    }
    if (options.encoder == code_encoder::decimal && !good_digits(options.digits)) {
        return bad_digits;
    }
    if (options.period_s == 0) {
        return {status::e_range, "period must be at least 1 second"};
    }
    if (options.period_s > max_period_s && !options.long_period) {
        return {status::e_range, "period must be at most 86400 seconds unless long periods are allowed"};
    }
    if (const auto fault = check_steps(options.past, options.future); fault.rule != nullptr) {
        return fault;
    }
    if (options.t0_s > max_time_s) {
        return {status::e_time, "t0 must be at most 100000000000 seconds (is it in milliseconds?)"};
    }
    if (const auto fault = check_time(now_s); fault.rule != nullptr) {
        return fault;
    }
    if (now_s < options.t0_s) {
        return {status::e_time, "time must not lie before t0"};
    }
    return check_last_step(last_step);
}

verdict_on_options check(const hotp_options& options, std::uint64_t next_counter) noexcept
{
    if (!good_digits(options.digits)) {
        return bad_digits;
    }
    return check_counters(next_counter, options.look_ahead);
}

}  // namespace counterseal::core
