// SPDX-License-Identifier: Apache-2.0
// tests/cases/uri.json through the C++ wrapper.
#include <gtest/gtest.h>

#include <counterseal/counterseal.hpp>

#include "tests/vectors/json_file.hpp"

namespace counterseal {
namespace {

using test::json;
using test::some;
using test::word;

const char* const uri_json = COUNTERSEAL_SOURCE_DIR "/tests/cases/uri.json";

std::uint64_t number(const json& value)
{
    return value.is_string() ? std::stoull(value.get<std::string>()) : value.get<std::uint64_t>();
}

void expect_seed(const seed& got, const json& want)
{
    const seed_info info = got.info();
    EXPECT_EQ(info.kind, word(want, "kind") == "hotp" ? seed_kind::hotp : seed_kind::totp);
    EXPECT_EQ(info.encoder, encoder_named(word(want, "encoder")));
    EXPECT_EQ(info.hash, algorithm_named(word(want, "algorithm")));
    EXPECT_EQ(info.digits, want.at("digits").get<std::uint32_t>());
    EXPECT_EQ(info.period_s, want.at("period").get<std::uint32_t>());
    EXPECT_EQ(info.counter, number(want.at("counter")));
    EXPECT_EQ(info.t0_s, 0U);
    EXPECT_EQ(got.key().base32(), word(want, "secret"));
    EXPECT_EQ(got.text(seed_text::issuer), word(want, "issuer"));
    EXPECT_EQ(got.text(seed_text::account), word(want, "account"));
    EXPECT_EQ(got.text(seed_text::label_prefix), word(want, "label_prefix"));
}

void expect_good(const json& one)
{
    const json& want = one.at("expect");
    const seed got = parse_uri(word(one, "uri"));
    expect_seed(got, want);
    if (want.at("canonical").is_null()) {
        EXPECT_THROW(static_cast<void>(build_uri(got)), config_error);
        return;
    }
    const std::string canonical = word(want, "canonical");
    EXPECT_EQ(build_uri(got), canonical);
    const seed again = parse_uri(canonical);
    EXPECT_EQ(build_uri(again), canonical);
    EXPECT_EQ(got.warnings().size() - again.warnings().size(), want.at("notices").get<std::size_t>())
        << "what was noticed, without what is unusual about the seed";
}

void expect_bad(const json& one)
{
    const std::string uri = word(one, "uri");
    problem why;
    cseal_seed* made = nullptr;
    EXPECT_EQ(cseal_uri_parse(uri.data(), uri.size(), &why, &made), CSEAL_MALFORMED);
    EXPECT_EQ(made, nullptr);
    EXPECT_EQ(why.status, CSEAL_MALFORMED);
    EXPECT_EQ(why.byte, one.at("expect").at("byte").get<std::uint64_t>());
    EXPECT_TRUE(std::string_view(why.text).starts_with(word(one.at("expect"), "error") + " ")) << why.text;
}

TEST(uri_json, every_case)
{
    const json all = test::read_json(uri_json);
    std::size_t n_bad = 0;
    for (const json& one : some(all, "cases")) {
        SCOPED_TRACE(word(one, "id") + ": " + word(one, "uri").substr(0, 200));
        const bool bad = one.at("expect").contains("error");
        n_bad += bad ? 1U : 0U;
        ASSERT_NO_THROW(bad ? expect_bad(one) : expect_good(one));
    }
    EXPECT_GT(n_bad, 50U);
    EXPECT_GT(all.at("cases").size() - n_bad, 50U);
}

}  // namespace
}  // namespace counterseal
