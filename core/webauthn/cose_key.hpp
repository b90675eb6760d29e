// SPDX-License-Identifier: Apache-2.0
// Credential public keys: COSE_Key (RFC 9052 section 7) as WebAuthn Level 3 section 6.5.1.1 narrows it: the required
// parameters and no others, key type, curve and algorithm bound to each other (section 5.8.5).
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/crypto/verification_key.hpp"

namespace counterseal::core {

/// Numbers of the IANA registry "COSE Algorithms".
namespace cose {
inline constexpr std::int64_t es256 = -7;
inline constexpr std::int64_t eddsa = -8;
inline constexpr std::int64_t esp256 = -9;
inline constexpr std::int64_t ed25519 = -19;
inline constexpr std::int64_t es384 = -35;
inline constexpr std::int64_t es512 = -36;
inline constexpr std::int64_t ps256 = -37;
inline constexpr std::int64_t es256k = -47;
inline constexpr std::int64_t ml_dsa_44 = -48;
inline constexpr std::int64_t ml_dsa_65 = -49;
inline constexpr std::int64_t ml_dsa_87 = -50;
inline constexpr std::int64_t esp384 = -51;
inline constexpr std::int64_t esp512 = -52;
inline constexpr std::int64_t ed448 = -53;
inline constexpr std::int64_t rs256 = -257;
}  // namespace cose

/// What a relying party asks for that does not say otherwise: what every platform has, strongest first.
inline constexpr std::int64_t default_algorithms[] = {cose::ed25519, cose::eddsa, cose::es256, cose::rs256};

/// How signatures of an algorithm are verified. Nothing: not by us.
[[nodiscard]] std::optional<signature_scheme> scheme_of(std::int64_t algorithm) noexcept;

enum class cose_fault : std::uint8_t {
    none,
    spki,         // a SubjectPublicKeyInfo stands where a COSE key belongs
    encoding,     // no canonical CBOR map, or bytes behind it
    parameters,   // one missing, one too many, one of another type or length
    algorithm,    // none of ours
    mismatch,     // key type or curve is not the algorithm's
    not_a_key,    // off the curve, of small order, an RSA key that is not sane
    unsupported,  // the provider has no such keys
};

/// The numbers in a key, as views of it.
struct cose_key {
    std::int64_t algorithm = 0;
    signature_scheme scheme = signature_scheme::ecdsa_p256_sha256;
    bytes_view first;   // x, the encoded point, the modulus, or the whole key of ML-DSA
    bytes_view second;  // y, or the exponent
};

struct cose_reading {
    cose_fault fault;
    cose_key key;  // only where the fault is none
};

/// Reads a key that must end where the bytes end. `quirks` are bits of quirk.
[[nodiscard]] cose_reading read_cose_key(bytes_view bytes, std::uint32_t quirks) noexcept;

/// How many bytes the key has that the input starts with. Nothing: it starts with no map, and no quirk helps.
[[nodiscard]] std::optional<std::size_t> cose_key_len(bytes_view input, std::uint32_t quirks) noexcept;

struct prepared_key {
    cose_fault fault;
    std::optional<verification_key> key;  // where the fault is none
};

/// Builds what verifies. Points and RSA numbers are checked here, but of EdDSA and ML-DSA only the length. Throws
/// crypto_failure.
[[nodiscard]] prepared_key prepare(const crypto& by, const cose_key& key);

/// As prepare(), for a key that is seen for the first time: EdDSA points are checked too. Throws crypto_failure.
[[nodiscard]] prepared_key prepare_new(const crypto& by, const cose_key& key);

}  // namespace counterseal::core
