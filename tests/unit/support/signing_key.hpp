// SPDX-License-Identifier: Apache-2.0
// Keys that sign, straight from OpenSSL: the other side of what verifies.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/unit/support/hex_bytes.hpp"

namespace counterseal::test {

class signing_key {
public:
    /// `group` is OpenSSL's name of the curve.
    static signing_key make_ec(const char* group) { return of(EVP_EC_gen(group), digest_of(group)); }
    static signing_key make_ed25519() { return of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), nullptr); }
    static signing_key make_ed448() { return of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"), nullptr); }
    /// `type` is OpenSSL's name, such as "ML-DSA-44".
    static signing_key make_ml_dsa(const char* type) { return of(EVP_PKEY_Q_keygen(nullptr, nullptr, type), nullptr); }
    static signing_key make_rsa(std::size_t bits, bool is_pss = false)
    {
        signing_key out = of(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits), "SHA256");
        out.is_pss_ = is_pss;
        return out;
    }

    /// From the private number and both coordinates.
    static signing_key from_ec(const char* group, const octets& secret, const octets& x, const octets& y)
    {
        octets point = {4};
        point.insert(point.end(), x.begin(), x.end());
        point.insert(point.end(), y.begin(), y.end());
        BIGNUM* const number = BN_bin2bn(secret.data(), static_cast<int>(secret.size()), nullptr);
        OSSL_PARAM_BLD* const builder = OSSL_PARAM_BLD_new();
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number);
        OSSL_PARAM* const from = OSSL_PARAM_BLD_to_param(builder);
        EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
        EVP_PKEY* key = nullptr;
        EVP_PKEY_fromdata_init(context);
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, from);
        EVP_PKEY_CTX_free(context);
        OSSL_PARAM_free(from);
        OSSL_PARAM_BLD_free(builder);
        BN_free(number);
        return of(key, digest_of(group));
    }

    octets sign(core::bytes_view message) const
    {
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        EVP_PKEY_CTX* parameters = nullptr;
        bool is_good = EVP_DigestSignInit_ex(context, &parameters, digest_, nullptr, nullptr, key_.get(), nullptr) == 1;
        if (is_pss_) {
            is_good = is_good && EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                      EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt_len) == 1;
        }
        std::size_t len = 0;
        is_good = is_good && EVP_DigestSign(context, nullptr, &len, message.data(), message.size()) == 1;
        octets out(len);
        is_good = is_good && EVP_DigestSign(context, out.data(), &len, message.data(), message.size()) == 1;
        EVP_MD_CTX_free(context);
        if (!is_good) {
            throw std::runtime_error("OpenSSL did not sign");
        }
        out.resize(len);
        return out;
    }

    octets x() const { return number(OSSL_PKEY_PARAM_EC_PUB_X, coordinate_len()); }
    octets y() const { return number(OSSL_PKEY_PARAM_EC_PUB_Y, coordinate_len()); }
    octets modulus() const { return number(OSSL_PKEY_PARAM_RSA_N, 0); }
    octets exponent() const { return number(OSSL_PKEY_PARAM_RSA_E, 0); }
    /// The public key of EdDSA and ML-DSA.
    octets raw() const
    {
        std::size_t len = 0;
        EVP_PKEY_get_raw_public_key(key_.get(), nullptr, &len);
        octets out(len);
        EVP_PKEY_get_raw_public_key(key_.get(), out.data(), &len);
        return out;
    }
    EVP_PKEY* get() const { return key_.get(); }

    int salt_len = RSA_PSS_SALTLEN_DIGEST;

private:
    struct freed {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    };

    static const char* digest_of(const std::string& group)
    {
        return group == "secp384r1" ? "SHA384" : group == "secp521r1" ? "SHA512" : "SHA256";
    }
    static signing_key of(EVP_PKEY* key, const char* digest)
    {
        if (key == nullptr) {
            throw std::runtime_error("OpenSSL made no key");
        }
        signing_key out;
        out.key_.reset(key);
        out.digest_ = digest;
        return out;
    }
    std::size_t coordinate_len() const { return static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get()) + 7) / 8; }
    /// `len` 0: as many bytes as it needs.
    octets number(const char* name, std::size_t len) const
    {
        BIGNUM* n = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &n);
        octets out(len != 0 ? len : static_cast<std::size_t>(BN_num_bytes(n)));
        BN_bn2binpad(n, out.data(), static_cast<int>(out.size()));
        BN_free(n);
        return out;
    }

    std::unique_ptr<EVP_PKEY, freed> key_;
    const char* digest_ = nullptr;
    bool is_pss_ = false;
};

/// Whether this OpenSSL has ML-DSA, asked in another way than by the library.
inline bool has_ml_dsa()
{
    EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ML-DSA-44");
    EVP_PKEY_free(key);
    return key != nullptr;
}

}  // namespace counterseal::test
