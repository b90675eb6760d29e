// SPDX-License-Identifier: Apache-2.0
// HMAC by OpenSSL: the independent answer.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/hmac/hash.hpp"

namespace counterseal::test {

inline std::vector<std::uint8_t> openssl_hmac(core::hash_id hash, std::span<const std::uint8_t> key,
                                              std::span<const std::uint8_t> message)
{
    const EVP_MD* md = hash == core::hash_id::sha1     ? EVP_sha1()
                       : hash == core::hash_id::sha256 ? EVP_sha256()
                                                       : EVP_sha512();
    // HMAC() takes a NULL key as "the key of the call before".
    static constexpr std::uint8_t nothing = 0;
    std::vector<std::uint8_t> digest(EVP_MAX_MD_SIZE);
    unsigned len = 0;
    if (HMAC(md, key.empty() ? &nothing : key.data(), static_cast<int>(key.size()),
             message.empty() ? &nothing : message.data(), message.size(), digest.data(), &len) == nullptr) {
        throw std::runtime_error("OpenSSL's HMAC failed");
    }
    digest.resize(len);
    return digest;
}

}  // namespace counterseal::test
