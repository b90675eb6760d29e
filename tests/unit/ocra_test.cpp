// SPDX-License-Identifier: Apache-2.0
// OCRA against the RFC's own steps on OpenSSL's HMAC and big numbers, and its windows against a plain search.
#include "core/otp/ocra.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>

#include <algorithm>
#include <memory>

#include "core/base/cpu.hpp"
#include "tests/unit/support/fake_mac.hpp"
#include "tests/unit/support/openssl_hmac.hpp"
#include "tests/unit/support/random.hpp"
#include "tests/unit/support/status_text.hpp"

namespace counterseal::core {
namespace {

using bytes = std::vector<std::uint8_t>;
constexpr std::string_view key_text = "12345678901234567890";

ocra_suite suite_of(const std::string& text)
{
    ocra_suite suite;
    EXPECT_EQ(parse_ocra_suite(text, suite).rule, nullptr) << text;
    return suite;
}

hmac_key key_of(const ocra_suite& suite)
{
    hmac_key key;
    hmac_prepare(key, best_kernel(suite.algorithm, cpu_features()),
                 {reinterpret_cast<const std::uint8_t*>(key_text.data()), key_text.size()});
    return key;
}

/// The hex digits of the number, as OpenSSL has them: upper case, no zeros in front.
std::string hex_of_decimal(const std::string& decimal)
{
    BIGNUM* number = nullptr;
    EXPECT_GT(BN_dec2bn(&number, decimal.c_str()), 0);
    char* text = BN_bn2hex(number);
    std::string hex = text;
    OPENSSL_free(text);
    BN_free(number);
    const std::size_t zeros = hex.find_first_not_of('0');
    return zeros == std::string::npos ? "0" : hex.substr(zeros);
}

bytes question_field(ocra_question format, const std::string& question)
{
    if (format == ocra_question::alphanumeric) {
        bytes field(question.begin(), question.end());
        field.resize(128);
        return field;
    }
    std::string hex = format == ocra_question::numeric ? hex_of_decimal(question) : question;
    hex.resize(256, '0');
    bytes field;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        field.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    }
    return field;
}

/// RFC 6287 section 5.1, word for word.
std::string by_the_rfc(const ocra_suite& suite, const std::string& question, const bytes& pin, const bytes& session,
                       std::uint64_t counter, std::uint64_t step)
{
    bytes message(suite.text, suite.text + suite.text_len);
    message.push_back(0);
    const auto put = [&](const bytes& part) { message.insert(message.end(), part.begin(), part.end()); };
    const auto put_number = [&](std::uint64_t number) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            message.push_back(static_cast<std::uint8_t>(number >> shift));
        }
    };
    if (suite.has_counter) {
        put_number(counter);
    }
    put(question_field(suite.question, question));
    put(pin);
    put(session);
    if (suite.time_step_s != 0) {
        put_number(step);
    }
    const bytes key(key_text.begin(), key_text.end());
    const bytes mac = test::openssl_hmac(suite.algorithm, key, message);
    const std::size_t offset = mac.back() & 0xf;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8 | mac[offset + i];
    }
    return test::code_text(value & 0x7fffffff, suite.digits);
}

std::string generated(const ocra_suite& suite, const ocra_inputs& inputs, std::uint64_t counter, std::uint64_t now_s)
{
    std::string code(suite.digits, '#');
    EXPECT_EQ(ocra_generate(suite, key_of(suite), inputs, counter, now_s, code.data()), status::ok);
    return code;
}

TEST(ocra, every_question_length_in_every_alphabet)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    const std::pair<std::string, std::string> alphabets[] = {
        {"N", "0123456789"},
        {"A", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"},
        {"H", "0123456789abcdefABCDEF"}};
    for (const auto& [letter, alphabet] : alphabets) {
        const ocra_suite suite = suite_of("OCRA-1:HOTP-SHA256-10:Q" + letter + "64");
        for (std::size_t len = 4; len <= 128; ++len) {
            for (const std::string& question :
                 {random.text(len, alphabet), std::string(len, '0'), std::string(len, '9'),
                  std::string(len - 1, '0') + "1", "1" + std::string(len - 1, '0')}) {
                ASSERT_EQ(generated(suite, {question, {}, {}}, 0, 0), by_the_rfc(suite, question, {}, {}, 0, 0))
                    << question;
            }
        }
    }
}

