// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/cose_key.hpp"

#include <algorithm>
#include <array>

#include "core/crypto/edwards.hpp"
#include "core/webauthn/cbor.hpp"
#include "core/webauthn/quirk.hpp"

namespace counterseal::core {
namespace {

// Labels of RFC 9052 section 7.1, RFC 9053 section 7, RFC 8230 section 4, RFC 9964 section 3.
constexpr std::int64_t label_kty = 1;
constexpr std::int64_t label_alg = 3;
constexpr std::int64_t label_first = -1;  // crv, n or pub
constexpr std::int64_t label_x_or_e = -2;
constexpr std::int64_t label_y = -3;

constexpr std::int64_t kty_okp = 1;
constexpr std::int64_t kty_ec2 = 2;
constexpr std::int64_t kty_rsa = 3;
constexpr std::int64_t kty_akp = 7;

struct algorithm_facts {
    std::int64_t algorithm;
    signature_scheme scheme;
    std::int64_t kty;
    std::int64_t crv;  // 0: it has none
};

constexpr algorithm_facts algorithms[] = {
    {cose::es256, signature_scheme::ecdsa_p256_sha256, kty_ec2, 1},
    {cose::esp256, signature_scheme::ecdsa_p256_sha256, kty_ec2, 1},
    {cose::es384, signature_scheme::ecdsa_p384_sha384, kty_ec2, 2},
    {cose::esp384, signature_scheme::ecdsa_p384_sha384, kty_ec2, 2},
    {cose::es512, signature_scheme::ecdsa_p521_sha512, kty_ec2, 3},
    {cose::esp512, signature_scheme::ecdsa_p521_sha512, kty_ec2, 3},
    {cose::es256k, signature_scheme::ecdsa_secp256k1_sha256, kty_ec2, 8},
    // WebAuthn section 5.8.5: -8 is Ed25519 and no other curve.
    {cose::eddsa, signature_scheme::ed25519, kty_okp, 6},
    {cose::ed25519, signature_scheme::ed25519, kty_okp, 6},
    {cose::ed448, signature_scheme::ed448, kty_okp, 7},
    {cose::rs256, signature_scheme::rsa_pkcs1_sha256, kty_rsa, 0},
    {cose::ps256, signature_scheme::rsa_pss_sha256, kty_rsa, 0},
    {cose::ml_dsa_44, signature_scheme::ml_dsa_44, kty_akp, 0},
    {cose::ml_dsa_65, signature_scheme::ml_dsa_65, kty_akp, 0},
    {cose::ml_dsa_87, signature_scheme::ml_dsa_87, kty_akp, 0},
};

const algorithm_facts* facts_of(std::int64_t algorithm) noexcept
{
    const auto* const found = std::ranges::find(algorithms, algorithm, &algorithm_facts::algorithm);
    return found != std::end(algorithms) ? found : nullptr;
}

/// quirk::ed25519_text_labels: {1: "OKP", 3: -8, -1: "Ed25519", -2: the point}, said to be a map of 3.
constexpr std::array<std::uint8_t, 20> text_labels = {0xa3, 0x01, 0x63, 'O', 'K', 'P', 0x03, 0x27, 0x20, 0x67,
                                                      'E',  'd',  '2',  '5', '5', '1', '9',  0x21, 0x58, 0x20};
constexpr std::size_t ed25519_len = 32;

bool has_text_labels(bytes_view input, std::uint32_t quirks) noexcept
{
    return forgives(quirks, quirk::ed25519_text_labels) && input.size() >= text_labels.size() + ed25519_len &&
           std::ranges::equal(input.first(text_labels.size()), text_labels);
}

/// The outermost head of a SubjectPublicKeyInfo is a SEQUENCE; that of a COSE key is a map.
bool is_spki(bytes_view bytes) noexcept
{
    return !bytes.empty() && bytes[0] == 0x30;
}

std::optional<bytes_view> bytes_at(const cbor_value& map, std::int64_t label) noexcept
{
    const std::optional<cbor_value> value = map.find(label);
    return value ? value->bytes() : std::nullopt;
}

std::optional<std::int64_t> integer_at(const cbor_value& map, std::int64_t label) noexcept
{
    const std::optional<cbor_value> value = map.find(label);
    return value ? value->integer() : std::nullopt;
}

cose_reading refused(cose_fault why) noexcept
{
    return {why, {}};
}

cose_reading read_rsa(const cbor_value& map, const algorithm_facts& facts) noexcept
{
    const std::optional<bytes_view> modulus = bytes_at(map, label_first);
    const std::optional<bytes_view> exponent = bytes_at(map, label_x_or_e);
    if (map.size() != 4 || !modulus || !exponent) {
        return refused(cose_fault::parameters);
    }
    return {cose_fault::none, {facts.algorithm, facts.scheme, *modulus, *exponent}};
}

cose_reading read_whole(const cbor_value& map, const algorithm_facts& facts) noexcept
{
    const std::optional<bytes_view> key = bytes_at(map, label_first);
    if (map.size() != 3 || !key || key->size() != part_len(facts.scheme)) {
        return refused(cose_fault::parameters);
    }
    return {cose_fault::none, {facts.algorithm, facts.scheme, *key, {}}};
}

cose_reading read_on_curve(const cbor_value& map, const algorithm_facts& facts) noexcept
{
    const bool has_y = facts.kty == kty_ec2;
    const std::size_t len = part_len(facts.scheme);
    const std::optional<std::int64_t> crv = integer_at(map, label_first);
    if (!crv) {
        return refused(cose_fault::parameters);
    }
    if (*crv != facts.crv) {
        return refused(cose_fault::mismatch);
    }
    const std::optional<bytes_view> x = bytes_at(map, label_x_or_e);
    // A compressed point has a boolean here, which section 5.8.5 forbids.
    const std::optional<bytes_view> y = has_y ? bytes_at(map, label_y) : std::optional(bytes_view());
    if (map.size() != (has_y ? 5 : 4) || !x || !y || x->size() != len || y->size() != (has_y ? len : 0)) {
        return refused(cose_fault::parameters);
    }
    return {cose_fault::none, {facts.algorithm, facts.scheme, *x, *y}};
}

prepared_key prepared(const built_key& built)
{
    switch (built.code) {
        case status::ok: return {cose_fault::none, built.key};
        case status::malformed: return {cose_fault::not_a_key, std::nullopt};
        default: return {cose_fault::unsupported, std::nullopt};
    }
}

}  // namespace

std::optional<signature_scheme> scheme_of(std::int64_t algorithm) noexcept
{
    const algorithm_facts* const facts = facts_of(algorithm);
    return facts != nullptr ? std::optional(facts->scheme) : std::nullopt;
}

cose_reading read_cose_key(bytes_view bytes, std::uint32_t quirks) noexcept
{
    if (is_spki(bytes)) {
        return refused(cose_fault::spki);
    }
    if (has_text_labels(bytes, quirks) && bytes.size() == text_labels.size() + ed25519_len) {
        return {cose_fault::none, {cose::eddsa, signature_scheme::ed25519, bytes.subspan(text_labels.size()), {}}};
    }
    const std::optional<cbor_value> map = cbor_value::read(bytes);
    if (!map || map->type() != cbor_type::map) {
        return refused(cose_fault::encoding);
    }
    const std::optional<std::int64_t> kty = integer_at(*map, label_kty);
    const std::optional<std::int64_t> algorithm = integer_at(*map, label_alg);
    if (!kty || !algorithm) {
        return refused(cose_fault::parameters);
    }
    const algorithm_facts* const facts = facts_of(*algorithm);
    if (facts == nullptr) {
        return refused(cose_fault::algorithm);
    }
    if (*kty != facts->kty) {
        return refused(cose_fault::mismatch);
    }
    switch (facts->kty) {
        case kty_rsa: return read_rsa(*map, *facts);
        case kty_akp: return read_whole(*map, *facts);
        default: return read_on_curve(*map, *facts);
    }
}

std::optional<std::size_t> cose_key_len(bytes_view input, std::uint32_t quirks) noexcept
{
    if (has_text_labels(input, quirks)) {
        return text_labels.size() + ed25519_len;
    }
    const std::optional<cbor_value> map = cbor_value::read_first(input);
    return map && map->type() == cbor_type::map ? std::optional(map->whole().size()) : std::nullopt;
}

prepared_key prepare(const crypto& by, const cose_key& key)
{
    switch (facts_of(key.algorithm)->kty) {
        case kty_ec2: return prepared(verification_key::from_point(by, key.scheme, key.first, key.second));
        case kty_rsa: return prepared(verification_key::from_rsa(by, key.scheme, key.first, key.second));
        default: return prepared(verification_key::from_raw(by, key.scheme, key.first));
    }
}

prepared_key prepare_new(const crypto& by, const cose_key& key)
{
    const bool is_edwards = facts_of(key.algorithm)->kty == kty_okp;
    if (is_edwards && !is_sound_edwards(key.scheme, key.first)) {
        return {cose_fault::not_a_key, std::nullopt};
    }
    return prepare(by, key);
}

}  // namespace counterseal::core
