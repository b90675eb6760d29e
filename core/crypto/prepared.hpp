// SPDX-License-Identifier: Apache-2.0
// Keys that are used again and again: what a provider does with a key before the first byte is done once.
//
// Any number of threads may use one object. There is no lock in it, which a fork could leave taken for ever: who finds
// the one context in use works with a copy.
#pragma once

#include <memory>

#include "core/crypto/crypto.hpp"

namespace counterseal::core {

/// HMAC (FIPS 198-1) under one key.
class prepared_hmac {
public:
    /// Nothing where the provider fails.
    [[nodiscard]] static std::unique_ptr<const prepared_hmac> make(const crypto& with, hash_id hash, bytes_view key);
    ~prepared_hmac();
    prepared_hmac(const prepared_hmac&) = delete;
    prepared_hmac& operator=(const prepared_hmac&) = delete;

    /// `out` has the hash's digest length. ok or e_crypto.
    [[nodiscard]] status operator()(bytes_view message, bytes_span out) const noexcept;

private:
    struct contexts;
    explicit prepared_hmac(std::unique_ptr<contexts> all) noexcept;
    std::unique_ptr<contexts> contexts_;
};

/// AES-256 (FIPS 197) under one key: what keys are derived with.
class prepared_aes {
public:
    /// Nothing where the provider fails. The key has 32 bytes.
    [[nodiscard]] static std::unique_ptr<const prepared_aes> make(const crypto& with, bytes_view key);
    ~prepared_aes();
    prepared_aes(const prepared_aes&) = delete;
    prepared_aes& operator=(const prepared_aes&) = delete;

    /// Encrypts whole blocks, each by itself; `in` and `out` have the same length and may be the same. ok or e_crypto.
    [[nodiscard]] status encrypt(bytes_view in, bytes_span out) const noexcept;

private:
    struct contexts;
    explicit prepared_aes(std::unique_ptr<contexts> all) noexcept;
    std::unique_ptr<contexts> contexts_;
};

}  // namespace counterseal::core
