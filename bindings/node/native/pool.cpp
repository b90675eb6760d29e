// SPDX-License-Identifier: Apache-2.0
#include "pool.hpp"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace counterseal::node {

void pool::submit(std::unique_ptr<job> next)
{
    if (wake_ == nullptr) {
        connect();
    }
    bool is_thread_missing = false;
    {
        const std::lock_guard exclusive(lock_);
        waiting_.push_back(std::move(next));
        is_thread_missing = idle_ < waiting_.size();
    }
    if (unsettled_++ == 0) {
        napi_ref_threadsafe_function(env_, wake_);
    }
    is_needed_.notify_one();
    if (is_thread_missing) {
        add_thread();
    }
}

void pool::connect()
{
    constexpr const char* name = "counterseal";
    napi_value shown = nullptr;
    const auto call = [](napi_env env, napi_value, void* self, void*) {
        if (env != nullptr) {  // else the environment is ending, and the pool may be gone
            static_cast<pool*>(self)->settle_all(env);
        }
    };
    if (napi_create_string_latin1(env_, name, NAPI_AUTO_LENGTH, &shown) != napi_ok ||
        napi_create_threadsafe_function(env_, nullptr, nullptr, shown, 0, 1, nullptr, nullptr, this, call, &wake_) !=
            napi_ok) {
        wake_ = nullptr;
        throw std::bad_alloc();
    }
    napi_unref_threadsafe_function(env_, wake_);
    // Behind the function's own hook in time, so before it when the environment ends: no thread calls what is gone.
    napi_add_env_cleanup_hook(env_, [](void* self) { static_cast<pool*>(self)->stop(); }, this);
}

void pool::add_thread()
{
    const std::size_t most = std::max(1U, std::thread::hardware_concurrency());
    if (threads_.size() == most) {
        return;
    }
    try {
        threads_.reserve(most);
        threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
        if (threads_.empty()) {
            const std::lock_guard exclusive(lock_);
            waiting_.clear();
            --unsettled_;
            napi_unref_threadsafe_function(env_, wake_);
            throw std::bad_alloc();
        }
    }
}

void pool::work() noexcept
{
    std::unique_lock mine(lock_);
    for (;;) {
        ++idle_;
        is_needed_.wait(mine, [this] { return is_ending_ || !waiting_.empty(); });
        --idle_;
        if (is_ending_) {
            return;
        }
        // From list to list: a thread that has an answer allocates nothing, so it cannot fail any more.
        jobs taken;
        taken.splice(taken.begin(), waiting_, waiting_.begin());
        mine.unlock();
        taken.front()->run();
        mine.lock();
        done_.splice(done_.end(), taken);
        if (done_.size() == 1) {
            napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
        }
    }
}

void pool::settle_all(napi_env env) noexcept
{
    jobs done;
    {
        const std::lock_guard exclusive(lock_);
        done.swap(done_);
        unsettled_ -= done.size();
    }
    if (unsettled_ == 0) {
        napi_unref_threadsafe_function(env, wake_);
    }
    for (const std::unique_ptr<job>& next : done) {
        napi_handle_scope scope = nullptr;
        napi_open_handle_scope(env, &scope);
        next->settle(env);
        napi_close_handle_scope(env, scope);
    }
}

void pool::stop() noexcept
{
    if (wake_ == nullptr) {
        return;
    }
    {
        const std::lock_guard exclusive(lock_);
        is_ending_ = true;
    }
    is_needed_.notify_all();
    for (std::thread& each : threads_) {
        each.join();
    }
    threads_.clear();
    napi_release_threadsafe_function(std::exchange(wake_, nullptr), napi_tsfn_abort);
}

}  // namespace counterseal::node
