// SPDX-License-Identifier: Apache-2.0
// tests/vectors/seed_files: every file against its manifest, every cut of it without a crash, and what is written.
#include "core/enroll/seed_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "core/codec/codec.hpp"
#include "core/enroll/seed_export.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::core {
namespace {

using test::json;
using test::some;
using test::word;

const std::string folder = COUNTERSEAL_SOURCE_DIR "/tests/vectors/seed_files/";

const crypto& provider()
{
    static const std::unique_ptr<const crypto> only = crypto::open("");
    return *only;
}

std::string content(const std::string& name)
{
    std::ifstream file(folder + name, std::ios::binary);
    EXPECT_TRUE(file.good()) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string base32(const secure_bytes& key)
{
    std::string text(base32_len(key.size()), ' ');
    base32_encode(key.data(), key.size(), text.data());
    return text;
}

seed_format format_called(const std::string& name)
{
    const char* const names[] = {"auto",       "uri-list", "pskc", "entra-csv",      "oath-csv",
                                 "yubico-csv", "aegis",    "2fas", "bitwarden-json", "bitwarden-csv"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (name == names[i]) {
            return static_cast<seed_format>(i);
        }
    }
    throw std::runtime_error("no format " + name);
}

void expect_seed(const seed& got, const json& want)
{
    const std::pair<seed_kind, const char*> kinds[] = {
        {seed_kind::totp, "totp"}, {seed_kind::hotp, "hotp"}, {seed_kind::ocra, "ocra"}, {seed_kind::yubico, "yubico"}};
    for (const auto& [kind, name] : kinds) {
        EXPECT_EQ(got.kind == kind, word(want, "kind") == name);
    }
    EXPECT_EQ(base32(got.key), word(want, "secret"));
    if (want.contains("algorithm")) {
        const std::string name = word(want, "algorithm");
        EXPECT_EQ(got.algorithm, name == "SHA1" ? hash_id::sha1 : name == "SHA256" ? hash_id::sha256 : hash_id::sha512);
    }
    EXPECT_EQ(got.encoder == code_encoder::steam, want.contains("encoder"));
    EXPECT_EQ(got.digits, want.value("digits", 6U));
    EXPECT_EQ(got.period_s, want.value("period", 30U));
    EXPECT_EQ(got.counter, want.value("counter", std::uint64_t{0}));
    if (want.contains("private_id")) {
        const auto bytes = test::from_hex(word(want, "private_id"));
        EXPECT_EQ(got.private_id, secure_bytes(bytes.begin(), bytes.end()));
    }
    const char* const texts[] = {"issuer",       "account", "label_prefix", "user",      "serial",
                                 "manufacturer", "model",   "suite",        "public_id", "key_id"};
    for (std::size_t i = 0; i < std::size(texts); ++i) {
        EXPECT_EQ(got.texts[i], want.value(texts[i], std::string())) << texts[i];
    }
    EXPECT_EQ(warnings(got).size(), want.at("warnings").get<std::size_t>());
}

void expect_file(const json& want)
{
    const std::string data = content(word(want, "file"));
    const auto key = test::from_hex(want.value("key", std::string()));
    const std::string password = want.value("password", std::string());
    problem why;
    const auto got = read_seed_file(provider(), data, seed_format::automatic, {key, password}, why);
    if (want.contains("error")) {
        const json& error = want.at("error");
        ASSERT_FALSE(got.has_value());
        EXPECT_EQ(why.text, word(error, "text"));
        EXPECT_EQ(why.line, error.at("line").get<std::uint32_t>());
        EXPECT_EQ(why.column, error.at("column").get<std::uint32_t>());
        return;
    }
    ASSERT_TRUE(got.has_value()) << why.text;
    EXPECT_EQ(got->format, format_called(word(want, "format")));
    const json& rows = some(want, "rows");
    ASSERT_EQ(got->rows.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        SCOPED_TRACE("row " + std::to_string(i));
        const seed_row& row = got->rows[i];
        EXPECT_EQ(row.why.line, rows[i].at("line").get<std::uint32_t>());
        EXPECT_EQ(row.why.column, rows[i].at("column").get<std::uint32_t>());
        EXPECT_GT(row.why.line, 0U) << "every entry tells its line";
        ASSERT_EQ(row.value.has_value(), !rows[i].contains("error")) << row.why.text;
        if (row.value) {
            EXPECT_EQ(row.why.code, status::ok);
            expect_seed(*row.value, rows[i]);
        } else {
            EXPECT_NE(row.why.code, status::ok);
            EXPECT_EQ(row.why.text, word(rows[i], "error"));
        }
    }
}

const json& manifest()
{
    static const json file = test::read_json(folder + "manifest.json");
    return file;
}

TEST(seed_file, every_file_of_the_manifest)
{
    for (const json& one : some(manifest(), "files")) {
        SCOPED_TRACE(word(one, "file"));
        expect_file(one);
    }
}

TEST(seed_file, the_drift_of_a_token_is_told_with_its_sign)
{
    const auto read = [](const std::string& drift) {
        problem why;
        const auto got = read_seed_file(
            provider(),
            "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\"><KeyPackage>"
            "<Key Id=\"T\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:totp\"><AlgorithmParameters><ResponseFormat "
            "Length=\"6\" Encoding=\"DECIMAL\"/></AlgorithmParameters><Data><Secret>"
            "<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue></Secret><TimeDrift><PlainValue>" +
                drift + "</PlainValue></TimeDrift></Data></Key></KeyPackage></KeyContainer>",
            seed_format::automatic, {}, why);
        EXPECT_TRUE(got) << why.text;
        const seed_row& row = got->rows.at(0);
        return row.value ? row.value->notices : std::vector<std::string>{row.why.text};
    };
    const auto told = [](const std::string& drift) {
        return std::vector<std::string>{"TimeDrift of the file is " + drift +
                                        ": give it as drift where the factor is imported"};
    };
    EXPECT_EQ(read("4"), told("4"));
    EXPECT_EQ(read(" -1\n"), told("-1"));
    EXPECT_TRUE(read("0").empty());
    const std::vector<std::string> refused{"TimeDrift must be a whole number of steps"};
    for (const char* const drift : {"", "-", "--1", "+1", "1.5", "1e3", "- 1", "-9999999999", "18446744073709551615"}) {
        EXPECT_EQ(read(drift), refused) << drift;
    }
}

TEST(seed_file, rfc_6030_figures)
{
    const json published = test::read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/pskc_rfc6030.json");
    for (const json& one : some(published, "tests")) {
        const auto key = test::from_hex(word(one, "key_hex"));
        const std::string password = one.value("password", std::string());
        problem why;
        const auto got = read_seed_file(provider(), content("pskc_" + word(one, "figure") + ".xml"), seed_format::pskc,
                                        {password.empty() ? bytes_view(key) : bytes_view{}, password}, why);
        ASSERT_TRUE(got.has_value()) << why.text;
        const auto secret = test::from_hex(word(one, "secret_hex"));
        EXPECT_EQ(got->rows.at(0).value->key, secure_bytes(secret.begin(), secret.end()));
    }
}

TEST(seed_file, wrong_and_missing_keys_of_pskc)
{
    const auto refused = [](const char* name, const std::string& key, const std::string& password) {
        const auto bytes = test::from_hex(key);
        problem why;
        EXPECT_FALSE(read_seed_file(provider(), content(name), seed_format::pskc, {bytes, password}, why).has_value());
        EXPECT_GT(why.line, 0U);
        return why.text;
    };
    EXPECT_TRUE(refused("pskc_figure6.xml", "", "").starts_with("key must be given"));
    EXPECT_TRUE(refused("pskc_figure6.xml", "1234", "").starts_with("key must have 16, 24 or 32"));
    EXPECT_TRUE(refused("pskc_figure6.xml", std::string(64, '1'), "").starts_with("key must have as many"));
    EXPECT_TRUE(refused("pskc_figure7.xml", "", "").starts_with("password must be given"));
    const std::string wrong = "the key or password is wrong, or the file was changed";
    EXPECT_EQ(refused("pskc_figure6.xml", "00345678901234567890123456789012", ""), wrong);
    EXPECT_EQ(refused("pskc_figure7.xml", "", "qwertz"), wrong);
}

TEST(seed_file, every_cut_and_every_changed_byte_is_survived)
{
    for (const json& one : some(manifest(), "files")) {
        const std::string data = content(word(one, "file"));
        const auto key = test::from_hex(one.value("key", std::string()));
        const auto read = [&](const std::string& text) {
            problem why;
            const auto got = read_seed_file(provider(), text, seed_format::automatic, {key, "qwerty"}, why);
            EXPECT_TRUE(got.has_value() || why.code != status::ok);
            for (std::size_t i = 0; got && i < got->rows.size(); ++i) {
                ASSERT_NE(got->rows[i].value.has_value(), got->rows[i].why.code != status::ok);
            }
        };
        for (std::size_t len = 0; len < data.size(); len += 1 + data.size() / 97) {
            read(data.substr(0, len));
        }
        for (std::size_t at = 0; at < data.size(); at += 1 + data.size() / 97) {
            for (const char c : {'\0', '"', '<', '\xff', '9', '\n'}) {
                std::string changed = data;
                changed[at] = c;
                read(changed);
            }
        }
    }
}

TEST(seed_file, sizes_are_bounded)
{
    problem why;
    EXPECT_FALSE(read_seed_file(provider(), std::string(max_seed_file_len + 1, 'a'), seed_format::uri_list, {}, why));
    EXPECT_EQ(why.text, "a file must have at most 16 MiB");
    std::string many;
    for (std::size_t i = 0; i <= max_seed_rows; ++i) {
        many += "1,3132\n";
    }
    EXPECT_FALSE(read_seed_file(provider(), many, seed_format::oath_csv, {}, why));
    EXPECT_EQ(why.text, "a file must hold at most 100000 seeds");
    EXPECT_EQ(why.line, max_seed_rows + 1);
}

TEST(seed_file, migration_batches_must_be_whole)
{
    std::vector<seed> seeds(25);
    std::vector<const seed*> given;
    for (seed& one : seeds) {
        one.key.assign(20, 1);
        one.text(seed_text::account) = "nurse" + std::to_string(given.size());
        given.push_back(&one);
    }
    const secure_text text = write_seeds(seed_format::migration, given, 5);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = view(text).find('\n', at);
        lines.emplace_back(view(text).substr(at, end - at + 1));
        at = end + 1;
    }
    ASSERT_EQ(lines.size(), 3U);
    const auto bad = [](const std::string& list) {
        problem why;
        std::vector<std::string> faults;
        const auto rows = read_uri_list(list, why);
        for (const seed_row& row : *rows) {
            if (!row.value) {
                faults.push_back(row.why.text + " @" + std::to_string(row.why.line));
            }
        }
        return faults;
    };
    using texts = std::vector<std::string>;
    EXPECT_EQ(bad(lines[0] + lines[1] + lines[2]), texts{});
    EXPECT_EQ(bad(lines[2] + lines[0] + lines[1]), texts{}) << "any order";
    EXPECT_EQ(bad(lines[0] + lines[2]), texts{"migration code 2 of 3 is missing @1"});
    EXPECT_EQ(bad(lines[0] + lines[1] + lines[2] + lines[0]), texts{"the migration code is there twice @4"});
}

seed usual()
{
    seed made;
    made.key.assign(20, 'k');
    made.text(seed_text::user) = "nurse1@example.com";
    made.text(seed_text::account) = "nurse1@example.com";
    made.text(seed_text::serial) = "1,2\"3";
    made.text(seed_text::manufacturer) = "Con, toso";
    return made;
}

TEST(seed_export, entra_csv_is_read_back)
{
    seed second = usual();
    second.period_s = 60;
    second.text(seed_text::model) = "M\xc3\xbcnchen";
    const seed first = usual();
    const secure_text text = write_seeds(seed_format::entra_csv, {&first, &second}, 0);
    EXPECT_TRUE(view(text).starts_with(
        "upn,serial number,secret key,time interval,manufacturer,model\r\n"
        "nurse1@example.com,\"1,2\"\"3\",NNVWW23LNNVWW23LNNVWW23LNNVWW23L,30,\"Con, toso\",\r\n"))
        << view(text);
    problem why;
    const auto back = read_seed_file(provider(), view(text), seed_format::automatic, {}, why);
    ASSERT_TRUE(back && back->rows.size() == 2U);
    EXPECT_EQ(back->format, seed_format::entra_csv);
    EXPECT_EQ(back->rows[0].value->texts, first.texts);
    EXPECT_EQ(back->rows[1].value->texts, second.texts);
    EXPECT_EQ(back->rows[1].value->period_s, 60U);
    EXPECT_EQ(back->rows[1].value->key, second.key);
}

TEST(seed_export, what_a_format_cannot_say_is_refused)
{
    const auto rule = [](seed_format format, auto change) {
        seed changed = usual();
        change(changed);
        return check_export(format, changed).text;
    };
    const auto entra = [&](auto change) { return rule(seed_format::entra_csv, change); };
    EXPECT_EQ(entra([](seed&) {}), "");
    EXPECT_TRUE(entra([](seed& s) { s.kind = seed_kind::hotp; }).starts_with("kind "));
    EXPECT_TRUE(entra([](seed& s) { s.encoder = code_encoder::steam; }).starts_with("kind "));
    EXPECT_TRUE(entra([](seed& s) { s.algorithm = hash_id::sha256; }).starts_with("algorithm "));
    EXPECT_TRUE(entra([](seed& s) { s.digits = 8; }).starts_with("digits "));
    EXPECT_TRUE(entra([](seed& s) { s.period_s = 45; }).starts_with("period "));
    EXPECT_TRUE(entra([](seed& s) { s.t0_s = 45; }).starts_with("t0 "));
    EXPECT_TRUE(entra([](seed& s) { s.key.assign(81, 1); }).starts_with("secret "));
    EXPECT_TRUE(entra([](seed& s) { s.text(seed_text::serial).clear(); }).starts_with("serial "));
    for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
        EXPECT_TRUE(entra([&](seed& s) { s.text(seed_text::model) = formula; }).starts_with("texts ")) << formula;
    }
    for (const char* blank : {" m", "m ", " "}) {
        EXPECT_TRUE(
            entra([&](seed& s) { s.text(seed_text::model) = blank; }).starts_with("texts must not have blanks"));
    }
    EXPECT_TRUE(
        rule(seed_format::uri_list, [](seed& s) { s.text(seed_text::account) = "a:b"; }).starts_with("account "));
    EXPECT_TRUE(rule(seed_format::migration, [](seed& s) { s.period_s = 60; }).starts_with("period "));
    EXPECT_FALSE(can_write(seed_format::pskc));
    EXPECT_FALSE(can_write(seed_format::automatic));
}

}  // namespace
}  // namespace counterseal::core
