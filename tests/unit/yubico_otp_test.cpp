// SPDX-License-Identifier: Apache-2.0
// Verdicts on Yubico OTPs that a key of our own makes; OpenSSL encrypts them. tests/vectors has the published ones.
#include "core/yubico/otp.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/support/random.hpp"
#include "tests/unit/support/status_text.hpp"

namespace counterseal::core {
namespace {

using bytes = std::vector<std::uint8_t>;

const bytes key{0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
const bytes private_id{1, 2, 3, 4, 5, 6};
const std::string public_id = "cccjgjgkhcbb";
constexpr yubico_use never{};

const crypto& provider()
{
    static const std::unique_ptr<const crypto> only = crypto::open("");
    return *only;
}

/// What a key puts into a block.
struct use {
    unsigned counter = 7;  // all 16 bits of the field
    unsigned session_use = 3;
    unsigned timestamp = 0x123456;
    unsigned random = 0xbeef;
    unsigned crc_error = 0;  // bits that are wrong in the CRC
};

bytes block_of(const use& of, const bytes& id = private_id)
{
    bytes block = id;
    for (const unsigned part : {of.counter, of.counter >> 8, of.timestamp, of.timestamp >> 8, of.timestamp >> 16,
                                of.session_use, of.random, of.random >> 8}) {
        block.push_back(static_cast<std::uint8_t>(part));
    }
    const unsigned crc = ~static_cast<unsigned>(crc16(block)) ^ of.crc_error;
    block.push_back(static_cast<std::uint8_t>(crc));
    block.push_back(static_cast<std::uint8_t>(crc >> 8));
    return block;
}

std::string modhex(const bytes& of)
{
    constexpr const char* alphabet = "cbdefghijklnrtuv";
    std::string text;
    for (const std::uint8_t byte : of) {
        text += alphabet[byte >> 4];
        text += alphabet[byte & 15];
    }
    return text;
}

std::string typed(const bytes& block, const bytes& with = key)
{
    bytes out(block.size());
    int len = 0;
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  EVP_CIPHER_CTX_free);
    if (EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, with.data(), nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
        EVP_EncryptUpdate(context.get(), out.data(), &len, block.data(), static_cast<int>(block.size())) != 1) {
        throw std::runtime_error("OpenSSL's AES failed");
    }
    return modhex(out);
}

std::string otp_of(const use& of)
{
    return public_id + typed(block_of(of));
}

void expect_verdict(std::string_view otp, const yubico_use& last, status code, const yubico_use& now,
                    std::string_view id = public_id)
{
    SCOPED_TRACE(testing::PrintToString(std::string(otp)) + " after " + std::to_string(last.counter) + ", " +
                 std::to_string(last.session_use));
    const yubico_verdict verdict = yubico_verify(provider(), {key, private_id, id}, otp, last);
    EXPECT_EQ(verdict.code, code);
    EXPECT_EQ(verdict.last.counter, now.counter);
    EXPECT_EQ(verdict.last.session_use, now.session_use);
}

TEST(yubico_otp, only_what_is_later_is_accepted)
{
    const std::vector<std::int64_t> counters{0, 1, 2, 0xff, 0x100, 0x101, 0x3fff, 0x7ffe, 0x7fff};
    const std::vector<std::int64_t> uses{0, 1, 2, 0x7f, 0x80, 0xfe, 0xff};
    for (const std::int64_t counter : counters) {
        for (const std::int64_t session_use : uses) {
            const yubico_use now{counter, session_use};
            const std::string otp =
                otp_of({.counter = static_cast<unsigned>(counter), .session_use = static_cast<unsigned>(session_use)});
            expect_verdict(otp, never, status::ok, now);
            expect_verdict(otp, {-1, 255}, status::ok, now);
            for (const std::int64_t last_counter : counters) {
                for (const std::int64_t last_use : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, std::int64_t{2},
                                                    session_use, std::int64_t{0xfe}, std::int64_t{0xff}}) {
                    const yubico_use last{last_counter, last_use};
                    const bool later = counter > last_counter || (counter == last_counter && session_use > last_use);
                    expect_verdict(otp, last, later ? status::ok : status::replayed, later ? now : last);
                }
            }
        }
    }
}

TEST(yubico_otp, the_highest_bit_of_the_counter_is_not_part_of_it)
{
    expect_verdict(otp_of({.counter = 0x8007}), never, status::ok, {7, 3});
    expect_verdict(otp_of({.counter = 0x8007}), {7, 3}, status::replayed, {7, 3});
    expect_verdict(otp_of({.counter = 0x8007}), {8, 0}, status::replayed, {8, 0});
    expect_verdict(otp_of({.counter = 0xffff}), {0x7fff, 2}, status::ok, {0x7fff, 3});
}

TEST(yubico_otp, the_crc_counts_to_its_last_bit)
{
    expect_verdict(otp_of({}), never, status::ok, {7, 3});
    for (unsigned bit = 0; bit < 16; ++bit) {
        expect_verdict(otp_of({.crc_error = 1U << bit}), never, status::wrong, never);
        expect_verdict(otp_of({.crc_error = 1U << bit}), {9, 9}, status::wrong, {9, 9});
    }
}

TEST(yubico_otp, the_private_id_counts_to_its_last_bit)
{
    for (std::size_t i = 0; i < private_id.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            bytes other = private_id;
            other[i] = static_cast<std::uint8_t>(other[i] ^ 1U << bit);
            expect_verdict(public_id + typed(block_of({}, other)), never, status::wrong, never);
        }
    }
}

