// SPDX-License-Identifier: Apache-2.0
// tests/cases/ocra.json through the C++ wrapper.
#include <gtest/gtest.h>

#include <counterseal/counterseal.hpp>
#include <map>

#include "tests/vectors/json_file.hpp"

namespace counterseal {
namespace {

using test::from_hex;
using test::json;
using test::some;
using test::word;

using bytes = std::vector<std::uint8_t>;

std::uint64_t number(const json& one, const char* name)
{
    if (!one.contains(name)) {
        return 0;
    }
    const json& value = one.at(name);
    return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<std::uint64_t>();
}

/// The inputs of a case, as long as they are looked at.
struct given {
    explicit given(const json& one)
        : question(word(one, "question")),
          pin_hash(from_hex(one.value("pin_hash", ""))),
          session(from_hex(one.value("session", "")))
    {
    }
    [[nodiscard]] ocra_inputs inputs() const { return {question, pin_hash, session}; }

    std::string question;
    bytes pin_hash;
    bytes session;
};

ocra made_of(const json& one)
{
    return ocra(word(one, "suite"), from_hex(word(one, "key")));
}

ocra_verdict verdict_of(const json& one, const std::string& code)
{
    const given g(one);
    const bool never = !one.contains("last_step") || one.at("last_step").is_null();
    const std::int64_t last_step = never ? -1 : one.at("last_step").get<std::int64_t>();
    return made_of(one).verify(code, g.inputs(), number(one, "counter"), last_step, number(one, "time"),
                               {one.at("look_ahead"), one.at("past"), one.at("future")});
}

void generate(const json& one)
{
    const given g(one);
    EXPECT_EQ(made_of(one).generate(g.inputs(), number(one, "counter"), number(one, "time")),
              word(one.at("expect"), "code"));
}

void verify(const json& one)
{
    static const std::map<cseal_status, std::string> words = {
        {CSEAL_OK, "accepted"}, {CSEAL_WRONG, "wrong"}, {CSEAL_REPLAYED, "replayed"}, {CSEAL_MALFORMED, "malformed"}};
    const json& expect = one.at("expect");
    const ocra_verdict verdict = verdict_of(one, word(one, "code"));
    EXPECT_EQ(words.at(verdict.status), word(expect, "status"));
    EXPECT_EQ(static_cast<bool>(verdict), word(expect, "status") == "accepted");
    const bool stores = expect.contains("next_counter");
    EXPECT_EQ(verdict.next_counter, stores ? number(expect, "next_counter") : number(one, "counter"));
    if (expect.contains("step")) {
        EXPECT_EQ(verdict.step, expect.at("step").get<std::int64_t>());
    }
}

void suite_error(const json& one)
{
    const std::string suite = word(one, "suite");
    cseal_ocra* made = nullptr;
    std::size_t index = 0;
    const char* rule = nullptr;
    const std::uint8_t key[] = {1};
    const cseal_status status = cseal_ocra_new(suite.data(), suite.size(), key, 1, &made, &index, &rule);
    EXPECT_EQ(std::string("CSEAL_") + cseal_status_name(status), word(one.at("expect"), "error"));
    EXPECT_EQ(index, one.at("expect").at("index").get<std::size_t>());
    ASSERT_NE(rule, nullptr);
    EXPECT_TRUE(std::string_view(rule).starts_with("suite must ")) << rule;
    EXPECT_EQ(made, nullptr);
}

/// A counter, step or time that is missing is a 0 or -1 here.
bool can_be_seen(const json& expect)
{
    const std::string argument = word(expect, "argument");
    return word(expect, "kind") != "missing" || argument == "pin_hash" || argument == "session";
}

void input_error(const json& one)
{
    const json& expect = one.at("expect");
    if (!can_be_seen(expect)) {
        return;
    }
    const std::string argument = word(expect, "argument");
    try {
        static_cast<void>(verdict_of(one, "00000000"));
        FAIL() << "no config_error";
    } catch (const config_error& error) {
        const std::string rule = error.what();
        EXPECT_TRUE(rule.starts_with(argument + " ") || rule.starts_with("next_" + argument + " ")) << rule;
        EXPECT_EQ(error.name(), word(expect, "error"));
    }
}

TEST(ocra_json, every_case)
{
    const std::map<std::string, void (*)(const json&)> ops = {
        {"generate", generate}, {"verify", verify}, {"suite_error", suite_error}, {"input_error", input_error}};
    std::map<std::string, int> n_run;
    const json file = test::read_json(COUNTERSEAL_SOURCE_DIR "/tests/cases/ocra.json");
    for (const json& one : some(file, "cases")) {
        SCOPED_TRACE(one.dump());
        ASSERT_NO_THROW(ops.at(word(one, "op"))(one));
        ++n_run[word(one, "op")];
    }
    EXPECT_GT(n_run["generate"], 100);
    EXPECT_GT(n_run["verify"], 30);
    EXPECT_GT(n_run["suite_error"], 80);
    EXPECT_GT(n_run["input_error"], 30);
}

}  // namespace
}  // namespace counterseal