TEST(ocra, every_part_in_its_place)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    const std::string hashes[] = {"SHA1", "SHA256", "SHA512"};
    const std::size_t digest_lens[] = {20, 32, 64};
    for (int i = 0; i < 600; ++i) {
        std::string text = "OCRA-1:HOTP-" + hashes[random.below(3)] + "-" + std::to_string(random.between(4, 10)) + ":";
        text += random.below(2) == 0 ? "C-QA10" : "QA10";
        bytes pin;
        bytes session;
        if (random.below(2) == 0) {
            const std::uint64_t hash = random.below(3);
            text += "-P" + hashes[hash];
            pin = random.bytes(digest_lens[hash]);
        }
        if (random.below(2) == 0) {
            const std::uint64_t len = random.between(100, 512);
            text += "-S" + std::to_string(len);
            session = random.bytes(len);
        }
        text += random.below(2) == 0 ? "" : "-T" + std::to_string(random.between(1, 48)) + random.text(1, "SMH");
        const ocra_suite suite = suite_of(text);
        const std::string question = random.text(random.between(4, 20), "abcXYZ019");
        const std::uint64_t counter = suite.has_counter ? random.next() : 0;
        const std::uint64_t now_s = suite.time_step_s != 0 ? random.below(max_time_s + 1) : 0;
        const std::uint64_t step = suite.time_step_s != 0 ? now_s / suite.time_step_s : 0;
        ASSERT_EQ(generated(suite, {question, pin, session}, counter, now_s),
                  by_the_rfc(suite, question, pin, session, counter, step))
            << text;
    }
}

ocra_verdict verified(const ocra_suite& suite, const std::string& code, std::uint64_t next, std::int64_t last,
                      std::uint64_t now_s, const ocra_options& options = {})
{
    return ocra_verify(suite, key_of(suite), code, {"1234", {}, {}}, next, last, now_s, options);
}

TEST(ocra, counters_look_ahead_and_never_back)
{
    const ocra_suite suite = suite_of("OCRA-1:HOTP-SHA1-8:C-QN08");
    const auto code = [&](std::uint64_t counter) { return generated(suite, {"1234", {}, {}}, counter, 0); };
    for (std::uint64_t counter = 0; counter < 20; ++counter) {
        for (std::uint32_t ahead = 0; ahead < 8; ++ahead) {
            const auto verdict = verified(suite, code(counter), 6, -1, 0, {.look_ahead = ahead});
            const bool inside = 6 <= counter && counter <= 6 + ahead;
            ASSERT_EQ(verdict.code, inside ? status::ok : status::wrong);
            ASSERT_EQ(verdict.next_counter, inside ? counter + 1 : 6);
            ASSERT_EQ(verdict.step, -1);
        }
    }
    const std::uint64_t highest = ~std::uint64_t{0} - 2;
    EXPECT_EQ(verified(suite, code(highest), highest, -1, 0).next_counter, highest + 1);
    EXPECT_EQ(verified(suite, code(0), highest + 1, -1, 0).code, status::e_range);
    EXPECT_EQ(verified(suite, code(highest), highest - 100, -1, 0, {.look_ahead = 100}).code, status::ok);
    EXPECT_EQ(verified(suite, code(0), 0, -1, 0, {.look_ahead = 101}).code, status::e_range);
}

TEST(ocra, steps_are_used_once)
{
    const ocra_suite suite = suite_of("OCRA-1:HOTP-SHA512-8:QN08-T1M");
    const auto code = [&](std::uint64_t step) { return generated(suite, {"1234", {}, {}}, 0, step * 60); };
    for (std::int64_t step = 0; step < 16; ++step) {
        for (std::int64_t last = -1; last < 16; ++last) {
            const auto verdict =
                verified(suite, code(static_cast<std::uint64_t>(step)), 0, last, 8 * 60 + 59, {.past = 3, .future = 2});
            const bool inside = 5 <= step && step <= 10;
            ASSERT_EQ(verdict.code, !inside ? status::wrong : step > last ? status::ok : status::replayed);
            ASSERT_EQ(verdict.step, verdict.code == status::ok ? step : last);
            ASSERT_EQ(verdict.next_counter, 0U);
        }
    }
    EXPECT_EQ(verified(suite, code(0), 0, -1, 60, {.past = 20, .future = 0}).step, 0);  // no step below 0
    EXPECT_EQ(verified(suite, code(0), 0, -1, 60, {.past = 20, .future = 1}).code, status::e_range);
    EXPECT_EQ(verified(suite, code(0), 0, -2, 60).code, status::e_range);
    EXPECT_EQ(verified(suite, code(0), 0, -1, max_time_s + 1).code, status::e_time);
}

