// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/verification_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <utility>

#include "core/crypto/openssl.hpp"
#include "core/crypto/sha256.hpp"

namespace counterseal::core {
namespace {

using key_handle = owned<EVP_PKEY, EVP_PKEY_free>;
using key_context = owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using key_management = owned<EVP_KEYMGMT, EVP_KEYMGMT_free>;
using md_context = owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using big_number = owned<BIGNUM, BN_free>;

constexpr std::size_t max_coordinate_len = 66;
constexpr std::size_t max_raw_len = 2592;  // of ML-DSA-87
constexpr std::size_t min_modulus_bits = 2048;
constexpr std::size_t max_modulus_bits = 8192;
constexpr std::size_t max_exponent_len = 4;

struct scheme_facts {
    const char* type;      // OpenSSL's name of the key type
    const char* group;     // of the curve; nullptr of others than ECDSA
    const char* digest;    // nullptr: the scheme hashes the message itself
    std::size_t part_len;  // of a coordinate, or of a whole key; 0 of RSA
};

const scheme_facts& facts_of(signature_scheme scheme) noexcept
{
    static constexpr scheme_facts facts[] = {
        {"EC", "prime256v1", "SHA256", 32},
        {"EC", "secp384r1", "SHA384", 48},
        {"EC", "secp521r1", "SHA512", 66},
        {"EC", "secp256k1", "SHA256", 32},
        {"ED25519", nullptr, nullptr, 32},
        {"ED448", nullptr, nullptr, 57},
        {"RSA", nullptr, "SHA256", 0},
        {"RSA", nullptr, "SHA256", 0},
        {"ML-DSA-44", nullptr, nullptr, 1312},
        {"ML-DSA-65", nullptr, nullptr, 1952},
        {"ML-DSA-87", nullptr, nullptr, max_raw_len},
    };
    return facts[static_cast<std::uint8_t>(scheme)];
}

bool is_ecdsa(signature_scheme scheme) noexcept
{
    return facts_of(scheme).group != nullptr;
}

/// Big-endian, at least one byte, none of them a zero in front.
bool is_shortest(bytes_view value) noexcept
{
    return !value.empty() && value[0] != 0;
}

bool is_odd(bytes_view value) noexcept
{
    return value.back() % 2 == 1;
}

bool is_sound_rsa(bytes_view modulus, bytes_view exponent) noexcept
{
    if (!is_shortest(modulus) || !is_shortest(exponent) || exponent.size() > max_exponent_len) {
        return false;
    }
    const std::size_t n_bits = modulus.size() * 8 - static_cast<std::size_t>(std::countl_zero(modulus[0]));
    const bool is_one = exponent.size() == 1 && exponent[0] == 1;
    return min_modulus_bits <= n_bits && n_bits <= max_modulus_bits && is_odd(modulus) && is_odd(exponent) && !is_one;
}

/// An integer as OSSL_PARAM has them: in the order of this machine.
template <std::size_t N>
OSSL_PARAM integer(const char* name, bytes_view big_endian, std::array<std::uint8_t, N>& in)
{
    if constexpr (std::endian::native == std::endian::little) {
        std::ranges::reverse_copy(big_endian, in.begin());
    } else {
        std::ranges::copy(big_endian, in.begin());
    }
    return OSSL_PARAM_construct_BN(name, in.data(), big_endian.size());
}

key_handle built(const crypto& by, const char* type, OSSL_PARAM* from, bool& is_type_known)
{
    const key_context context(EVP_PKEY_CTX_new_from_name(by.library(), type, nullptr));
    EVP_PKEY* key = nullptr;
    is_type_known = context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1;
    if (!is_type_known || EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, from) != 1) {
        return nullptr;
    }
    return key_handle(key);
}

/// Reads one INTEGER off the front.
bool take_positive(bytes_view& rest, std::size_t n_bytes) noexcept
{
    if (rest.size() < 3 || rest[0] != 0x02) {
        return false;
    }
    const std::size_t len = rest[1];
    if (len == 0 || len > n_bytes + 1 || rest.size() < 2 + len) {
        return false;
    }
    const bytes_view content = rest.subspan(2, len);
    rest = rest.subspan(2 + len);
    if (content[0] >= 0x80) {
        return false;
    }
    if (content[0] == 0) {
        return len > 1 && content[1] >= 0x80;  // zero is never valid, and the byte must be needed
    }
    return len <= n_bytes;
}

}  // namespace

