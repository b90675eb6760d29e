// SPDX-License-Identifier: Apache-2.0
#include "bench/users.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <stdexcept>

namespace counterseal::bench {
namespace {

const EVP_MD* digest_of(hash h)
{
    switch (h) {
        case hash::sha1: return EVP_sha1();
        case hash::sha256: return EVP_sha256();
        case hash::sha512: return EVP_sha512();
    }
    throw std::invalid_argument{"no such hash"};
}

/// As long as the digest (RFC 6238 appendix B does so for its three hashes).
std::size_t secret_len_of(hash h)
{
    return static_cast<std::size_t>(EVP_MD_get_size(digest_of(h)));
}

/// RFC 4226 section 5.3 as it is written, byte by byte: slow, plain, and no code of anybody who is measured.
std::uint32_t judge(hash h, std::span<const std::uint8_t> secret, std::uint64_t counter)
{
    std::uint8_t message[8];
    for (std::size_t i = 0; i < 8; ++i) {
        message[i] = static_cast<std::uint8_t>(counter >> (56 - 8 * i));
    }
    std::uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (HMAC(digest_of(h), secret.data(), static_cast<int>(secret.size()), message, sizeof message, mac, &len) ==
        nullptr) {
        throw std::runtime_error{"HMAC failed"};
    }
    const std::size_t offset = mac[len - 1] & 15U;
    std::uint32_t binary = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        binary = binary << 8 | mac[offset + i];
    }
    return (binary & 0x7fffffff) % 1'000'000;
}

code_text text_of(std::uint32_t code)
{
    code_text text{};
    (void)std::snprintf(text.data(), text.size(), "%06u", static_cast<unsigned>(code % 1'000'000));
    return text;
}

}  // namespace

users::users(hash h) : secret_len_{secret_len_of(h)}, secrets_(n_users * secret_len_)
{
    std::mt19937_64 random{20261125};  // the same people in every run
    std::generate(secrets_.begin(), secrets_.end(), [&] { return static_cast<std::uint8_t>(random()); });
    for (std::size_t i = 0; i < n_users; ++i) {
        std::uint32_t right[window_steps];
        for (std::size_t step = 0; step < window_steps; ++step) {
            right[step] = judge(h, secret(i), now_s / period_s - 1 + step);
            hits_.push_back(text_of(right[step]));
        }
        std::uint32_t wrong = 0;
        do {
            wrong = static_cast<std::uint32_t>(random() % 1'000'000);
        } while (std::find(std::begin(right), std::end(right), wrong) != std::end(right));
        misses_.push_back(text_of(wrong));
    }
}

const users& users_of(hash h)
{
    // Made when a row first asks, so that a filtered run does not wait for the others.
    switch (h) {
        case hash::sha1: {
            static const users made{hash::sha1};
            return made;
        }
        case hash::sha256: {
            static const users made{hash::sha256};
            return made;
        }
        case hash::sha512: break;
    }
    static const users made{hash::sha512};
    return made;
}

}  // namespace counterseal::bench
