// SPDX-License-Identifier: Apache-2.0
#include "bench/users.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
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

users::users(hash h, std::size_t n) : hash_{h}, secret_len_{secret_len_of(h)}, secrets_(n * secret_len_)
{
    std::mt19937_64 random{20261125};  // the same people in every run
    std::generate(secrets_.begin(), secrets_.end(), [&] { return static_cast<std::uint8_t>(random()); });
    for (std::size_t i = 0; i < n; ++i) {
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

namespace {

/// Made when a row first asks, so that a filtered run does not wait for the others.
template <std::size_t N>
const users& made(hash h)
{
    static std::unique_ptr<const users> all[std::size(all_hashes)];
    auto& one = all[static_cast<std::size_t>(h)];
    if (one == nullptr) {
        one = std::make_unique<const users>(h, N);
    }
    return *one;
}

}  // namespace

const users& users_of(hash h)
{
    return made<n_users>(h);
}

const users& crowd_of(hash h)
{
    return made<n_rows>(h);
}

}  // namespace counterseal::bench
