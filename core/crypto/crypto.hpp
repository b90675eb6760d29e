// SPDX-License-Identifier: Apache-2.0
// The cryptographic provider: a library context of our own and the algorithms fetched from it once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/base/bytes.hpp"
#include "core/base/status.hpp"
#include "core/hmac/hash.hpp"

struct ossl_lib_ctx_st;

namespace counterseal::core {

using bytes_span = std::span<std::uint8_t>;

inline constexpr std::size_t aes_block_len = 16;
inline constexpr std::size_t gcm_nonce_len = 12;
inline constexpr std::size_t gcm_tag_len = 16;

/// Any number of threads may use one object. Every call answers ok or e_crypto: the provider failed, nothing was made.
class crypto {
public:
    /// Takes its algorithms from OpenSSL providers that match `properties` (property(7), e.g. "fips=yes"; empty:
    /// the default provider). Nothing where OpenSSL has no such implementation of all of them.
    [[nodiscard]] static std::unique_ptr<const crypto> open(const char* properties);

    ~crypto();
    crypto(const crypto&) = delete;
    crypto& operator=(const crypto&) = delete;

    /// Fills `out` from the provider's private random generator (SP 800-90A).
    [[nodiscard]] status random(bytes_span out) const noexcept;

    /// One block of AES-128, decrypted (FIPS 197): what a Yubico OTP is. `in` and `out` have aes_block_len bytes, `key`
    /// 16.
    [[nodiscard]] status aes_128_decrypt_block(bytes_view key, bytes_view in, bytes_span out) const noexcept;

    /// AES-CBC (SP 800-38A) without padding: `in` and `out` have the same length, a multiple of aes_block_len. The key
    /// has 16, 24 or 32 bytes.
    [[nodiscard]] status aes_cbc_decrypt(bytes_view key, bytes_view iv, bytes_view in, bytes_span out) const noexcept;

    /// AES-256-GCM (SP 800-38D) with a tag of gcm_tag_len bytes behind the ciphertext: `out` is that much longer than
    /// `in`. The key has 32 bytes, the nonce gcm_nonce_len and was never used with this key.
    [[nodiscard]] status aes_256_gcm_encrypt(bytes_view key, bytes_view nonce, bytes_view aad, bytes_view in,
                                             bytes_span out) const noexcept;

    /// The way back: `in` is gcm_tag_len bytes longer than `out`. wrong: the tag is not that of this key, nonce, aad
    /// and ciphertext; `out` is zeroed then.
    [[nodiscard]] status aes_256_gcm_decrypt(bytes_view key, bytes_view nonce, bytes_view aad, bytes_view in,
                                             bytes_span out) const noexcept;

    /// HMAC (FIPS 198-1) of a whole message; `out` has the hash's digest length.
    [[nodiscard]] status hmac(hash_id hash, bytes_view key, bytes_view message, bytes_span out) const noexcept;

    /// PBKDF2 (RFC 8018 section 5.2) with HMAC of `hash`, filling `out`.
    [[nodiscard]] status pbkdf2(hash_id hash, bytes_view password, bytes_view salt, std::uint32_t iterations,
                                bytes_span out) const noexcept;

    /// OpenSSL's library context, for the files of this folder.
    [[nodiscard]] ossl_lib_ctx_st* library() const noexcept;

private:
    friend class prepared_aes;
    friend class prepared_hmac;
    friend class sha256_hash;
    struct fetched;
    explicit crypto(std::unique_ptr<fetched> algorithms) noexcept;
    std::unique_ptr<fetched> algorithms_;
};

}  // namespace counterseal::core