std::size_t part_len(signature_scheme scheme) noexcept
{
    return facts_of(scheme).part_len;
}

bool is_provided(const crypto& by, signature_scheme scheme) noexcept
{
    const key_management type(EVP_KEYMGMT_fetch(by.library(), facts_of(scheme).type, nullptr));
    return type != nullptr;
}

bool is_exact_der(bytes_view signature, std::size_t n_bytes) noexcept
{
    // The longest content, of P-521, has 138 bytes: two forms of length are enough.
    if (signature.size() < 2 || signature[0] != 0x30) {
        return false;
    }
    const bool is_long = signature[1] == 0x81;
    const std::size_t head_len = is_long ? 3 : 2;
    if (signature.size() < head_len || (is_long ? signature[2] < 0x80 : signature[1] >= 0x80) ||
        signature[head_len - 1] != signature.size() - head_len) {
        return false;
    }
    bytes_view rest = signature.subspan(head_len);
    if (!take_positive(rest, n_bytes)) {
        return false;  // r
    }
    return take_positive(rest, n_bytes) && rest.empty();
}

struct verification_key::state {
    key_handle key;
    md_context ready;  // initialized once; every verification starts from a copy
};

verification_key::verification_key(std::shared_ptr<const state> prepared, signature_scheme scheme) noexcept
    : state_{std::move(prepared)}, scheme_{scheme}
{
}

built_key verification_key::prepared(const crypto& by, signature_scheme scheme, evp_pkey_st* owned_key)
{
    auto made = std::make_shared<state>(state{key_handle(owned_key), md_context(EVP_MD_CTX_new())});
    EVP_PKEY_CTX* context = nullptr;
    if (made->ready == nullptr) {
        throw crypto_failure();
    }
    if (EVP_DigestVerifyInit_ex(made->ready.get(), &context, facts_of(scheme).digest, by.library(), nullptr,
                                made->key.get(), nullptr) != 1 ||
        (scheme == signature_scheme::rsa_pss_sha256 &&
         (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) != 1 ||
          EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) != 1))) {
        return {status::e_unsupported, std::nullopt};
    }
    return {status::ok, verification_key(std::move(made), scheme)};
}

built_key verification_key::from_point(const crypto& by, signature_scheme scheme, bytes_view x, bytes_view y)
{
    const scheme_facts& facts = facts_of(scheme);
    if (!is_ecdsa(scheme) || x.size() != facts.part_len || y.size() != facts.part_len) {
        return {status::malformed, std::nullopt};
    }
    std::array<std::uint8_t, 1 + 2 * max_coordinate_len> point;
    point[0] = 4;  // uncompressed (SEC 1 section 2.3.3)
    std::ranges::copy(y, std::ranges::copy(x, point.begin() + 1).out);
    OSSL_PARAM from[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(facts.group), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), 1 + 2 * facts.part_len),
        OSSL_PARAM_construct_end(),
    };
    bool is_type_known = false;
    key_handle key = built(by, facts.type, from, is_type_known);
    // An uncompressed point is checked to be on its curve where it is read, is never the neutral one, and has the whole
    // order: these curves have cofactor 1. EVP_PKEY_public_check would do it all once more.
    if (key == nullptr) {
        return {is_type_known ? status::malformed : status::e_unsupported, std::nullopt};
    }
    return prepared(by, scheme, key.release());
}

built_key verification_key::from_raw(const crypto& by, signature_scheme scheme, bytes_view raw)
{
    const scheme_facts& facts = facts_of(scheme);
    if (is_ecdsa(scheme) || facts.part_len == 0 || raw.size() != facts.part_len) {
        return {status::malformed, std::nullopt};
    }
    key_handle key(EVP_PKEY_new_raw_public_key_ex(by.library(), facts.type, nullptr, raw.data(), raw.size()));
    return key != nullptr ? prepared(by, scheme, key.release()) : built_key{status::e_unsupported, std::nullopt};
}

