// SPDX-License-Identifier: Apache-2.0
// The tree of a tenant's log: some of its nodes are stored, the others follow from a few of those or of the events.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "core/audit/proof.hpp"
#include "core/audit/tree_frontier.hpp"
#include "core/engine/stored_event.hpp"

namespace counterseal::core {

/// Complete nodes of every fourth level are stored, in the row of the event that completed them, from below: 32 bytes
/// in every 16th row, 64 in every 256th. So any other node follows from 16 rows or fewer; with every eighth level, a
/// proof would have to hash 256 events again.
inline constexpr std::uint32_t stored_levels = 4;

/// Appends a node that an event completed to those of its row, if it is one that is stored. They come from the leaf
/// upwards.
void keep_node(std::vector<std::uint8_t>& row, const tree_node& completed);

/// Reads the tree in one transaction. Throws store_error: e_store_corrupt where a row that has to be there is not; and
/// crypto_failure.
class stored_tree {
public:
    stored_tree(transaction& in, const crypto& by, std::string_view tenant) : in_{in}, hash_(by), tenant_{tenant} {}

    /// Of a complete node.
    [[nodiscard]] sha256_digest node(std::uint32_t level, std::uint64_t index);
    [[nodiscard]] node_source nodes()
    {
        return [this](std::uint32_t level, std::uint64_t index) { return node(level, index); };
    }

    /// Of the first `size` events, which are there.
    [[nodiscard]] sha256_digest root(std::uint64_t size);
    [[nodiscard]] sha256_digest leaf(std::uint64_t index) { return node(0, index); }

    [[nodiscard]] merkle_hash& hash() noexcept { return hash_.tree(); }

private:
    using tile = std::vector<sha256_digest>;

    const tile& tile_of(std::uint32_t level, std::uint64_t number);
    tile read(std::uint32_t level, std::uint64_t first);

    transaction& in_;
    event_hash hash_;
    std::string_view tenant_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, tile> tiles_;
};

}  // namespace counterseal::core
