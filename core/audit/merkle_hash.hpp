// SPDX-License-Identifier: Apache-2.0
// The hashes of a Merkle tree (RFC 6962 section 2.1): a leaf can never be taken for a node.
#pragma once

#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"

namespace counterseal::core {

/// For one thread at a time. Everything throws crypto_failure.
class merkle_hash {
public:
    explicit merkle_hash(const crypto& by) : hash_(by) {}

    [[nodiscard]] sha256_digest of_nothing() { return hash_.of({}); }
    [[nodiscard]] sha256_digest of_leaf(bytes_view entry)
    {
        static constexpr std::uint8_t mark[] = {0};
        return hash_.of({mark, entry});
    }
    [[nodiscard]] sha256_digest of_node(const sha256_digest& left, const sha256_digest& right)
    {
        static constexpr std::uint8_t mark[] = {1};
        return hash_.of({mark, left, right});
    }

private:
    sha256_hash hash_;
};

}  // namespace counterseal::core
