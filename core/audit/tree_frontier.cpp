// SPDX-License-Identifier: Apache-2.0
#include "core/audit/tree_frontier.hpp"

#include <algorithm>
#include <bit>

namespace counterseal::core {

std::optional<tree_frontier> tree_frontier::from_bytes(std::uint64_t size, bytes_view peaks)
{
    const auto n = static_cast<std::size_t>(std::popcount(size));
    tree_frontier out;
    if (peaks.size() != n * sizeof(sha256_digest)) {
        return std::nullopt;
    }
    out.size_ = size;
    out.peaks_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        std::ranges::copy(peaks.subspan(i * sizeof(sha256_digest), sizeof(sha256_digest)), out.peaks_[i].begin());
    }
    return out;
}

std::vector<std::uint8_t> tree_frontier::bytes() const
{
    std::vector<std::uint8_t> out;
    out.reserve(peaks_.size() * sizeof(sha256_digest));
    for (const sha256_digest& peak : peaks_) {
        out.insert(out.end(), peak.begin(), peak.end());
    }
    return out;
}

void tree_frontier::append(merkle_hash& hash, const sha256_digest& leaf,
                           const std::function<void(const tree_node&)>& completed)
{
    tree_node node{0, size_, leaf};
    completed(node);
    // As in adding one to a number: each bit that is set carries, and its peak becomes the left child.
    const auto n_carries = static_cast<std::size_t>(std::countr_one(size_));
    for (std::size_t i = 0; i < n_carries; ++i) {
        node = {node.level + 1, node.index / 2, hash.of_node(peaks_[peaks_.size() - 1 - i], node.hash)};
        completed(node);
    }
    peaks_.reserve(peaks_.size() + 1);  // nothing throws from here on
    peaks_.resize(peaks_.size() - n_carries);
    peaks_.push_back(node.hash);
    ++size_;
}

sha256_digest tree_frontier::root(merkle_hash& hash) const
{
    if (peaks_.empty()) {
        return hash.of_nothing();
    }
    sha256_digest out = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i-- > 0;) {
        out = hash.of_node(peaks_[i], out);
    }
    return out;
}

}  // namespace counterseal::core
