// SPDX-License-Identifier: Apache-2.0
// Suites to the letter. Malformed ones with their index are in tests/cases/ocra.json.
#include "core/otp/ocra_suite.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "tests/unit/support/random.hpp"
#include "tests/unit/support/status_text.hpp"

namespace counterseal::core {
namespace {

ocra_suite read(const std::string& text)
{
    ocra_suite suite;
    const auto fault = parse_ocra_suite(text, suite);
    EXPECT_EQ(fault.code, status::ok) << text << ": " << fault.rule << " at " << fault.index;
    EXPECT_EQ(fault.rule, nullptr);
    EXPECT_EQ(std::string(suite.text, suite.text_len), text);
    return suite;
}

std::string two(unsigned number)
{
    return (number < 10 ? "0" : "") + std::to_string(number);
}

/// RFC 6287 section 6 as one expression, with the bounds of ocra_suite.hpp.
const std::regex grammar(
    "OCRA-1:HOTP-SHA(1|256|512)-([4-9]|10):(C-)?Q[ANH](0[4-9]|[1-5][0-9]|6[0-4])(-PSHA(1|256|512))?"
    "(-S(00[1-9]|0[1-9][0-9]|[1-4][0-9][0-9]|50[0-9]|51[0-2])?)?"
    "(-T([1-9]|[1-5][0-9])[SM]|-T([1-9]|[1-3][0-9]|4[0-8])H)?");

/// True where `text` is a suite.
bool expect_as_by_the_grammar(const std::string& text)
{
    const bool good = std::regex_match(text, grammar);
    ocra_suite suite;
    const auto fault = parse_ocra_suite(text, suite);
    EXPECT_EQ(fault.rule == nullptr, good) << text;
    if (fault.rule != nullptr) {
        EXPECT_TRUE(fault.code == status::e_argument || fault.code == status::e_unsupported);
        EXPECT_LE(fault.index, text.size());
        EXPECT_TRUE(std::string(fault.rule).starts_with("suite must ")) << fault.rule;
    } else {
        EXPECT_EQ(std::string(suite.text, suite.text_len), text);
    }
    return good;
}

TEST(ocra_suite, the_smallest)
{
    const ocra_suite suite = read("OCRA-1:HOTP-SHA1-6:QN08");
    EXPECT_EQ(suite.algorithm, hash_id::sha1);
    EXPECT_EQ(suite.digits, 6U);
    EXPECT_EQ(suite.question, ocra_question::numeric);
    EXPECT_EQ(suite.question_len, 8U);
    EXPECT_FALSE(suite.has_counter || suite.has_pin);
    EXPECT_EQ(suite.session_len, 0U);
    EXPECT_EQ(suite.time_step_s, 0U);
}

TEST(ocra_suite, the_largest)
{
    const std::string text = "OCRA-1:HOTP-SHA512-10:C-QN64-PSHA512-S512-T59M";
    EXPECT_EQ(text.size(), max_ocra_suite_len);
    const ocra_suite suite = read(text);
    EXPECT_EQ(suite.algorithm, hash_id::sha512);
    EXPECT_EQ(suite.digits, 10U);
    EXPECT_TRUE(suite.has_counter && suite.has_pin);
    EXPECT_EQ(suite.question_len, 64U);
    EXPECT_EQ(suite.pin_algorithm, hash_id::sha512);
    EXPECT_EQ(suite.session_len, 512U);
    EXPECT_EQ(suite.time_step_s, 59U * 60);
}

TEST(ocra_suite, every_number)
{
    const std::string start = "OCRA-1:HOTP-SHA256-8:QA08";
    for (unsigned digits = 4; digits <= 10; ++digits) {
        EXPECT_EQ(read("OCRA-1:HOTP-SHA256-" + std::to_string(digits) + ":QH10").digits, digits);
    }
    for (unsigned len = 4; len <= 64; ++len) {
        EXPECT_EQ(read("OCRA-1:HOTP-SHA256-8:QH" + two(len)).question_len, len);
    }
    EXPECT_EQ(read(start + "-S").session_len, 64U);
    EXPECT_EQ(read(start + "-S-T1M").session_len, 64U);
    for (unsigned len = 1; len <= 512; ++len) {
        std::string text = std::to_string(len);
        text.insert(0, 3 - text.size(), '0');
        EXPECT_EQ(read(start + "-S" + text).session_len, len);
    }
    for (unsigned n = 1; n <= 59; ++n) {
        EXPECT_EQ(read(start + "-T" + std::to_string(n) + "S").time_step_s, n);
        EXPECT_EQ(read(start + "-T" + std::to_string(n) + "M").time_step_s, n * 60);
        if (n <= 48) {
            EXPECT_EQ(read(start + "-T" + std::to_string(n) + "H").time_step_s, n * 3600);
        }
    }
}

TEST(ocra_suite, every_prefix)
{
    const std::string text = "OCRA-1:HOTP-SHA512-10:C-QN64-PSHA512-S512-T59M";
    std::size_t n_good = 0;
    for (std::size_t len = 0; len < text.size(); ++len) {
        n_good += expect_as_by_the_grammar(text.substr(0, len)) ? 1U : 0U;
    }
    EXPECT_EQ(n_good, 4U);  // ...QN64, ...-PSHA512, ...-S, ...-S512
}

TEST(ocra_suite, one_other_character)
{
    const std::string text = "OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-S064-T1M";
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            std::string other = text;
            other[at] = static_cast<char>(c);
            expect_as_by_the_grammar(other);
            ocra_suite suite;
            const auto fault = parse_ocra_suite(other, suite);
            EXPECT_TRUE(fault.rule == nullptr || fault.index <= at + 1) << other;  // Q for C, and QN is no format
        }
        std::string longer = text;
        expect_as_by_the_grammar(longer.insert(at, 1, '0'));
        std::string shorter = text;
        expect_as_by_the_grammar(shorter.erase(at, 1));
    }
}

TEST(ocra_suite, noise)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    for (int i = 0; i < 20'000; ++i) {
        const std::string start = "OCRA-1:HOTP-SHA1-6:";
        const std::string text =
            start.substr(0, random.below(start.size() + 1)) + random.text(random.below(20), "CQPSTNAH-:0123456789M");
        expect_as_by_the_grammar(text);
    }
}

}  // namespace
}  // namespace counterseal::core
