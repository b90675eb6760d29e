// SPDX-License-Identifier: Apache-2.0
// Migration URIs: published samples, what happens to their base64 on the way, and round trips.
#include "core/enroll/migration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "core/codec/codec.hpp"
#include "core/enroll/percent.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::core {
namespace {

using test::json;
using test::word;

std::string base32(const secure_bytes& key)
{
    std::string text(base32_len(key.size()), ' ');
    base32_encode(key.data(), key.size(), text.data());
    return text;
}

migration_batch parsed(std::string_view uri)
{
    problem why;
    auto batch = parse_migration(uri, why);
    EXPECT_TRUE(batch.has_value()) << why.text;
    EXPECT_EQ(why.code, status::ok);
    return batch ? std::move(*batch) : migration_batch{};
}

problem refused(std::string_view uri)
{
    problem why;
    EXPECT_FALSE(parse_migration(uri, why).has_value()) << uri;
    return why;
}

/// A URI around a message.
std::string uri_around(const std::string& message)
{
    std::string text(base64_len(message.size()), ' ');
    base64_encode(reinterpret_cast<const std::uint8_t*>(message.data()), message.size(), text.data());
    return "otpauth-migration://offline?data=" + text;
}

/// A length-delimited field; tags and lengths below 128.
std::string field(int number, const std::string& bytes)
{
    return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}

std::string varint(int number, int value)
{
    return {static_cast<char>(number << 3), static_cast<char>(value)};
}

const std::string usual_entry = field(1, "12345678901234567890") + field(2, "bob");

seed_row only_row(const std::string& entry)
{
    migration_batch batch = parsed(uri_around(field(1, entry)));
    EXPECT_EQ(batch.rows.size(), 1U);
    return batch.rows.empty() ? seed_row{} : std::move(batch.rows.front());
}

TEST(migration, published_sample)
{
    const json file = test::read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/otpauth_migration.json");
    const migration_batch batch = parsed(word(file, "uri"));
    const json& top = file.at("top");
    EXPECT_EQ(batch.version, top.at("version").get<int>());
    EXPECT_EQ(batch.size, top.at("batch_size").get<int>());
    EXPECT_EQ(batch.index, top.at("batch_index").get<int>());
    EXPECT_EQ(batch.id, top.at("batch_id").get<int>()) << "negative, as a varint of ten bytes";
    const json& entries = test::some(file, "otp_parameters");
    ASSERT_EQ(batch.rows.size(), entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        ASSERT_TRUE(batch.rows[i].value.has_value());
        EXPECT_EQ(base32(batch.rows[i].value->key), word(entries[i], "secret_base32"));
        EXPECT_EQ(batch.rows[i].value->text(seed_text::account), word(entries[i], "name"));
        EXPECT_EQ(batch.rows[i].value->kind, seed_kind::totp);
    }
}

TEST(migration, unspecified_enums_are_defaults)
{
    // google/google-authenticator-android#118
    const migration_batch batch = parsed(
        "otpauth-migration://offline?data=CjIKCkhlbGxvId6tvu8SGUV4YW1wbGU6YWxpY2VAZXhhbXBsZS5jb20aB0V4YW1wbGUwAg==");
    ASSERT_EQ(batch.rows.size(), 1U);
    const seed& one = *batch.rows[0].value;
    EXPECT_EQ(base32(one.key), "JBSWY3DPEHPK3PXP");
    EXPECT_EQ(one.text(seed_text::issuer), "Example");
    EXPECT_EQ(one.text(seed_text::account), "alice@example.com");
    EXPECT_EQ(one.kind, seed_kind::totp);
    EXPECT_EQ(one.algorithm, hash_id::sha1);
    EXPECT_EQ(one.digits, 6U);
    EXPECT_EQ(one.period_s, 30U);
    EXPECT_TRUE(one.notices.empty());
}

TEST(migration, damaged_base64_is_read)
{
    // The message holds bytes that become + and / in the standard alphabet.
    const std::string message =
        field(1, field(1, std::string("AA\xfb\xef\xbe\xff\xff\xfe\xfb\xef\xbe\xff\xff\xfe\xfb\xef")) + field(2, "bob"));
    const std::string uri = uri_around(message);
    ASSERT_NE(uri.find('+'), std::string::npos);
    ASSERT_NE(uri.find('/', 40), std::string::npos);
    const auto changed = [&](auto change) {
        std::string text = uri;
        change(text);
        return text;
    };
    const auto replaced = [](std::string& text, char from, const std::string& to) {
        for (std::size_t at = text.find(from, 33); at != std::string::npos; at = text.find(from, at + to.size())) {
            text.replace(at, 1, to);
        }
    };
    const std::string forms[] = {
        uri,
        changed([&](std::string& t) { replaced(t, '+', " "); }),
        changed([&](std::string& t) { replaced(t, '+', "%2B"); }),
        changed([&](std::string& t) {
            replaced(t, '+', "-");
            replaced(t, '/', "_");
        }),
        changed([&](std::string& t) { std::erase(t, '='), t.insert(32, "="); }),
        changed([&](std::string& t) { t += "&x=1#y"; }),
        changed([&](std::string& t) { t = "  " + t + "\r\n"; }),
        changed([&](std::string& t) { t.replace(0, 7, "OTPAUTH"); }),
        changed([&](std::string& t) { t.insert(28, "x=1&"); }),
    };
    const seed_row want = parsed(uri).rows.at(0);
    for (const std::string& form : forms) {
        const migration_batch batch = parsed(form);
        ASSERT_EQ(batch.rows.size(), 1U) << form;
        EXPECT_EQ(batch.rows[0].value->key, want.value->key) << form;
    }
}

TEST(migration, what_is_no_migration_uri)
{
    const std::pair<std::string, const char*> rows[] = {
        {"otpauth://totp/x?secret=A", "URI must start"},
        {"", "URI must start"},
        {"otpauth-migration://offline", "data must be given"},
        {"otpauth-migration://offline?xdata=AAAA", "data must be given"},
        {"otpauth-migration://offline?data=", "data must hold an account"},
        {"otpauth-migration://offline?data=%4", "data must have two hex"},
        {"otpauth-migration://offline?data=A", "data must be base64"},
        {"otpauth-migration://offline?data=CjIK", "data must be a migration message"},
        {uri_around(varint(2, 1)), "data must hold an account"},
        {uri_around(field(1, usual_entry) + "\xff"), "data must be a migration message"},
        {"otpauth-migration://offline?data=" + std::string(70'000, 'A'), "URI must have at most"},
    };
    for (const auto& [uri, start] : rows) {
        const problem why = refused(uri);
        EXPECT_EQ(why.code, status::malformed);
        EXPECT_TRUE(why.text.starts_with(start)) << why.text << " for " << uri.substr(0, 60);
        EXPECT_LE(why.byte, uri.size());
    }
    std::string many;
    for (int i = 0; i < 1001; ++i) {
        many += field(1, field(1, "1") + field(2, "x"));
    }
    EXPECT_EQ(parsed(uri_around(many.substr(0, many.size() / 1001 * 1000))).rows.size(), 1000U);
    EXPECT_TRUE(refused(uri_around(many)).text.starts_with("data must hold at most 1000"));
}

TEST(migration, one_bad_entry_leaves_the_others)
{
    const std::string bad[] = {
        usual_entry + varint(4, 4),                                                   // MD5
        usual_entry + varint(4, 5),                                                   // no algorithm
        usual_entry + varint(5, 4),                                                   // no number of digits
        usual_entry + varint(6, 3),                                                   // no type
        field(2, "bob"),                                                              // no secret
        field(1, "key") + field(2, "a\nb"),                                           // control character
        field(1, "key") + field(2, "\xff"),                                           // no UTF-8
        usual_entry + varint(6, 1) + "\x38\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  // counter -1
    };
    for (const std::string& entry : bad) {
        const migration_batch batch =
            parsed(uri_around(field(1, usual_entry) + field(1, entry) + field(1, usual_entry)));
        ASSERT_EQ(batch.rows.size(), 3U);
        EXPECT_TRUE(batch.rows[0].value.has_value());
        EXPECT_FALSE(batch.rows[1].value.has_value());
        EXPECT_NE(batch.rows[1].why.code, status::ok);
        EXPECT_FALSE(batch.rows[1].why.text.empty());
        EXPECT_TRUE(batch.rows[2].value.has_value());
    }
}

TEST(migration, fields_of_an_entry)
{
    const seed hotp = *only_row(usual_entry + varint(4, 2) + varint(5, 2) + varint(6, 1) + varint(7, 99)).value;
    EXPECT_EQ(hotp.kind, seed_kind::hotp);
    EXPECT_EQ(hotp.algorithm, hash_id::sha256);
    EXPECT_EQ(hotp.digits, 8U);
    EXPECT_EQ(hotp.counter, 99U);
    EXPECT_EQ(only_row(usual_entry + varint(5, 3)).value->digits, 7U);
    EXPECT_EQ(only_row(usual_entry + varint(5, 3)).value->notices.size(), 1U);
    EXPECT_EQ(only_row(usual_entry + varint(6, 2) + varint(7, 99)).value->counter, 0U) << "TOTP has none";
    // Unknown fields of every wire type, and a known one of another type, are skipped.
    const std::string strange = field(8, "unique-id") + varint(9, 1) + std::string("\x51") + "12345678" +
                                std::string("\x5d") + "1234" + field(4, "x");
    EXPECT_EQ(only_row(strange + usual_entry).value->algorithm, hash_id::sha1);

    const auto label = [](const std::string& name, const std::string& issuer) {
        const seed made = *only_row(field(1, "key") + field(2, name) + field(3, issuer)).value;
        return made.text(seed_text::issuer) + "|" + made.text(seed_text::account);
    };
    EXPECT_EQ(label("A:b", ""), "A|b") << "split once";
    EXPECT_EQ(label("A:b:c", ""), "A|b:c");
    EXPECT_EQ(label("A: b", "A"), "A|b");
    EXPECT_EQ(label("A:b", "C"), "C|A:b") << "another prefix is part of the name";
    EXPECT_EQ(label("A", "A"), "A|A");
    EXPECT_EQ(label("b", ""), "|b");
}

seed random_seed(std::mt19937& random)
{
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    seed made;
    made.kind = below(2) == 0 ? seed_kind::hotp : seed_kind::totp;
    made.algorithm = static_cast<hash_id>(1 + below(3));
    made.digits = below(2) == 0 ? 6 : 8;
    made.counter = made.kind == seed_kind::hotp ? below(1'000'000) * std::uint64_t{4'000'000'000} : 0;
    made.key.resize(1 + below(200));
    for (std::uint8_t& byte : made.key) {
        byte = static_cast<std::uint8_t>(below(256));
    }
    made.text(seed_text::issuer) = below(2) == 0 ? "" : "Praxis M\xc3\xbcller";
    made.text(seed_text::account) = "nurse" + std::to_string(below(1000));
    return made;
}

TEST(migration, what_is_written_is_read)
{
    std::mt19937 random(4226);
    for (std::size_t n = 1; n <= 25; ++n) {
        std::vector<seed> seeds(n);
        std::ranges::generate(seeds, [&] { return random_seed(random); });
        std::vector<const seed*> given;
        for (const seed& one : seeds) {
            given.push_back(&one);
        }
        std::vector<secure_text> uris;
        ASSERT_EQ(build_migration(given, -7, uris).code, status::ok);
        ASSERT_EQ(uris.size(), (n + 9) / 10);
        std::size_t at = 0;
        for (std::size_t i = 0; i < uris.size(); ++i) {
            const migration_batch batch = parsed(view(uris[i]));
            EXPECT_EQ(batch.version, 1);
            EXPECT_EQ(batch.id, -7);
            EXPECT_EQ(batch.index, static_cast<std::int32_t>(i));
            EXPECT_EQ(batch.size, static_cast<std::int32_t>(uris.size()));
            EXPECT_LE(batch.rows.size(), 10U);
            for (const seed_row& row : batch.rows) {
                ASSERT_TRUE(row.value.has_value()) << row.why.text;
                const seed& want = seeds.at(at++);
                EXPECT_EQ(row.value->key, want.key);
                EXPECT_EQ(row.value->kind, want.kind);
                EXPECT_EQ(row.value->algorithm, want.algorithm);
                EXPECT_EQ(row.value->digits, want.digits);
                EXPECT_EQ(row.value->counter, want.counter);
                EXPECT_EQ(row.value->texts, want.texts);
            }
        }
        EXPECT_EQ(at, n);
    }
}

TEST(migration, what_it_cannot_say)
{
    const auto fault = [](auto change) {
        seed good;
        good.key.assign(20, 1);
        good.text(seed_text::account) = "bob";
        seed bad = good;
        change(bad);
        const seed* const both[] = {&good, &bad};
        std::vector<secure_text> uris;
        const problem found = build_migration(both, 1, uris);
        EXPECT_TRUE(uris.empty()) << "nothing half done";
        return found.text;
    };
    EXPECT_TRUE(fault([](seed& s) { s.digits = 7; }).starts_with("seed 2: digits "));
    EXPECT_TRUE(fault([](seed& s) { s.period_s = 60; }).starts_with("seed 2: period "));
    EXPECT_TRUE(fault([](seed& s) { s.t0_s = 1; }).starts_with("seed 2: t0 "));
    EXPECT_TRUE(fault([](seed& s) { s.encoder = code_encoder::steam; }).starts_with("seed 2: encoder "));
    EXPECT_TRUE(fault([](seed& s) { s.key.clear(); }).starts_with("seed 2: secret "));
    EXPECT_TRUE(fault([](seed& s) {
                    s.kind = seed_kind::hotp;
                    s.counter = std::uint64_t{1} << 63;
                }).starts_with("seed 2: counter "));
    EXPECT_TRUE(fault([](seed& s) {
                    s.kind = seed_kind::ocra;
                    s.text(seed_text::suite) = "OCRA-1:HOTP-SHA1-6:QN08";
                }).starts_with("seed 2: kind "));
}

}  // namespace
}  // namespace counterseal::core
