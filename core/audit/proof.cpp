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
    std::uint64_t fn = leaf;
    std::uint64_t sn = size - 1;
    sha256_digest r = leaf_hash;
    for (const sha256_digest& p : proof) {
        if (sn == 0) {
            return false;
        }
        if ((fn & 1) != 0 || fn == sn) {
            r = hash.of_node(p, r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = hash.of_node(r, p);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && r == root;
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
    std::uint64_t fn = first - 1;
    std::uint64_t sn = second - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    // Where the first tree is complete its root stands for itself.
    const bool is_complete = std::has_single_bit(first);
    sha256_digest fr = is_complete ? first_root : proof.front();
    sha256_digest sr = fr;
    for (const sha256_digest& c : proof.subspan(is_complete ? 0 : 1)) {
        if (sn == 0) {
            return false;
        }
        if ((fn & 1) != 0 || fn == sn) {
            fr = hash.of_node(c, fr);
            sr = hash.of_node(c, sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = hash.of_node(sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && fr == first_root && sr == second_root;
}

}  // namespace counterseal::core
