// SPDX-License-Identifier: Apache-2.0
// Verdicts of HOTP, over a fake HMAC; hotp_resync_test.cpp has the two-code form.
#include "core/otp/hotp.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/support/fake_mac.hpp"
#include "tests/unit/support/typing.hpp"

namespace counterseal::core {
namespace {

using test::code_text;
using test::counting_from;
using test::fake_mac;

constexpr std::uint64_t max64 = std::numeric_limits<std::uint64_t>::max();

std::uint32_t own_code(std::uint64_t counter)
{
    return static_cast<std::uint32_t>(100'000 + counter % 800'000);
}

std::string code_of(std::uint64_t counter)
{
    return code_text(own_code(counter), 6);
}

void expect_verdict(const hotp_verdict& verdict, status code, std::uint64_t next_counter)
{
    EXPECT_EQ(verdict.code, code);
    EXPECT_EQ(verdict.next_counter, next_counter);
}

TEST(hotp, accepts_the_window_ahead_and_nothing_behind)
{
    const fake_mac fake(own_code);
    for (std::uint32_t look_ahead = 0; look_ahead <= 100; ++look_ahead) {
        for (std::uint64_t counter = 900; counter <= 1110; ++counter) {
            const bool inside = 1000 <= counter && counter <= 1000 + look_ahead;
            expect_verdict(hotp_verify(fake.mac(), code_of(counter), 1000, {6, look_ahead}),
                           inside ? status::ok : status::wrong, inside ? counter + 1 : 1000);
        }
    }
}

TEST(hotp, looks_behind_nowhere)
{
    // The counter before, and the one after the window, have the code that is typed.
    for (const std::uint64_t next : {std::uint64_t{1}, std::uint64_t{3}, std::uint64_t{1} << 32, max64 - 200}) {
        for (const std::uint32_t look_ahead : {0U, 1U, 10U, 11U, 12U, 100U}) {
            const fake_mac fake([&](std::uint64_t counter) {
                return next <= counter && counter <= next + look_ahead ? own_code(counter) : 999'999;
            });
            expect_verdict(hotp_verify(fake.mac(), "999999", next, {6, look_ahead}), status::wrong, next);
        }
    }
}

TEST(hotp, all_of_the_window_is_computed_whatever_matches)
{
    fake_mac fake(own_code);
    for (std::uint32_t look_ahead = 0; look_ahead <= 100; ++look_ahead) {
        const auto window = counting_from(500, look_ahead + 1);
        const auto expect_whole = [&](std::string_view code) {
            fake.forget();
            static_cast<void>(hotp_verify(fake.mac(), code, 500, {6, look_ahead}));
            EXPECT_EQ(fake.asked(), window) << code;
        };
        for (const std::uint64_t counter : window) {
            expect_whole(code_of(counter));
        }
        expect_whole("999999");
        expect_whole("");
        expect_whole("12345x");
        expect_whole("1234567");
    }
}

TEST(hotp, code_is_accepted_once)
{
    const fake_mac fake(own_code);
    const auto first = hotp_verify(fake.mac(), code_of(3), 0, {6, 5});
    expect_verdict(first, status::ok, 4);
    expect_verdict(hotp_verify(fake.mac(), code_of(3), first.next_counter, {6, 100}), status::wrong, 4);
    expect_verdict(hotp_verify(fake.mac(), code_of(2), first.next_counter, {6, 100}), status::wrong, 4);
    expect_verdict(hotp_verify(fake.mac(), code_of(4), first.next_counter, {6, 0}), status::ok, 5);
}

TEST(hotp, counters_that_share_a_code_are_burnt_together)
{
    const fake_mac fake(
        [](std::uint64_t counter) { return counter == 2 || counter == 5 ? 555'555 : own_code(counter); });
    const auto first = hotp_verify(fake.mac(), "555555", 0, {6, 10});
    expect_verdict(first, status::ok, 6);
    expect_verdict(hotp_verify(fake.mac(), "555555", first.next_counter, {6, 100}), status::wrong, 6);
    expect_verdict(hotp_verify(fake.mac(), "555555", 0, {6, 4}), status::ok, 3);
}

TEST(hotp, wrong_and_malformed_leave_the_counter)
{
    const fake_mac fake(own_code);
    for (const std::uint64_t next : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{1} << 63, max64 - 2}) {
        expect_verdict(hotp_verify(fake.mac(), "999999", next, {}), status::wrong, next);
        for (const char* text : {"", "99999", "9999999", "99999x", "9999 9", "99  9999"}) {
            expect_verdict(hotp_verify(fake.mac(), text, next, {}), status::malformed, next);
        }
    }
}

TEST(hotp, malformed_is_said_even_where_the_digits_would_match)
{
    const fake_mac fake([](std::uint64_t) { return 123'456; });
    for (const char* text : {"123456x", "x123456", "12  3456", "0123456", "12345"}) {
        expect_verdict(hotp_verify(fake.mac(), text, 0, {6, 3}), status::malformed, 0);
    }
    const fake_mac zero([](std::uint64_t) { return 0; });
    expect_verdict(hotp_verify(zero.mac(), "", 0, {}), status::malformed, 0);
    expect_verdict(hotp_verify(zero.mac(), "000000", 0, {}), status::ok, 1);
}

TEST(hotp, up_to_the_last_counter_that_has_a_successor)
{
    const fake_mac fake(own_code);
    for (const std::uint32_t look_ahead : {0U, 1U, 12U, 100U}) {
        const std::uint64_t last = max64 - 2;  // 2^64 - 3: below 2^64 - 2
        const std::uint64_t next = last - look_ahead;
        expect_verdict(hotp_verify(fake.mac(), code_of(last), next, {6, look_ahead}), status::ok, last + 1);
        expect_verdict(hotp_verify(fake.mac(), code_of(next + 1), next + 1, {6, look_ahead}), status::e_range,
                       next + 1);
        expect_verdict(hotp_verify(fake.mac(), code_of(max64), max64, {6, look_ahead}), status::e_range, max64);
    }
}

TEST(hotp, counters_have_64_bits)
{
    const fake_mac fake([](std::uint64_t counter) { return counter >> 32 == 1 ? 111'111 : 222'222; });
    const std::uint64_t next = (std::uint64_t{1} << 32) - 2;
    expect_verdict(hotp_verify(fake.mac(), "111111", next, {6, 3}), status::ok, next + 4);
    expect_verdict(hotp_verify(fake.mac(), "222222", next, {6, 3}), status::ok, next + 2);
}

TEST(hotp, ten_digits)
{
    const fake_mac fake([](std::uint64_t counter) { return counter == 2 ? 137'359'152 : 2'147'483'647; });
    expect_verdict(hotp_verify(fake.mac(), "0137359152", 2, {10, 0}), status::ok, 3);
    expect_verdict(hotp_verify(fake.mac(), "2147483647", 2, {10, 1}), status::ok, 4);
    for (const int bit : {31, 32}) {
        const auto text = code_text(137'359'152 + (std::uint64_t{1} << bit), 10);
        expect_verdict(hotp_verify(fake.mac(), text, 2, {10, 0}), status::wrong, 2);
    }
    expect_verdict(hotp_verify(fake.mac(), "137359152", 2, {10, 0}), status::malformed, 2);
}

TEST(hotp, what_breaks_a_rule_is_refused_before_anything_is_computed)
{
    const fake_mac fake(own_code);
    expect_verdict(hotp_verify(fake.mac(), code_of(7), 7, {5, 0}), status::e_range, 7);
    expect_verdict(hotp_verify(fake.mac(), code_of(7), 7, {11, 0}), status::e_range, 7);
    expect_verdict(hotp_verify(fake.mac(), code_of(7), 7, {6, 101}), status::e_range, 7);
    EXPECT_TRUE(fake.asked().empty());
}

TEST(hotp, random_windows_equal_a_plain_search)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    for (int round = 0; round < 10'000; ++round) {
        const std::uint64_t salt = random.next();
        const std::uint64_t n_codes = random.between(2, 60);
        const fake_mac fake([&](std::uint64_t counter) {
            return static_cast<std::uint32_t>((counter * 0x9e3779b97f4a7c15 ^ salt) * 0xbf58476d1ce4e5b9 % n_codes);
        });
        const hotp_options options{static_cast<std::uint32_t>(random.between(6, 10)),
                                   static_cast<std::uint32_t>(random.below(101))};
        const std::uint64_t next = random.below(3) == 0 ? random.below(50) : random.next() >> 1;
        const std::uint64_t code = random.below(8);
        const bool well_formed = random.below(4) != 0;
        const std::string right = code_text(code, options.digits);
        const std::string text = well_formed ? test::typed(right, random) : test::mistyped(right, random);
        hotp_verdict expected{well_formed ? status::wrong : status::malformed, next};
        for (std::uint64_t counter = next; well_formed && counter <= next + options.look_ahead; ++counter) {
            if (fake.value(counter) == code) {
                expected = {status::ok, counter + 1};
            }
        }
        const auto verdict = hotp_verify(fake.mac(), text, next, options);
        ASSERT_EQ(verdict.code, expected.code) << "round " << round << ", typed " << testing::PrintToString(text);
        ASSERT_EQ(verdict.next_counter, expected.next_counter) << "round " << round;
        ASSERT_EQ(fake.asked(), counting_from(next, options.look_ahead + 1));
    }
}

TEST(hotp, generates_any_counter)
{
    const fake_mac fake(
        [](std::uint64_t counter) { return static_cast<std::uint32_t>(1'000'000'007 + (counter >> 60)); });
    const auto generate = [&](std::uint64_t counter, const hotp_options& options) {
        std::string memory(12, '#');
        EXPECT_EQ(hotp_generate(fake.mac(), counter, options, memory.data() + 1), status::ok);
        return memory;
    };
    EXPECT_EQ(generate(0, {6, 0}), "#000007#####");
    EXPECT_EQ(generate(max64, {6, 0}), "#000022#####") << "the last counter of all has a code too";
    EXPECT_EQ(generate(0, {10, 0}), "#1000000007#");
    EXPECT_EQ(generate(0, {6, 101}), "#000007#####") << "look_ahead plays no part";
    EXPECT_EQ(generate(max64 - 50, {6, 100}), "#000022#####");
    EXPECT_EQ(fake.asked(), (std::vector<std::uint64_t>{0, max64, 0, 0, max64 - 50}));
}

TEST(hotp, generates_nothing_when_refused)
{
    const fake_mac fake(own_code);
    for (const std::uint32_t digits : {0U, 5U, 11U}) {
        std::string memory(12, '#');
        EXPECT_EQ(hotp_generate(fake.mac(), 0, {digits, 0}, memory.data() + 1), status::e_range);
        EXPECT_EQ(memory, std::string(12, '#'));
    }
    EXPECT_TRUE(fake.asked().empty());
}

}  // namespace
}  // namespace counterseal::core
