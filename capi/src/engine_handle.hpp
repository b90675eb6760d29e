// SPDX-License-Identifier: Apache-2.0
// The handle of an engine: what its process opened, and the queue of this one.
#pragma once

#include <atomic>
#include <memory>

#include "capi/src/engine_call.hpp"
#include "capi/src/engine_queue.hpp"
#include "core/machine/machine.hpp"

namespace counterseal::capi {

class opened_engine {
public:
    opened_engine(std::unique_ptr<core::engine> opened, const cseal_engine_options& options, bool is_memory);
    ~opened_engine();
    opened_engine(const opened_engine&) = delete;
    opened_engine& operator=(const opened_engine&) = delete;

    /// Of this process; nullptr in a child that may not use the engine.
    [[nodiscard]] engine_queue* queue();

    /// Inside of engine_queue::enter() and leave(), or on a thread of the queue.
    [[nodiscard]] engine_answer run(std::uint32_t op, std::string_view request, core::bytes_view secret,
                                    engine_queue::asked_at when = core::this_machine().now());
    /// In the same way. Throws store_error.
    void reload_keys(const core::key_ring& keys) { engine_->reload_keys(keys); }
    void close();

private:
    /// Whatever has threads and locks, which a fork leaves in the parent.
    struct process {
        core::policy_cache policies;
        engine_queue queue;
    };

    [[nodiscard]] std::unique_ptr<process> make_process();

    const cseal_engine_options options_;
    const bool is_memory_;
    call_counts counts_;
    std::unique_ptr<core::engine> engine_;  // gone after close()
    std::atomic<bool> is_closed_{false};
    std::atomic<process*> process_;
};

}  // namespace counterseal::capi

struct cseal_engine {
    counterseal::capi::opened_engine it;
};
