// SPDX-License-Identifier: Apache-2.0
// What a thread of the pool does behind a promise.
#pragma once

#include <exception>
#include <memory>

#include "call.hpp"
#include "pool.hpp"

namespace counterseal::node {

/// work() on a thread, then the promise: resolved with what result() makes, or rejected with what was thrown.
class promised : public job {
public:
    explicit promised(side& caller) noexcept : caller_(caller) {}

    void run() noexcept final
    {
        try {
            work();
        } catch (...) {
            fault_ = std::current_exception();
        }
    }

    void settle(napi_env env) noexcept final
    {
        napi_value told = guarded(caller_, [&] {
            if (fault_ != nullptr) {
                std::rethrow_exception(fault_);
            }
            return result(env);
        });
        if (told != nullptr) {
            napi_resolve_deferred(env, deferred_, told);
        } else if (napi_get_and_clear_last_exception(env, &told) == napi_ok) {
            napi_reject_deferred(env, deferred_, told);
        }
    }

    /// Has a thread do it. The promise, or nullptr where there is none.
    [[nodiscard]] static napi_value begin(napi_env env, std::unique_ptr<promised> next)
    {
        napi_value made = nullptr;
        if (napi_create_promise(env, &next->deferred_, &made) != napi_ok) {
            return nullptr;
        }
        side& caller = next->caller_;
        caller.threads->submit(std::move(next));
        return made;
    }

private:
    virtual void work() = 0;
    [[nodiscard]] virtual napi_value result(napi_env env) = 0;

    side& caller_;
    std::exception_ptr fault_;
    napi_deferred deferred_ = nullptr;
};

}  // namespace counterseal::node
