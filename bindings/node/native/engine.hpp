// SPDX-License-Identifier: Apache-2.0
// Engines: opened, asked and closed by JavaScript, which hears of what became of it by a function of its own
// (engine_link.hpp).
#pragma once

#include "node_api.h"

namespace counterseal::node {

/// (url, ring, create, migrate, refuseFork, logP256, sessions, patienceMs, threads, expected, settle) => handle; settle
/// tells whether it is open. Expected are notes of checkpoints as JSON, or empty.
napi_value engine_open(napi_env env, napi_callback_info info);

/// (handle, op, request, secret, tag) => status. A secret is a string, a Uint8Array, the handle of a factor, or null.
napi_value engine_submit(napi_env env, napi_callback_info info);

/// (handle, ring) => promise of undefined; a thread of the pool waits for the store
napi_value engine_reload(napi_env env, napi_callback_info info);

/// (handle) => undefined; settle tells when it is closed
napi_value engine_close(napi_env env, napi_callback_info info);

/// (status) => [name, meaning]
napi_value status_name(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
