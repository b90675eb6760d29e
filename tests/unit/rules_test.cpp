// SPDX-License-Identifier: Apache-2.0
// Each bound from both sides; each refusal has a sentence that starts with the argument's name.
#include "core/otp/rules.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/unit/support/status_text.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint32_t max32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t max64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t max_step = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t min_step = std::numeric_limits<std::int64_t>::min();

void expect_good(const verdict_on_options& verdict)
{
    EXPECT_EQ(verdict.code, status::ok);
    EXPECT_EQ(verdict.rule, nullptr) << verdict.rule;
}

void expect_refused(const verdict_on_options& verdict, status code, const std::string& argument)
{
    EXPECT_EQ(verdict.code, code);
    ASSERT_NE(verdict.rule, nullptr) << argument << " is not refused";
    EXPECT_TRUE(std::string(verdict.rule).starts_with(argument + " ")) << verdict.rule;
}

totp_options totp(void (*change)(totp_options&, std::uint64_t), std::uint64_t to)
{
    totp_options options;
    change(options, to);
    return options;
}

constexpr auto digits = [](totp_options& options, std::uint64_t to) {
    options.digits = static_cast<std::uint32_t>(to);
};
constexpr auto period = [](totp_options& options, std::uint64_t to) {
    options.period_s = static_cast<std::uint32_t>(to);
};
constexpr auto t0 = [](totp_options& options, std::uint64_t to) { options.t0_s = to; };

TEST(rules, defaults_are_good)
{
    expect_good(check(totp_options{}, 0, -1));
    expect_good(check(hotp_options{}, 0));
}

TEST(rules, digits_are_6_to_10)
{
    for (const std::uint32_t good : {6U, 7U, 8U, 9U, 10U}) {
        expect_good(check(totp(digits, good), 59, -1));
        expect_good(check(hotp_options{good, 0}, 0));
    }
    for (const std::uint32_t bad : {0U, 1U, 5U, 11U, 99U, max32, 0x80000006U}) {
        expect_refused(check(totp(digits, bad), 59, -1), status::e_range, "digits");
        expect_refused(check(hotp_options{bad, 0}, 0), status::e_range, "digits");
    }
}

TEST(rules, period_is_1_to_a_day)
{
    for (const std::uint32_t good : {1U, 2U, 30U, 86'399U, 86'400U}) {
        expect_good(check(totp(period, good), 59, -1));
    }
    for (const std::uint32_t bad : {0U, 86'401U, 172'800U, max32}) {
        expect_refused(check(totp(period, bad), 59, -1), status::e_range, "period");
    }
}