built_key verification_key::from_rsa(const crypto& by, signature_scheme scheme, bytes_view modulus, bytes_view exponent)
{
    if (std::string_view(facts_of(scheme).type) != "RSA" || !is_sound_rsa(modulus, exponent)) {
        return {status::malformed, std::nullopt};
    }
    std::array<std::uint8_t, max_modulus_bits / 8> n;
    std::array<std::uint8_t, max_exponent_len> e;
    OSSL_PARAM from[] = {integer(OSSL_PKEY_PARAM_RSA_N, modulus, n), integer(OSSL_PKEY_PARAM_RSA_E, exponent, e),
                         OSSL_PARAM_construct_end()};
    bool is_type_known = false;
    key_handle key = built(by, "RSA", from, is_type_known);
    return key != nullptr ? prepared(by, scheme, key.release()) : built_key{status::e_unsupported, std::nullopt};
}

built_key verification_key::from_openssl(const crypto& by, signature_scheme scheme, const evp_pkey_st* key)
{
    const scheme_facts& facts = facts_of(scheme);
    if (key == nullptr || EVP_PKEY_is_a(key, facts.type) != 1) {
        return {status::malformed, std::nullopt};
    }
    if (is_ecdsa(scheme)) {
        std::array<std::uint8_t, 1 + 2 * max_coordinate_len> point;
        char group[32];
        std::size_t len = 0;
        if (EVP_PKEY_get_group_name(key, group, sizeof group, &len) != 1 ||
            std::string_view(group, len) != facts.group ||
            EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &len) != 1 ||
            len != 1 + 2 * facts.part_len || point[0] != 4) {
            return {status::malformed, std::nullopt};
        }
        const bytes_view both(point.data() + 1, len - 1);
        return from_point(by, scheme, both.first(facts.part_len), both.last(facts.part_len));
    }
    if (facts.part_len != 0) {
        std::array<std::uint8_t, max_raw_len> raw;
        std::size_t len = raw.size();
        if (EVP_PKEY_get_raw_public_key(key, raw.data(), &len) != 1) {
            return {status::malformed, std::nullopt};
        }
        return from_raw(by, scheme, bytes_view(raw).first(len));
    }
    BIGNUM* n = nullptr;
    BIGNUM* e = nullptr;
    const bool is_given = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
                          EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1;
    const big_number owned_n(n);
    const big_number owned_e(e);
    if (!is_given || BN_num_bytes(n) > static_cast<int>(max_modulus_bits / 8) ||
        BN_num_bytes(e) > static_cast<int>(max_exponent_len)) {
        return {status::malformed, std::nullopt};
    }
    std::array<std::uint8_t, max_modulus_bits / 8> modulus;
    std::array<std::uint8_t, max_exponent_len> exponent;
    const auto n_len = static_cast<std::size_t>(BN_bn2bin(n, modulus.data()));
    const auto e_len = static_cast<std::size_t>(BN_bn2bin(e, exponent.data()));
    return from_rsa(by, scheme, bytes_view(modulus).first(n_len), bytes_view(exponent).first(e_len));
}

status verification_key::verify(bytes_view message, bytes_view signature) const noexcept
{
    const md_context context(EVP_MD_CTX_new());
    if (context == nullptr || EVP_MD_CTX_copy_ex(context.get(), state_->ready.get()) != 1) {
        return status::e_crypto;
    }
    return verify_in(context.get(), message, signature);
}

status verification_key::verify_once(bytes_view message, bytes_view signature) && noexcept
{
    return verify_in(state_->ready.get(), message, signature);
}

status verification_key::verify_in(evp_md_ctx_st* context, bytes_view message, bytes_view signature) const noexcept
{
    if (is_ecdsa(scheme_) && !is_exact_der(signature, facts_of(scheme_).part_len)) {
        return status::malformed;
    }
    return EVP_DigestVerify(context, signature.data(), signature.size(), message.data(), message.size()) == 1
               ? status::ok
               : status::wrong;
}

}  // namespace counterseal::core
