// SPDX-License-Identifier: Apache-2.0
// Client data as strict JSON on the raw text, and strict base64url.
#include "core/webauthn/client_data.hpp"

#include <gtest/gtest.h>

#include "core/enroll/base64url.hpp"
#include "tests/unit/support/hex_bytes.hpp"

namespace counterseal::core {
namespace {

using test::hex;
using test::octets;
using test::octets_of;
using test::unhex;
using namespace std::literals;

client_data_fault fault_of(std::string_view text)
{
    return read_client_data(octets_of(text)).fault;
}

constexpr std::string_view good =
    R"({"type":"webauthn.get","challenge":"AAAA","origin":"https://example.org","crossOrigin":false})";

TEST(ClientData, Members)
{
    const client_data_reading read = read_client_data(octets_of(good));
    ASSERT_EQ(read.fault, client_data_fault::none);
    EXPECT_EQ(read.data.type, "webauthn.get");
    EXPECT_EQ(read.data.challenge, "AAAA");
    EXPECT_EQ(read.data.origin, "https://example.org");
    EXPECT_EQ(read.data.cross_origin_given, given::good);
    EXPECT_FALSE(read.data.cross_origin);
    EXPECT_EQ(read.data.top_origin_given, given::absent);
    const client_data_reading framed = read_client_data(
        octets_of(R"({"crossOrigin":true,"topOrigin":"https://example.com","extra":[{"a":1.5e3},null]})"));
    ASSERT_EQ(framed.fault, client_data_fault::none) << "members that nobody knows are no fault";
    EXPECT_TRUE(framed.data.cross_origin);
    EXPECT_EQ(framed.data.top_origin, "https://example.com");
    EXPECT_EQ(framed.data.type, "");
}

TEST(ClientData, MembersOfAnotherTypeAreNotRead)
{
    const auto read = read_client_data(
        octets_of(R"({"type":1,"challenge":["AAAA"],"origin":null,"crossOrigin":"false","topOrigin":true})"));
    ASSERT_EQ(read.fault, client_data_fault::none);
    EXPECT_EQ(read.data.type, "");
    EXPECT_EQ(read.data.challenge, "");
    EXPECT_EQ(read.data.origin, "");
    EXPECT_EQ(read.data.cross_origin_given, given::of_another_type);
    EXPECT_EQ(read.data.top_origin_given, given::of_another_type);
    EXPECT_EQ(read_client_data(octets_of(R"({"crossOrigin":null})")).data.cross_origin_given, given::of_another_type);
}

TEST(ClientData, EscapesAreReadAndAByteOrderMarkIsDropped)
{
    EXPECT_EQ(read_client_data(octets_of(R"({"ty\u0070e":"webauthn\u002eget"})")).data.type, "webauthn.get");
    const auto read = read_client_data(octets_of("\xef\xbb\xbf" + std::string(good)));
    ASSERT_EQ(read.fault, client_data_fault::none);
    EXPECT_EQ(read.data.challenge, "AAAA");
    EXPECT_NE(fault_of("\xef\xbb\xbf\xef\xbb\xbf{}"), client_data_fault::none);
}

TEST(ClientData, ANameTwiceIsAmbiguous)
{
    for (const char* text : {R"({"challenge":"AAAA","challenge":"AAAA"})",
                             R"({"origin":"https://evil.org","origin":"https://example.org"})",
                             R"({"origin":"a","\u006frigin":"b"})", R"({"x":{"a":1,"a":1}})"}) {
        EXPECT_EQ(fault_of(text), client_data_fault::object) << text;
    }
}

TEST(ClientData, TextThatIsNoJson)
{
    for (const std::string_view text : {""sv,
                                        " "sv,
                                        "null"sv,
                                        "[]"sv,
                                        "\"{}\""sv,
                                        "{"sv,
                                        "{}}"sv,
                                        "{} {}"sv,
                                        "{'type':1}"sv,
                                        "{\"a\":1,}"sv,
                                        "{\"a\":01}"sv,
                                        "{\"a\":NaN}"sv,
                                        "{\"a\":1e999}"sv,
                                        "{/**/}"sv,
                                        "{\"a\":\"\t\"}"sv,
                                        "{}\0"sv,
                                        "{}\0{\"type\":1}"sv,
                                        "\0{}"sv,
                                        "{\"a\":\"\\ud800\"}"sv,
                                        "{\"a\":\"\\x\"}"sv,
                                        "{\"a\":tru}"sv}) {
        EXPECT_EQ(fault_of(text), client_data_fault::object) << text;
    }
    EXPECT_EQ(fault_of("{\"a\":" + std::string(100000, '[')), client_data_fault::object);
    EXPECT_EQ(fault_of("{\"a\":\"" + std::string(client_data_max, 'a') + "\"}"), client_data_fault::object);
}

TEST(ClientData, BytesThatAreNoUtf8)
{
    for (const std::string_view text : {"{\"a\":\"\xff\"}"sv, "{\"a\":\"\xc0\x80\"}"sv, "{\"a\":\"\xed\xa0\x80\"}"sv,
                                        "{\"a\":\"\xf4\x90\x80\x80\"}"sv, "\xff\xfe{}"sv, "{}\x80"sv}) {
        EXPECT_EQ(fault_of(text), client_data_fault::encoding);
    }
}

TEST(ClientData, EveryCutAndEveryChangedByteIsSurvived)
{
    for (std::size_t len = 0; len < good.size(); ++len) {
        EXPECT_EQ(fault_of(good.substr(0, len)), client_data_fault::object) << len;
    }
    std::size_t n_read = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed(good);
            changed[at] = static_cast<char>(byte);
            n_read += fault_of(changed) == client_data_fault::none ? 1U : 0U;
        }
    }
    EXPECT_GT(n_read, good.size());
}

TEST(Base64url, ThereAndBack)
{
    EXPECT_EQ(to_base64url<std::string>({}), "");
    EXPECT_EQ(to_base64url<std::string>(unhex("fbff")), "-_8");
    octets bytes;
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(hex(from_base64url(to_base64url<std::string>(bytes)).value()), hex(bytes));
        bytes.push_back(static_cast<std::uint8_t>(i * 37));
    }
}

TEST(Base64url, OneSpellingForEach)
{
    for (const std::string_view text : {"A"sv, "AAAAA"sv, "AA=="sv, "AAA="sv, "A A"sv, "AA\n"sv, "+/8"sv, "AB"sv,
                                        "AAB"sv, "A\0AA"sv, "AA\xc3\xa9"sv, " "sv, "="sv}) {
        EXPECT_FALSE(from_base64url(text)) << text;
    }
    EXPECT_EQ(hex(from_base64url("AA").value()), "00");
    EXPECT_EQ(hex(from_base64url("").value()), "");
}

}  // namespace
}  // namespace counterseal::core
