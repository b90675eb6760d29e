// SPDX-License-Identifier: Apache-2.0
// One call from JavaScript, in plain Node-API: its arguments, and what becomes of C++ errors.
//
// Not the C++ wrapper: it costs the hot path as much again, and where a worker is being terminated, when nothing can be
// thrown into JavaScript any more, its exceptions end the process. Here every answer of Node-API may be a failure: a
// call then returns nullptr, which JavaScript sees as undefined and takes for no verdict.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "counterseal/counterseal.hpp"
#include "node_api.h"

namespace counterseal::node {

class pool;

/// The JavaScript side of one load of the library: who makes its errors. Owned by its environment (the main thread or
/// a worker); there are no globals.
struct side {
    napi_env env;
    pool* threads;                 // of the environment
    napi_ref raise;                // (code, text) => never
    std::optional<crypto> made{};  // when first needed; one environment is one thread

    [[nodiscard]] const crypto& provider() { return made ? *made : made.emplace(); }

    /// Leaves a CountersealError pending. Returns nullptr, for callbacks to return.
    napi_value refuse(const char* code, const char* text) const noexcept;
};

/// Runs body() and lets no C++ exception reach the engine.
template <class Body>
[[nodiscard]] napi_value guarded(const side& caller, Body&& body) noexcept
{
    try {
        return body();
    } catch (const error& e) {
        return caller.refuse(e.name().c_str(), e.what());
    } catch (const std::bad_alloc&) {
        return caller.refuse("CSEAL_E_NOMEM", cseal_status_meaning(CSEAL_E_NOMEM));
    } catch (const std::exception&) {
        return caller.refuse("CSEAL_E_INTERNAL", cseal_status_meaning(CSEAL_E_INTERNAL));
    }
}

/// Up to N arguments; a missing one is undefined, which read() takes for nothing.
template <std::size_t N>
class call {
public:
    call(napi_env env, napi_callback_info info) noexcept : env_(env)
    {
        std::size_t count = N;
        napi_get_cb_info(env, info, &count, arguments_.data(), nullptr, &side_);
    }

    [[nodiscard]] napi_env env() const noexcept { return env_; }
    [[nodiscard]] napi_value operator[](std::size_t i) const noexcept { return arguments_[i]; }

    [[nodiscard]] side& caller() const noexcept { return *static_cast<side*>(side_); }

    /// Throws error where there is none.
    [[nodiscard]] const crypto& provider() const { return caller().provider(); }

    template <class Body>
    [[nodiscard]] napi_value guarded(Body&& body) const noexcept
    {
        return node::guarded(caller(), std::forward<Body>(body));
    }

    /// For what the JavaScript side should have checked.
    [[nodiscard]] napi_value misused() const noexcept
    {
        napi_throw_type_error(env_, nullptr, "counterseal: the addon was called with the wrong arguments");
        return nullptr;
    }

private:
    napi_env env_;
    std::array<napi_value, N> arguments_{};
    void* side_ = nullptr;
};

// Readers. Nothing coerces, so no script runs in between; false where the value is of another type.

inline bool read(napi_env env, napi_value value, bool& into) noexcept
{
    return napi_get_value_bool(env, value, &into) == napi_ok;
}

inline bool read(napi_env env, napi_value value, std::uint32_t& into) noexcept
{
    return napi_get_value_uint32(env, value, &into) == napi_ok;
}

inline bool read(napi_env env, napi_value value, std::int64_t& into) noexcept
{
    return napi_get_value_int64(env, value, &into) == napi_ok;
}

}  // namespace counterseal::node
