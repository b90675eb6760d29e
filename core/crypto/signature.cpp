// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/x509.h>

#include <array>
#include <string_view>
#include <utility>

#include "core/crypto/openssl.hpp"
#include "core/crypto/sha256.hpp"
#include "core/ct/wipe.hpp"

namespace counterseal::core {
namespace {

using key_handle = owned<EVP_PKEY, EVP_PKEY_free>;
using md_context = owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using pkcs8_info = owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

constexpr std::size_t ed25519_len = 32;
constexpr const char* p_256 = "prime256v1";  // SEC 2's secp256r1 in the words of X9.62

std::optional<signature_type> type_of(const EVP_PKEY* key)
{
    if (EVP_PKEY_is_a(key, "ED25519") == 1) {
        return signature_type::ed25519;
    }
    char group[32];
    std::size_t len = 0;
    if (EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1 &&
        std::string_view(group, len) == p_256) {
        return signature_type::ecdsa_p256;
    }
    return std::nullopt;
}

/// Ed25519 hashes the message itself.
const char* digest_of(signature_type type) noexcept
{
    return type == signature_type::ed25519 ? nullptr : "SHA256";
}

bool is_long(bytes_view der) noexcept
{
    return std::in_range<long>(der.size());
}

void need(bool is_good)
{
    if (!is_good) {
        throw crypto_failure();
    }
}

/// As in crypto::random(): a thread's random generator must not outlive the library context.
class random_user {
public:
    explicit random_user(const crypto& by) noexcept : by_{by} {}
    ~random_user() { OPENSSL_thread_stop_ex(by_.library()); }
    random_user(const random_user&) = delete;
    random_user& operator=(const random_user&) = delete;

private:
    const crypto& by_;
};

/// 32 random bytes (RFC 8032 section 5.1.5).
EVP_PKEY* new_ed25519(const crypto& by) noexcept
{
    std::array<std::uint8_t, ed25519_len> bytes{};
    const wiped_at_end wipe_bytes{bytes};
    return by.random(bytes) == status::ok
               ? EVP_PKEY_new_raw_private_key_ex(by.library(), "ED25519", nullptr, bytes.data(), bytes.size())
               : nullptr;
}

EVP_PKEY* new_p_256(const crypto& by) noexcept
{
    const random_user draws(by);
    return EVP_PKEY_Q_keygen(by.library(), nullptr, "EC", p_256);
}

}  // namespace

struct public_key::state {
    const crypto& by;
    key_handle key;
};

public_key::public_key(std::shared_ptr<const state> key, signature_type type) noexcept
    : key_{std::move(key)}, type_{type}
{
}

std::optional<public_key> public_key::from_spki(const crypto& by, bytes_view der)
{
    const unsigned char* at = der.data();
    if (der.empty() || !is_long(der)) {
        return std::nullopt;
    }
    key_handle key(d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), by.library(), nullptr));
    if (key == nullptr || at != der.data() + der.size()) {
        return std::nullopt;
    }
    const std::optional<signature_type> type = type_of(key.get());
    if (!type) {
        return std::nullopt;
    }
    return public_key(std::make_shared<state>(state{by, std::move(key)}), *type);
}

std::optional<public_key> public_key::from_ed25519(const crypto& by, bytes_view bytes)
{
    if (bytes.size() != ed25519_len) {
        return std::nullopt;
    }
    key_handle key(EVP_PKEY_new_raw_public_key_ex(by.library(), "ED25519", nullptr, bytes.data(), bytes.size()));
    need(key != nullptr);
    return public_key(std::make_shared<state>(state{by, std::move(key)}), signature_type::ed25519);
}

std::vector<std::uint8_t> public_key::spki() const
{
    const int len = i2d_PUBKEY(key_->key.get(), nullptr);
    need(len > 0);
    std::vector<std::uint8_t> out(static_cast<std::size_t>(len));
    unsigned char* at = out.data();
    need(i2d_PUBKEY(key_->key.get(), &at) == len);
    return out;
}

std::vector<std::uint8_t> public_key::ed25519() const
{
    std::vector<std::uint8_t> out(ed25519_len);
    std::size_t len = out.size();
    need(EVP_PKEY_get_raw_public_key(key_->key.get(), out.data(), &len) == 1 && len == out.size());
    return out;
}

bool public_key::verify(bytes_view message, bytes_view signature) const noexcept
{
    const md_context context(EVP_MD_CTX_new());
    return context != nullptr &&
           EVP_DigestVerifyInit_ex(context.get(), nullptr, digest_of(type_), key_->by.library(), nullptr,
                                   key_->key.get(), nullptr) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

private_key::private_key(public_key both) noexcept : public_{std::move(both)} {}

private_key private_key::generate(const crypto& by, signature_type type)
{
    key_handle key(type == signature_type::ed25519 ? new_ed25519(by) : new_p_256(by));
    need(key != nullptr);
    return private_key(public_key(std::make_shared<public_key::state>(public_key::state{by, std::move(key)}), type));
}

std::optional<private_key> private_key::from_pkcs8(const crypto& by, bytes_view der)
{
    const unsigned char* at = der.data();
    if (der.empty() || !is_long(der)) {
        return std::nullopt;
    }
    const pkcs8_info info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size())));
    if (info == nullptr || at != der.data() + der.size()) {
        return std::nullopt;
    }
    key_handle key(EVP_PKCS82PKEY_ex(info.get(), by.library(), nullptr));
    const std::optional<signature_type> type = key != nullptr ? type_of(key.get()) : std::nullopt;
    if (!type) {
        return std::nullopt;
    }
    return private_key(public_key(std::make_shared<public_key::state>(public_key::state{by, std::move(key)}), *type));
}

std::size_t private_key::pkcs8_len() const
{
    const pkcs8_info info(EVP_PKEY2PKCS8(public_.key_->key.get()));
    const int len = info != nullptr ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
    need(len > 0);
    return static_cast<std::size_t>(len);
}

void private_key::write_pkcs8(bytes_span out) const
{
    const pkcs8_info info(EVP_PKEY2PKCS8(public_.key_->key.get()));
    unsigned char* at = out.data();
    need(info != nullptr && std::cmp_equal(i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr), out.size()) &&
         std::cmp_equal(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &at), out.size()));
}

std::vector<std::uint8_t> private_key::sign(bytes_view message) const
{
    const random_user draws(public_.key_->by);
    const md_context context(EVP_MD_CTX_new());
    std::size_t len = 0;
    need(context != nullptr &&
         EVP_DigestSignInit_ex(context.get(), nullptr, digest_of(public_.type_), public_.key_->by.library(), nullptr,
                               public_.key_->key.get(), nullptr) == 1 &&
         EVP_DigestSign(context.get(), nullptr, &len, message.data(), message.size()) == 1);
    std::vector<std::uint8_t> out(len);
    need(EVP_DigestSign(context.get(), out.data(), &len, message.data(), message.size()) == 1);
    out.resize(len);  // of ECDSA the length is known only now
    return out;
}

}  // namespace counterseal::core
