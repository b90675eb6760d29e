// SPDX-License-Identifier: Apache-2.0
// The handle of an engine: what its process opened, and the queue of this one.
#pragma once

#include <atomic>
#include <memory>

#include "capi/src/engine_call.hpp"
#include "capi/src/engine_queue.hpp"

struct cseal_engine {
public:
    cseal_engine(std::unique_ptr<counterseal::core::engine> opened, const cseal_engine_options& options,
                 bool is_memory);
    ~cseal_engine();
    cseal_engine(const cseal_engine&) = delete;
    cseal_engine& operator=(const cseal_engine&) = delete;

    /// Of this process; nullptr in a child that may not use the engine.
    [[nodiscard]] counterseal::capi::engine_queue* queue();

    /// Inside of engine_queue::enter() and leave(), or on a thread of the queue.
    [[nodiscard]] counterseal::capi::engine_answer run(std::uint32_t op, std::string_view request,
                                                       counterseal::core::bytes_view secret);
    void close();

private:
    /// Whatever has threads and locks, which a fork leaves in the parent.
    struct process {
        counterseal::core::policy_cache policies;
        counterseal::capi::engine_queue queue;
    };

    [[nodiscard]] std::unique_ptr<process> make_process();

    const cseal_engine_options options_;
    const bool is_memory_;
    counterseal::capi::call_counts counts_;
    std::unique_ptr<counterseal::core::engine> engine_;  // gone after close()
    std::atomic<bool> is_closed_{false};
    std::atomic<process*> process_;
};
