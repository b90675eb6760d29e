// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/prepared.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <atomic>
#include <limits>
#include <utility>

#include "core/crypto/fetched.hpp"

namespace counterseal::core {
namespace {

mac_context copy_of(const mac_context& of) noexcept
{
    return mac_context(EVP_MAC_CTX_dup(of.get()));
}

cipher_context copy_of(const cipher_context& of) noexcept
{
    cipher_context made(EVP_CIPHER_CTX_new());
    return made != nullptr && EVP_CIPHER_CTX_copy(made.get(), of.get()) == 1 ? std::move(made) : nullptr;
}

/// A context with its key, which is only read, and one that is worked with.
template <class Context>
class spared {
public:
    explicit spared(Context master) noexcept : master_{std::move(master)} {}
    ~spared() { Context(spare_.load()); }
    spared(const spared&) = delete;
    spared& operator=(const spared&) = delete;

    /// Calls work(context), nullptr where there is no memory for one.
    template <class Work>
    bool with(Work&& work) noexcept
    {
        Context mine(spare_.exchange(nullptr, std::memory_order_acquire));
        if (mine == nullptr) {
            mine = copy_of(master_);
        }
        const bool good = mine != nullptr && work(mine.get());
        typename Context::pointer none = nullptr;
        if (good && spare_.compare_exchange_strong(none, mine.get(), std::memory_order_release)) {
            const auto* const left_there = mine.release();  // for the next one
            static_cast<void>(left_there);
        }
        return good;
    }

private:
    Context master_;
    std::atomic<typename Context::pointer> spare_{nullptr};
};

}  // namespace

struct prepared_hmac::contexts : spared<mac_context> {
    using spared::spared;
};
struct prepared_aes::contexts : spared<cipher_context> {
    using spared::spared;
};

prepared_hmac::prepared_hmac(std::unique_ptr<contexts> all) noexcept : contexts_{std::move(all)} {}
prepared_hmac::~prepared_hmac() = default;
prepared_aes::prepared_aes(std::unique_ptr<contexts> all) noexcept : contexts_{std::move(all)} {}
prepared_aes::~prepared_aes() = default;

std::unique_ptr<const prepared_hmac> prepared_hmac::make(const crypto& with, hash_id hash, bytes_view key)
{
    mac_context master(EVP_MAC_CTX_new(with.algorithms_->hmac.get()));
    const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name(hash), 0),
                                   OSSL_PARAM_construct_end()};
    if (master == nullptr || EVP_MAC_init(master.get(), key.data(), key.size(), settings) != 1) {
        return nullptr;
    }
    return std::unique_ptr<const prepared_hmac>(new prepared_hmac(std::make_unique<contexts>(std::move(master))));
}

status prepared_hmac::operator()(bytes_view message, bytes_span out) const noexcept
{
    const bool good = contexts_->with([&](EVP_MAC_CTX* context) {
        std::size_t len = 0;
        // Without a key it goes back to the one that it was made with.
        return EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
               EVP_MAC_update(context, message.data(), message.size()) == 1 &&
               EVP_MAC_final(context, out.data(), &len, out.size()) == 1 && len == out.size();
    });
    return good ? status::ok : status::e_crypto;
}

std::unique_ptr<const prepared_aes> prepared_aes::make(const crypto& with, bytes_view key)
{
    cipher_context master(EVP_CIPHER_CTX_new());
    if (master == nullptr ||
        EVP_EncryptInit_ex2(master.get(), with.algorithms_->aes_256_ecb.get(), key.data(), nullptr, nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(master.get(), 0) != 1) {
        return nullptr;
    }
    return std::unique_ptr<const prepared_aes>(new prepared_aes(std::make_unique<contexts>(std::move(master))));
}

status prepared_aes::encrypt(bytes_view in, bytes_span out) const noexcept
{
    const bool fits =
        in.size() == out.size() && in.size() % aes_block_len == 0 && in.size() <= std::numeric_limits<int>::max();
    const bool good = fits && contexts_->with([&](EVP_CIPHER_CTX* context) {
        int len = 0;
        return EVP_EncryptUpdate(context, out.data(), &len, in.data(), static_cast<int>(in.size())) == 1 &&
               std::cmp_equal(len, in.size());
    });
    return good ? status::ok : status::e_crypto;
}

}  // namespace counterseal::core
