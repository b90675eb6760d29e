// SPDX-License-Identifier: Apache-2.0
// Secrets as text, and wiping.
#include <algorithm>
#include <array>

#include "harness.hpp"

namespace ct {
namespace {

std::string some_bytes(std::size_t len)
{
    std::string bytes;
    for (std::size_t i = 0; i < len; ++i) {
        bytes.push_back(static_cast<char>(i * 151 + len * 17 + 3));
    }
    return bytes;
}

std::string encoded(const std::string& bytes)
{
    std::string text(bytes.size() * 2, '\0');
    std::size_t len = 0;
    expect(cseal_base32_encode(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), text.data(),
                               text.size(), &len) == CSEAL_OK,
           "base32 in the open");
    text.resize(len);
    return text;
}

using decode_call = cseal_status(const char*, std::size_t, std::uint8_t*, std::size_t, std::size_t*, std::size_t*);

/// Good text: the key comes out right, and secret until it is published.
void decodes(decode_call* decode, const std::string& text, const std::string& key)
{
    const secret_copy in("text", text);
    std::array<std::uint8_t, 256> out{};
    std::size_t len = 0;
    std::size_t index = 0;
    expect(decode(in.text(), in.len(), out.data(), out.size(), &len, &index) == CSEAL_OK, "status of good text");
    expect(len == key.size() && index == text.size(), "length of the key");
    expect_secret(out.data(), len, "the decoded key is not secret");
    publish(out.data(), len);
    expect(std::equal(key.begin(), key.end(), out.begin(),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }),
           "decoded key");
    if (!key.empty()) {
        expect(decode(in.text(), in.len(), out.data(), key.size() - 1, &len, &index) == CSEAL_E_CAPACITY,
               "status with a small capacity");
        expect(len == key.size() && std::all_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(len - 1),
                                                [](std::uint8_t b) { return b == 0; }),
               "output with a small capacity");
    }
}

/// Text with a fault: where it stands is public.
void refuses(decode_call* decode, const std::string& text, std::size_t fault)
{
    const secret_copy in("text", text);
    std::array<std::uint8_t, 256> out{};
    std::size_t len = 77;
    std::size_t index = 77;
    expect(decode(in.text(), in.len(), out.data(), out.size(), &len, &index) == CSEAL_E_ENCODING, "status of bad text");
    expect(len == 0 && index == fault, "index of the fault");
    expect(std::all_of(out.begin(), out.end(), [](std::uint8_t b) { return b == 0; }), "output of bad text");
}

void base32_decode(const entry&)
{
    for (std::size_t len = 0; len <= 70; ++len) {
        const std::string key = some_bytes(len);
        const std::string text = encoded(key);
        decodes(cseal_base32_decode, text, key);
        std::string lower = text;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        lower.insert(lower.size() / 2, 1, '\t').push_back(' ');
        decodes(cseal_base32_decode, lower, key);
        if (len != 0) {
            decodes(cseal_base32_decode, text + "====", key);
        }
    }
    decodes(cseal_base32_decode, "abcdefghijklmnopqrstuvwxyz234567",
            std::string("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf\x84\x65\x3a\x56\xd7\xc6\x75\xbe\x77\xdf", 20));
    refuses(cseal_base32_decode, "MZXW0YTB", 4);
    refuses(cseal_base32_decode, "MZXW-6YTB", 4);
    refuses(cseal_base32_decode, "MZXW6Y", 6);
    refuses(cseal_base32_decode, "MY======MY", 8);
    refuses(cseal_base32_decode, "\xcd\xda", 0);
}

void hex_decode(const entry&)
{
    for (std::size_t len = 0; len <= 70; ++len) {
        const std::string key = some_bytes(len);
        for (const char* digits : {"0123456789abcdef", "0123456789ABCDEF"}) {
            std::string text;
            for (const char byte : key) {
                const auto value = static_cast<unsigned char>(byte);
                text.push_back(digits[value >> 4]);
                text.push_back(digits[value & 15]);
            }
            decodes(cseal_hex_decode, text, key);
            decodes(cseal_hex_decode, text + " \n", key);
        }
    }
    refuses(cseal_hex_decode, "66:6f", 2);
    refuses(cseal_hex_decode, "666", 3);
    refuses(cseal_hex_decode, "6g", 1);
}

void base32_repair(const entry&)
{
    const auto mends = [](const std::string& text, const std::string& want, std::uint32_t want_repairs) {
        const secret_copy in("text", text);
        std::array<char, 256> out{};
        std::size_t len = 0;
        std::uint32_t repairs = 77;
        expect(cseal_base32_repair(in.text(), in.len(), &repairs, out.data(), out.size(), &len) == CSEAL_OK, "status");
        expect(len == want.size() && repairs == want_repairs, "length and repairs");
        publish(out.data(), len);
        expect(std::string_view(out.data(), len) == want, "text");
    };
    for (std::size_t len = 0; len <= 70; ++len) {
        const std::string text = encoded(some_bytes(len));
        mends(text, text, 0);
        mends("0-" + text + "-8", "O" + text + "B", 7);
    }
    mends("19 =z", "19 =z", 0);
}

void base32_encode(const entry&)
{
    for (std::size_t len = 0; len <= 70; ++len) {
        const std::string key = some_bytes(len);
        const std::string want = encoded(key);
        const secret_copy in("secret", key);
        std::array<char, 256> text{};
        std::size_t text_len = 0;
        expect(cseal_base32_encode(in.bytes(), in.len(), text.data(), text.size(), &text_len) == CSEAL_OK, "status");
        expect(text_len == want.size(), "length");
        expect_secret(text.data(), text_len, "the text is not secret");
        publish(text.data(), text_len);
        expect(std::string_view(text.data(), text_len) == want, "text");
        if (len != 0) {
            expect(cseal_base32_encode(in.bytes(), in.len(), text.data(), 1, &text_len) == CSEAL_E_CAPACITY,
                   "status with a small capacity");
        }
    }
}

void wipe(const entry&)
{
    for (const std::size_t len : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{1000}}) {
        secret_copy secret("data", std::string(len, 's'));
        cseal_wipe(secret.data(), len);
        expect(n_secret(secret.data(), len) == 0, "wiped bytes are still secret");
        publish(secret.data(), len);
        expect(std::all_of(secret.data(), secret.data() + len, [](char c) { return c == 0; }), "wiped bytes");
    }
}

}  // namespace

void add_text_entries(std::vector<entry>& to)
{
    to.push_back({"cseal_wipe", "data", wipe});
    to.push_back({"cseal_base32_decode", "text", base32_decode});
    to.push_back({"cseal_base32_repair", "text", base32_repair});
    to.push_back({"cseal_base32_encode", "secret", base32_encode});
    to.push_back({"cseal_hex_decode", "text", hex_decode});
}

}  // namespace ct