TEST(ocra, a_counter_tells_the_codes_of_one_step_apart)
{
    const ocra_suite suite = suite_of("OCRA-1:HOTP-SHA256-8:C-QN08-T1H");
    const auto code = [&](std::uint64_t counter, std::uint64_t step) {
        return generated(suite, {"1234", {}, {}}, counter, step * 3600);
    };
    const ocra_options options{.look_ahead = 3, .past = 1, .future = 1};
    for (std::uint64_t counter = 4; counter < 12; ++counter) {
        for (std::uint64_t step = 7; step < 14; ++step) {
            for (const std::int64_t last : {-1, 9, 10, 11}) {
                const auto verdict = verified(suite, code(counter, step), 5, last, 10 * 3600, options);
                const bool inside = 5 <= counter && counter <= 8 && 9 <= step && step <= 11;
                const bool late = last > static_cast<std::int64_t>(step);
                ASSERT_EQ(verdict.code, !inside ? status::wrong : late ? status::replayed : status::ok);
                ASSERT_EQ(verdict.next_counter, verdict.code == status::ok ? counter + 1 : 5);
                ASSERT_EQ(verdict.step, verdict.code == status::ok ? static_cast<std::int64_t>(step) : last);
            }
        }
    }
    EXPECT_EQ(verified(suite, code(5, 10), 5, -1, 36'000, {.look_ahead = 32, .past = 1, .future = 1}).code, status::ok);
    EXPECT_EQ(verified(suite, code(5, 10), 5, -1, 36'000, {.look_ahead = 33, .past = 1, .future = 1}).code,
              status::e_range);
    EXPECT_EQ(verified(suite, code(5, 10), 5, -1, 36'000, {.look_ahead = 100, .past = 0, .future = 0}).code,
              status::ok);
}

// Codes of four digits collide soon: the highest counter and the highest step are taken.
TEST(ocra, the_highest_of_several_matches)
{
    const ocra_suite counted = suite_of("OCRA-1:HOTP-SHA1-4:C-QN08");
    const ocra_suite timed = suite_of("OCRA-1:HOTP-SHA1-4:QN08-T1S");
    const hmac_key counted_key = key_of(counted);
    std::size_t n_found = 0;
    for (std::uint64_t first = 0; first < 3'000; first += 50) {
        std::vector<std::string> codes(100);
        for (std::uint64_t i = 0; i < codes.size(); ++i) {
            codes[i].resize(4);
            ASSERT_EQ(ocra_generate(counted, counted_key, {"1234", {}, {}}, first + i, 0, codes[i].data()), status::ok);
        }
        const auto last = std::find(codes.rbegin(), codes.rend(), codes[0]);
        const auto at = static_cast<std::uint64_t>(codes.rend() - last - 1);
        n_found += at != 0 ? 1U : 0U;
        ASSERT_EQ(verified(counted, codes[0], first, -1, 0, {.look_ahead = 99}).next_counter, first + at + 1);
    }
    EXPECT_GT(n_found, 0U);
    n_found = 0;
    for (std::uint64_t now = 10; now < 8'000; now += 7) {
        const std::string code = generated(timed, {"1234", {}, {}}, 0, now - 10);
        std::uint64_t highest = now - 10;
        for (std::uint64_t step = now - 10; step <= now + 10; ++step) {
            highest = generated(timed, {"1234", {}, {}}, 0, step) == code ? step : highest;
        }
        n_found += highest != now - 10 ? 1U : 0U;
        const ocra_options options{.past = 10, .future = 10};
        const auto used = static_cast<std::int64_t>(now) - 10;
        const auto verdict = verified(timed, code, 0, used, now, options);
        ASSERT_EQ(verdict.code, highest != now - 10 ? status::ok : status::replayed);
        ASSERT_EQ(verdict.step, highest != now - 10 ? static_cast<std::int64_t>(highest) : used);
    }
    EXPECT_GT(n_found, 0U);
}

TEST(ocra, typed_codes_fold)
{
    const ocra_suite suite = suite_of("OCRA-1:HOTP-SHA1-6:QN08");
    EXPECT_EQ(generated(suite, {"00000000", {}, {}}, 0, 0), "237653");
    const auto verdict = [&](std::string_view code) {
        return ocra_verify(suite, key_of(suite), code, {"00000000", {}, {}}, 0, -1, 0, {}).code;
    };
    EXPECT_EQ(verdict("237653"), status::ok);
    EXPECT_EQ(verdict(" 237-653\n"), status::ok);
    EXPECT_EQ(verdict("237654"), status::wrong);
    for (const char* bad : {"", "23765", "2376530", "237  653", "23765x"}) {
        EXPECT_EQ(verdict(bad), status::malformed);
    }
}

TEST(ocra, inputs_are_those_of_the_suite)
{
    const bytes some(20);
    const std::string long_question(17, '1');
    const auto rule = [](const char* suite, std::string_view question, std::size_t pin_len, std::size_t session_len) {
        const auto fault = check_ocra_inputs(suite_of(suite), question, pin_len, session_len);
        EXPECT_EQ(fault.code, fault.rule == nullptr ? status::ok : status::e_argument);
        const std::string text = fault.rule == nullptr ? "" : fault.rule;
        return text.substr(0, text.find(' '));
    };
    const char* plain = "OCRA-1:HOTP-SHA1-6:QN08";
    EXPECT_EQ(rule(plain, "1234", 0, 0), "");
    EXPECT_EQ(rule(plain, "1234567812345678", 0, 0), "");
    EXPECT_EQ(rule(plain, long_question, 0, 0), "question");
    for (const char* bad : {"", "123", "1234a", "12 4", "12345\0", "-1234", "1234\xb2"}) {
        EXPECT_EQ(rule(plain, bad == std::string_view("12345") ? std::string_view("12345\0", 6) : bad, 0, 0),
                  "question")
            << bad;
    }
    EXPECT_EQ(rule("OCRA-1:HOTP-SHA1-6:QH08", "abcDEF09", 0, 0), "");
    EXPECT_EQ(rule("OCRA-1:HOTP-SHA1-6:QH08", "abcg", 0, 0), "question");
    EXPECT_EQ(rule("OCRA-1:HOTP-SHA1-6:QA08", "azAZ09", 0, 0), "");
    for (const char* bad : {"azAZ@", "az[Z", "az`Z", "az{Z", "a/Z0", "a:Z0", "az Z", "\xc3\xa4rger"}) {
        EXPECT_EQ(rule("OCRA-1:HOTP-SHA1-6:QA08", bad, 0, 0), "question") << bad;
    }
    EXPECT_EQ(rule(plain, "1234", 20, 0), "pin_hash");
    EXPECT_EQ(rule(plain, "1234", 0, 1), "session");
    for (const auto& [suite, len] :
         {std::pair{"OCRA-1:HOTP-SHA1-6:QN08-PSHA1", 20U}, std::pair{"OCRA-1:HOTP-SHA1-6:QN08-PSHA256", 32U},
          std::pair{"OCRA-1:HOTP-SHA1-6:QN08-PSHA512", 64U}}) {
        for (const std::size_t given : {0U, 19U, 20U, 21U, 32U, 64U}) {
            EXPECT_EQ(rule(suite, "1234", given, 0), given == len ? "" : "pin_hash");
        }
    }
    for (const std::size_t given : {0U, 63U, 64U, 65U}) {
        EXPECT_EQ(rule("OCRA-1:HOTP-SHA1-6:QN08-S", "1234", 0, given), given == 64 ? "" : "session");
    }
    EXPECT_EQ(check(suite_of(plain), {}, 1, -1, 0).code, status::e_argument);
    EXPECT_EQ(check(suite_of(plain), {}, 0, 0, 0).code, status::e_argument);
    EXPECT_EQ(check(suite_of(plain), {}, 0, -1, 1).code, status::e_argument);
    EXPECT_EQ(check(suite_of(plain), {1000, 1000, 1000}, 0, -1, 0).code, status::ok);  // they play no part
    char code[10];
    const ocra_suite suite = suite_of(plain);
    EXPECT_EQ(ocra_generate(suite, key_of(suite), {"1234", some, {}}, 0, 0, code), status::e_argument);
    EXPECT_EQ(ocra_generate(suite, key_of(suite), {"1234", {}, {}}, 1, 0, code), status::e_argument);
    const ocra_suite counted = suite_of("OCRA-1:HOTP-SHA1-6:C-QN08");
    EXPECT_EQ(ocra_generate(counted, key_of(counted), {"1234", {}, {}}, ~std::uint64_t{0}, 0, code), status::ok);
}

}  // namespace
}  // namespace counterseal::core
