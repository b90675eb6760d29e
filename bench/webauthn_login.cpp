// SPDX-License-Identifier: Apache-2.0
#include "bench/webauthn_login.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string_view>

#include "core/enroll/base64url.hpp"

namespace counterseal::bench {
namespace {

using view = std::span<const std::uint8_t>;

octets joined(std::initializer_list<view> pieces)
{
    octets out;
    for (const view piece : pieces) {
        out.insert(out.end(), piece.begin(), piece.end());
    }
    return out;
}

octets sha256(view bytes)
{
    octets out(32);
    EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(), out.data(), nullptr);
    return out;
}

octets bytes_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

std::string url64(view bytes)
{
    return core::to_base64url<std::string>(bytes);
}

pkey made_key(passkey_kind kind)
{
    pkey out(kind == passkey_kind::es256   ? EVP_EC_gen("prime256v1")
             : kind == passkey_kind::eddsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                           : EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}));
    if (out == nullptr) {
        throw std::runtime_error("OpenSSL made no key");
    }
    return out;
}

octets number_of(const EVP_PKEY* key, const char* name, std::size_t len)
{
    BIGNUM* n = nullptr;
    EVP_PKEY_get_bn_param(key, name, &n);
    octets out(len);
    BN_bn2binpad(n, out.data(), static_cast<int>(len));
    BN_free(n);
    return out;
}

octets signed_by(EVP_PKEY* key, passkey_kind kind, view message)
{
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    const char* const digest = kind == passkey_kind::eddsa ? nullptr : "SHA256";
    std::size_t len = 512;
    octets out(len);
    const bool is_good = EVP_DigestSignInit_ex(context, nullptr, digest, nullptr, nullptr, key, nullptr) == 1 &&
                         EVP_DigestSign(context, out.data(), &len, message.data(), message.size()) == 1;
    EVP_MD_CTX_free(context);
    if (!is_good) {
        throw std::runtime_error("OpenSSL did not sign");
    }
    out.resize(len);
    return out;
}

/// Fills in the numbers, and gives the COSE key (RFC 9053 section 7, RFC 8230 section 4).
octets take_numbers(const EVP_PKEY* key, webauthn_login& out)
{
    switch (out.kind) {
        case passkey_kind::es256: {
            const octets x = number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, 32);
            const octets y = number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
            out.first = joined({octets{4}, x, y});
            return joined({octets{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20}, x, octets{0x22, 0x58, 0x20}, y});
        }
        case passkey_kind::eddsa: {
            out.first.resize(32);
            std::size_t len = 32;
            EVP_PKEY_get_raw_public_key(key, out.first.data(), &len);
            return joined({octets{0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20}, out.first});
        }
        case passkey_kind::rs256: break;
    }
    out.first = number_of(key, OSSL_PKEY_PARAM_RSA_N, 256);
    out.second = {1, 0, 1};
    return joined({octets{0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0}, out.first, octets{0x21, 0x43}, out.second});
}

}  // namespace

pkey webauthn_login::built() const
{
    if (kind == passkey_kind::eddsa) {
        return pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, first.data(), first.size()));
    }
    const bool is_rsa = kind == passkey_kind::rs256;
    OSSL_PARAM_BLD* const builder = OSSL_PARAM_BLD_new();
    BIGNUM* const n = is_rsa ? BN_bin2bn(first.data(), static_cast<int>(first.size()), nullptr) : nullptr;
    BIGNUM* const e = is_rsa ? BN_bin2bn(second.data(), static_cast<int>(second.size()), nullptr) : nullptr;
    if (is_rsa) {
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n);
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
    } else {
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, first.data(), first.size());
    }
    OSSL_PARAM* const from = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, is_rsa ? "RSA" : "EC", nullptr);
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata_init(context);
    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, from);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(from);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    return pkey(key);
}

webauthn_login make_login(passkey_kind kind)
{
    const pkey key = made_key(kind);
    webauthn_login out;
    out.kind = kind;
    out.id = octets(32, 0x1d);
    const octets cose = take_numbers(key.get(), out);
    const std::string challenge = url64(octets(32, 7));
    out.client_data = bytes_of(R"({"type":"webauthn.get","challenge":")" + challenge +
                               R"(","origin":"https://example.org","crossOrigin":false})");
    // User present and verified; no counter, as of a passkey, so that the same login can be asked again.
    out.authenticator_data = joined({sha256(bytes_of("example.org")), octets{0x05, 0, 0, 0, 0}});
    out.signature = signed_by(key.get(), kind, joined({out.authenticator_data, sha256(out.client_data)}));
    out.record = R"({"version":1,"id":")" + url64(out.id) + R"(","public_key":")" + url64(cose) +
                 R"(","aaguid":"AAAAAAAAAAAAAAAAAAAAAA","sign_count":0,"uv_initialized":true,"backup_eligible":false,)"
                 R"("backup_state":false,"u2f":false,"transports":["internal"]})";
    out.expected = R"({"challenge":")" + challenge + R"("})";
    out.response = R"({"id":")" + url64(out.id) + R"(","rawId":")" + url64(out.id) +
                   R"(","type":"public-key","response":{"clientDataJSON":")" + url64(out.client_data) +
                   R"(","authenticatorData":")" + url64(out.authenticator_data) + R"(","signature":")" +
                   url64(out.signature) + R"("},"clientExtensionResults":{}})";
    return out;
}

}  // namespace counterseal::bench
