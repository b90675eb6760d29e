// SPDX-License-Identifier: Apache-2.0
// Every case of otp.json through counterseal.hpp, as a test by its id. README.md has the format.
#include <gtest/gtest.h>

#include <cctype>
#include <counterseal/counterseal.hpp>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <optional>

#include "tests/vectors/json_file.hpp"

namespace counterseal::test {
namespace {

const json& file()
{
    static const json read = read_json(COUNTERSEAL_SOURCE_DIR "/tests/cases/otp.json");
    return read;
}

struct otp_case {
    json data;
};

void PrintTo(const otp_case& one, std::ostream* out)
{
    *out << word(one.data, "id");
}

/// The cases, for googletest's list; none if the file is missing or empty, which otp_json.holds_cases reports.
std::vector<otp_case> cases()
{
    std::vector<otp_case> found;
    try {
        for (const json& one : some(file(), "cases")) {
            found.push_back({one});
        }
    } catch (const std::exception&) {
        found.clear();
    }
    return found;
}

std::string id_of(const testing::TestParamInfo<otp_case>& info)
{
    std::string id = word(info.param.data, "id");
    for (char& c : id) {
        c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    }
    return id;
}

/// A number that may be written as decimal text.
std::uint64_t number(const json& value)
{
    return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<std::uint64_t>();
}

otp_key key_of(const json& one)
{
    return otp_key(secret::from_base32(word(one, "secret")), algorithm_named(word(one, "algorithm")));
}

totp_options totp_options_of(const json& one)
{
    totp_options options;
    if (one.value("encoder", "") == "steam") {
        options.encoder = encoder::steam;
    } else {
        options.digits = one.at("digits");
    }
    options.period_s = one.at("period");
    options.t0_s = one.at("t0");
    options.long_period = one.value("allow_long_period", false);
    options.past = one.value("past", 1U);
    options.future = one.value("future", 1U);
    return options;
}

hotp_options hotp_options_of(const json& one)
{
    return {.digits = one.at("digits"), .look_ahead = one.value("look_ahead", 0U)};
}

std::string word_of(cseal_status status)
{
    switch (status) {
        case CSEAL_OK: return "accepted";
        case CSEAL_WRONG: return "wrong";
        case CSEAL_REPLAYED: return "replayed";
        case CSEAL_MALFORMED: return "malformed";
        default: return cseal_status_name(status);
    }
}

void totp_at(const json& one)
{
    EXPECT_EQ(key_of(one).totp(one.at("time"), totp_options_of(one)), word(one.at("expect"), "code"));
}

void hotp_at(const json& one)
{
    EXPECT_EQ(key_of(one).hotp(number(one.at("counter")), hotp_options_of(one)), word(one.at("expect"), "code"));
}

void totp_verify(const json& one)
{
    const std::int64_t last_step = one.at("last_step").is_null() ? -1 : one.at("last_step").get<std::int64_t>();
    const auto verdict = key_of(one).verify_totp(word(one, "code"), last_step, one.at("time"), totp_options_of(one));
    const json& expect = one.at("expect");
    EXPECT_EQ(word_of(verdict.status), word(expect, "status"));
    EXPECT_EQ(static_cast<bool>(verdict), word(expect, "status") == "accepted");
    if (word(expect, "status") == "accepted") {
        EXPECT_EQ(verdict.step, expect.at("step").get<std::int64_t>());
        EXPECT_EQ(verdict.delta, expect.at("delta").get<std::int64_t>());
    } else {
        EXPECT_EQ(verdict.step, last_step);
        EXPECT_EQ(verdict.delta, 0);
    }
}

void hotp_verify(const json& one)
{
    const std::uint64_t next = number(one.at("next_counter"));
    const auto verdict = key_of(one).verify_hotp(word(one, "code"), next, hotp_options_of(one));
    const json& expect = one.at("expect");
    EXPECT_EQ(word_of(verdict.status), word(expect, "status"));
    EXPECT_EQ(static_cast<bool>(verdict), word(expect, "status") == "accepted");
    EXPECT_EQ(verdict.next_counter, word(expect, "status") == "accepted" ? number(expect.at("next_counter")) : next);
}

/// What from_base32 throws, or nothing.
std::optional<std::string> fault_of_base32(const std::string& text)
{
    try {
        static_cast<void>(secret::from_base32(text));
    } catch (const config_error& error) {
        EXPECT_EQ(error.code(), CSEAL_E_ENCODING);
        EXPECT_EQ(error.name(), "CSEAL_E_ENCODING");
        return error.what();
    }
    return std::nullopt;
}

/// How an error text shows a character: in quotes, or by its number where it cannot be printed.
std::string shown(const std::string& character)
{
    const auto first = static_cast<unsigned char>(character.at(0));
    if (first >= 0x20 && first != 0x7f) {
        return "'" + character + "'";
    }
    char number[8];
    std::snprintf(number, sizeof number, "U+%04X", first);
    return number;
}

/// The number after "at index" in an error text.
std::uint64_t index_in(const std::string& fault)
{
    const std::string before = "at index ";
    const std::size_t at = fault.find(before);
    EXPECT_NE(at, std::string::npos) << fault;
    return at == std::string::npos ? 0 : std::stoull(fault.substr(at + before.size()));
}

void base32_error(const json& one)
{
    const auto fault = fault_of_base32(word(one, "text"));
    ASSERT_TRUE(fault) << "no config_error";
    const json& expect = one.at("expect");
    // Everything in front of the first fault is ASCII, so bytes and characters are counted the same.
    EXPECT_EQ(index_in(*fault), expect.at("index").get<std::uint64_t>()) << *fault;
    if (expect.at("character").is_null()) {
        EXPECT_EQ(fault->find("outside"), std::string::npos) << *fault;
    } else {
        const std::string character = "character " + shown(word(expect, "character")) + " at index";
        EXPECT_NE(fault->find(character), std::string::npos) << *fault;
        EXPECT_NE(fault->find("outside"), std::string::npos) << *fault;
    }
}

/// Makes what the constructors of the bindings make.
void configure(const json& one)
{
    const otp_key key = key_of(one);
    if (word(one, "kind") == "totp") {
        totp_options_of(one).validate();
    } else {
        ASSERT_EQ(word(one, "kind"), "hotp");
        hotp_options_of(one).validate();
    }
}

void config_error(const json& one)
{
    const std::string argument = word(one.at("expect"), "argument");
    for (const char* name : {"digits", "period"}) {
        if (one.contains(name) && (one.at(name) < 0 || one.at(name) > std::numeric_limits<std::uint32_t>::max())) {
            GTEST_SKIP() << "not run: uint32_t does not hold the bad " << name << ' ' << one.at(name);
        }
    }
    try {
        configure(one);
        FAIL() << "no config_error";
    } catch (const counterseal::config_error& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with(argument + " ")) << error.what();
        EXPECT_LT(error.code(), 0);
        EXPECT_TRUE(error.name().starts_with("CSEAL_E_")) << error.name();
    }
}

const std::map<std::string, std::function<void(const json&)>>& ops()
{
    static const std::map<std::string, std::function<void(const json&)>> made = {
        {"totp_at", totp_at},         {"hotp_at", hotp_at},           {"totp_verify", totp_verify},
        {"hotp_verify", hotp_verify}, {"base32_error", base32_error}, {"config_error", config_error},
    };
    return made;
}

class otp : public testing::TestWithParam<otp_case> {};

TEST_P(otp, cases)
{
    const json& one = GetParam().data;
    SCOPED_TRACE(one.dump());
    const auto op = ops().find(word(one, "op"));
    ASSERT_NE(op, ops().end()) << "unknown op " << word(one, "op");
    op->second(one);
}

INSTANTIATE_TEST_SUITE_P(, otp, testing::ValuesIn(cases()), id_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(otp);  // otp_json.holds_cases says it better

TEST(otp_json, holds_cases)
{
    const json& all = some(file(), "cases");
    std::map<std::string, int> n_of_op;
    std::map<std::string, int> n_of_id;
    for (const json& one : all) {
        ++n_of_op[word(one, "op")];
        EXPECT_EQ(++n_of_id[word(one, "id")], 1) << one.at("id") << " is there twice";
        EXPECT_TRUE(one.contains("row") && one.contains("source") && one.contains("why") && one.contains("expect"))
            << one;
    }
    for (const auto& [name, run] : ops()) {
        EXPECT_GT(n_of_op[name], 0) << "no case of op " << name;
    }
}

}  // namespace
}  // namespace counterseal::test
