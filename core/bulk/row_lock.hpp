// SPDX-License-Identifier: Apache-2.0
// Batches share the rows of a table, changes take them alone, and no change waits for ever.
#pragma once

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace counterseal::core {

/// std::shared_mutex alone lets a steady stream of batches starve a change: on glibc readers come first. Here they
/// stand back while a change waits.
class row_lock {
public:
    [[nodiscard]] std::shared_lock<std::shared_mutex> share()
    {
        if (is_change_waiting_.load(std::memory_order_relaxed)) {
            const std::lock_guard behind_it(changes_);
        }
        return std::shared_lock(rows_);
    }

    class exclusive {
    public:
        explicit exclusive(row_lock& of) : change_(of.changes_)
        {
            of.is_change_waiting_.store(true, std::memory_order_relaxed);
            rows_ = std::unique_lock(of.rows_);
            of.is_change_waiting_.store(false, std::memory_order_relaxed);
        }

    private:
        std::unique_lock<std::mutex> change_;
        std::unique_lock<std::shared_mutex> rows_;
    };

private:
    std::shared_mutex rows_;
    std::mutex changes_;
    std::atomic<bool> is_change_waiting_ = false;
};

}  // namespace counterseal::core
