// SPDX-License-Identifier: Apache-2.0
// XAES-256-GCM against the values of its page (c2sp.org/XAES-256-GCM, "Test vectors").
#include "core/crypto/xaes.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "core/enroll/hex.hpp"

namespace counterseal::core {
namespace {

using bytes = std::vector<std::uint8_t>;

bytes from_text(std::string_view text)
{
    return {text.begin(), text.end()};
}

const crypto& provider()
{
    static const std::unique_ptr<const crypto> only = crypto::open("");
    return *only;
}

std::unique_ptr<const prepared_aes> prepared(const bytes& key)
{
    return prepared_aes::make(provider(), key);
}

const bytes nonce = from_text("ABCDEFGHIJKLMNOPQRSTUVWX");
const bytes plaintext = from_text("XAES-256-GCM");

bytes sealed(const bytes& key, const bytes& aad)
{
    bytes out(plaintext.size() + gcm_tag_len);
    EXPECT_EQ(xaes_encrypt(provider(), *prepared(key), nonce, aad, plaintext, out), status::ok);
    return out;
}

TEST(xaes, published_values)
{
    EXPECT_EQ(to_hex(sealed(bytes(32, 1), {})), "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
    EXPECT_EQ(to_hex(sealed(bytes(32, 3), from_text("c2sp.org/XAES-256-GCM"))),
              "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");
}

TEST(xaes, opens_what_it_made_and_nothing_else)
{
    const bytes key(32, 3);
    const bytes aad = from_text("aad");
    const bytes good = sealed(key, aad);
    bytes out(plaintext.size());
    ASSERT_EQ(xaes_decrypt(provider(), *prepared(key), nonce, aad, good, out), status::ok);
    EXPECT_EQ(out, plaintext);
    const auto refused = [&](const bytes& k, const bytes& n, const bytes& a, const bytes& in) {
        bytes opened(in.size() - gcm_tag_len, 0x5a);
        EXPECT_EQ(xaes_decrypt(provider(), *prepared(k), n, a, in, opened), status::wrong);
        EXPECT_EQ(opened, bytes(opened.size(), 0));
    };
    const auto flipped = [](bytes of, std::size_t bit) {
        of[bit / 8] = static_cast<std::uint8_t>(of[bit / 8] ^ (1U << bit % 8));
        return of;
    };
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        refused(key, nonce, aad, flipped(good, bit));
    }
    for (std::size_t bit = 0; bit < 8 * nonce.size(); ++bit) {
        refused(key, flipped(nonce, bit), aad, good);
    }
    for (std::size_t bit = 0; bit < 8 * aad.size(); ++bit) {
        refused(key, nonce, flipped(aad, bit), good);
    }
    refused(key, nonce, {}, good);
    refused(bytes(32, 4), nonce, aad, good);
    refused(key, nonce, aad, bytes(good.begin(), good.end() - 1));
}

}  // namespace
}  // namespace counterseal::core