TEST(yubico_otp, another_key_is_wrong)
{
    for (std::size_t i = 0; i < key.size(); ++i) {
        bytes other = key;
        other[i] = static_cast<std::uint8_t>(other[i] ^ 0x80U);
        expect_verdict(public_id + typed(block_of({}), other), never, status::wrong, never);
    }
}

TEST(yubico_otp, any_other_character_is_wrong_or_malformed)
{
    const std::string right = otp_of({});
    for (std::size_t at = 0; at < right.size(); ++at) {
        for (const char c : std::string("cbdefghijklnrtuv")) {
            std::string other = right;
            other[at] = c;
            const bool same = other == right;
            expect_verdict(other, never, same ? status::ok : status::wrong, same ? yubico_use{7, 3} : never);
        }
        for (const char c : std::string("aA0-=\0\x80\xe3", 8)) {
            std::string other = right;
            other[at] = c;
            expect_verdict(other, never, status::malformed, never);
        }
        std::string spread = right;
        expect_verdict(spread.insert(at, 1, at == 0 ? '-' : ' '), never, status::malformed, never);
    }
}

TEST(yubico_otp, outer_blanks_and_capital_letters_do_not_count)
{
    std::string right = otp_of({});
    expect_verdict(" \t\r\n" + right + "\n\v\f ", never, status::ok, {7, 3});
    for (char& c : right) {
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    expect_verdict(right, never, status::ok, {7, 3});
    expect_verdict(otp_of({}), never, status::ok, {7, 3}, "CCCJGJGKHCBB");
}

TEST(yubico_otp, public_ids_of_every_length)
{
    const std::string block = typed(block_of({}));
    for (std::size_t len = 0; len <= 32; len += 2) {
        const std::string id(len, 'u');
        expect_verdict(id + block, never, status::ok, {7, 3}, id);
        EXPECT_EQ(yubico_public_id(" " + id + block + "\n").text, id);
        expect_verdict(id + "uu" + block, never, status::malformed, never, id);
        if (len != 0) {
            expect_verdict(block, never, status::malformed, never, id);
            expect_verdict(std::string(len - 1, 'u') + 'v' + block, never, status::wrong, never, id);
        }
    }
}

TEST(yubico_otp, what_has_no_public_id)
{
    const std::string block = typed(block_of({}));
    for (const std::string& text :
         {std::string(), block.substr(1), block.substr(2), 'c' + block, "ccc" + block, std::string(34, 'c') + block,
          "cccca" + block.substr(1), block.substr(1) + "a", "cc" + block.substr(0, 16) + "  " + block.substr(18)}) {
        const auto found = yubico_public_id(text);
        EXPECT_EQ(found.code, status::malformed) << text;
        EXPECT_TRUE(found.text.empty());
    }
}

TEST(yubico_otp, rules)
{
    const auto rule = [](std::size_t key_len, std::size_t id_len, std::string_view id, const yubico_use& last) {
        const auto verdict = check_yubico(key_len, id_len, id, last);
        EXPECT_EQ(verdict.code == status::ok, verdict.rule == nullptr);
        return std::string(verdict.rule == nullptr ? "" : verdict.rule);
    };
    EXPECT_EQ(rule(16, 6, "", never), "");
    EXPECT_EQ(rule(16, 6, std::string(32, 'v'), {0x7fff, 0xff}), "");
    EXPECT_EQ(rule(15, 6, "", never), "key must have 16 bytes (AES-128)");
    EXPECT_EQ(rule(32, 6, "", never), "key must have 16 bytes (AES-128)");
    EXPECT_EQ(rule(16, 5, "", never), "private_id must have 6 bytes");
    EXPECT_EQ(rule(16, 16, "", never), "private_id must have 6 bytes");
    for (const std::string& id : {std::string("c"), std::string("ca"), std::string("cc cc"), std::string(" cc"),
                                  std::string(34, 'c'), std::string("28b3")}) {
        EXPECT_EQ(rule(16, 6, id, never).substr(0, 24), "public_id must be modhex") << id;
    }
    for (const std::int64_t bad : {std::int64_t{-2}, std::int64_t{0x8000}, std::int64_t{1} << 62}) {
        EXPECT_EQ(rule(16, 6, "", {bad, 0}), "last_counter must be -1 (never used) to 32767");
    }
    for (const std::int64_t bad : {std::int64_t{-2}, std::int64_t{256}, std::int64_t{1} << 62}) {
        EXPECT_EQ(rule(16, 6, "", {0, bad}), "last_session_use must be -1 (never used) to 255");
    }
    expect_verdict(otp_of({}), {0x8000, 0}, status::e_range, {0x8000, 0});
}

TEST(yubico_otp, random_keys_agree_with_what_was_put_in)
{
    SCOPED_TRACE(test::random_source::how_to_repeat());
    test::random_source random;
    for (int i = 0; i < 500; ++i) {
        const bytes its_key = random.bytes(16);
        const bytes its_id = random.bytes(6);
        const use made{random.next32() & 0xffff, random.next32() & 0xff, random.next32() & 0xffffff,
                       random.next32() & 0xffff};
        const bytes block = block_of(made, its_id);
        std::uint8_t copy[16];
        std::copy(block.begin(), block.end(), copy);
        const yubico_fields fields = read_yubico_block(copy);
        EXPECT_EQ(fields.counter, made.counter & 0x7fff);
        EXPECT_EQ(fields.session_use, made.session_use);
        EXPECT_EQ(fields.timestamp, made.timestamp);
        EXPECT_EQ(fields.random, made.random);
        EXPECT_EQ(fields.crc_residue, yubico_good_residue);
        const std::string id = modhex(random.bytes(random.below(17)));
        const yubico_verdict verdict =
            yubico_verify(provider(), {its_key, its_id, id}, id + typed(block, its_key), never);
        EXPECT_EQ(verdict.code, status::ok);
        EXPECT_EQ(verdict.last.counter, made.counter & 0x7fff);
        EXPECT_EQ(verdict.last.session_use, made.session_use);
    }
}

}  // namespace
}  // namespace counterseal::core
