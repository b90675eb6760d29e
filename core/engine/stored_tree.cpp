// SPDX-License-Identifier: Apache-2.0
#include "core/engine/stored_tree.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "core/engine/subject.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint64_t tile_len = std::uint64_t{1} << stored_levels;

}  // namespace

void insert_nodes(transaction& in, std::string_view tenant, const std::vector<tree_node>& completed)
{
    static constexpr set_statement insert = {
        {"INSERT INTO tree_node (tenant, level, idx, hash) VALUES ($1, $2, $3, $4)"},
        {"INSERT INTO tree_node (tenant, level, idx, hash) SELECT $1, of_level, of_idx, of_hash FROM "
         "unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS made (of_level, of_idx, of_hash)"}};
    std::vector<std::int64_t> levels;
    std::vector<std::int64_t> places;
    std::vector<bytes_view> hashes;
    for (const tree_node& one : completed) {
        if (is_stored(one.level)) {
            levels.push_back(one.level);
            places.push_back(static_cast<std::int64_t>(one.index));
            hashes.emplace_back(one.hash);
        }
    }
    if (!levels.empty()) {
        in.run_set(insert, {tenant, levels, places, hashes});
    }
}

sha256_digest stored_tree::node(std::uint32_t level, std::uint64_t index)
{
    const std::uint32_t above = level % stored_levels;
    const std::uint64_t first = index << above;
    const tile& from = tile_of(level - above, first / tile_len);
    const std::uint64_t begin = first % tile_len;
    const std::uint64_t n = std::uint64_t{1} << above;
    need(begin + n <= from.size() ? status::ok : status::e_store_corrupt, "a part of the log's tree is missing");
    std::vector<sha256_digest> nodes(from.begin() + static_cast<std::ptrdiff_t>(begin),
                                     from.begin() + static_cast<std::ptrdiff_t>(begin + n));
    while (nodes.size() > 1) {
        for (std::size_t i = 0; 2 * i < nodes.size(); ++i) {
            nodes[i] = hash().of_node(nodes[2 * i], nodes[2 * i + 1]);
        }
        nodes.resize(nodes.size() / 2);
    }
    return nodes.front();
}

sha256_digest stored_tree::root(std::uint64_t size)
{
    std::vector<std::uint8_t> peaks;
    for (std::uint64_t left = size; left != 0;) {
        const auto level = static_cast<std::uint32_t>(std::bit_width(left)) - 1;
        left &= ~(std::uint64_t{1} << level);
        // What stands before it is a number of whole nodes of its size.
        const sha256_digest peak = node(level, ((size - left) >> level) - 1);
        peaks.insert(peaks.end(), peak.begin(), peak.end());
    }
    return tree_frontier::from_bytes(size, peaks).value().root(hash());
}

const stored_tree::tile& stored_tree::tile_of(std::uint32_t level, std::uint64_t number)
{
    const auto [at, is_new] = tiles_.try_emplace({level, number});
    if (is_new) {
        at->second = read(level, number * tile_len);
    }
    return at->second;
}

stored_tree::tile stored_tree::read(std::uint32_t level, std::uint64_t first)
{
    static constexpr statement select = {
        "SELECT idx, hash FROM tree_node WHERE tenant = $1 AND level = $2 AND idx >= $3 AND idx < $4 ORDER BY idx"};
    tile out;
    const auto begin = static_cast<std::int64_t>(first);
    if (level == 0) {
        for (const stored_event& one : load_events(in_, tenant_, begin, tile_len)) {
            out.push_back(hash_.leaf(one));
        }
        return out;
    }
    rows found;
    in_.run(select, {tenant_, std::int64_t{level}, begin, begin + static_cast<std::int64_t>(tile_len)}, &found);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::vector<std::uint8_t>& hash = found.bytes(i, 1);
        const bool is_next = found.integer(i, 0) == begin + static_cast<std::int64_t>(i);
        need(is_next && hash.size() == sizeof(sha256_digest) ? status::ok : status::e_store_corrupt,
             "a part of the log's tree is missing");
        std::ranges::copy(hash, out.emplace_back().begin());
    }
    return out;
}

}  // namespace counterseal::core
