// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/crypto/fetched.hpp"
#include "core/ct/wipe.hpp"
#include "core/machine/machine.hpp"

namespace counterseal::core {
namespace {

OSSL_PARAM octets(const char* name, bytes_view value) noexcept
{
    return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(value.data()), value.size());
}

/// No padding: the lengths say all.
status decrypt(const EVP_CIPHER* how, bytes_view key, bytes_view iv, bytes_view in, bytes_span out) noexcept
{
    const cipher_context context(EVP_CIPHER_CTX_new());
    int len = 0;
    const bool good = in.size() <= std::numeric_limits<int>::max() && in.size() == out.size() && context != nullptr &&
                      EVP_DecryptInit_ex2(context.get(), how, key.data(), iv.data(), nullptr) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                      EVP_DecryptUpdate(context.get(), out.data(), &len, in.data(), static_cast<int>(in.size())) == 1 &&
                      std::cmp_equal(len, in.size());
    return good ? status::ok : status::e_crypto;
}

bool is_int(std::size_t len) noexcept
{
    return std::in_range<int>(len);
}

constexpr unsigned random_strength = 256;

}  // namespace

crypto::fetched::~fetched()
{
    random_context(spare_random.load());
}

random_context crypto::fetched::new_random() const noexcept
{
    random_context made(EVP_RAND_CTX_new(random.get(), RAND_get0_primary(library.get())));
    char name[] = "AES-256-CTR";
    const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_DRBG_PARAM_CIPHER, name, 0),
                                   OSSL_PARAM_construct_end()};
    const bool good =
        made != nullptr && EVP_RAND_instantiate(made.get(), random_strength, 0, nullptr, 0, settings) == 1;
    return good ? std::move(made) : nullptr;
}

crypto::crypto(std::unique_ptr<fetched> algorithms) noexcept : algorithms_(std::move(algorithms)) {}
crypto::~crypto() = default;

std::unique_ptr<const crypto> crypto::open(const char* properties)
{
    // We may be unloaded before the process ends, so OpenSSL must not leave a handler that runs at exit.
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) != 1) {
        return nullptr;
    }
    owned<OSSL_LIB_CTX, OSSL_LIB_CTX_free> library(OSSL_LIB_CTX_new());
    // A fetch takes a query that cannot be parsed for none at all; this call refuses it. It also holds for what the
    // random generator is made of.
    if (library == nullptr || EVP_set_default_properties(library.get(), properties) != 1) {
        return nullptr;
    }
    OSSL_LIB_CTX* from = library.get();
    auto all = std::make_unique<fetched>();
    all->aes_128_ecb.reset(EVP_CIPHER_fetch(from, "AES-128-ECB", nullptr));
    all->aes_128_cbc.reset(EVP_CIPHER_fetch(from, "AES-128-CBC", nullptr));
    all->aes_192_cbc.reset(EVP_CIPHER_fetch(from, "AES-192-CBC", nullptr));
    all->aes_256_cbc.reset(EVP_CIPHER_fetch(from, "AES-256-CBC", nullptr));
    all->aes_256_ecb.reset(EVP_CIPHER_fetch(from, "AES-256-ECB", nullptr));
    all->aes_256_gcm.reset(EVP_CIPHER_fetch(from, "AES-256-GCM", nullptr));
    all->sha256.reset(EVP_MD_fetch(from, "SHA256", nullptr));
    all->hmac.reset(EVP_MAC_fetch(from, "HMAC", nullptr));
    all->pbkdf2.reset(EVP_KDF_fetch(from, "PBKDF2", nullptr));
    all->random.reset(EVP_RAND_fetch(from, "CTR-DRBG", nullptr));
    // What is first needed later is fetched now, too: a fetch for which there is no memory fails in this context for
    // ever, and then a log could never be signed again. What is fetched stays known.
    const owned<EVP_MD, EVP_MD_free> sha1(EVP_MD_fetch(from, "SHA1", nullptr));
    const owned<EVP_MD, EVP_MD_free> sha512(EVP_MD_fetch(from, "SHA512", nullptr));
    const owned<EVP_SIGNATURE, EVP_SIGNATURE_free> ecdsa(EVP_SIGNATURE_fetch(from, "ECDSA", nullptr));
    const owned<EVP_SIGNATURE, EVP_SIGNATURE_free> ed25519(EVP_SIGNATURE_fetch(from, "ED25519", nullptr));
    const owned<EVP_KEYMGMT, EVP_KEYMGMT_free> keys(EVP_KEYMGMT_fetch(from, "EC", nullptr));
    const bool has_all = sha1 && all->sha256 && sha512 && ecdsa && keys && (ed25519 || *properties != '\0');
    all->library = std::move(library);
    if (!has_all || !all->random || !all->aes_128_ecb || !all->aes_128_cbc || !all->aes_192_cbc || !all->aes_256_cbc ||
        !all->aes_256_ecb || !all->aes_256_gcm || !all->hmac || !all->pbkdf2) {
        return nullptr;
    }
    return std::unique_ptr<const crypto>(new crypto(std::move(all)));
}

OSSL_LIB_CTX* crypto::library() const noexcept
{
    return algorithms_->library.get();
}

