// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "core/otp/totp.hpp"
#include "tests/unit/support/fake_mac.hpp"

namespace counterseal::core {
namespace {

struct generated {
    status code;
    std::string text;  // ten characters with what was there before as '#', between guards
};

generated generate(const counter_mac& mac, std::uint64_t now_s, const totp_options& options)
{
    std::string memory(12, '#');
    const status code = totp_generate(mac, now_s, options, memory.data() + 1);
    return {code, memory};
}

TEST(totp_generate, writes_the_digits_of_the_current_step)
{
    const test::fake_mac fake([](std::uint64_t step) { return static_cast<std::uint32_t>(1'234'500'000 + step); });
    EXPECT_EQ(generate(fake.mac(), 59, {6}).text, "#500001#####");
    EXPECT_EQ(generate(fake.mac(), 60, {7}).text, "#4500002####");
    EXPECT_EQ(generate(fake.mac(), 89, {8}).text, "#34500002###");
    EXPECT_EQ(generate(fake.mac(), 90, {9}).text, "#234500003##");
    EXPECT_EQ(generate(fake.mac(), 90, {10}).text, "#1234500003#");
    EXPECT_EQ(generate(fake.mac(), 0, {10, 30, 1, 1, false, 0}).text, "#1234500000#");
    EXPECT_EQ(generate(fake.mac(), 1030, {10, 30, 1, 1, false, 1000}).text, "#1234500001#");
    EXPECT_EQ(generate(fake.mac(), 1030, {10, 60, 1, 1, false, 0}).text, "#1234500017#");
}

TEST(totp_generate, computes_one_step)
{
    const test::fake_mac fake([](std::uint64_t) { return 1; });
    EXPECT_EQ(generate(fake.mac(), 3000, {6, 30, 10, 10}).code, status::ok);
    EXPECT_EQ(fake.asked(), test::counting_from(100, 1));
}

TEST(totp_generate, writes_zeros_in_front)
{
    const test::fake_mac fake([](std::uint64_t) { return 7'000'042; });
    EXPECT_EQ(generate(fake.mac(), 59, {6}).text, "#000042#####");
    EXPECT_EQ(generate(fake.mac(), 59, {10}).text, "#0007000042#");
}

TEST(totp_generate, writes_nothing_when_refused)
{
    const test::fake_mac fake([](std::uint64_t) { return 1; });
    const std::string nothing(12, '#');
    const auto expect_refused = [&](status code, std::uint64_t now_s, const totp_options& options) {
        const auto result = generate(fake.mac(), now_s, options);
        EXPECT_EQ(result.code, code);
        EXPECT_EQ(result.text, nothing);
    };
    expect_refused(status::e_range, 59, {5});
    expect_refused(status::e_range, 59, {11});
    expect_refused(status::e_range, 59, {6, 0});
    expect_refused(status::e_range, 59, {6, 86'401});
    expect_refused(status::e_time, 100'000'000'001, {6});
    expect_refused(status::e_time, 59, {6, 30, 1, 1, false, 60});
    EXPECT_TRUE(fake.asked().empty());
}

// otp.h and totp.hpp say so; HOTP's look_ahead is treated likewise.
TEST(totp_generate, past_and_future_play_no_part)
{
    const test::fake_mac fake([](std::uint64_t) { return 42; });
    constexpr std::uint32_t max32 = std::numeric_limits<std::uint32_t>::max();
    for (const auto& [past, future] : {std::pair{21U, 0U}, {0U, 21U}, {max32, max32}}) {
        const auto result = generate(fake.mac(), 59, {6, 30, past, future});
        EXPECT_EQ(result.code, status::ok) << past << ' ' << future;
        EXPECT_EQ(result.text, "#000042#####");
    }
}

}  // namespace
}  // namespace counterseal::core
