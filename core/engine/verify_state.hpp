// SPDX-License-Identifier: Apache-2.0
// Whether the rows of a tenant are what its log says: the tree over the log first, then steps, counters, states and
// epochs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/event_log.hpp"
#include "core/engine/subject.hpp"

namespace counterseal::core {

/// One value that is another one.
struct state_fault {
    std::string subject;  // empty: it is about none
    std::string factor;   // empty: it is about none
    std::string what;     // a column, or "row", "log", "tree"
    std::string stored;
    std::string folded;  // what follows from the log
};

struct state_report {
    std::int64_t n_events = 0;
    std::int64_t n_factors = 0;
    std::int64_t n_subjects = 0;
    sha256_digest root{};
    std::vector<state_fault> faults{};  // the first 100
};

inline constexpr std::size_t most_faults = 100;

/// In one transaction that reads. Where events were erased or purged, what followed from them is not compared; more
/// purged ones than events tell are a fault. Throws store_error: e_store_corrupt where the log cannot be read at all.
[[nodiscard]] state_report verify_state(transaction& in, const row_seal& with, std::string_view tenant);

}  // namespace counterseal::core
