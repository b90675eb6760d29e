// SPDX-License-Identifier: Apache-2.0
// HMAC as the standards write it, slow and plain: FIPS 180-4 section 6 and RFC 2104 section 2. slow_hmac_test holds it
// against OpenSSL; where there is no OpenSSL, kernels are held against it. Of the core it has the tables alone.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "core/hmac/rounds.hpp"

namespace counterseal::test {

namespace slow {

using bytes = std::vector<std::uint8_t>;

/// What SHA-256 and SHA-512 differ in (FIPS 180-4 sections 4.1.2 and 4.1.3).
struct sha2_functions {
    int sum0[3];
    int sum1[3];
    int sigma0[3];  // the last one shifts
    int sigma1[3];
};
inline constexpr sha2_functions of_sha256{{2, 13, 22}, {6, 11, 25}, {7, 18, 3}, {17, 19, 10}};
inline constexpr sha2_functions of_sha512{{28, 34, 39}, {14, 18, 41}, {1, 8, 7}, {19, 61, 6}};

template <class Word>
Word sum(Word x, const int (&by)[3])
{
    return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ std::rotr(x, by[2]);
}

template <class Word>
Word sigma(Word x, const int (&by)[3])
{
    return std::rotr(x, by[0]) ^ std::rotr(x, by[1]) ^ (x >> by[2]);
}

inline void hash_block(core::sha1, std::uint32_t (&h)[5], const std::vector<std::uint32_t>& m)
{
    std::vector<std::uint32_t> w = m;
    for (std::size_t t = 16; t < 80; ++t) {
        w.push_back(std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1));
    }
    std::uint32_t a = h[0];
    std::uint32_t b = h[1];
    std::uint32_t c = h[2];
    std::uint32_t d = h[3];
    std::uint32_t e = h[4];
    for (std::size_t t = 0; t < 80; ++t) {
        const std::uint32_t f = t < 20              ? (b & c) | (~b & d)
                                : t < 40 || t >= 60 ? b ^ c ^ d
                                                    : (b & c) | (b & d) | (c & d);
        const std::uint32_t next = std::rotl(a, 5) + f + e + core::rounds::k1[t / 20] + w[t];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    const std::uint32_t end[5] = {a, b, c, d, e};
    for (std::size_t i = 0; i < 5; ++i) {
        h[i] += end[i];
    }
}

template <class Word, std::size_t Rounds>
void hash_block(Word (&h)[8], const std::vector<Word>& m, const Word (&k)[Rounds], const sha2_functions& by)
{
    std::vector<Word> w = m;
    for (std::size_t t = 16; t < Rounds; ++t) {
        w.push_back(sigma(w[t - 2], by.sigma1) + w[t - 7] + sigma(w[t - 15], by.sigma0) + w[t - 16]);
    }
    std::vector<Word> s(h, h + 8);  // a to h
    for (std::size_t t = 0; t < Rounds; ++t) {
        const Word choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
        const Word majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
        const Word t1 = s[7] + sum(s[4], by.sum1) + choice + k[t] + w[t];
        const Word t2 = sum(s[0], by.sum0) + majority;
        s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) {
        h[i] += s[i];
    }
}

inline void hash_block(core::sha256, std::uint32_t (&h)[8], const std::vector<std::uint32_t>& m)
{
    hash_block(h, m, core::rounds::k256, of_sha256);
}

inline void hash_block(core::sha512, std::uint64_t (&h)[8], const std::vector<std::uint64_t>& m)
{
    hash_block(h, m, core::rounds::k512, of_sha512);
}

template <class Hash>
bytes digest(bytes message)
{
    using word = typename Hash::word;
    const std::uint64_t n_bits = message.size() * 8;
    message.push_back(0x80);
    while (message.size() % Hash::block_len != Hash::block_len - 2 * sizeof(word)) {
        message.push_back(0);
    }
    message.resize(message.size() + 2 * sizeof(word) - 8);  // the length is two words; here its upper bytes are zero
    for (int shift = 56; shift >= 0; shift -= 8) {
        message.push_back(static_cast<std::uint8_t>(n_bits >> shift));
    }
    word h[Hash::state_words];
    for (std::size_t i = 0; i < Hash::state_words; ++i) {
        h[i] = Hash::initial[i];
    }
    std::vector<word> m;
    for (std::size_t at = 0; at < message.size(); at += sizeof(word)) {
        word x = 0;
        for (std::size_t i = 0; i < sizeof(word); ++i) {
            x = x << 8 | message[at + i];
        }
        m.push_back(x);
        if (m.size() == 16) {
            hash_block(Hash{}, h, m);
            m.clear();
        }
    }
    bytes out;
    for (const word x : h) {
        for (std::size_t i = sizeof(word); i-- > 0;) {
            out.push_back(static_cast<std::uint8_t>(x >> (8 * i)));
        }
    }
    return out;
}

template <class Hash>
bytes hmac(bytes key, std::span<const std::uint8_t> message)
{
    if (key.size() > Hash::block_len) {
        key = digest<Hash>(key);
    }
    key.resize(Hash::block_len);
    bytes inner;
    bytes outer;
    for (const std::uint8_t byte : key) {
        inner.push_back(byte ^ 0x36);
        outer.push_back(byte ^ 0x5c);
    }
    inner.insert(inner.end(), message.begin(), message.end());
    const bytes inner_digest = digest<Hash>(inner);
    outer.insert(outer.end(), inner_digest.begin(), inner_digest.end());
    return digest<Hash>(outer);
}

}  // namespace slow

inline std::vector<std::uint8_t> slow_hmac(core::hash_id hash, std::span<const std::uint8_t> key,
                                           std::span<const std::uint8_t> message)
{
    const slow::bytes own_key(key.begin(), key.end());
    switch (hash) {
        case core::hash_id::sha1: return slow::hmac<core::sha1>(own_key, message);
        case core::hash_id::sha256: return slow::hmac<core::sha256>(own_key, message);
        case core::hash_id::sha512: return slow::hmac<core::sha512>(own_key, message);
    }
    return {};
}

}  // namespace counterseal::test
