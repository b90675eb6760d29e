// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/sha256.hpp"

#include "core/crypto/fetched.hpp"

namespace counterseal::core {

void sha256_hash::context_free::operator()(evp_md_ctx_st* context) const noexcept
{
    EVP_MD_CTX_free(context);
}

sha256_hash::sha256_hash(const crypto& by) : algorithm_{by.algorithms_->sha256.get()}, context_(EVP_MD_CTX_new())
{
    if (context_ == nullptr) {
        throw crypto_failure();
    }
}

sha256_digest sha256_hash::of(std::initializer_list<bytes_view> pieces)
{
    sha256_digest out;
    bool is_good = EVP_DigestInit_ex2(context_.get(), algorithm_, nullptr) == 1;
    for (const bytes_view piece : pieces) {
        is_good = is_good && EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) == 1;
    }
    if (!is_good || EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) != 1) {
        throw crypto_failure();
    }
    return out;
}

}  // namespace counterseal::core
