// SPDX-License-Identifier: Apache-2.0
// Codes with a token identifier in front, over a fake HMAC; what is behind it is for hotp_test.cpp.
#include "core/yubico/token_id.hpp"

#include <gtest/gtest.h>

#include "tests/unit/support/fake_mac.hpp"

namespace counterseal::core {
namespace {

using test::code_text;
using test::counting_from;
using test::fake_mac;

const std::string id = "ubhe01234567";

std::string code_of(std::uint64_t counter, std::uint32_t digits = 6)
{
    return code_text(100'000 + counter, digits);
}

const fake_mac& token()
{
    static const fake_mac only([](std::uint64_t counter) { return static_cast<std::uint32_t>(100'000 + counter); });
    return only;
}

void expect_verdict(const std::string& typed, status code, std::uint64_t next, std::uint32_t digits = 6)
{
    SCOPED_TRACE(testing::PrintToString(typed));
    const hotp_verdict verdict = hotp_verify_with_id(token().mac(), id, typed, 1000, {digits, 5});
    EXPECT_EQ(verdict.code, code);
    EXPECT_EQ(verdict.next_counter, next);
}

TEST(yubico_token_id, both_forms_are_accepted)
{
    for (std::uint32_t digits = 6; digits <= 10; ++digits) {
        const std::string code = code_of(1002, digits);
        for (const std::string& typed :
             {code, id + code, "UBHE01234567" + code, " \n" + id + code + "\r\n", id + " " + code,
              id + code.substr(0, 3) + "-" + code.substr(3), code.substr(0, 3) + " " + code.substr(3)}) {
            expect_verdict(typed, status::ok, 1003, digits);
        }
        std::string spread;  // the longest form of the digits alone is no identifier
        for (const char c : code) {
            spread += spread.empty() ? "" : "-";
            spread += c;
        }
        expect_verdict(spread, status::ok, 1003, digits);
        expect_verdict(id + spread, status::ok, 1003, digits);
    }
}

TEST(yubico_token_id, another_identifier_is_wrong)
{
    for (std::size_t at = 0; at < id.size(); ++at) {
        for (const char c : std::string("AZaz09")) {
            std::string other = id;
            other[at] = c;
            const bool same = (c | 0x20) == id[at];
            expect_verdict(other + code_of(1002), same ? status::ok : status::wrong, same ? 1003 : 1000);
            expect_verdict(other + code_of(1), status::wrong, 1000);
        }
        for (const char c : std::string("-_.@[`{/:\0\x10\x80\xe9", 13)) {
            std::string other = id;
            other[at] = c;
            expect_verdict(other + code_of(1002), status::malformed, 1000);
            expect_verdict(other + code_of(1), status::malformed, 1000);
        }
    }
}

TEST(yubico_token_id, malformed_digits_are_malformed_whatever_stands_in_front)
{
    for (const std::string& front : {id, std::string("ubhe99999999")}) {
        for (const std::string& back : {std::string("10100"), std::string("1010022"), std::string("10100x"),
                                        std::string("101  002"), std::string()}) {
            expect_verdict(front + back, status::malformed, 1000);
        }
    }
    expect_verdict(id.substr(1) + code_of(1002), status::malformed, 1000);
    expect_verdict(id + id + code_of(1002), status::malformed, 1000);
    expect_verdict("", status::malformed, 1000);
}

TEST(yubico_token_id, the_window_is_computed_whoever_typed)
{
    for (const std::string& typed :
         {id + code_of(1002), "ubhe99999999" + code_of(1002), "ubhe-1234567" + code_of(1002)}) {
        const fake_mac fake([](std::uint64_t counter) { return static_cast<std::uint32_t>(100'000 + counter); });
        static_cast<void>(hotp_verify_with_id(fake.mac(), id, typed, 1000, {6, 5}));
        EXPECT_EQ(fake.asked(), counting_from(1000, 6)) << typed;
    }
}

TEST(yubico_token_id, two_codes_in_a_row)
{
    const auto resync = [](const std::string& first, const std::string& second) {
        const hotp_verdict verdict = hotp_resync_with_id(token().mac(), id, first, second, 1000, {6, 50});
        EXPECT_EQ(verdict.next_counter, verdict.code == status::ok ? 1042U : 1000U);
        return verdict.code;
    };
    const std::string one = code_of(1040);
    const std::string two = code_of(1041);
    const std::string other = "ubhe99999999";
    const std::string none = "ubhe 9999999";
    for (const std::string& first : {one, id + one}) {
        EXPECT_EQ(resync(first, two), status::ok);
        EXPECT_EQ(resync(first, id + two), status::ok);
        EXPECT_EQ(resync(first, other + two), status::wrong);
        EXPECT_EQ(resync(first, none + two), status::malformed);
        EXPECT_EQ(resync(first, id + one), status::wrong);
    }
    EXPECT_EQ(resync(other + one, id + two), status::wrong);
    EXPECT_EQ(resync(none + one, id + two), status::malformed);
    EXPECT_EQ(resync(other + one, none + two), status::malformed);
    EXPECT_EQ(resync(none + one, other + two), status::malformed);
    EXPECT_EQ(resync(other + one, id + two.substr(1)), status::malformed);
}

TEST(yubico_token_id, settings_are_checked_first)
{
    for (const std::string& typed : {id + code_of(1002), std::string("ubhe99999999123456"), std::string("-")}) {
        EXPECT_EQ(hotp_verify_with_id(token().mac(), id, typed, 1000, {5, 0}).code, status::e_range);
        EXPECT_EQ(hotp_verify_with_id(token().mac(), id, typed, 1000, {0xffffffff, 0}).code, status::e_range);
        EXPECT_EQ(hotp_verify_with_id(token().mac(), id, typed, 1000, {6, 101}).code, status::e_range);
    }
}

TEST(yubico_token_id, the_identifier_of_a_code)
{
    EXPECT_EQ(typed_token_id(id + "123456", 6).id, id);
    EXPECT_EQ(typed_token_id(" UBHE01234567123456\n", 6).id, "UBHE01234567");
    EXPECT_EQ(typed_token_id(id + "12345678", 8).id, id);
    EXPECT_EQ(typed_token_id("123456789012123456", 6).id, "123456789012");
    for (const std::string& alone : {std::string("123456"), std::string(" 123-456 ")}) {
        EXPECT_EQ(typed_token_id(alone, 6).code, status::ok);
        EXPECT_EQ(typed_token_id(alone, 6).id, "");
    }
    for (const std::string& none :
         {std::string(), std::string("12345"), id, id + "12345", id + "1234567", id + "12345x",
          std::string("-bhe01234567123456"), "ubhe0123456 123456" + std::string(1, '\0')}) {
        EXPECT_EQ(typed_token_id(none, 6).code, status::malformed) << none;
        EXPECT_EQ(typed_token_id(none, 6).id, "");
    }
    EXPECT_EQ(typed_token_id(id + "123456", 5).code, status::e_range);
    EXPECT_EQ(typed_token_id(id + "123456", 11).code, status::e_range);
}

TEST(yubico_token_id, what_an_identifier_is)
{
    EXPECT_TRUE(is_token_id(id));
    EXPECT_TRUE(is_token_id("AZaz09AZaz09"));
    for (const std::string& none : {std::string(), id.substr(1), id + "0", std::string("ubhe 1234567"),
                                    std::string("ubhe-1234567"), std::string("ubhe0123456\xe9")}) {
        EXPECT_FALSE(is_token_id(none)) << none;
    }
}

}  // namespace
}  // namespace counterseal::core