status crypto::random(bytes_span out) const noexcept
{
    if (const std::optional<status> filled = this_machine().random(out)) {
        return *filled;
    }
    constexpr std::size_t most = 65'536;  // of one request (SP 800-90A section 10.2.1)
    const auto draw = [&](EVP_RAND_CTX* from) {
        for (bytes_span left = out; !left.empty(); left = left.subspan(std::min(left.size(), most))) {
            if (EVP_RAND_generate(from, left.data(), std::min(left.size(), most), random_strength, 0, nullptr, 0) !=
                1) {
                return false;
            }
        }
        return true;
    };
    // Whoever finds it in use makes another one.
    random_context mine(algorithms_->spare_random.exchange(nullptr, std::memory_order_acquire));
    if (mine == nullptr) {
        mine = algorithms_->new_random();
    }
    const bool good = mine != nullptr && draw(mine.get());
    EVP_RAND_CTX* none = nullptr;
    if (good && algorithms_->spare_random.compare_exchange_strong(none, mine.get(), std::memory_order_release)) {
        const EVP_RAND_CTX* const left_there = mine.release();  // for the next one
        static_cast<void>(left_there);
    }
    return good ? status::ok : status::e_crypto;
}

status crypto::aes_128_decrypt_block(bytes_view key, bytes_view in, bytes_span out) const noexcept
{
    return decrypt(algorithms_->aes_128_ecb.get(), key, {}, in, out);
}

status crypto::aes_cbc_decrypt(bytes_view key, bytes_view iv, bytes_view in, bytes_span out) const noexcept
{
    const auto& by_length = key.size() == 16   ? algorithms_->aes_128_cbc
                            : key.size() == 24 ? algorithms_->aes_192_cbc
                                               : algorithms_->aes_256_cbc;
    return decrypt(by_length.get(), key, iv, in, out);
}

status crypto::aes_256_gcm_encrypt(bytes_view key, bytes_view nonce, bytes_view aad, bytes_view in,
                                   bytes_span out) const noexcept
{
    const cipher_context context(EVP_CIPHER_CTX_new());
    int len = 0;
    const bool good =
        is_int(in.size()) && is_int(aad.size()) && out.size() == in.size() + gcm_tag_len && context != nullptr &&
        EVP_EncryptInit_ex2(context.get(), algorithms_->aes_256_gcm.get(), key.data(), nonce.data(), nullptr) == 1 &&
        EVP_EncryptUpdate(context.get(), nullptr, &len, aad.data(), static_cast<int>(aad.size())) == 1 &&
        EVP_EncryptUpdate(context.get(), out.data(), &len, in.data(), static_cast<int>(in.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), out.data() + in.size(), &len) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, gcm_tag_len, out.data() + in.size()) == 1;
    return good ? status::ok : status::e_crypto;
}

status crypto::aes_256_gcm_decrypt(bytes_view key, bytes_view nonce, bytes_view aad, bytes_view in,
                                   bytes_span out) const noexcept
{
    const cipher_context context(EVP_CIPHER_CTX_new());
    int len = 0;
    if (!is_int(in.size()) || !is_int(aad.size()) || in.size() != out.size() + gcm_tag_len || context == nullptr) {
        return status::e_crypto;
    }
    // OpenSSL takes the tag as mutable data and only reads it.
    auto* const tag = const_cast<std::uint8_t*>(in.data() + out.size());
    const bool is_begun =
        EVP_DecryptInit_ex2(context.get(), algorithms_->aes_256_gcm.get(), key.data(), nonce.data(), nullptr) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, gcm_tag_len, tag) == 1 &&
        EVP_DecryptUpdate(context.get(), nullptr, &len, aad.data(), static_cast<int>(aad.size())) == 1 &&
        EVP_DecryptUpdate(context.get(), out.data(), &len, in.data(), static_cast<int>(out.size())) == 1;
    std::uint8_t none[aes_block_len];
    if (is_begun && EVP_DecryptFinal_ex(context.get(), none, &len) == 1) {
        return status::ok;
    }
    wipe(out.data(), out.size());
    return is_begun ? status::wrong : status::e_crypto;
}

status crypto::hmac(hash_id hash, bytes_view key, bytes_view message, bytes_span out) const noexcept
{
    const mac_context context(EVP_MAC_CTX_new(algorithms_->hmac.get()));
    const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name(hash), 0),
                                   OSSL_PARAM_construct_end()};
    std::size_t len = 0;
    const bool good = context != nullptr && EVP_MAC_init(context.get(), key.data(), key.size(), settings) == 1 &&
                      EVP_MAC_update(context.get(), message.data(), message.size()) == 1 &&
                      EVP_MAC_final(context.get(), out.data(), &len, out.size()) == 1 && len == out.size();
    return good ? status::ok : status::e_crypto;
}

status crypto::pbkdf2(hash_id hash, bytes_view password, bytes_view salt, std::uint32_t iterations,
                      bytes_span out) const noexcept
{
    const kdf_context context(EVP_KDF_CTX_new(algorithms_->pbkdf2.get()));
    // RFC 6030 allows iteration counts, salts and keys below what SP 800-132 asks for; a file is read as it was made.
    int as_given = 1;
    const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name(hash), 0),
                                   octets(OSSL_KDF_PARAM_PASSWORD, password),
                                   octets(OSSL_KDF_PARAM_SALT, salt),
                                   OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &iterations),
                                   OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &as_given),
                                   OSSL_PARAM_construct_end()};
    const bool good = context != nullptr && EVP_KDF_derive(context.get(), out.data(), out.size(), settings) == 1;
    return good ? status::ok : status::e_crypto;
}

}  // namespace counterseal::core
