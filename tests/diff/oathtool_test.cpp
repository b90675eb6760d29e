// SPDX-License-Identifier: Apache-2.0
// TOTP and HOTP against oathtool, run live: codes and whole windows, then the verdicts on what it computed.
// oathtool knows 6 to 8 digits. A machine without it fails here: `apt install oathtool`.
#include "tests/diff/oathtool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <counterseal/counterseal.hpp>
#include <iostream>

#include "tests/unit/support/random.hpp"

namespace counterseal::test {
namespace {

struct setting {
    algorithm hash;
    std::uint32_t digits;
};

std::string name_of(algorithm hash)
{
    return hash == algorithm::sha1 ? "SHA1" : hash == algorithm::sha256 ? "SHA256" : "SHA512";
}

void PrintTo(const setting& at, std::ostream* out)
{
    *out << name_of(at.hash) << ' ' << at.digits;
}

class oathtool_diff : public testing::TestWithParam<setting> {
protected:
    void SetUp() override { std::cout << "seed " << seed() << '\n'; }

    secret random_secret() { return secret(random.bytes(random.between(1, 80))); }

    random_source random;
};

INSTANTIATE_TEST_SUITE_P(, oathtool_diff, testing::ValuesIn([] {
                             std::vector<setting> all;
                             for (const auto hash : {algorithm::sha1, algorithm::sha256, algorithm::sha512}) {
                                 for (const std::uint32_t digits : {6U, 7U, 8U}) {
                                     all.push_back({hash, digits});
                                 }
                             }
                             return all;
                         }()),
                         [](const auto& at) { return name_of(at.param.hash) + "_" + std::to_string(at.param.digits); });

/// The codes of the step at now_s and of `more` steps after it.
std::vector<std::string> totp_codes(const setting& at, const secret& key, std::uint64_t now_s,
                                    const totp_options& options, std::size_t more)
{
    return oathtool({"--totp=" + name_of(at.hash), "--digits=" + std::to_string(at.digits),
                     "--now=@" + std::to_string(now_s), "--start-time=@" + std::to_string(options.t0_s),
                     "--time-step-size=" + std::to_string(options.period_s) + "s", "--window=" + std::to_string(more)},
                    key.base32());
}

/// Generates and verifies each code of a window that oathtool computed.
void expect_same_totp(const setting& at, const secret& key, std::uint64_t now_s, totp_options options, std::size_t more)
{
    SCOPED_TRACE("now " + std::to_string(now_s) + ", period " + std::to_string(options.period_s) + ", t0 " +
                 std::to_string(options.t0_s));
    const auto codes = totp_codes(at, key, now_s, options, more);
    ASSERT_EQ(codes.size(), more + 1);
    const otp_key prepared(key, at.hash);
    const auto now = static_cast<std::int64_t>((now_s - options.t0_s) / options.period_s);
    options.past = 0;
    options.future = static_cast<std::uint32_t>(more);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        EXPECT_EQ(prepared.totp(now_s + i * options.period_s, options), codes[i]);
        const auto last = std::find(codes.rbegin(), codes.rend(), codes[i]);
        const auto highest = now + (codes.rend() - last) - 1;
        const auto verdict = prepared.verify_totp(codes[i], -1, now_s, options);
        EXPECT_EQ(verdict.status, CSEAL_OK);
        EXPECT_EQ(verdict.step, highest);
        EXPECT_EQ(prepared.verify_totp(codes[i], verdict.step, now_s, options).status, CSEAL_REPLAYED);
    }
}

totp_options options_of(const setting& at)
{
    totp_options options;
    options.digits = at.digits;
    return options;
}

TEST_P(oathtool_diff, totp_at_known_times)
{
    const secret key = random_secret();
    for (const std::uint64_t now_s : {0ULL, 29ULL, 59ULL, 1'111'111'109ULL, 2'147'483'647ULL, 2'147'483'648ULL,
                                      4'294'967'295ULL, 4'294'967'296ULL, 20'000'000'000ULL}) {
        expect_same_totp(GetParam(), key, now_s, options_of(GetParam()), 0);
    }
}

TEST_P(oathtool_diff, totp_windows_at_random)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    for (int i = 0; i < 6; ++i) {
        expect_same_totp(GetParam(), random_secret(), random.below(4'000'000'000), options_of(GetParam()),
                         random.below(21));
    }
}

TEST_P(oathtool_diff, totp_periods_and_start_times)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    for (const std::uint32_t period_s : {1U, 7U, 60U, 3'600U, 86'400U}) {
        totp_options options = options_of(GetParam());
        options.period_s = period_s;
        options.t0_s = random.below(1'000'000'000);
        expect_same_totp(GetParam(), random_secret(), options.t0_s + random.below(2'000'000'000), options, 3);
        expect_same_totp(GetParam(), random_secret(), options.t0_s, options, 0);
    }
}

/// oathtool has HOTP on SHA-1 only; for the others, TOTP in steps of one second counts the same.
std::vector<std::string> hotp_codes(const setting& at, const secret& key, std::uint64_t counter, std::size_t more)
{
    if (at.hash == algorithm::sha1) {
        return oathtool({"--hotp", "--digits=" + std::to_string(at.digits), "--counter=" + std::to_string(counter),
                         "--window=" + std::to_string(more)},
                        key.base32());
    }
    totp_options seconds;
    seconds.period_s = 1;
    return totp_codes(at, key, counter, seconds, more);
}

TEST_P(oathtool_diff, hotp_windows)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    std::vector<std::uint64_t> counters = {0, 1, 4'294'967'290, random.below(1'000'000), random.below(4'000'000'000)};
    for (const std::uint64_t counter : counters) {
        SCOPED_TRACE(counter);
        const secret key = random_secret();
        const std::size_t more = random.below(101);
        const auto codes = hotp_codes(GetParam(), key, counter, more);
        ASSERT_EQ(codes.size(), more + 1);
        const otp_key prepared(key, GetParam().hash);
        const hotp_options options{GetParam().digits, static_cast<std::uint32_t>(more)};
        for (std::size_t i = 0; i < codes.size(); ++i) {
            EXPECT_EQ(prepared.hotp(counter + i, options), codes[i]);
            const auto last = std::find(codes.rbegin(), codes.rend(), codes[i]);
            const auto verdict = prepared.verify_hotp(codes[i], counter, options);
            EXPECT_EQ(verdict.status, CSEAL_OK);
            EXPECT_EQ(verdict.next_counter, counter + static_cast<std::uint64_t>(codes.rend() - last));
        }
        if (more > 0) {
            const auto verdict = prepared.resync_hotp(codes[more - 1], codes[more], counter, options);
            EXPECT_EQ(verdict.status, CSEAL_OK);
            EXPECT_EQ(verdict.next_counter, counter + more + 1);
        }
    }
}

TEST(oathtool, counters_of_64_bits)
{
    random_source random;
    const secret key(random.bytes(20));
    const otp_key prepared(key);
    for (const std::uint64_t counter : {std::uint64_t{1} << 32, std::uint64_t{0x0123456789abcdef},
                                        (std::uint64_t{1} << 63) - 1, std::uint64_t{1} << 63}) {
        EXPECT_EQ(hotp_codes({algorithm::sha1, 6}, key, counter, 0), std::vector{prepared.hotp(counter)}) << counter;
    }
}

TEST(oathtool, is_the_one_that_knows_rfc_4226)
{
    const std::string text = "12345678901234567890";
    const secret key(std::vector<std::uint8_t>(text.begin(), text.end()));
    EXPECT_EQ(oathtool({"--counter=0", "--window=2"}, key.base32()),
              (std::vector<std::string>{"755224", "287082", "359152"}));
}

TEST(oathtool, trouble_is_no_pass)
{
    EXPECT_THROW(oathtool({"--digits=3"}, "GEZDGNBVGY3TQOJQ"), std::runtime_error);
    EXPECT_THROW(oathtool({}, "this is no base32!"), std::runtime_error);
}

}  // namespace
}  // namespace counterseal::test
