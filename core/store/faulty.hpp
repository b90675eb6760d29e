// SPDX-License-Identifier: Apache-2.0
// A store in front of another that fails where it is told to: what tests and simulators put in the place of a bad disk,
// a full disk or a lost connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/store/store.hpp"

namespace counterseal::core {

enum class store_fault {
    down,           // every call is e_store_unavailable, nothing happens
    commit_lost,    // the commit is e_store_unknown and did not happen
    commit_silent,  // the commit is e_store_unknown and did happen
    statement,      // a statement is e_store_unavailable
    clock,          // the store has a clock of its own, an hour behind this machine's
};

/// When faults happen. Shared by all sessions of a store.
class fault_plan {
public:
    /// From the n-th call of the kind on that the fault concerns (1: the next one), `times` calls fail.
    void arm(store_fault what, std::uint64_t n = 1, std::uint64_t times = UINT64_MAX) noexcept;
    void disarm() noexcept;

    /// Counts a call that `what` would concern, and tells whether it fails.
    [[nodiscard]] bool strikes(store_fault what) noexcept;

    /// How many calls of this kind there were since it was armed.
    [[nodiscard]] std::uint64_t n_calls() const noexcept { return n_calls_.load(); }

private:
    std::atomic<bool> is_armed_{false};
    std::atomic<store_fault> what_{store_fault::down};
    std::atomic<std::uint64_t> first_{0};
    std::atomic<std::uint64_t> times_{0};
    std::atomic<std::uint64_t> n_calls_{0};
};

/// `plan` must outlive the store.
[[nodiscard]] std::unique_ptr<store> make_faulty(std::unique_ptr<store> behind, fault_plan& plan);

}  // namespace counterseal::core
