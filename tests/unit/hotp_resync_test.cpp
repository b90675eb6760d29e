// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "core/otp/hotp.hpp"
#include "tests/unit/support/fake_mac.hpp"
#include "tests/unit/support/typing.hpp"

namespace counterseal::core {
namespace {

using test::code_text;
using test::counting_from;
using test::fake_mac;

constexpr std::uint64_t max64 = std::numeric_limits<std::uint64_t>::max();

std::string code_of(std::uint64_t counter)
{
    return code_text(100'000 + counter % 800'000, 6);
}

const fake_mac& own_codes()
{
    static const fake_mac fake([](std::uint64_t c) { return static_cast<std::uint32_t>(100'000 + c % 800'000); });
    return fake;
}

hotp_verdict resync(std::string_view code1, std::string_view code2, std::uint64_t next_counter,
                    std::uint32_t look_ahead)
{
    return hotp_resync(own_codes().mac(), code1, code2, next_counter, {6, look_ahead});
}

void expect_verdict(const hotp_verdict& verdict, status code, std::uint64_t next_counter)
{
    EXPECT_EQ(verdict.code, code);
    EXPECT_EQ(verdict.next_counter, next_counter);
}

TEST(hotp_resync, two_codes_in_a_row_anywhere_ahead)
{
    for (const std::uint32_t look_ahead : {0U, 1U, 10U, 11U, 12U, 50U, 100U}) {
        for (std::uint64_t counter = 990; counter <= 1110; ++counter) {
            const bool inside = 1000 <= counter && counter <= 1000 + look_ahead;
            expect_verdict(resync(code_of(counter), code_of(counter + 1), 1000, look_ahead),
                           inside ? status::ok : status::wrong, inside ? counter + 2 : 1000);
        }
    }
}

TEST(hotp_resync, codes_have_to_be_consecutive_and_in_order)
{
    for (std::uint64_t one = 0; one <= 30; ++one) {
        for (std::uint64_t two = 0; two <= 30; ++two) {
            const bool in_a_row = two == one + 1;
            expect_verdict(resync(code_of(one), code_of(two), 0, 50), in_a_row ? status::ok : status::wrong,
                           in_a_row ? two + 1 : 0);
        }
    }
}

TEST(hotp_resync, both_codes_have_to_be_right)
{
    expect_verdict(resync(code_of(5), "999999", 0, 50), status::wrong, 0);
    expect_verdict(resync("999999", code_of(6), 0, 50), status::wrong, 0);
    expect_verdict(resync("999999", "999999", 0, 50), status::wrong, 0);
}

TEST(hotp_resync, either_malformed_is_malformed)
{
    for (const char* bad : {"", "12345", "1234567", "12345x", "12  3456"}) {
        expect_verdict(resync(bad, code_of(6), 3, 50), status::malformed, 3);
        expect_verdict(resync(code_of(5), bad, 3, 50), status::malformed, 3);
        expect_verdict(resync(bad, bad, 3, 50), status::malformed, 3);
    }
}

TEST(hotp_resync, codes_of_before_do_not_come_back)
{
    const auto first = resync(code_of(5), code_of(6), 0, 50);
    expect_verdict(first, status::ok, 7);
    expect_verdict(resync(code_of(5), code_of(6), first.next_counter, 50), status::wrong, 7);
    expect_verdict(resync(code_of(6), code_of(7), first.next_counter, 50), status::wrong, 7);
    expect_verdict(resync(code_of(7), code_of(8), first.next_counter, 50), status::ok, 9);
}

TEST(hotp_resync, all_of_the_window_is_computed_whatever_matches)
{
    fake_mac fake([](std::uint64_t c) { return static_cast<std::uint32_t>(100'000 + c % 800'000); });
    for (std::uint32_t look_ahead = 0; look_ahead <= 100; ++look_ahead) {
        const auto window = counting_from(500, look_ahead + 2);  // the second code of the last pair too
        const auto expect_whole = [&](std::string_view code1, std::string_view code2) {
            fake.forget();
            static_cast<void>(hotp_resync(fake.mac(), code1, code2, 500, {6, look_ahead}));
            EXPECT_EQ(fake.asked(), window);
        };
        for (std::uint64_t counter = 500; counter <= 500 + look_ahead; ++counter) {
            expect_whole(code_of(counter), code_of(counter + 1));
        }
        expect_whole("999999", code_of(501));
        expect_whole(code_of(500), "");
        expect_whole("x", "y");
    }
}

TEST(hotp_resync, up_to_the_last_pair_that_has_a_successor)
{
    for (const std::uint32_t look_ahead : {0U, 1U, 50U, 100U}) {
        const std::uint64_t next = max64 - 2 - look_ahead;
        expect_verdict(resync(code_of(max64 - 2), code_of(max64 - 1), next, look_ahead), status::ok, max64);
        expect_verdict(resync(code_of(next + 1), code_of(next + 2), next + 1, look_ahead), status::e_range, next + 1);
        expect_verdict(resync("1", "1", max64, look_ahead), status::e_range, max64);
    }
}

TEST(hotp_resync, what_breaks_a_rule_is_refused)
{
    expect_verdict(resync(code_of(1), code_of(2), 1, 101), status::e_range, 1);
    expect_verdict(hotp_resync(own_codes().mac(), code_of(1), code_of(2), 1, {5, 0}), status::e_range, 1);
    expect_verdict(hotp_resync(own_codes().mac(), code_of(1), code_of(2), 1, {11, 0}), status::e_range, 1);
}

TEST(hotp_resync, random_windows_equal_a_plain_search)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    int n_accepted = 0;
    for (int round = 0; round < 10'000; ++round) {
        const std::uint64_t salt = random.next();
        const fake_mac fake([&](std::uint64_t counter) {
            return static_cast<std::uint32_t>((counter * 0x9e3779b97f4a7c15 ^ salt) * 0xbf58476d1ce4e5b9 % 12);
        });
        const hotp_options options{static_cast<std::uint32_t>(random.between(6, 10)),
                                   static_cast<std::uint32_t>(random.below(101))};
        const std::uint64_t next = random.below(3) == 0 ? random.below(50) : random.next() >> 1;
        const std::uint64_t code1 = random.below(12);
        const std::uint64_t code2 = random.below(12);
        hotp_verdict expected{status::wrong, next};
        for (std::uint64_t counter = next; counter <= next + options.look_ahead; ++counter) {
            if (fake.value(counter) == code1 && fake.value(counter + 1) == code2) {
                expected = {status::ok, counter + 2};
            }
        }
        const auto verdict = hotp_resync(fake.mac(), test::typed(code_text(code1, options.digits), random),
                                         test::typed(code_text(code2, options.digits), random), next, options);
        ASSERT_EQ(verdict.code, expected.code) << "round " << round;
        ASSERT_EQ(verdict.next_counter, expected.next_counter) << "round " << round;
        n_accepted += verdict.code == status::ok ? 1 : 0;
    }
    EXPECT_GT(n_accepted, 500);
}

}  // namespace
}  // namespace counterseal::core
