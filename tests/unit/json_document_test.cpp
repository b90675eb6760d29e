// SPDX-License-Identifier: Apache-2.0
// JSON read in place: the grammar of RFC 8259, what is refused beyond it, and that nlohmann's parser reads the same.
#include "core/enroll/json_document.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

problem fault_of(std::string_view text)
{
    return json_document(text).why();
}

TEST(JsonDocument, GivesWhatIsWritten)
{
    const std::string_view text =
        R"( { "a" : [ 1 , -2.5e3 , true , false , null , [ ] , { } , "" ] ,
            "" : {"b\n\u00e9\ud83d\ude00\/":"\u0000"} } )";
    const json_document read(text);
    ASSERT_TRUE(read.is_good());
    const json_view root = read.root();
    EXPECT_EQ(root.kind(), json_kind::object);
    EXPECT_EQ(root.byte(), 1u);
    EXPECT_EQ(root.size(), 2u);
    const json_view list = *root.find("a");
    EXPECT_EQ(list.name(), "a");
    EXPECT_EQ(list.size(), 8u);
    json_view::iterator at = list.begin();
    EXPECT_EQ((*at).integer(), 1);
    EXPECT_EQ((*at).text(), std::nullopt);
    ++at;
    EXPECT_EQ((*at).integer(), std::nullopt);
    EXPECT_EQ((*at).number(), "-2.5e3");
    ++at;
    EXPECT_EQ((*at).boolean(), true);
    ++at;
    EXPECT_EQ((*at).boolean(), false);
    ++at;
    EXPECT_TRUE((*at).is(json_kind::nothing));
    EXPECT_EQ((*at).boolean(), std::nullopt);
    ++at;
    EXPECT_TRUE((*at).is(json_kind::array));
    EXPECT_EQ((*at).size(), 0u);
    ++at;
    EXPECT_TRUE((*at).is(json_kind::object));
    ++at;
    EXPECT_EQ((*at).text(), "");
    EXPECT_EQ((*at).size(), 0u);
    EXPECT_FALSE((*at).find("a"));
    ++at;
    EXPECT_EQ(at, list.end());
    const json_view other = *root.find("");
    EXPECT_EQ((*other.begin()).name(), "b\n\xc3\xa9\xf0\x9f\x98\x80/");
    EXPECT_EQ((*other.begin()).text(), std::string_view("\0", 1));
    EXPECT_FALSE(root.find("b"));
    EXPECT_FALSE(list.find("a"));
}

