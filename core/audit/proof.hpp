// SPDX-License-Identifier: Apache-2.0
// Proofs about Merkle trees: that a leaf is in one, and that one goes on where another ended (RFC 6962 sections 2.1.1
// and 2.1.2). They are checked as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/audit/merkle_hash.hpp"

namespace counterseal::core {

/// Where the hash of a complete node comes from (tree_node: level, index).
using node_source = std::function<sha256_digest(std::uint32_t level, std::uint64_t index)>;

/// The hashes that lead from a leaf to the root, from below. Needs leaf < size. Throws crypto_failure, and what `from`
/// throws.
[[nodiscard]] std::vector<sha256_digest> prove_inclusion(merkle_hash& hash, const node_source& from, std::uint64_t leaf,
                                                         std::uint64_t size);

/// The hashes from which the roots of both sizes follow; none where the sizes are equal or the first is 0. Needs
/// first <= second. Throws as prove_inclusion().
[[nodiscard]] std::vector<sha256_digest> prove_consistency(merkle_hash& hash, const node_source& from,
                                                           std::uint64_t first, std::uint64_t second);

/// False: the leaf with this hash does not stand there in the tree with that root, or the proof is not one. Throws
/// crypto_failure.
[[nodiscard]] bool includes(merkle_hash& hash, std::span<const sha256_digest> proof, std::uint64_t leaf,
                            const sha256_digest& leaf_hash, std::uint64_t size, const sha256_digest& root);

/// False: the second tree does not begin with the first one, or the proof is not one. Throws crypto_failure.
[[nodiscard]] bool goes_on(merkle_hash& hash, std::span<const sha256_digest> proof, std::uint64_t first,
                           const sha256_digest& first_root, std::uint64_t second, const sha256_digest& second_root);

}  // namespace counterseal::core
