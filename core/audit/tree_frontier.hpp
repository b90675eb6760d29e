// SPDX-License-Identifier: Apache-2.0
// The right edge of a Merkle tree: all that is needed to append to it and to know its root.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/audit/merkle_hash.hpp"

namespace counterseal::core {

/// A node over the leaves from index * 2^level to (index + 1) * 2^level, all of which are there.
struct tree_node {
    std::uint32_t level;  // 0: a leaf
    std::uint64_t index;
    sha256_digest hash;
};

class tree_frontier {
public:
    /// Of an empty tree.
    tree_frontier() = default;

    /// The way back from bytes(). Nothing: these are not the peaks of a tree of that size.
    [[nodiscard]] static std::optional<tree_frontier> from_bytes(std::uint64_t size, bytes_view peaks);

    /// The roots of the complete subtrees, from the largest to the smallest: 32 bytes for each bit of size() that is
    /// set.
    [[nodiscard]] std::vector<std::uint8_t> bytes() const;

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Adds a leaf and tells every node that it completes, from the leaf upwards. Throws crypto_failure, and what
    /// `completed` throws; the tree is as it was then.
    void append(merkle_hash& hash, const sha256_digest& leaf, const std::function<void(const tree_node&)>& completed);

    /// The Merkle Tree Hash (RFC 6962 section 2.1). Throws crypto_failure.
    [[nodiscard]] sha256_digest root(merkle_hash& hash) const;

private:
    std::uint64_t size_ = 0;
    std::vector<sha256_digest> peaks_;
};

}  // namespace counterseal::core
