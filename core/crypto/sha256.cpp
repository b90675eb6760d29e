// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/sha256.hpp"

#include "core/crypto/openssl.hpp"

namespace counterseal::core {

struct sha256_hash::state {
    owned<EVP_MD, EVP_MD_free> algorithm;
    owned<EVP_MD_CTX, EVP_MD_CTX_free> context;
};

sha256_hash::sha256_hash(const crypto& by) : state_(std::make_unique<state>())
{
    state_->algorithm.reset(EVP_MD_fetch(by.library(), "SHA256", nullptr));
    state_->context.reset(EVP_MD_CTX_new());
    if (state_->algorithm == nullptr || state_->context == nullptr) {
        throw crypto_failure();
    }
}

sha256_hash::~sha256_hash() = default;

sha256_digest sha256_hash::of(std::initializer_list<bytes_view> pieces)
{
    EVP_MD_CTX* const context = state_->context.get();
    sha256_digest out;
    bool is_good = EVP_DigestInit_ex2(context, state_->algorithm.get(), nullptr) == 1;
    for (const bytes_view piece : pieces) {
        is_good = is_good && EVP_DigestUpdate(context, piece.data(), piece.size()) == 1;
    }
    if (!is_good || EVP_DigestFinal_ex(context, out.data(), nullptr) != 1) {
        throw crypto_failure();
    }
    return out;
}

}  // namespace counterseal::core
