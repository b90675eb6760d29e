// SPDX-License-Identifier: Apache-2.0
// What happened, as a row and a leaf of the tenant's tree, written in the transaction that made it happen.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/subject.hpp"
#include "core/engine/tree_head.hpp"
#include "core/store/transaction.hpp"

namespace counterseal::core {

/// Never a code, a secret, a token or a digest of one.
struct event {
    std::string tenant;
    std::int64_t seq = 0;  // 1, 2, ... within the tenant, without a gap; given when it is written
    std::int64_t at_us = 0;
    std::string type{};  // "factor.enrolled", "login.allowed", ...: lower case, object and what became of it
    std::string subject{};
    std::string factor{};
    std::string actor{};   // who did it, where that is not the subject
    std::string reason{};  // as given by the actor, or the name of the engine's reason
    std::string detail{};  // JSON, or empty
};

/// Written at the end of the transaction, in its order and together with all other events of the tenant; the tenant
/// comes into being with its first event. A checkpoint that is due is made there too.
void append_event(transaction& in, const row_seal& with, event what);

/// The same for many of one tenant.
void append_events(transaction& in, const row_seal& with, std::vector<event> all);

/// Has all events so far signed at the end of the transaction, where there are some since the last checkpoint. After
/// the commit the answer holds the newest checkpoint; nothing: the tenant has no events, or none since one that was
/// released. Throws store_error of e_time where the clock went back.
[[nodiscard]] std::shared_ptr<const std::optional<stored_checkpoint>> checkpoint_now(transaction& in,
                                                                                     const event_log& log,
                                                                                     std::string_view tenant,
                                                                                     std::int64_t now_us);

/// Up to `limit` events of a tenant behind the number `after`; of one subject, where one is named. Without those that
/// were purged.
[[nodiscard]] std::vector<event> list_events(transaction& in, std::string_view tenant,
                                             std::optional<std::string_view> subject, std::int64_t after,
                                             std::int64_t limit);

}  // namespace counterseal::core
