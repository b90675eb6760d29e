// SPDX-License-Identifier: Apache-2.0
// What `crypto` has fetched from OpenSSL, for the files of this folder alone.
#pragma once

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>

#include "core/crypto/crypto.hpp"

namespace counterseal::core {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* object) const noexcept
    {
        Free(object);
    }
};
template <class T, auto Free>
using owned = std::unique_ptr<T, freed_by<Free>>;

struct crypto::fetched {
    owned<OSSL_LIB_CTX, OSSL_LIB_CTX_free> library;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_128_ecb;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_128_cbc;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_192_cbc;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_256_cbc;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_256_ecb;
    owned<EVP_CIPHER, EVP_CIPHER_free> aes_256_gcm;
    owned<EVP_MAC, EVP_MAC_free> hmac;
    owned<EVP_KDF, EVP_KDF_free> pbkdf2;
};

using cipher_context = owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using mac_context = owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using kdf_context = owned<EVP_KDF_CTX, EVP_KDF_CTX_free>;

/// OpenSSL's name of a hash. It takes parameters as pointers to mutable data and only reads them.
[[nodiscard]] inline char* digest_name(hash_id hash) noexcept
{
    static constexpr const char* names[] = {"SHA1", "SHA256", "SHA512"};
    return const_cast<char*>(names[static_cast<std::uint32_t>(hash) - 1]);
}

}  // namespace counterseal::core
