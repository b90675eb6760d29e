// SPDX-License-Identifier: Apache-2.0
// Public keys of strangers, built from the numbers they consist of, and the signatures that they verify: ECDSA
// (FIPS 186-5, signatures in the DER form of RFC 3279 section 2.2.3), EdDSA (RFC 8032), RSA (RFC 8017), and ML-DSA
// (FIPS 204) where OpenSSL has it, from 3.5 on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/crypto/crypto.hpp"

struct evp_md_ctx_st;
struct evp_pkey_st;

namespace counterseal::core {

/// A key type, its curve or parameters and a hash, never one without the others.
enum class signature_scheme : std::uint8_t {
    ecdsa_p256_sha256,
    ecdsa_p384_sha384,
    ecdsa_p521_sha512,
    ecdsa_secp256k1_sha256,
    ed25519,
    ed448,
    rsa_pkcs1_sha256,
    rsa_pss_sha256,  // MGF1 with SHA-256, a salt of 32 bytes
    ml_dsa_44,       // the message itself, no hash of it; the context is empty
    ml_dsa_65,
    ml_dsa_87,
};

/// Bytes of a coordinate of ECDSA, or of a whole key of EdDSA and ML-DSA; 0 of RSA.
[[nodiscard]] std::size_t part_len(signature_scheme scheme) noexcept;

/// Whether the provider has the type of keys that a scheme needs.
[[nodiscard]] bool is_provided(const crypto& by, signature_scheme scheme) noexcept;

struct built_key;

/// Any number of threads may use one object; `by` has to live as long.
class verification_key {
public:
    /// ECDSA: both coordinates, each part_len() bytes. malformed: another length, or no point of the curve.
    [[nodiscard]] static built_key from_point(const crypto& by, signature_scheme scheme, bytes_view x, bytes_view y);

    /// EdDSA and ML-DSA: a key in its standard's encoding. malformed: another length. is_sound_edwards() tells more of
    /// points; any bytes are a key of ML-DSA.
    [[nodiscard]] static built_key from_raw(const crypto& by, signature_scheme scheme, bytes_view raw);

    /// RSA: modulus and exponent, big-endian without zeros in front. malformed: a modulus that is even, or has fewer
    /// than 2048 or more than 8192 bits; an exponent that is even, below 3 or beyond 32 bits.
    [[nodiscard]] static built_key from_rsa(const crypto& by, signature_scheme scheme, bytes_view modulus,
                                            bytes_view exponent);

    /// A key that OpenSSL read, for the files of this folder. malformed: it is none for this scheme, or not one that
    /// the others would build.
    [[nodiscard]] static built_key from_openssl(const crypto& by, signature_scheme scheme, const evp_pkey_st* key);

    /// ok, wrong, malformed (an ECDSA signature that is no exact DER) or e_crypto.
    [[nodiscard]] status verify(bytes_view message, bytes_view signature) const noexcept;

    /// The same for a key that is built for one signature: uses up what verify() would copy. There must be no copy of
    /// this object.
    [[nodiscard]] status verify_once(bytes_view message, bytes_view signature) && noexcept;

private:
    struct state;
    verification_key(std::shared_ptr<const state> prepared, signature_scheme scheme) noexcept;
    [[nodiscard]] static built_key prepared(const crypto& by, signature_scheme scheme, evp_pkey_st* owned_key);

    [[nodiscard]] status verify_in(evp_md_ctx_st* context, bytes_view message, bytes_view signature) const noexcept;

    std::shared_ptr<const state> state_;
    signature_scheme scheme_;
};

struct built_key {
    status code;  // ok, malformed, or e_unsupported: this provider has no such keys
    std::optional<verification_key> key;
};

/// Whether an ECDSA signature is the one DER encoding of two positive integers of at most `n_bytes` bytes each.
[[nodiscard]] bool is_exact_der(bytes_view signature, std::size_t n_bytes) noexcept;

}  // namespace counterseal::core
