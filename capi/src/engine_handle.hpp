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

    [[nodiscard]] counterseal::capi::engine_answer run(std::uint32_t op, std::string_view request,
                                                       counterseal::core::bytes_view secret);
    void close();

private:
    [[nodiscard]] std::unique_ptr<counterseal::capi::engine_queue> make_queue();

    const cseal_engine_options options_;
    const bool is_memory_;
    counterseal::capi::call_counts counts_;
    std::unique_ptr<counterseal::core::engine> engine_;  // gone after close()
    std::atomic<bool> is_closed_{false};
    std::atomic<counterseal::capi::engine_queue*> queue_;
};
