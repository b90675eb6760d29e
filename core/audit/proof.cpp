// SPDX-License-Identifier: Apache-2.0
#include "core/audit/proof.hpp"

#include <bit>

namespace counterseal::core {
namespace {

/// The largest power of two below n, which is 2 or more: where RFC 6962 cuts a tree.
std::uint64_t cut_of(std::uint64_t n) noexcept
{
    return std::bit_floor(n - 1);
}

/// What proofs are made from: leaves `begin` to `end` of a tree, begin being a multiple of the first cut.
class tree_part {
public:
    tree_part(merkle_hash& hash, const node_source& from) : hash_{hash}, from_{from} {}

    sha256_digest root(std::uint64_t begin, std::uint64_t end)
    {
        const std::uint64_t n = end - begin;
        if (std::has_single_bit(n)) {
            const auto level = static_cast<std::uint32_t>(std::countr_zero(n));
            return from_(level, begin >> level);
        }
        const std::uint64_t middle = begin + cut_of(n);
        const sha256_digest left = root(begin, middle);
        return hash_.of_node(left, root(middle, end));
    }

private:
    merkle_hash& hash_;
    const node_source& from_;
};

/// From a leaf to the root, as RFC 9162 goes: fn is the place on a level, sn the last one there.
class ascent {
public:
    ascent(std::uint64_t leaf, std::uint64_t size) noexcept : fn_{leaf}, sn_{size - 1} {}

    [[nodiscard]] bool is_at_root() const noexcept { return sn_ == 0; }
    [[nodiscard]] bool is_right_child() const noexcept { return (fn_ & 1) != 0; }
    /// Whether the next hash stands to the left of what is there.
    [[nodiscard]] bool joins_left() const noexcept { return is_right_child() || fn_ == sn_; }
    void rise() noexcept
    {
        fn_ >>= 1;
        sn_ >>= 1;
    }
    /// After a hash was joined: the levels on which a last node stands alone are passed over.
    void pass() noexcept
    {
        if (fn_ == sn_) {
            while (!is_right_child() && fn_ != 0) {
                rise();
            }
        }
        rise();
    }

private:
    std::uint64_t fn_;
    std::uint64_t sn_;
};

}  // namespace

std::vector<sha256_digest> prove_inclusion(merkle_hash& hash, const node_source& from, std::uint64_t leaf,
                                           std::uint64_t size)
{
    tree_part tree(hash, from);
    std::vector<sha256_digest> from_above;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + cut_of(end - begin);
        if (leaf < middle) {
            from_above.push_back(tree.root(middle, end));
            end = middle;
        } else {
            from_above.push_back(tree.root(begin, middle));
            begin = middle;
        }
    }
    return {from_above.rbegin(), from_above.rend()};
}

std::vector<sha256_digest> prove_consistency(merkle_hash& hash, const node_source& from, std::uint64_t first,
                                             std::uint64_t second)
{
    if (first == 0 || first == second) {
        return {};
    }
    tree_part tree(hash, from);
    std::vector<sha256_digest> from_above;
    std::uint64_t begin = 0;
    std::uint64_t end = second;
    while (first != end) {
        const std::uint64_t middle = begin + cut_of(end - begin);
        if (first <= middle) {
            from_above.push_back(tree.root(middle, end));
            end = middle;
        } else {
            from_above.push_back(tree.root(begin, middle));
            begin = middle;
        }
    }
    if (begin != 0) {  // else the rest is the first tree itself, whose root is known
        from_above.push_back(tree.root(begin, end));
    }
    return {from_above.rbegin(), from_above.rend()};
}

bool includes(merkle_hash& hash, std::span<const sha256_digest> proof, std::uint64_t leaf,
              const sha256_digest& leaf_hash, std::uint64_t size, const sha256_digest& root)
{
    if (leaf >= size) {
        return false;
    }
    ascent at(leaf, size);
    sha256_digest r = leaf_hash;
    for (const sha256_digest& p : proof) {
        if (at.is_at_root()) {
            return false;
        }
        r = at.joins_left() ? hash.of_node(p, r) : hash.of_node(r, p);
        at.pass();
    }
    return at.is_at_root() && r == root;
}

bool goes_on(merkle_hash& hash, std::span<const sha256_digest> proof, std::uint64_t first,
             const sha256_digest& first_root, std::uint64_t second, const sha256_digest& second_root)
{
    if (first == 0 || first == second) {
        const sha256_digest same = first == 0 ? hash.of_nothing() : second_root;
        return proof.empty() && first_root == same;
    }
    if (first > second || proof.empty()) {
        return false;
    }
    ascent at(first - 1, second);
    while (at.is_right_child()) {
        at.rise();
    }
    // Where the first tree is complete its root stands for itself.
    const bool is_complete = std::has_single_bit(first);
    sha256_digest fr = is_complete ? first_root : proof.front();
    sha256_digest sr = fr;
    for (const sha256_digest& c : proof.subspan(is_complete ? 0 : 1)) {
        if (at.is_at_root()) {
            return false;
        }
        if (at.joins_left()) {
            fr = hash.of_node(c, fr);
            sr = hash.of_node(c, sr);
        } else {
            sr = hash.of_node(sr, c);
        }
        at.pass();
    }
    return at.is_at_root() && fr == first_root && sr == second_root;
}

}  // namespace counterseal::core
