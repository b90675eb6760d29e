// SPDX-License-Identifier: Apache-2.0
// Key rings of engines.
#pragma once

#include <memory>

#include "call.hpp"

namespace counterseal::node {

/// What a KeyRing of JavaScript owns; shared with an engine that is being opened with it.
struct held_ring {
    std::shared_ptr<key_ring> keys;
};

inline bool read(napi_env env, napi_value value, const held_ring*& into) noexcept
{
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<const held_ring*>(data);
    return into != nullptr;
}

/// (id, key) => handle of a ring whose only key is the active one
napi_value make_ring(napi_env env, napi_callback_info info);

/// (handle, id, key) => undefined
napi_value ring_add(napi_env env, napi_callback_info info);

/// (text) => handle
napi_value ring_from_text(napi_env env, napi_callback_info info);

/// (path, create) => promise of a handle; the file is read on a thread of the pool
napi_value ring_from_file(napi_env env, napi_callback_info info);

/// (path, what, id) => promise of a handle; what is a CSEAL_KEY_RING_ number, and a thread of the pool does it
napi_value ring_change_file(napi_env env, napi_callback_info info);

/// (handle, what, id) => handle of another ring
napi_value ring_changed(napi_env env, napi_callback_info info);

/// (handle) => text
napi_value ring_reveal(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
