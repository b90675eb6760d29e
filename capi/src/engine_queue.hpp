// SPDX-License-Identifier: Apache-2.0
// Calls that were submitted: threads that run them, and what they answered until somebody takes it.
//
// One queue belongs to one process: threads and locks do not survive a fork, so a child makes its own and leaves its
// parent's alone.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "capi/src/engine_answer.hpp"
#include "capi/src/handles.hpp"
#include "core/machine/machine.hpp"

namespace counterseal::capi {

/// A pipe that holds one byte while there is something to tell.
class engine_signal {
public:
    engine_signal() = default;
    ~engine_signal();
    engine_signal(const engine_signal&) = delete;
    engine_signal& operator=(const engine_signal&) = delete;

    /// ok, e_nomem or e_unsupported; then descriptor() is good.
    [[nodiscard]] status open() noexcept;
    [[nodiscard]] int descriptor() const noexcept { return ends_[0]; }
    void set(bool is_on) noexcept;

private:
    int ends_[2] = {-1, -1};
    bool is_on_ = false;
};

/// The calls that an engine has now.
struct queue_counts {
    std::size_t n_inside;   // on threads of their callers
    std::size_t n_waiting;  // submitted, and not begun
    std::size_t n_running;  // submitted, and begun
    std::size_t n_done;     // submitted, and not taken
};

class engine_queue {
public:
    using asked_at = core::moment;  // when the call was made
    using runner = std::function<engine_answer(std::uint32_t op, std::string_view request, core::bytes_view secret,
                                               asked_at when)>;

    engine_queue(std::size_t n_threads, runner run);
    ~engine_queue() { close(); }
    engine_queue(const engine_queue&) = delete;
    engine_queue& operator=(const engine_queue&) = delete;

    [[nodiscard]] pid_t owner() const noexcept { return owner_; }

    /// Around a call on the caller's own thread. False: the queue is closed, and nothing was begun.
    [[nodiscard]] bool enter() noexcept;
    void leave() noexcept;

    [[nodiscard]] queue_counts counts() noexcept;

    /// What cseal_engine_submit, _wait, _take and _descriptor say.
    [[nodiscard]] status submit(std::uint32_t op, std::string_view request, core::bytes_view secret, std::uint64_t tag);
    [[nodiscard]] status wait(std::optional<std::chrono::milliseconds> timeout, std::uint64_t* tags,
                              cseal_status* statuses, std::size_t cap, std::size_t& n_done);
    [[nodiscard]] status take(std::uint64_t tag, output<char>& json, output<std::uint8_t>& secret);
    [[nodiscard]] status descriptor(std::int32_t& out);

    /// Returns when the last call is done; then there is no thread any more, and `after` was called.
    void close(const std::function<void()>& after = [] {}) noexcept;

private:
    struct call {
        std::uint32_t op;
        std::string request;
        core::secure_bytes secret;
        asked_at when = core::this_machine().now();
        bool is_told = false;
        engine_answer answer{};
    };

    [[nodiscard]] bool add_thread();
    void work() noexcept;
    [[nodiscard]] bool has_ended() const noexcept { return is_closed_ && n_open_ == 0; }
    void show() noexcept { signal_.set(!done_.empty() || has_ended()); }

    const pid_t owner_;
    const std::size_t n_threads_;
    const runner run_;

    std::mutex mutex_;
    std::condition_variable has_work_;
    std::condition_variable has_news_;  // something is done, or nothing will be any more
    std::condition_variable is_empty_;  // nobody is inside
    std::unordered_map<std::uint64_t, std::unique_ptr<call>> calls_;
    std::list<std::uint64_t> waiting_;
    std::list<std::uint64_t> done_;  // and not told; what runs is in neither
    std::size_t n_open_ = 0;         // waiting or running
    std::size_t n_inside_ = 0;       // calls on threads of their callers
    std::size_t n_idle_ = 0;
    bool is_closed_ = false;
    engine_signal signal_;

    std::mutex closing_;
    std::vector<std::thread> threads_;
};

/// Leaves the queue at its end.
class engine_visit {
public:
    explicit engine_visit(engine_queue& to) noexcept : to_{to} {}
    ~engine_visit() { to_.leave(); }
    engine_visit(const engine_visit&) = delete;
    engine_visit& operator=(const engine_visit&) = delete;

private:
    engine_queue& to_;
};

}  // namespace counterseal::capi