TEST(rules, long_periods_on_request)
{
    for (const std::uint32_t length : {1U, 86'400U, 86'401U, 172'800U, max32}) {
        totp_options options = totp(period, length);
        options.long_period = true;
        expect_good(check(options, 59, -1));
    }
    totp_options options = totp(period, 0);
    options.long_period = true;
    expect_refused(check(options, 59, -1), status::e_range, "period");
}

TEST(rules, window_is_at_most_20_steps)
{
    const auto window = [](std::uint32_t past, std::uint32_t future) {
        totp_options options;
        options.past = past;
        options.future = future;
        return check(options, 59, -1);
    };
    for (std::uint32_t past = 0; past <= 20; ++past) {
        expect_good(window(past, 0));
        expect_good(window(past, 20 - past));
        expect_refused(window(past, 21 - past), status::e_range, "past");
        expect_refused(window(21 - past, past), status::e_range, "past");
        expect_refused(window(past, max32), status::e_range, "past");
        expect_refused(window(max32, past), status::e_range, "past");
        expect_refused(window(past, max32 - past), status::e_range, "past");
        if (past != 0) {
            expect_refused(window(past, max32 - past + 1), status::e_range, "past");  // the sum is 0 in 32 bits
        }
    }
    expect_refused(window(max32, max32), status::e_range, "past");
    expect_refused(window(0x80000000, 0x80000000), status::e_range, "past");
}

TEST(rules, times_are_seconds)
{
    expect_good(check(totp_options{}, 0, -1));
    expect_good(check(totp_options{}, 99'999'999'999, -1));
    expect_good(check(totp_options{}, 100'000'000'000, -1));
    for (const std::uint64_t bad : {std::uint64_t{100'000'000'001}, std::uint64_t{1'764'000'000'000},
                                    std::uint64_t{1} << 63, (std::uint64_t{1} << 63) - 1, max64, max64 - 29}) {
        expect_refused(check(totp_options{}, bad, -1), status::e_time, "time");
    }
}

TEST(rules, a_time_in_milliseconds_is_named_as_such)
{
    EXPECT_NE(std::string(check(totp_options{}, 1'764'000'000'000, -1).rule).find("milliseconds"), std::string::npos);
    EXPECT_NE(std::string(check(totp(t0, 1'764'000'000'000), 59, -1).rule).find("milliseconds"), std::string::npos);
}

TEST(rules, t0_comes_before_now)
{
    expect_good(check(totp(t0, 0), 0, -1));
    expect_good(check(totp(t0, 59), 59, -1));
    expect_good(check(totp(t0, 58), 59, -1));
    expect_refused(check(totp(t0, 60), 59, -1), status::e_time, "time");
    expect_refused(check(totp(t0, 100'000'000'000), 99'999'999'999, -1), status::e_time, "time");
    expect_good(check(totp(t0, 100'000'000'000), 100'000'000'000, -1));
    for (const std::uint64_t bad : {std::uint64_t{100'000'000'001}, std::uint64_t{1} << 63, max64}) {
        expect_refused(check(totp(t0, bad), bad, -1), status::e_time, "t0");
        expect_refused(check(totp(t0, bad), 59, -1), status::e_time, "t0");
    }
}

TEST(rules, last_step_is_minus_1_or_a_step)
{
    for (const std::int64_t good : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, max_step - 1, max_step}) {
        expect_good(check(totp_options{}, 59, good));
    }
    for (const std::int64_t bad : {std::int64_t{-2}, std::int64_t{-3}, min_step + 1, min_step}) {
        expect_refused(check(totp_options{}, 59, bad), status::e_range, "last_step");
    }
}

TEST(rules, look_ahead_is_at_most_100)
{
    for (const std::uint32_t good : {0U, 1U, 99U, 100U}) {
        expect_good(check(hotp_options{6, good}, 0));
    }
    for (const std::uint32_t bad : {101U, 1000U, 0x80000000U, max32}) {
        expect_refused(check(hotp_options{6, bad}, 0), status::e_range, "look_ahead");
    }
}

TEST(rules, every_counter_of_the_window_has_a_successor)
{
    for (std::uint32_t look_ahead = 0; look_ahead <= 100; ++look_ahead) {
        const std::uint64_t limit = max64 - 1;  // 2^64 - 2
        expect_good(check(hotp_options{6, look_ahead}, limit - look_ahead - 1));
        expect_refused(check(hotp_options{6, look_ahead}, limit - look_ahead), status::e_range, "next_counter");
        expect_refused(check(hotp_options{6, look_ahead}, limit - look_ahead + 1), status::e_range, "next_counter");
        expect_refused(check(hotp_options{6, look_ahead}, max64), status::e_range, "next_counter");
    }
}

TEST(rules, sentences_tell_the_bound)
{
    const auto tells = [](const verdict_on_options& verdict, const char* bound) {
        return std::string(verdict.rule).find(bound) != std::string::npos;
    };
    EXPECT_TRUE(tells(check(totp(digits, 5), 59, -1), "6 to 10"));
    EXPECT_TRUE(tells(check(totp(period, 0), 59, -1), "1"));
    EXPECT_TRUE(tells(check(totp(period, 86'401), 59, -1), "86400"));
    EXPECT_TRUE(tells(check(totp_options{6, 30, 21, 0}, 59, -1), "20"));
    EXPECT_TRUE(tells(check(totp_options{}, max64, -1), "100000000000"));
    EXPECT_TRUE(tells(check(hotp_options{6, 101}, 0), "100"));
    EXPECT_TRUE(tells(check(hotp_options{6, 0}, max64), "2^64"));
}

}  // namespace
}  // namespace counterseal::core
