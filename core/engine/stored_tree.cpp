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

void keep_node(std::vector<std::uint8_t>& row, const tree_node& completed)
{
    if (completed.level != 0 && completed.level % stored_levels == 0) {
        row.insert(row.end(), completed.hash.begin(), completed.hash.end());
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
    static constexpr set_statement select = {
        {"SELECT seq, nodes FROM event WHERE tenant = $1 AND seq = $2"},
        {"SELECT found.* FROM unnest($2::bigint[]) AS asked (of_seq), "
         "LATERAL (SELECT seq, nodes FROM event WHERE tenant = $1 AND seq = of_seq LIMIT 1) AS found "
         "ORDER BY seq"}};
    tile out;
    if (level == 0) {
        for (const stored_event& one : load_events(in_, tenant_, static_cast<std::int64_t>(first), tile_len)) {
            out.push_back(hash_.leaf(one));
        }
        return out;
    }
    std::vector<std::int64_t> numbers;
    numbers.reserve(tile_len);
    for (std::uint64_t i = 0; i < tile_len; ++i) {
        numbers.push_back(static_cast<std::int64_t>((first + i + 1) << level));
    }
    rows found;
    in_.run_set(select, {tenant_, numbers}, &found);
    const std::size_t at = (level / stored_levels - 1) * sizeof(sha256_digest);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const bytes_view nodes = found.bytes(i, 1);
        const bool is_there = found.integer(i, 0) == numbers[i] && nodes.size() >= at + sizeof(sha256_digest);
        need(is_there ? status::ok : status::e_store_corrupt, "a part of the log's tree is missing");
        std::ranges::copy(nodes.subspan(at, sizeof(sha256_digest)), out.emplace_back().begin());
    }
    return out;
}

}  // namespace counterseal::core
