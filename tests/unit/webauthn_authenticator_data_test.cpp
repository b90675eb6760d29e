// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/authenticator_data.hpp"

#include <gtest/gtest.h>

#include "core/webauthn/quirk.hpp"
#include "tests/unit/support/cbor_writer.hpp"

namespace counterseal::core {
namespace {

using test::cose_ec;
using test::hex;
using test::joined;
using test::octets;
using test::unhex;

const octets rp_id_hash(32, 0xbf);
const octets aaguid = unhex("000102030405060708090a0b0c0d0e0f");

octets head(std::uint8_t flags, std::string_view counter = "00000000")
{
    return joined({rp_id_hash, octets{flags}, unhex(counter)});
}

octets credential(std::string_view id_len, const octets& id, const octets& key)
{
    return joined({aaguid, unhex(id_len), id, key});
}

const octets key = cose_ec(-7, 1, octets(32, 1), octets(32, 2));
const octets good_credential = credential("0004", unhex("aabbccdd"), key);
const octets extensions = unhex("a16b6372656450726f7465637402");  // {"credProtect": 2}

bool is_read(const octets& bytes)
{
    return read_authenticator_data(bytes, 0).has_value();
}

TEST(AuthenticatorData, FlagsAndCounter)
{
    const octets plain = head(0x01, "fffffffe");
    const auto data = read_authenticator_data(plain, 0);
    ASSERT_TRUE(data);
    EXPECT_EQ(hex(data->rp_id_hash), hex(rp_id_hash));
    EXPECT_TRUE(data->user_present);
    EXPECT_FALSE(data->user_verified || data->backup_eligible || data->backup_state);
    EXPECT_EQ(data->sign_count, 0xfffffffeU) << "not a number with a sign";
    EXPECT_FALSE(data->credential);
    EXPECT_FALSE(data->extensions);
    EXPECT_TRUE(read_authenticator_data(head(0x04), 0)->user_verified);
    EXPECT_TRUE(read_authenticator_data(head(0x08), 0)->backup_eligible);
    EXPECT_TRUE(read_authenticator_data(head(0x10), 0)->backup_state);
    EXPECT_FALSE(read_authenticator_data(head(0x04), 0)->user_present);
    EXPECT_TRUE(is_read(head(0x22))) << "reserved bits say nothing";
}

TEST(AuthenticatorData, AttestedCredential)
{
    const octets bytes = joined({head(0x41), good_credential});
    const auto data = read_authenticator_data(bytes, 0);
    ASSERT_TRUE(data);
    ASSERT_TRUE(data->credential);
    EXPECT_EQ(hex(data->credential->aaguid), hex(aaguid));
    EXPECT_EQ(hex(data->credential->id), "aabbccdd");
    EXPECT_EQ(hex(data->credential->public_key), hex(key));
    EXPECT_GE(data->credential->public_key.data(), bytes.data()) << "the bytes that the authenticator sent";
    EXPECT_LE(data->credential->public_key.data() + key.size(), bytes.data() + bytes.size());
    EXPECT_TRUE(is_read(joined({head(0x41), credential("0000", {}, key)})));
    EXPECT_TRUE(is_read(joined({head(0x41), credential("0400", octets(1024, 7), key)})));
    EXPECT_FALSE(is_read(joined({head(0x41), credential("0005", unhex("aabbccdd"), key)})));
    EXPECT_FALSE(is_read(joined({head(0x41), credential("ffff", unhex("aabbccdd"), key)})));
    EXPECT_FALSE(is_read(joined({head(0x41), credential("0004", unhex("aabbccdd"), {})})));
    EXPECT_FALSE(is_read(joined({head(0x41), credential("0004", unhex("aabbccdd"), unhex("00"))})));
    EXPECT_FALSE(is_read(joined({head(0x41), credential("0004", unhex("aabbccdd"), unhex("bf0102ff"))})));
}

TEST(AuthenticatorData, ExtensionsBehindTheKey)
{
    const octets bytes = joined({head(0xc1), good_credential, extensions});
    const auto data = read_authenticator_data(bytes, 0);
    ASSERT_TRUE(data);
    EXPECT_EQ(data->credential->public_key.size(), key.size());
    ASSERT_TRUE(data->extensions);
    EXPECT_EQ(data->extensions->find("credProtect")->integer(), 2);
    EXPECT_TRUE(is_read(joined({head(0x81), extensions})));
    EXPECT_TRUE(is_read(joined({head(0x81), unhex("a0")})));
    EXPECT_FALSE(is_read(joined({head(0x81), unhex("a10102")}))) << "a name that is no text";
    EXPECT_FALSE(is_read(joined({head(0x81), unhex("80")})));
}

TEST(AuthenticatorData, FlagsAnnounceWhatFollowsAndNothingIsLeftOver)
{
    EXPECT_FALSE(is_read(joined({head(0x41), good_credential, extensions}))) << "extensions without their flag";
    EXPECT_FALSE(is_read(joined({head(0x01), good_credential})));
    EXPECT_FALSE(is_read(head(0x41)));
    EXPECT_FALSE(is_read(head(0x81)));
    EXPECT_FALSE(is_read(joined({head(0xc1), good_credential})));
    EXPECT_FALSE(is_read(joined({head(0x01), octets{0}})));
    EXPECT_FALSE(is_read(joined({head(0x41), good_credential, octets{0}})));
    EXPECT_FALSE(is_read(joined({head(0xc1), good_credential, extensions, octets{0}})));
}

TEST(AuthenticatorData, EveryCutAndEveryChangedByteIsSurvived)
{
    const octets good = joined({head(0xc5), good_credential, extensions});
    ASSERT_TRUE(is_read(good));
    for (std::size_t len = 0; len < good.size(); ++len) {
        EXPECT_FALSE(is_read(octets(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(len)))) << len;
    }
    std::size_t n_read = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            octets changed = good;
            changed[at] = static_cast<std::uint8_t>(byte);
            n_read += read_authenticator_data(changed, all_quirks) ? 1U : 0U;
        }
    }
    EXPECT_GT(n_read, 100U * 256U) << "hash, counter, identifiers and coordinates are any bytes";
}

}  // namespace
}  // namespace counterseal::core
