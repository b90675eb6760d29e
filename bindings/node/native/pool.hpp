// SPDX-License-Identifier: Apache-2.0
// Threads for batches that JavaScript awaits. Not those of libuv: a process has four, and files and host names wait for
// them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "node_api.h"

namespace counterseal::node {

/// What a thread does for JavaScript.
class job {
public:
    job() = default;
    job(const job&) = delete;
    job& operator=(const job&) = delete;
    virtual ~job() = default;

    /// On a thread of the pool.
    virtual void run() noexcept = 0;

    /// Then, on the thread of the environment.
    virtual void settle(napi_env env) noexcept = 0;
};

/// The threads of one environment (the main thread's or a worker's): started when there is something to do, at most one
/// for each core, joined when the environment ends. A job keeps the process alive until it is settled, the threads
/// do not.
class pool {
public:
    explicit pool(napi_env env) noexcept : env_(env) {}
    pool(const pool&) = delete;
    pool& operator=(const pool&) = delete;
    ~pool() { stop(); }

    /// Throws std::exception where there is no room for it.
    void submit(std::unique_ptr<job> next);

private:
    using jobs = std::list<std::unique_ptr<job>>;

    void connect();
    void add_thread();
    void work() noexcept;
    void settle_all(napi_env env) noexcept;
    void stop() noexcept;

    napi_env env_;
    napi_threadsafe_function wake_ = nullptr;
    std::vector<std::thread> threads_;
    std::size_t unsettled_ = 0;  // of the environment's thread

    std::mutex lock_;
    std::condition_variable is_needed_;
    jobs waiting_;
    jobs done_;
    std::size_t idle_ = 0;
    bool is_ending_ = false;
};

}  // namespace counterseal::node
