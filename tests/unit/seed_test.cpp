// SPDX-License-Identifier: Apache-2.0
// What a seed may be, and what is said of an unusual one.
#include "core/enroll/seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace counterseal::core {
namespace {

seed usual()
{
    seed made;
    made.key = secure_bytes(20, 'k');
    made.text(seed_text::issuer) = "Praxis Nord";
    made.text(seed_text::account) = "nurse1";
    return made;
}

template <class Change>
problem check_with(Change change)
{
    seed changed = usual();
    change(changed);
    return check(changed);
}

void expect_rule(const problem& found, status code, std::string_view start)
{
    EXPECT_EQ(found.code, code);
    EXPECT_TRUE(found.text.starts_with(start)) << found.text;
}

TEST(seed, a_usual_one_is_well_and_has_no_warnings)
{
    EXPECT_EQ(check(usual()).code, status::ok);
    EXPECT_TRUE(warnings(usual()).empty());
}

TEST(seed, every_broken_rule_names_its_argument)
{
    expect_rule(check_with([](seed& s) { s.key.clear(); }), status::e_argument, "secret ");
    expect_rule(check_with([](seed& s) { s.key.resize(1025); }), status::e_range, "secret ");
    EXPECT_EQ(check_with([](seed& s) { s.key.resize(1024); }).code, status::ok);
    expect_rule(check_with([](seed& s) { s.algorithm = static_cast<hash_id>(4); }), status::e_unsupported,
                "algorithm ");
    expect_rule(check_with([](seed& s) { s.kind = static_cast<seed_kind>(0); }), status::e_unsupported, "kind ");
    expect_rule(check_with([](seed& s) { s.kind = static_cast<seed_kind>(5); }), status::e_unsupported, "kind ");
    expect_rule(check_with([](seed& s) { s.encoder = static_cast<code_encoder>(2); }), status::e_unsupported,
                "encoder ");
    for (const std::uint32_t digits : {0U, 5U, 11U}) {
        expect_rule(check_with([&](seed& s) { s.digits = digits; }), status::e_range, "digits ");
        EXPECT_EQ(check_with([&](seed& s) {
                      s.digits = digits;
                      s.encoder = code_encoder::steam;
                  }).code,
                  status::ok);
        expect_rule(check_with([&](seed& s) {
                        s.kind = seed_kind::hotp;
                        s.digits = digits;
                    }),
                    status::e_range, "digits ");
    }
    expect_rule(check_with([](seed& s) { s.period_s = 0; }), status::e_range, "period ");
    EXPECT_EQ(check_with([](seed& s) { s.period_s = 172'800; }).code, status::ok) << "an old token may be slow";
    expect_rule(check_with([](seed& s) { s.t0_s = 100'000'000'001; }), status::e_time, "t0 ");
    expect_rule(check_with([](seed& s) {
                    s.kind = seed_kind::hotp;
                    s.encoder = code_encoder::steam;
                }),
                status::e_unsupported, "encoder ");
    expect_rule(check_with([](seed& s) {
                    s.kind = seed_kind::hotp;
                    s.counter = ~std::uint64_t{0};
                }),
                status::e_range, "counter ");
    expect_rule(check_with([](seed& s) { s.kind = seed_kind::ocra; }), status::e_argument, "suite ");
    expect_rule(check_with([](seed& s) { s.kind = seed_kind::yubico; }), status::e_range, "private_id ");
    expect_rule(check_with([](seed& s) {
                    s.kind = seed_kind::yubico;
                    s.private_id.resize(6);
                }),
                status::e_range, "secret ");
    EXPECT_EQ(check_with([](seed& s) {
                  s.kind = seed_kind::yubico;
                  s.private_id.resize(6);
                  s.key.resize(16);
              }).code,
              status::ok);
}

TEST(seed, texts_are_utf8_without_control_characters)
{
    for (const std::string_view good : {"", "a", "M\xc3\xbcller", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x94\x92", "a:b",
                                        "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_plain_text(good)) << good;
    }
    for (const std::string_view bad :
         {"\n", "\x1f", "\x7f", "\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x94", "ab\xff", "\xe6\x97\x28"}) {
        EXPECT_FALSE(is_plain_text(bad)) << testing::PrintToString(bad);
    }
    EXPECT_FALSE(is_plain_text(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_plain_text(std::string(1024, 'a')));
    EXPECT_FALSE(is_plain_text(std::string(1025, 'a')));
    expect_rule(check_with([](seed& s) { s.text(seed_text::key_id) = "\n"; }), status::e_argument, "texts ");
}

/// The warnings of a changed seed, joined.
template <class Change>
std::string warned(Change change)
{
    seed changed = usual();
    change(changed);
    std::string all;
    for (const std::string& one : warnings(changed)) {
        all += one + '\n';
    }
    return all;
}

std::size_t lines(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(seed, what_phones_ignore_is_said)
{
    EXPECT_NE(warned([](seed& s) { s.algorithm = hash_id::sha256; }).find("algorithm SHA256: Microsoft Authenticator"),
              std::string::npos);
    EXPECT_NE(warned([](seed& s) { s.digits = 8; }).find("digits 8"), std::string::npos);
    EXPECT_NE(warned([](seed& s) { s.period_s = 60; }).find("period 60"), std::string::npos);
    EXPECT_NE(warned([](seed& s) { s.key.resize(15); }).find("128 bits"), std::string::npos);
    EXPECT_EQ(warned([](seed& s) { s.key.resize(16); }), "");
    EXPECT_EQ(warned([](seed& s) {
                  s.kind = seed_kind::hotp;
                  s.period_s = 60;
              }),
              "")
        << "HOTP has no period";
    const std::string steam = warned([](seed& s) {
        s.encoder = code_encoder::steam;
        s.digits = 5;
    });
    EXPECT_EQ(lines(steam), 1U) << steam;
    EXPECT_EQ(lines(warned([](seed& s) {
                  s.notices = {"first"};
                  s.digits = 7;
              })),
              2U);
}

TEST(seed, labels_over_a_yubikeys_room_are_said)
{
    const auto labelled = [](std::size_t issuer, std::size_t account, std::uint32_t period_s) {
        return warned([&](seed& s) {
            s.text(seed_text::issuer) = std::string(issuer, 'i');
            s.text(seed_text::account) = std::string(account, 'a');
            s.period_s = period_s;
        });
    };
    EXPECT_EQ(labelled(20, 43, 30), "") << "20 + colon + 43 = 64";
    EXPECT_NE(labelled(20, 44, 30).find("65 bytes: a YubiKey keeps 64"), std::string::npos);
    EXPECT_EQ(labelled(0, 64, 30), "") << "no colon without issuer";
    EXPECT_NE(labelled(0, 65, 30).find("65 bytes"), std::string::npos);
    EXPECT_EQ(lines(labelled(20, 40, 60)), 1U) << "61 with a period before it";
    EXPECT_NE(labelled(20, 41, 60).find("62 bytes: a YubiKey keeps 61"), std::string::npos);
}

}  // namespace
}  // namespace counterseal::core
