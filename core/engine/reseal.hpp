// SPDX-License-Identifier: Apache-2.0
// Everything under the key that seals now, a few rows at a time, while the engine works; and what is under which key.
//
// Nothing but the rows says how far it went, so that it may be killed anywhere and begun again, and done by two at
// once. Each step is one short transaction. A row that was changed since it was read is read again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/engine/engine.hpp"
#include "core/engine/keyed_row.hpp"

namespace counterseal::core {

/// How many parts of each kind are under each key.
using key_counts = std::map<std::pair<keyed, std::string>, std::int64_t>;

/// Whether a walk may begin there: behind the beginning, which is empty, or behind what `next` was in a step.
[[nodiscard]] bool is_walk_place(std::string_view text);

struct reseal_progress {
    std::string next;             // where the next step begins; empty: this was the last one
    std::int64_t n_resealed = 0;  // rows that this step put under the active key
    std::int64_t n_damaged = 0;   // rows that it left as they are: changed by somebody else, or under an unknown key
    key_counts left;              // parts that stay under another key
};

/// Looks at up to `limit` rows behind `after`, what `next` was in the step before; empty: from the beginning. Throws
/// store_error; of e_argument for another text.
[[nodiscard]] reseal_progress reseal_step(engine& on, const row_seal& with, std::string_view after, std::int64_t limit,
                                          std::int64_t now_us, told_time clock);

struct key_count_page {
    std::string next;  // as above
    key_counts counts;
};

/// The same walk without a change.
[[nodiscard]] key_count_page count_keys(engine& on, const row_seal& with, std::string_view after, std::int64_t limit,
                                        std::int64_t now_us, told_time clock);

[[nodiscard]] std::string_view name_of(keyed what) noexcept;

}  // namespace counterseal::core
