// SPDX-License-Identifier: Apache-2.0
// What `attempt` does for one response, for the ordinary ones of many: a few statements in all, each of them one
// condition and one change. Which rows it held for is the answer; the others are left to `attempt`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/engine/clock.hpp"
#include "core/engine/factor.hpp"
#include "core/engine/throttle.hpp"

namespace counterseal::core {

/// Those of the subjects, each named once and sorted, whose budget is not used up. Their rows are locked from then on,
/// in that order, so that no two batches wait for each other.
[[nodiscard]] std::vector<std::string> lock_subjects_in_budget(transaction& in, const throttle& limits,
                                                               std::string_view tenant,
                                                               std::span<const std::string_view> subjects,
                                                               const store_time& time);

/// A response to one factor of a locked subject.
struct asked_factor {
    std::string_view subject;
    std::string_view factor;
    std::int64_t digits;  // that were typed
};

/// An active TOTP factor that may be tried, with its key.
struct free_factor {
    factor of;
    secure_bytes key;
};

/// Those that have codes of so many digits, have budget and were not locked since they were last right, in any order.
/// Without those whose rows or secrets are not as the engine wrote them.
[[nodiscard]] std::vector<free_factor> find_free(transaction& in, const row_seal& with, const throttle& limits,
                                                 std::string_view tenant, std::span<const asked_factor> factors);

/// Counts an attempt of each that may be tried. Returns of how many.
[[nodiscard]] std::size_t reserve_all(transaction& in, const throttle& limits, std::string_view tenant,
                                      std::span<const asked_factor> factors);

struct accepted_factor {
    std::string_view subject;
    std::string_view factor;
    std::int64_t value;
};

/// Counts an attempt of each that may be tried, burns its code, and takes the count back with those before it: in one
/// change of the row, as it is nobody's but this transaction's. Returns how many: fewer than there are where somebody
/// was faster.
[[nodiscard]] std::size_t advance_all(transaction& in, const throttle& limits, std::string_view tenant,
                                      std::span<const accepted_factor> factors);

}  // namespace counterseal::core
