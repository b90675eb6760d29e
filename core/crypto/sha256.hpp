// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) of public data: of many short messages, one after another.
#pragma once

#include <array>
#include <exception>
#include <initializer_list>
#include <memory>

#include "core/crypto/crypto.hpp"

struct evp_md_st;
struct evp_md_ctx_st;

namespace counterseal::core {

/// The provider failed; what was asked of it was not done.
class crypto_failure final : public std::exception {
public:
    [[nodiscard]] const char* what() const noexcept override { return "the cryptographic provider failed"; }
};

using sha256_digest = std::array<std::uint8_t, 32>;

/// For one thread at a time; `by` has to live as long.
class sha256_hash {
public:
    /// Throws crypto_failure.
    explicit sha256_hash(const crypto& by);

    /// Of the pieces in a row. Throws crypto_failure.
    [[nodiscard]] sha256_digest of(std::initializer_list<bytes_view> pieces);

private:
    const evp_md_st* algorithm_;
    struct context_free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, context_free> context_;
};

}  // namespace counterseal::core
