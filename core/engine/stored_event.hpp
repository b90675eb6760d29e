// SPDX-License-Identifier: Apache-2.0
// An event as its row has it: whole, without who it was about, or no more than its place in the tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/log_line.hpp"
#include "core/audit/merkle_hash.hpp"
#include "core/engine/event.hpp"

namespace counterseal::core {

struct stored_event {
    event what;
    std::vector<std::uint8_t> salt;    // empty: subject, actor and reason were erased
    std::vector<std::uint8_t> person;  // of an erased one: the hash of what was there
    std::vector<std::uint8_t> leaf;    // of a purged one: its hash, and nothing else is left
    std::vector<std::uint8_t> nodes;   // of the tree that it completed (stored_tree.hpp)

    [[nodiscard]] bool is_erased() const noexcept { return salt.empty() && leaf.empty(); }
    [[nodiscard]] bool is_purged() const noexcept { return !leaf.empty(); }
};

/// Those with numbers above `after`, in their order, at most `limit`. Throws store_error: e_store_corrupt where one is
/// missing, or a row has what no row can have.
[[nodiscard]] std::vector<stored_event> load_events(transaction& in, std::string_view tenant, std::int64_t after,
                                                    std::int64_t limit);

/// Hashes events of one tenant. Throws crypto_failure.
class event_hash {
public:
    explicit event_hash(const crypto& by) : plain_(by), tree_(by) {}

    [[nodiscard]] sha256_digest person(const event& of, bytes_view salt);
    [[nodiscard]] sha256_digest leaf(const event& of, const sha256_digest& person);
    [[nodiscard]] sha256_digest leaf(const stored_event& of);

    /// As log_check reads it.
    [[nodiscard]] std::string line(const stored_event& of);

    [[nodiscard]] merkle_hash& tree() noexcept { return tree_; }

private:
    sha256_digest person(const stored_event& of);

    sha256_hash plain_;
    merkle_hash tree_;
};

}  // namespace counterseal::core
