// SPDX-License-Identifier: Apache-2.0
// Verdicts of TOTP, over a fake HMAC that makes collisions; totp_model_test.cpp has the random ones.
#include "core/otp/totp.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/support/fake_mac.hpp"

namespace counterseal::core {
namespace {

using test::code_text;
using test::counting_from;
using test::fake_mac;

constexpr std::int64_t never = -1;

/// A different code for each step.
std::uint32_t own_code(std::uint64_t step)
{
    return static_cast<std::uint32_t>(100'000 + step % 800'000);
}

std::string code_of(std::uint64_t step)
{
    return code_text(own_code(step), 6);
}

totp_verdict verify(const fake_mac& fake, std::string_view code, std::int64_t last_step, std::uint64_t now_s,
                    const totp_options& options = {})
{
    return totp_verify(fake.mac(), code, last_step, now_s, options);
}

void expect_verdict(const totp_verdict& verdict, status code, std::int64_t step)
{
    EXPECT_EQ(verdict.code, code);
    EXPECT_EQ(verdict.step, step);
}

TEST(totp, accepts_each_step_of_the_window_and_no_other)
{
    const fake_mac fake(own_code);
    for (std::uint32_t past = 0; past <= 20; ++past) {
        for (const std::uint32_t future : {0U, 1U, 20U - past}) {
            if (past + future > 20) {
                continue;
            }
            const totp_options options{6, 30, past, future};
            for (std::int64_t step = 1000 - 25; step <= 1000 + 25; ++step) {
                const bool inside = 1000 - std::int64_t{past} <= step && step <= 1000 + std::int64_t{future};
                const auto verdict = verify(fake, code_of(static_cast<std::uint64_t>(step)), never, 30'000, options);
                expect_verdict(verdict, inside ? status::ok : status::wrong, inside ? step : never);
            }
        }
    }
}

TEST(totp, window_is_asymmetric)
{
    const fake_mac fake(own_code);
    const totp_options past_only{6, 30, 3, 0};
    expect_verdict(verify(fake, code_of(97), never, 3000, past_only), status::ok, 97);
    expect_verdict(verify(fake, code_of(101), never, 3000, past_only), status::wrong, never);
    const totp_options future_only{6, 30, 0, 3};
    expect_verdict(verify(fake, code_of(103), never, 3000, future_only), status::ok, 103);
    expect_verdict(verify(fake, code_of(99), never, 3000, future_only), status::wrong, never);
}

TEST(totp, all_of_the_window_is_computed_whatever_matches)
{
    fake_mac fake(own_code);
    for (std::uint32_t past = 0; past <= 20; ++past) {
        for (std::uint32_t future = 0; past + future <= 20; ++future) {
            const totp_options options{6, 30, past, future};
            const std::size_t size = past + 1 + future;
            const auto window = counting_from(500 - past, size);
            const auto expect_whole = [&](std::string_view code, std::int64_t last_step, const char* what) {
                fake.forget();
                static_cast<void>(verify(fake, code, last_step, 15'000, options));
                EXPECT_EQ(fake.asked(), window) << what << ' ' << past << ' ' << future;
            };
            for (const std::uint64_t step : window) {
                expect_whole(code_of(step), never, "accepted");
                expect_whole(code_of(step), 500 + 20, "replayed");
            }
            expect_whole("999999", never, "wrong");
            expect_whole("", never, "empty");
            expect_whole("12345x", never, "malformed");
            expect_whole("1234567", never, "too long");
            expect_whole("12 34  56", never, "malformed in groups");
        }
    }
}

TEST(totp, window_stops_at_step_0)
{
    for (std::uint64_t now = 0; now <= 20; ++now) {
        fake_mac fake(own_code);
        const totp_options options{6, 30, 20, 0};
        expect_verdict(verify(fake, "999999", never, now * 30 + 29, options), status::wrong, never);
        EXPECT_EQ(fake.asked(), counting_from(0, now + 1));
        expect_verdict(verify(fake, code_of(0), never, now * 30, options), status::ok, 0);
        // What a step below 0 would be in 64 bits.
        expect_verdict(verify(fake, code_of(~std::uint64_t{0}), never, now * 30, options), status::wrong, never);
    }
}

TEST(totp, code_is_accepted_once)
{
    const fake_mac fake(own_code);
    const auto first = verify(fake, code_of(1), never, 59);
    expect_verdict(first, status::ok, 1);
    expect_verdict(verify(fake, code_of(1), first.step, 59), status::replayed, 1);
    expect_verdict(verify(fake, code_of(1), first.step, 75), status::replayed, 1);
    expect_verdict(verify(fake, code_of(2), first.step, 59), status::ok, 2);
    expect_verdict(verify(fake, code_of(1), 2, 59), status::replayed, 2);
    expect_verdict(verify(fake, code_of(1), first.step, 300), status::wrong, 1);  // out of the window
}

TEST(totp, last_step_is_the_highest_used_one)
{
    const fake_mac fake(own_code);
    for (std::int64_t last = -1; last <= 30; ++last) {
        for (std::int64_t step = 9; step <= 11; ++step) {
            const bool fresh = step > last;
            expect_verdict(verify(fake, code_of(static_cast<std::uint64_t>(step)), last, 300),
                           fresh ? status::ok : status::replayed, fresh ? step : last);
        }
    }
}

TEST(totp, step_0_was_used_is_not_never_used)
{
    const fake_mac fake(own_code);
    expect_verdict(verify(fake, code_of(0), never, 0), status::ok, 0);
    expect_verdict(verify(fake, code_of(0), 0, 0), status::replayed, 0);
}

TEST(totp, largest_last_step)
{
    constexpr std::int64_t max_step = std::numeric_limits<std::int64_t>::max();
    const fake_mac fake(own_code);
    for (const std::int64_t last : {max_step - 1, max_step}) {
        expect_verdict(verify(fake, code_of(10), last, 300), status::replayed, last);
        expect_verdict(verify(fake, "999999", last, 300), status::wrong, last);
    }
}

TEST(totp, neighbours_that_share_a_code_are_burnt_together)
{
    const fake_mac fake([](std::uint64_t step) { return step == 100 || step == 101 ? 911'617 : own_code(step); });
    const auto first = verify(fake, "911617", never, 3000);
    expect_verdict(first, status::ok, 101);
    for (const std::uint64_t now_s : {3000U, 3030U, 3060U}) {
        expect_verdict(verify(fake, "911617", first.step, now_s), status::replayed, 101);
    }
    expect_verdict(verify(fake, "911617", 100, 3000), status::ok, 101);
    const totp_options without_future{6, 30, 1, 0};
    expect_verdict(verify(fake, "911617", never, 3000, without_future), status::ok, 100);
}

TEST(totp, wrong_and_malformed_leave_the_step)
{
    const fake_mac fake(own_code);
    for (const std::int64_t last : {never, std::int64_t{0}, std::int64_t{99}, std::int64_t{5'000'000'000}}) {
        expect_verdict(verify(fake, "999999", last, 3000), status::wrong, last);
        expect_verdict(verify(fake, "99999", last, 3000), status::malformed, last);
        expect_verdict(verify(fake, "", last, 3000), status::malformed, last);
        expect_verdict(verify(fake, {}, last, 3000), status::malformed, last);
    }
}

TEST(totp, malformed_is_said_even_where_the_digits_would_match)
{
    const fake_mac fake([](std::uint64_t) { return 123'456; });
    for (const char* text : {"123456x", "x123456", "12  3456", "123456-", "0123456", "12345", "12345 "}) {
        expect_verdict(verify(fake, text, never, 3000), status::malformed, never);
        expect_verdict(verify(fake, text, 1'000'000, 3000), status::malformed, 1'000'000);
    }
    const fake_mac zero([](std::uint64_t) { return 0; });
    expect_verdict(verify(zero, "", never, 3000), status::malformed, never);
    expect_verdict(verify(zero, "000000", never, 3000), status::ok, 101);
}

TEST(totp, ten_digits)
{
    const totp_options options{10, 30, 1, 1};
    const fake_mac fake([](std::uint64_t step) { return step == 100 ? 137'359'152 : 2'147'483'647; });
    expect_verdict(verify(fake, "0137359152", never, 3000, options), status::ok, 100);
    expect_verdict(verify(fake, "2147483647", never, 3000, options), status::ok, 101);
    // The right number plus 2^31, 2^32 and 2^33 - 2^31: the same in the low bits, and wrong.
    expect_verdict(verify(fake, code_text(137'359'152ULL + (1ULL << 31), 10), never, 3000, options), status::wrong,
                   never);
    expect_verdict(verify(fake, code_text(137'359'152ULL + (1ULL << 32), 10), never, 3000, options), status::wrong,
                   never);
    expect_verdict(verify(fake, code_text(2'147'483'647ULL + (1ULL << 32), 10), never, 3000, options), status::wrong,
                   never);
    expect_verdict(verify(fake, "2147483648", never, 3000, options), status::wrong, never);
    expect_verdict(verify(fake, "9999999999", never, 3000, options), status::wrong, never);
    expect_verdict(verify(fake, "137359152", never, 3000, options), status::malformed, never);  // nine
}

TEST(totp, t0_shifts_the_steps)
{
    const fake_mac fake(own_code);
    const totp_options options{6, 30, 0, 0, false, 1000};
    expect_verdict(verify(fake, code_of(0), never, 1000, options), status::ok, 0);
    expect_verdict(verify(fake, code_of(0), never, 1029, options), status::ok, 0);
    expect_verdict(verify(fake, code_of(1), never, 1030, options), status::ok, 1);
    expect_verdict(verify(fake, code_of(33), never, 1000, options), status::wrong, never);
    expect_verdict(verify(fake, code_of(0), never, 999, options), status::e_time, never);
}

TEST(totp, steps_of_a_long_period_are_aligned_to_t0)
{
    const fake_mac fake(own_code);
    const totp_options options{6, 172'800, 0, 0, true};
    const auto made = code_of(1'758'915'060 / 172'800);
    expect_verdict(verify(fake, made, never, 1'758'915'060, options), status::ok, 10'178);
    expect_verdict(verify(fake, made, never, 1'758'931'199, options), status::ok, 10'178);
    expect_verdict(verify(fake, made, never, 1'758'931'200, options), status::wrong, never);
    const totp_options longest{6, std::numeric_limits<std::uint32_t>::max(), 1, 1, true};
    expect_verdict(verify(fake, code_of(23), never, 100'000'000'000, longest), status::ok, 23);
}

TEST(totp, largest_time)
{
    const fake_mac fake(own_code);
    const totp_options options{6, 1, 0, 20};
    expect_verdict(verify(fake, code_of(100'000'000'020), never, 100'000'000'000, options), status::ok,
                   100'000'000'020);
    expect_verdict(verify(fake, code_of(1), never, 100'000'000'001, options), status::e_time, never);
}

TEST(totp, what_breaks_a_rule_is_refused_before_anything_is_computed)
{
    const fake_mac fake(own_code);
    expect_verdict(verify(fake, code_of(1), 7, 59, {5, 30, 1, 1}), status::e_range, 7);
    expect_verdict(verify(fake, code_of(1), 7, 59, {11, 30, 1, 1}), status::e_range, 7);
    expect_verdict(verify(fake, code_of(1), 7, 59, {6, 0, 1, 1}), status::e_range, 7);
    expect_verdict(verify(fake, code_of(1), 7, 59, {6, 86'401, 1, 1}), status::e_range, 7);
    expect_verdict(verify(fake, code_of(1), 7, 59, {6, 30, 20, 1}), status::e_range, 7);
    expect_verdict(verify(fake, code_of(1), -2, 59), status::e_range, -2);
    EXPECT_TRUE(fake.asked().empty());
}

}  // namespace
}  // namespace counterseal::core
