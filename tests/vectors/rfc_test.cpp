// SPDX-License-Identifier: Apache-2.0
// RFC 4226 Appendix D and RFC 6238 Appendix B on every kernel: each number of the tables, then the verdicts.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/otp/hotp.hpp"
#include "core/otp/totp.hpp"
#include "core/otp/truncate.hpp"
#include "tests/unit/support/kernels.hpp"
#include "tests/unit/support/status_text.hpp"
#include "tests/unit/support/words.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::core {
namespace {

using test::from_hex;
using test::json;
using test::read_json;
using test::some;
using test::word;

class rfc : public test::each_kernel {
protected:
    static hmac_key prepared(const std::string& hex)
    {
        hmac_key key;
        hmac_prepare(key, tested(), from_hex(hex));
        return key;
    }

    static std::string generated(const hmac_key& key, std::uint64_t now_s, const totp_options& options)
    {
        std::string code(options.digits, '#');
        EXPECT_EQ(totp_generate(mac_of(key), now_s, options, code.data()), status::ok);
        return code;
    }
};

class rfc4226 : public rfc {};
class rfc6238 : public rfc {};

INSTANTIATE_TEST_SUITE_P(, rfc4226, testing::ValuesIn([] {
                             std::vector<const hmac_kernel*> sha1_kernels;
                             std::ranges::copy_if(all_kernels(), std::back_inserter(sha1_kernels),
                                                  [](const auto* kernel) { return kernel->hash == hash_id::sha1; });
                             return sha1_kernels;
                         }()),
                         test::kernel_name);
FOR_EACH_KERNEL(rfc6238);

json appendix_d()
{
    return read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/rfc4226.json");
}

json appendix_b()
{
    return read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/rfc6238.json");
}

TEST_P(rfc4226, appendix_d)
{
    const json file = appendix_d();
    const auto key = prepared(file.at("secret_hex"));
    const std::uint32_t digits = file.at("digits");
    const counter_mac mac = mac_of(key);
    for (const json& test : some(file, "tests")) {
        const std::uint64_t counter = test.at("count");
        SCOPED_TRACE(counter);
        std::uint8_t message[8];
        store_be<std::uint64_t>(message, counter);
        std::vector<std::uint8_t> digest(tested().digest_len);
        hmac_message(key, message, digest.data());
        EXPECT_EQ(digest, from_hex(test.at("hmac_hex")));

        truncation_words words;
        mac.counters(mac.key, counter, 1, &words);
        EXPECT_EQ(words, test::words_of(digest));
        const std::uint32_t truncated = truncate(words);
        EXPECT_EQ(truncated, std::stoul(test.at("truncated_hex").get<std::string>(), nullptr, 16));
        EXPECT_EQ(truncated, test.at("truncated_dec").get<std::uint32_t>());

        std::string code(digits, '#');
        EXPECT_EQ(hotp_generate(mac, counter, {digits, 0}, code.data()), status::ok);
        EXPECT_EQ(code, word(test, "hotp6"));
        const auto verdict = hotp_verify(mac, code, counter, {digits, 0});
        EXPECT_EQ(verdict.code, status::ok);
        EXPECT_EQ(verdict.next_counter, counter + 1);
    }
}

TEST_P(rfc4226, all_codes_from_counter_0)
{
    const json file = appendix_d();
    const auto key = prepared(file.at("secret_hex"));
    for (const json& test : some(file, "tests")) {
        const std::uint64_t counter = test.at("count");
        const auto verdict = hotp_verify(mac_of(key), test.at("hotp6").get<std::string>(), 0, {6, 100});
        EXPECT_EQ(verdict.code, status::ok);
        EXPECT_EQ(verdict.next_counter, counter + 1);
    }
}

TEST_P(rfc6238, appendix_b)
{
    const json file = appendix_b();
    const totp_options options{.digits = file.at("digits"), .period_s = file.at("x_seconds"), .t0_s = file.at("t0")};
    std::string mode = text_of(tested().hash);
    std::ranges::transform(mode, mode.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto key = prepared(file.at("seeds").at(mode).at("hex"));
    std::size_t n_tests = 0;
    for (const json& test : some(file, "tests")) {
        if (word(test, "mode") != mode) {
            continue;
        }
        ++n_tests;
        const std::uint64_t now_s = test.at("time");
        SCOPED_TRACE(now_s);
        const std::string code = test.at("totp8");
        EXPECT_EQ(generated(key, now_s, options), code);
        const auto verdict = totp_verify(mac_of(key), code, -1, now_s, options);
        EXPECT_EQ(verdict.code, status::ok);
        EXPECT_EQ(verdict.step, std::stoll(test.at("T_hex").get<std::string>(), nullptr, 16));
        EXPECT_EQ(totp_verify(mac_of(key), code, verdict.step, now_s, options).code, status::replayed);
    }
    EXPECT_EQ(n_tests, 6U);
}

// The 20-byte seed that the prose names for all modes gives the table's codes for SHA-1 only (errata 2866).
TEST_P(rfc6238, keys_are_used_as_they_are)
{
    const json file = appendix_b();
    const totp_options options{.digits = 8};
    const auto key = prepared(file.at("seeds").at("SHA1").at("hex"));
    std::string mode = text_of(tested().hash);
    std::ranges::transform(mode, mode.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    for (const json& test : some(file, "tests")) {
        if (word(test, "mode") == mode) {
            EXPECT_EQ(generated(key, test.at("time"), options) == word(test, "totp8"), mode == "SHA1");
        }
    }
}

TEST(rfc_files, hold_the_whole_tables)
{
    const json hotp = appendix_d();
    EXPECT_EQ(some(hotp, "tests").size(), 10U);
    const json file = appendix_b();
    EXPECT_EQ(some(file, "tests").size(), 18U);
    for (const json& test : file.at("tests")) {
        EXPECT_TRUE(file.at("seeds").contains(word(test, "mode"))) << test;
    }
}

}  // namespace
}  // namespace counterseal::core