TEST(JsonDocument, IntegersOf64BitsWithASign)
{
    const auto integer = [](std::string_view text) {
        const json_document read(text);
        EXPECT_TRUE(read.is_good()) << text;
        return read.root().integer();
    };
    EXPECT_EQ(integer("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(integer("-9223372036854775808"), INT64_MIN);
    EXPECT_EQ(integer("-0"), 0);
    for (const char* text : {"9223372036854775808", "-9223372036854775809", "1.0", "1e2", "0E0", "1e-2"}) {
        EXPECT_EQ(integer(text), std::nullopt) << text;
    }
}

TEST(JsonDocument, WhatIsNoJson)
{
    using namespace std::string_literals;
    for (const std::string& text : {""s,
                                    " "s,
                                    "[1,]"s,
                                    "[,1]"s,
                                    "[1 2]"s,
                                    "[1"s,
                                    "[1}"s,
                                    "{1:2}"s,
                                    "{\"a\"}"s,
                                    "{\"a\":}"s,
                                    "{\"a\":1,}"s,
                                    "{\"a\":1"s,
                                    "{'a':1}"s,
                                    "1 1"s,
                                    "01"s,
                                    "-"s,
                                    "+1"s,
                                    ".5"s,
                                    "1."s,
                                    "1.e1"s,
                                    "1e"s,
                                    "1e+"s,
                                    "0x1"s,
                                    "NaN"s,
                                    "-Infinity"s,
                                    "True"s,
                                    "tru"s,
                                    "truee"s,
                                    "\""s,
                                    "\"a"s,
                                    "\"\\\""s,
                                    "\"\\a\""s,
                                    "\"\\u12\""s,
                                    "\"\\u12g4\""s,
                                    "\"\\U0041\""s,
                                    "\"\\ud800\""s,
                                    "\"\\ud800a\""s,
                                    "\"\\ud800\\n\""s,
                                    "\"\\ud800\\u0041\""s,
                                    "\"\\udc00\""s,
                                    "\"\t\""s,
                                    "\"\n\""s,
                                    "\"\x1f\""s,
                                    "\"\0\""s,
                                    "\"\x80\""s,
                                    "\"\xc0\x80\""s,
                                    "\"\xed\xa0\x80\""s,
                                    "\"\xf4\x90\x80\x80\""s,
                                    "\"\xe2\x82"s,
                                    "/**/1"s,
                                    "1//"s,
                                    "\f1"s,
                                    "\xc2\xa0 1"s,
                                    "\xef\xbb\xbf\xef\xbb\xbf 1"s,
                                    "\xef\xbb 1"s,
                                    "1\0"s}) {
        EXPECT_EQ(fault_of(text).text, "the file is no JSON") << text;
        EXPECT_EQ(fault_of(text).code, status::malformed) << text;
        EXPECT_TRUE(!json::accept(text) || text == "1\0"s) << "nlohmann says otherwise: " << text;
    }
    EXPECT_EQ(fault_of("\xef\xbb\xbf 1").code, status::ok);
}

TEST(JsonDocument, SaysWhere)
{
    EXPECT_EQ(fault_of("{\n \"a\": tru }").byte, 11u);
    EXPECT_EQ(fault_of("{\n \"a\": tru }").line, 2u);
    EXPECT_EQ(fault_of("{\n \"a\": tru }").column, 10u);
    EXPECT_EQ(fault_of("[1").byte, 1u) << "the last byte, where more had to come";
    EXPECT_EQ(fault_of("").byte, 0u);
}

TEST(JsonDocument, NamesStandOnce)
{
    for (const char* text : {R"({"a":1,"a":1})", R"({"a":1,"b":2,"\u0061":3})", R"([{"x":{"":0,"":1}}])",
                             R"({"a":{"a":1},"b":1,"a":[]})"}) {
        EXPECT_EQ(fault_of(text).text, "a name stands twice in an object") << text;
    }
    EXPECT_EQ(fault_of(R"({"a":1,"a":2})").byte, 11u) << "the second value";
    EXPECT_EQ(fault_of(R"({"a":{"a":1},"b":{"a":1},"A":0})").code, status::ok);
    std::string many = "{";
    for (int i = 0; i < 100'000; ++i) {
        many += '"' + std::to_string(i) + "\":0,";
    }
    EXPECT_EQ(fault_of(many + "\"x\":0}").code, status::ok);
    EXPECT_EQ(fault_of(many + "\"77777\":0}").text, "a name stands twice in an object");
}

TEST(JsonDocument, NestsAsDeepAs32)
{
    const auto nested = [](std::size_t n, const char* inner) {
        return std::string(n, '[') + inner + std::string(n, ']');
    };
    EXPECT_EQ(fault_of(nested(32, "0")).code, status::ok);
    EXPECT_EQ(fault_of(nested(33, "")).code, status::ok);
    EXPECT_EQ(fault_of(nested(33, "0")).text, "values are nested more than 32 deep");
    EXPECT_EQ(fault_of(nested(34, "")).text, "values are nested more than 32 deep");
    EXPECT_EQ(fault_of(std::string(10'000'000, '[')).text, "values are nested more than 32 deep");
}

TEST(JsonDocument, NumbersThatNoDoubleHoldsAreRefused)
{
    for (const char* text : {"1e400", "-1e400", "1e-400", "[1E99999999999999999999]"}) {
        EXPECT_EQ(fault_of(text).text, "a number is out of range") << text;
    }
    for (const char* text : {"1e308", "4.9e-324", "0e400", "123456789012345678901234567890"}) {
        EXPECT_EQ(fault_of(text).code, status::ok) << text;
    }
}

/// Whether nlohmann's parser, which knows no bounds and takes names twice, reads the same.
void expect_as_nlohmann(const std::string& text)
{
    problem why;
    const std::optional<json> ours = read_json(text, why);
    // To it a NUL is the end.
    const json theirs =
        text.find('\0') == std::string::npos ? json::parse(text, nullptr, false) : json(json::value_t::discarded);
    if (ours) {
        ASSERT_FALSE(theirs.is_discarded()) << text;
        EXPECT_EQ(json::parse(json_text(*ours)), theirs) << text;
    } else if (why.text == "the file is no JSON") {
        EXPECT_TRUE(theirs.is_discarded()) << text;
    }
}

TEST(JsonDocument, IsReadAsByNlohmann)
{
    const std::string_view seeds[] = {
        R"({"id":"AQ","response":{"clientDataJSON":"eyJ","signature":"MEU"},"extensions":{"a":{"rk":true}}})",
        R"([0,-0,1.5,1e3,-1E-3,18446744073709551615,18446744073709551616,-9223372036854775809,0.1])",
        R"({"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00":"\u0000é€😀","":[[],{},null,true,false]})",
        " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } ",
    };
    const std::string_view pieces[] = {"\"",
                                       "\\",
                                       "\\u",
                                       "\\ud83d",
                                       "{",
                                       "}",
                                       "[",
                                       "]",
                                       ",",
                                       ":",
                                       "0",
                                       "1",
                                       "-",
                                       ".",
                                       "e",
                                       "+",
                                       "t",
                                       "null",
                                       " ",
                                       "\n",
                                       "\xc3",
                                       "\xa9",
                                       "\xef\xbb\xbf",
                                       "\x1f"};
    std::mt19937_64 random(20261129);
    for (int round = 0; round < 100'000; ++round) {
        std::string text(seeds[random() % std::size(seeds)]);
        for (std::size_t n = random() % 4; n > 0; --n) {
            const std::size_t at = random() % (text.size() + 1);
            switch (random() % 4) {
                case 0: text.insert(at, pieces[random() % std::size(pieces)]); break;
                case 1: text.erase(at, random() % 4); break;
                case 2: text.resize(at); break;
                default:
                    if (at < text.size()) {
                        text[at] = static_cast<char>(random());
                    }
            }
        }
        expect_as_nlohmann(text);
        if (HasFatalFailure()) {
            break;
        }
    }
}

}  // namespace
}  // namespace counterseal::core
