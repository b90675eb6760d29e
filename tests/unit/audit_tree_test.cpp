// SPDX-License-Identifier: Apache-2.0
// Merkle trees against the reference values of Certificate Transparency (google/certificate-transparency, Apache-2.0,
// cpp/merkletree/merkle_tree_test.cc) and against another implementation: Go's golang.org/x/mod/sumdb/tlog.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/audit/proof.hpp"
#include "core/audit/tree_frontier.hpp"
#include "core/enroll/hex.hpp"
#include "tests/vectors/json_file.hpp"

namespace counterseal::core {
namespace {

/// A tree of which every node is kept.
class grown_tree {
public:
    void append(bytes_view entry)
    {
        frontier_.append(hash, hash.of_leaf(entry), [this](const tree_node& n) {
            EXPECT_TRUE(nodes_.emplace(std::pair(n.level, n.index), n.hash).second);
        });
    }
    sha256_digest root() { return frontier_.root(hash); }
    const tree_frontier& frontier() const { return frontier_; }
    node_source nodes() const
    {
        return [this](std::uint32_t level, std::uint64_t index) { return nodes_.at({level, index}); };
    }
    sha256_digest leaf(std::uint64_t index) const { return nodes_.at({0, index}); }

    const std::unique_ptr<const crypto> by = crypto::open("");
    merkle_hash hash{*by};

private:
    tree_frontier frontier_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, sha256_digest> nodes_;
};

void grow(grown_tree& tree, std::uint64_t size)
{
    while (tree.frontier().size() < size) {
        tree.append(bytes_of(std::to_string(tree.frontier().size())));
    }
}

TEST(audit_tree, has_the_roots_of_the_reference)
{
    static constexpr std::string_view leaves[] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    static constexpr std::string_view roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                                 "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                                 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                                 "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                                 "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                                 "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                                 "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                                 "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    grown_tree tree;
    EXPECT_EQ(to_hex(tree.root()), roots[0]);
    for (std::size_t i = 0; i < std::size(leaves); ++i) {
        tree.append(test::from_hex(std::string(leaves[i])));
        EXPECT_EQ(to_hex(tree.root()), roots[i + 1]) << i;
    }
    const std::vector<sha256_digest> from_6 = prove_consistency(tree.hash, tree.nodes(), 6, 8);
    ASSERT_EQ(from_6.size(), 3U);
    EXPECT_EQ(to_hex(from_6[0]), "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a");
    EXPECT_EQ(to_hex(from_6[1]), "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
    EXPECT_EQ(to_hex(from_6[2]), "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
}

// golang.org/x/mod v0.43.0: TreeHash(n), ProveRecord(n, i) for i < n, ProveTree(n, m) for 1 <= m <= n, n from 0 to
// 1025, the records being "0", "1", "2", ... Each value below is the SHA-256 of all of those hashes in that order.
TEST(audit_tree, agrees_with_another_implementation_for_all_sizes_to_1025)
{
    grown_tree tree;
    std::vector<std::uint8_t> roots;
    std::vector<std::uint8_t> inclusion;
    std::vector<std::uint8_t> consistency;
    const auto add = [](std::vector<std::uint8_t>& to, bytes_view hash) {
        to.insert(to.end(), hash.begin(), hash.end());
    };
    std::vector<sha256_digest> root_of;
    for (std::uint64_t n = 0; n <= 1025; ++n) {
        grow(tree, n);
        const sha256_digest root = tree.root();
        root_of.push_back(root);
        add(roots, root);
        const bool is_checked = n <= 130 || n >= 1023;  // a million checks more would say the same
        for (std::uint64_t i = 0; i < n; ++i) {
            const std::vector<sha256_digest> proof = prove_inclusion(tree.hash, tree.nodes(), i, n);
            if (is_checked) {
                ASSERT_TRUE(includes(tree.hash, proof, i, tree.leaf(i), n, root)) << i << " of " << n;
            }
            for (const sha256_digest& one : proof) {
                add(inclusion, one);
            }
        }
        for (std::uint64_t m = 1; m <= n; ++m) {
            const std::vector<sha256_digest> proof = prove_consistency(tree.hash, tree.nodes(), m, n);
            if (is_checked) {
                ASSERT_TRUE(goes_on(tree.hash, proof, m, root_of[m], n, root)) << m << " to " << n;
            }
            for (const sha256_digest& one : proof) {
                add(consistency, one);
            }
        }
        ASSERT_TRUE(goes_on(tree.hash, {}, 0, root_of[0], n, root));
    }
    sha256_hash hash(*tree.by);
    EXPECT_EQ(to_hex(hash.of({roots})), "0003aa4a283c15cdc8546d669bc3b35a19b37bd4ce8c454d7b87f31865dbcf06");
    EXPECT_EQ(to_hex(hash.of({inclusion})), "a320755ebecc6728d9f6601e0612155d47822ad200875fe8d5cab502e750b8d8");
    EXPECT_EQ(to_hex(hash.of({consistency})), "b5a3a5cfd18b06c677a40ebda1b59a487de2ec2748433cba7939bab36f35b143");
}

TEST(audit_tree, comes_back_from_its_peaks)
{
    grown_tree tree;
    for (const std::uint64_t size : {0U, 1U, 2U, 3U, 255U, 256U, 700U}) {
        grow(tree, size);
        const std::vector<std::uint8_t> peaks = tree.frontier().bytes();
        std::optional<tree_frontier> again = tree_frontier::from_bytes(size, peaks);
        ASSERT_TRUE(again) << size;
        EXPECT_EQ(again->root(tree.hash), tree.root());
        again->append(tree.hash, tree.hash.of_leaf(bytes_of("x")), [](const tree_node&) {});
        EXPECT_EQ(again->size(), size + 1);
        EXPECT_FALSE(tree_frontier::from_bytes(size * 2 + 1, peaks));
        EXPECT_FALSE(tree_frontier::from_bytes(size, bytes_of("short")));
    }
}

TEST(audit_tree, is_as_it_was_where_a_node_could_not_be_kept)
{
    grown_tree tree;
    grow(tree, 7);
    tree_frontier frontier = tree.frontier();
    const sha256_digest leaf = tree.hash.of_leaf(bytes_of("7"));
    int left = 3;
    const auto fail = [&left](const tree_node&) {
        if (--left == 0) {
            throw std::runtime_error("no room");
        }
    };
    EXPECT_THROW(frontier.append(tree.hash, leaf, fail), std::runtime_error);
    EXPECT_EQ(frontier.size(), 7U);
    EXPECT_EQ(frontier.root(tree.hash), tree.root());
    grow(tree, 8);
    frontier.append(tree.hash, leaf, [](const tree_node&) {});
    EXPECT_EQ(frontier.root(tree.hash), tree.root());
}

TEST(audit_tree, no_changed_proof_is_one)
{
    grown_tree tree;
    std::mt19937_64 random(6962);
    const auto below = [&](std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random); };
    std::vector<sha256_digest> root_of;
    for (std::uint64_t n = 0; n <= 600; ++n) {
        grow(tree, n);
        root_of.push_back(tree.root());
    }
    for (int round = 0; round < 20000; ++round) {
        const std::uint64_t size = 2 + below(598);
        const std::uint64_t leaf = below(size);
        const std::uint64_t first = 1 + below(size - 1);
        std::vector<sha256_digest> in = prove_inclusion(tree.hash, tree.nodes(), leaf, size);
        std::vector<sha256_digest> on = prove_consistency(tree.hash, tree.nodes(), first, size);
        sha256_digest leaf_hash = tree.leaf(leaf);
        sha256_digest first_root = root_of[first];
        std::uint64_t told_leaf = leaf;
        std::uint64_t told_first = first;
        switch (round % 5) {
            case 0:  // one bit of one hash
                in[below(in.size())][below(32)] ^= static_cast<std::uint8_t>(1U << below(8));
                on[below(on.size())][below(32)] ^= static_cast<std::uint8_t>(1U << below(8));
                break;
            case 1:  // one hash less
                in.erase(in.begin() + static_cast<std::ptrdiff_t>(below(in.size())));
                on.erase(on.begin() + static_cast<std::ptrdiff_t>(below(on.size())));
                break;
            case 2:  // one more
                in.push_back(root_of[below(600)]);
                on.insert(on.begin(), root_of[below(600)]);
                break;
            case 3:  // about another leaf, another tree
                leaf_hash[below(32)] ^= 1;
                first_root[below(32)] ^= 1;
                break;
            default:  // at another place
                told_leaf = (leaf + 1) % size;
                told_first = first + 1;
                break;
        }
        EXPECT_FALSE(includes(tree.hash, in, told_leaf, leaf_hash, size, root_of[size])) << leaf << " of " << size;
        EXPECT_FALSE(goes_on(tree.hash, on, told_first, first_root, size, root_of[size])) << first << " to " << size;
    }
}

TEST(audit_tree, hostile_proofs_are_refused)
{
    grown_tree tree;
    grow(tree, 4);
    const sha256_digest root = tree.root();
    const std::vector<sha256_digest> many(100, root);
    // A proof of this tree, with its root, for one that is said to be twice as large.
    const std::vector<sha256_digest> in = prove_inclusion(tree.hash, tree.nodes(), 0, 4);
    EXPECT_TRUE(includes(tree.hash, in, 0, tree.leaf(0), 4, root));
    EXPECT_FALSE(includes(tree.hash, in, 0, tree.leaf(0), 8, root));
    const std::vector<sha256_digest> on = prove_consistency(tree.hash, tree.nodes(), 1, 4);
    EXPECT_TRUE(goes_on(tree.hash, on, 1, tree.leaf(0), 4, root));
    EXPECT_FALSE(goes_on(tree.hash, on, 1, tree.leaf(0), 8, root));
    EXPECT_FALSE(includes(tree.hash, {}, 0, root, 0, root));
    EXPECT_FALSE(includes(tree.hash, {}, 4, tree.leaf(3), 4, root));
    EXPECT_FALSE(includes(tree.hash, many, UINT64_MAX - 1, tree.leaf(0), UINT64_MAX, root));
    EXPECT_FALSE(goes_on(tree.hash, many, 1, root, UINT64_MAX, root));
    EXPECT_FALSE(goes_on(tree.hash, {}, 1, root, 4, root));
    EXPECT_FALSE(goes_on(tree.hash, {}, 5, root, 4, root));
    EXPECT_FALSE(goes_on(tree.hash, {}, 0, root, 4, root));  // an empty tree has one root
    EXPECT_FALSE(goes_on(tree.hash, many, 4, root, 4, root));
}

}  // namespace
}  // namespace counterseal::core
