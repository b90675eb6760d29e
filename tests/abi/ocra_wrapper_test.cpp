// SPDX-License-Identifier: Apache-2.0
// cpp/ocra.hpp: ownership, what errors say, what a verdict carries.
#include <gtest/gtest.h>

#include <type_traits>

#include "counterseal/counterseal.hpp"

namespace counterseal {
namespace {

constexpr std::string_view key_text = "12345678901234567890";

ocra made_of(std::string_view suite)
{
    return ocra(suite, {reinterpret_cast<const std::uint8_t*>(key_text.data()), key_text.size()});
}

/// What the config_error says that `call` throws.
template <class Call>
std::string rule_of(cseal_status code, Call&& call)
{
    try {
        call();
    } catch (const config_error& e) {
        EXPECT_EQ(e.code(), code);
        return e.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
}

TEST(Ocra, MovesAndIsNeverCopied)
{
    static_assert(!std::is_copy_constructible_v<ocra> && std::is_nothrow_move_constructible_v<ocra>);
    static_assert(!std::is_convertible_v<ocra_verdict, bool> && !std::is_convertible_v<ocra_verdict, int>);
    ocra first = made_of("OCRA-1:HOTP-SHA1-6:QN08");
    const ocra second = std::move(first);
    EXPECT_EQ(second.generate({"00000000"}), "237653");
    EXPECT_EQ(first.get(), nullptr);  // NOLINT: what is left after a move is what we look at
    EXPECT_THROW(static_cast<void>(first.generate({"00000000"})), error);
    EXPECT_THROW(static_cast<void>(first.verify("237653", {"00000000"})), error);
    EXPECT_THROW(static_cast<void>(first.info()), error);
}

TEST(Ocra, ErrorsTellTheRuleAndThePlace)
{
    EXPECT_EQ(rule_of(CSEAL_E_ARGUMENT, [] { made_of("OCRA-1:HOTP-SHA1-6:QN8"); }),
              "suite must have a challenge of 04 to 64 characters, in two digits (at index 21)");
    EXPECT_EQ(rule_of(CSEAL_E_UNSUPPORTED, [] { made_of("OCRA-1:HOTP-MD5-6:QN08"); }),
              "suite must name the hash SHA1, SHA256 or SHA512 (at index 12)");
    EXPECT_EQ(rule_of(CSEAL_E_ARGUMENT, [] { ocra("OCRA-1:HOTP-SHA1-6:QN08", {}); }), "key must not be empty");
    const ocra plain = made_of("OCRA-1:HOTP-SHA1-6:QN08");
    EXPECT_EQ(rule_of(CSEAL_E_ARGUMENT, [&] { static_cast<void>(plain.generate({"12a4"})); }),
              "question must be decimal digits, as QN says");
    EXPECT_EQ(rule_of(CSEAL_E_ARGUMENT, [&] { static_cast<void>(plain.generate({"1234"}, 1)); }),
              "counter must be 0: the suite has none");
    EXPECT_EQ(rule_of(CSEAL_E_ARGUMENT, [&] { static_cast<void>(plain.verify("237653", {"1234"}, 0, -1, 1)); }),
              "time must be 0: the suite has no time step");
    const ocra counted = made_of("OCRA-1:HOTP-SHA1-6:C-QN08");
    EXPECT_EQ(counted.generate({"1234"}, ~std::uint64_t{0}).size(), 6U);
    EXPECT_EQ(rule_of(CSEAL_E_ARGUMENT, [&] { static_cast<void>(counted.generate({"123"}, ~std::uint64_t{0})); }),
              "question must have 4 characters up to the suite's length, or twice that for two challenges");
    EXPECT_EQ(
        rule_of(CSEAL_E_RANGE, [&] { static_cast<void>(counted.verify("237653", {"1234"}, ~std::uint64_t{0} - 1)); }),
        "next_counter + look_ahead must stay below 2^64 - 2");
}

TEST(Ocra, VerdictsCarryWhatIsToBeStored)
{
    const ocra both = made_of("OCRA-1:HOTP-SHA1-6:C-QN08-T1M");
    const std::string code = both.generate({"1234"}, 7, 600);
    const ocra_verdict accepted = both.verify(code, {"1234"}, 5, -1, 660, {.look_ahead = 2});
    EXPECT_TRUE(accepted);
    EXPECT_EQ(accepted.next_counter, 8U);
    EXPECT_EQ(accepted.step, 10);
    EXPECT_EQ(accepted.delta, -1);
    const ocra_verdict wrong = both.verify(code, {"1234"}, 8, 10, 660);
    EXPECT_FALSE(wrong);
    EXPECT_EQ(wrong.status, CSEAL_WRONG);
    EXPECT_EQ(wrong.next_counter, 8U);
    EXPECT_EQ(wrong.step, 10);
    EXPECT_EQ(wrong.delta, 0);
    const ocra plain = made_of("OCRA-1:HOTP-SHA1-6:QN08");
    EXPECT_EQ(plain.verify("237 653", {"00000000"}).delta, 0);
    EXPECT_EQ(plain.verify("23765", {"00000000"}).status, CSEAL_MALFORMED);
    EXPECT_EQ(plain.info().digits, 6U);
}

}  // namespace
}  // namespace counterseal
