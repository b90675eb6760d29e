// SPDX-License-Identifier: Apache-2.0
// Yubico's published OTPs: every field, the CRC and modhex tables, then the verdicts.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/codec/codec.hpp"
#include "core/yubico/otp.hpp"
#include "tests/unit/support/status_text.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::core {
namespace {

using test::from_hex;
using test::json;
using test::read_json;
using test::some;
using test::word;

json published()
{
    return read_json(COUNTERSEAL_SOURCE_DIR "/tests/vectors/yubico_otp.json");
}

std::vector<std::uint8_t> from_modhex(const std::string& text)
{
    std::vector<std::uint8_t> bytes(text.size());
    const decoded read = modhex_decode(text, bytes.data(), bytes.size());
    EXPECT_EQ(read.code, status::ok) << text;
    bytes.resize(read.len);
    return bytes;
}

TEST(yubico_file, crc_table)
{
    const json file = published();
    for (const json& test : some(file.at("crc16"), "tests")) {
        EXPECT_EQ(crc16(from_hex(test.at("data_hex"))), test.at("crc").get<std::uint64_t>()) << test;
    }
    EXPECT_EQ(word(file.at("crc16"), "good_residue"), "f0b8");
    EXPECT_EQ(yubico_good_residue, 0xf0b8U);
}

TEST(yubico_file, modhex_table)
{
    const json file = published();
    for (const json& test : some(file, "modhex")) {
        EXPECT_EQ(from_modhex(test.at("modhex")), from_hex(test.at("raw_hex"))) << test;
    }
}

TEST(yubico_file, every_field_and_verdict)
{
    const json file = published();
    const std::unique_ptr<const crypto> provider = crypto::open("");
    EXPECT_EQ(some(file, "otp").size(), 10U);
    for (const json& test : file.at("otp")) {
        const std::string otp = word(test, "otp");
        SCOPED_TRACE(otp);
        const json& fields = test.at("fields");
        const std::string public_id = word(fields, "public_id_modhex");
        const auto key = from_hex(test.at("aes_key_hex"));
        EXPECT_EQ(from_modhex(public_id), from_hex(fields.at("public_id_hex")));
        EXPECT_EQ(yubico_public_id(otp).text, public_id);

        std::uint8_t block[aes_block_len];
        ASSERT_EQ(provider->aes_128_decrypt_block(key, from_modhex(otp.substr(public_id.size())), block), status::ok);
        EXPECT_TRUE(std::ranges::equal(block, from_hex(fields.at("plaintext_hex"))));
        const yubico_fields read = read_yubico_block(block);
        EXPECT_TRUE(std::ranges::equal(read.private_id, from_hex(fields.at("private_id_hex"))));
        EXPECT_EQ(read.counter, fields.at("usage_counter").get<std::uint64_t>());
        EXPECT_EQ(read.counter, fields.at("usage_counter_raw").get<std::uint64_t>() & 0x7fff);
        EXPECT_EQ(read.timestamp, fields.at("timestamp").get<std::uint64_t>());
        EXPECT_EQ(read.session_use, fields.at("session_use").get<std::uint64_t>());
        EXPECT_EQ(read.random, fields.at("random").get<std::uint64_t>());
        EXPECT_EQ(~crc16({block, aes_block_len - 2}) & 0xffff, fields.at("crc").get<std::uint64_t>());
        EXPECT_EQ(read.crc_residue, std::stoul(word(fields, "residue"), nullptr, 16));

        const auto private_id = from_hex(fields.at("private_id_hex"));
        const yubico_factor of{key, private_id, public_id};
        const yubico_verdict verdict = yubico_verify(*provider, of, otp, {});
        EXPECT_EQ(verdict.code, status::ok);
        EXPECT_EQ(verdict.last.counter, fields.at("usage_counter").get<std::int64_t>());
        EXPECT_EQ(verdict.last.session_use, fields.at("session_use").get<std::int64_t>());
        EXPECT_EQ(yubico_verify(*provider, of, otp, verdict.last).code, status::replayed);
        const yubico_use before{verdict.last.counter, verdict.last.session_use - 1};
        EXPECT_EQ(yubico_verify(*provider, of, otp, before).code, status::ok);
    }
}

}  // namespace
}  // namespace counterseal::core
