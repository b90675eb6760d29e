// SPDX-License-Identifier: Apache-2.0
#include "core/otp/hotp.hpp"

#include "core/ct/taint.hpp"
#include "core/otp/truncate.hpp"
#include "core/otp/typed_code.hpp"
#include "core/otp/window.hpp"

namespace counterseal::core {
namespace {

/// `codes_used` counters from the matching one on are spent.
hotp_verdict verdict_of(mask well_formed, const window_match& match, std::uint64_t next_counter,
                        std::uint64_t codes_used) noexcept
{
    std::uint64_t verdict = select(match.any, number(status::ok), number(status::wrong));
    verdict = select(well_formed, verdict, number(status::malformed));
    const std::uint64_t next = select(well_formed & match.any, match.highest + codes_used, next_counter);
    // The verdict is what the caller asked for, and the counter is stored in the open; both are the same for every
    // wrong code.
    return {static_cast<status>(declassify(verdict)), declassify(next)};
}

}  // namespace

hotp_verdict hotp_verify(const counter_mac& mac, std::string_view code, std::uint64_t next_counter,
                         const hotp_options& options) noexcept
{
    if (const auto fault = check(options, next_counter); fault.rule != nullptr) {
        return {fault.code, next_counter};
    }
    const typed_code typed = read_code(code, options.digits);
    const window_match match =
        match_window(mac, next_counter, std::size_t{options.look_ahead} + 1, typed.value, options.digits);
    return verdict_of(typed.well_formed, match, next_counter, 1);
}

hotp_verdict hotp_resync(const counter_mac& mac, std::string_view code1, std::string_view code2,
                         std::uint64_t next_counter, const hotp_options& options) noexcept
{
    if (const auto fault = check(options, next_counter); fault.rule != nullptr) {
        return {fault.code, next_counter};
    }
    const typed_code typed1 = read_code(code1, options.digits);
    const typed_code typed2 = read_code(code2, options.digits);
    const window_match match =
        match_pair(mac, next_counter, std::size_t{options.look_ahead} + 1, typed1.value, typed2.value, options.digits);
    return verdict_of(typed1.well_formed & typed2.well_formed, match, next_counter, 2);
}

status hotp_generate(const counter_mac& mac, std::uint64_t counter, const hotp_options& options, char* out) noexcept
{
    if (const auto fault = check({options.digits, 0}, 0); fault.rule != nullptr) {
        return fault.code;
    }
    write_decimal(counter_code(mac, counter, options.digits), options.digits, out);
    return status::ok;
}

}  // namespace counterseal::core
