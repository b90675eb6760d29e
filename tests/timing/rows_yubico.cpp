// SPDX-License-Identifier: Apache-2.0
// Yubico OTP, whose AES is OpenSSL's. That an OTP decrypts to something is no secret to whoever is let in; how far a
// wrong one came is: a bad CRC, another private identifier and one that is nearly right are all CSEAL_WRONG.
#include <openssl/evp.h>

#include <algorithm>

#include "codes.hpp"
#include "counterseal/yubico.h"

namespace timing {
namespace {

const std::string public_id = "vvccccccdefg";
constexpr std::size_t otp_len = 44;

struct yubico_input {
    std::array<std::uint8_t, CSEAL_YUBICO_KEY_LEN> key;
    std::array<std::uint8_t, CSEAL_YUBICO_PRIVATE_ID_LEN> private_id;
    std::array<char, otp_len> otp;
    std::array<char, CSEAL_YUBICO_PUBLIC_ID_MAX> out;
};

using block = std::array<std::uint8_t, 16>;

/// The CRC of ISO/IEC 13239, over the first 14 bytes.
std::uint16_t crc_of(const block& b)
{
    unsigned crc = 0xffff;
    for (std::size_t i = 0; i < 14; ++i) {
        crc ^= b[i];
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x8408U : 0U);
        }
    }
    return static_cast<std::uint16_t>(~crc & 0xffffU);
}

block encrypted(const block& plain, const std::array<std::uint8_t, 16>& key)
{
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                  EVP_CIPHER_CTX_free);
    block out{};
    int len = 0;
    expect(context != nullptr &&
               EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr) == 1 &&
               EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
               EVP_EncryptUpdate(context.get(), out.data(), &len, plain.data(), 16) == 1,
           "AES");
    return out;
}

void type(yubico_input& in, const block& cipher)
{
    constexpr char modhex[] = "cbdefghijklnrtuv";
    std::string text = public_id;
    for (const std::uint8_t byte : cipher) {
        text += modhex[byte >> 4U];
        text += modhex[byte & 15U];
    }
    put(in.otp, text);
}

/// Counter 1, use 1, with this private identifier and a good CRC.
block good_block(random& chance, const std::array<std::uint8_t, 6>& private_id)
{
    block b{};
    fill(chance, b);
    std::copy(private_id.begin(), private_id.end(), b.begin());
    b[6] = 1;
    b[7] = 0;
    b[11] = 1;
    const std::uint16_t crc = crc_of(b);
    b[14] = static_cast<std::uint8_t>(crc & 0xffU);
    b[15] = static_cast<std::uint8_t>(crc >> 8U);
    return b;
}

/// How many bytes of the private identifier are right in a block whose CRC is good.
block with_id_right(random& chance, const yubico_input& in, std::size_t n_right)
{
    auto other = in.private_id;
    for (std::size_t i = n_right; i < other.size(); ++i) {
        other[i] ^= static_cast<std::uint8_t>(1 + chance() % 255);
    }
    return encrypted(good_block(chance, other), in.key);
}

block noise(random& chance)
{
    block b{};
    fill(chance, b);
    return b;
}

}  // namespace

void add_yubico_rows(std::vector<row>& to)
{
    const auto provider = [] {
        cseal_crypto* made = nullptr;
        expect(cseal_crypto_new(nullptr, 0, &made) == CSEAL_OK, "a provider");
        return std::shared_ptr<cseal_crypto>(made, cseal_crypto_free);
    }();
    const auto verify = [provider](yubico_input& in) {
        std::int64_t counter = 0;
        std::int64_t use = 0;
        return cseal_yubico_verify(provider.get(), in.key.data(), in.key.size(), in.private_id.data(),
                                   in.private_id.size(), public_id.data(), public_id.size(), in.otp.data(), otp_len, -1,
                                   -1, &counter, &use);
    };
    row r{.kind = "secret", .function = "cseal_yubico_verify", .want = {CSEAL_WRONG, CSEAL_WRONG}};
    const auto add = [&](const std::string& what, const std::string& a, const std::string& b, auto make) {
        r.what = what;
        r.classes = {a, b};
        to.push_back(typed<yubico_input>(r, make, verify));
    };
    add("bad CRC", "one key", "random keys", [](random& chance, std::size_t of_class, yubico_input& in) {
        fixed_or_random(chance, of_class, in.key);
        fixed_or_random(chance, of_class, in.private_id);
        type(in, noise(chance));
    });
    add("wrong", "bad CRC", "good CRC", [](random& chance, std::size_t of_class, yubico_input& in) {
        fill(chance, in.key);
        fill(chance, in.private_id);
        type(in, of_class == 0 ? noise(chance) : with_id_right(chance, in, 0));
    });
    add("good CRC, wrong private_id", "five bytes right", "no byte right",
        [](random& chance, std::size_t of_class, yubico_input& in) {
            fill(chance, in.key);
            fill(chance, in.private_id);
            type(in, with_id_right(chance, in, of_class == 0 ? 5 : 0));
        });
    r.want = {CSEAL_OK, CSEAL_OK};
    add("right", "one key", "random keys", [](random& chance, std::size_t of_class, yubico_input& in) {
        fixed_or_random(chance, of_class, in.key);
        fixed_or_random(chance, of_class, in.private_id);
        type(in, with_id_right(chance, in, 6));
    });
    r.function = "cseal_yubico_public_id";
    r.what = "44 characters";
    r.classes = {"one block", "random blocks"};
    to.push_back(typed<yubico_input>(
        r,
        [](random& chance, std::size_t of_class, yubico_input& in) {
            block b{};
            fixed_or_random(chance, of_class, b);
            type(in, b);
        },
        [](yubico_input& in) {
            std::size_t len = 0;
            return cseal_yubico_public_id(in.otp.data(), otp_len, in.out.data(), in.out.size(), &len);
        }));
}

}  // namespace timing
