// SPDX-License-Identifier: Apache-2.0
// Signatures over public text: Ed25519 (RFC 8032), and ECDSA on P-256 with SHA-256 (FIPS 186-5) for providers that have
// no Ed25519.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/crypto/crypto.hpp"

namespace counterseal::core {

enum class signature_type : std::uint8_t { ed25519, ecdsa_p256 };

/// Any number of threads may use one object; `by` has to live as long.
class public_key {
public:
    /// From a SubjectPublicKeyInfo (RFC 5280 section 4.1), which must end where the bytes end. Nothing: it is none, or
    /// of another type or curve.
    [[nodiscard]] static std::optional<public_key> from_spki(const crypto& by, bytes_view der);

    /// From the 32 bytes of RFC 8032 section 5.1.5. Nothing: another length.
    [[nodiscard]] static std::optional<public_key> from_ed25519(const crypto& by, bytes_view bytes);

    [[nodiscard]] signature_type type() const noexcept { return type_; }

    /// Throws crypto_failure.
    [[nodiscard]] std::vector<std::uint8_t> spki() const;

    /// The 32 bytes; of an Ed25519 key alone. Throws crypto_failure.
    [[nodiscard]] std::vector<std::uint8_t> ed25519() const;

    /// Of ECDSA the signature is the DER form (RFC 3279 section 2.2.3).
    [[nodiscard]] bool verify(bytes_view message, bytes_view signature) const noexcept;

private:
    friend class private_key;
    struct state;
    public_key(std::shared_ptr<const state> key, signature_type type) noexcept;
    std::shared_ptr<const state> key_;
    signature_type type_;
};

/// The same, with the half that signs. OpenSSL wipes it when the last copy goes.
class private_key {
public:
    /// A new one from the provider's random generator. Throws crypto_failure.
    [[nodiscard]] static private_key generate(const crypto& by, signature_type type);

    /// From a PrivateKeyInfo (PKCS #8, RFC 5958), which must end where the bytes end. Nothing: it is none, or of
    /// another type or curve.
    [[nodiscard]] static std::optional<private_key> from_pkcs8(const crypto& by, bytes_view der);

    [[nodiscard]] const public_key& public_half() const noexcept { return public_; }

    /// How many bytes write_pkcs8() writes. Throws crypto_failure.
    [[nodiscard]] std::size_t pkcs8_len() const;
    /// `out` has pkcs8_len() bytes. Throws crypto_failure.
    void write_pkcs8(bytes_span out) const;

    /// Throws crypto_failure.
    [[nodiscard]] std::vector<std::uint8_t> sign(bytes_view message) const;

private:
    explicit private_key(public_key both) noexcept;
    public_key public_;
};

}  // namespace counterseal::core
