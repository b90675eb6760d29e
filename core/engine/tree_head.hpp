// SPDX-License-Identifier: Apache-2.0
// The head of a tenant's log: how many events there are, the right edge of their tree, and the last checkpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/tree_frontier.hpp"
#include "core/engine/event_log.hpp"
#include "core/store/transaction.hpp"

namespace counterseal::core {

struct tree_head {
    tree_frontier tree;
    std::int64_t checkpoint_size = 0;
    std::int64_t checkpoint_us = 0;
    bool is_new = false;  // there is no row yet

    /// One event for each leaf.
    [[nodiscard]] std::int64_t size() const noexcept { return static_cast<std::int64_t>(tree.size()); }
};

/// Locked up to the end of the transaction: the last row that is locked, those of later tenants excepted. Where there
/// is none, one that is_new. Throws store_error: e_store_corrupt where it is no head of a tree.
[[nodiscard]] tree_head lock_head(transaction& in, std::string_view tenant);

/// Nothing: the tenant has no events. Throws store_error as lock_head().
[[nodiscard]] std::optional<tree_head> load_head(transaction& in, std::string_view tenant);

/// Writes a locked one. False: it was new, and another transaction made one meanwhile; nothing was written.
[[nodiscard]] bool save_head(transaction& in, std::string_view tenant, const tree_head& head);

struct stored_checkpoint {
    std::string tenant;
    std::int64_t size = 0;
    std::int64_t at_us = 0;
    std::string note{};
};

inline constexpr std::int64_t checkpoint_events = 256;
inline constexpr std::int64_t checkpoint_period_us = 1'000'000;

/// Whether so many events or so much time lies behind the last checkpoint, and there are events since.
[[nodiscard]] bool is_checkpoint_due(const tree_head& head, std::int64_t now_us) noexcept;

/// Signs the head. The caller saves it, and stores the note after that. Throws crypto_failure.
[[nodiscard]] std::string sign_head(const event_log& log, std::string_view tenant, tree_head& head,
                                    std::int64_t now_us);
void store_checkpoint(transaction& in, std::string_view tenant, const tree_head& head, std::string_view note);

/// The newest one of a head. Nothing: there is none, or it was released.
[[nodiscard]] std::optional<stored_checkpoint> load_checkpoint(transaction& in, std::string_view tenant,
                                                               const tree_head& head);

/// Of rows of tenant, size, at_us, note.
[[nodiscard]] std::vector<stored_checkpoint> read_checkpoints(const rows& from);

}  // namespace counterseal::core
