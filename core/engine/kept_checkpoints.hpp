// SPDX-License-Identifier: Apache-2.0
// Checkpoints on their way out of the store, and back: a host takes them, keeps them where nobody who has the store can
// change them, and shows them when it opens the store again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/tree_head.hpp"

namespace counterseal::core {

/// Those that the store has, in the order of tenant and size: behind `after` (its tenant and size; an empty tenant:
/// from the first), of one tenant where one is named, at most `limit`.
[[nodiscard]] std::vector<stored_checkpoint> list_checkpoints(transaction& in, std::optional<std::string_view> tenant,
                                                              const stored_checkpoint& after, std::int64_t limit);

/// The host keeps those up to `size`: the store forgets them. Returns how many.
std::int64_t release_checkpoints(transaction& in, std::string_view tenant, std::int64_t size, std::int64_t now_us);

/// Throws store_error unless each note is a checkpoint that this store signed, and the tenant's tree begins with it:
/// e_argument for what is no note of a checkpoint, else e_store_rolled_back. The text says which one and why.
void check_expected(transaction& in, const event_log& log, const std::vector<std::string>& notes);

}  // namespace counterseal::core
