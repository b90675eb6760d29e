// SPDX-License-Identifier: Apache-2.0
// What `crypto` has fetched from OpenSSL, for the files of this folder alone.
#pragma once

#include <openssl/crypto.h>
#include <openssl/kdf.h>

#include <atomic>

#include "core/crypto/crypto.hpp"
#include "core/crypto/openssl.hpp"

namespace counterseal::core {

struct crypto::fetched {
    owned<OSSL_LIB_CTX, OSSL_LIB_CTX_free> library;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_128_ecb;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_128_cbc;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_192_cbc;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_256_cbc;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_256_ecb;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_256_gcm;
    owned<EVP_MD, EVP_MD_free> sha256;
    owned<EVP_MAC, EVP_MAC_free> hmac;
    owned<EVP_KDF, EVP_KDF_free> pbkdf2;
    owned<EVP_RAND, EVP_RAND_free> random;
    std::atomic<EVP_RAND_CTX*> spare_random{nullptr};

    fetched() = default;
    fetched(const fetched&) = delete;
    fetched& operator=(const fetched&) = delete;
    ~fetched();

    /// A generator of ours, seeded by the library context's own: one of a thread would be looked for when the thread
    /// ends, in a library context that may be gone by then. It notices a fork by itself, and is seeded anew in the
    /// child. Nothing where the provider fails.
    [[nodiscard]] owned<EVP_RAND_CTX, EVP_RAND_CTX_free> new_random() const noexcept;
};

using cipher_context = owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using mac_context = owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using random_context = owned<EVP_RAND_CTX, EVP_RAND_CTX_free>;
using kdf_context = owned<EVP_KDF_CTX, EVP_KDF_CTX_free>;

/// OpenSSL's name of a hash. It takes parameters as pointers to mutable data and only reads them.
[[nodiscard]] inline char* digest_name(hash_id hash) noexcept
{
    static constexpr const char* names[] = {"SHA1", "SHA256", "SHA512"};
    return const_cast<char*>(names[static_cast<std::uint32_t>(hash) - 1]);
}

}  // namespace counterseal::core
