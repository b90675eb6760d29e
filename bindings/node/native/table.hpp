// SPDX-License-Identifier: Apache-2.0
// What a KeyTable or HOTPKeyTable object of JavaScript owns, and the calls that change and read it; flat and
// positional, as in verify.hpp.
#pragma once

#include <memory>

#include "call.hpp"

namespace counterseal::node {

struct held_table {
    table_kind kind;
    key_table rows;
};

/// Shared with the batches that run on threads: the table outlives its object until they are done.
using table_handle = std::shared_ptr<held_table>;

bool read(napi_env env, napi_value value, table_handle& into) noexcept;

/// (algorithm, isHotp, thisProcess) => handle
napi_value make_table(napi_env env, napi_callback_info info);

/// (handle, nRows, keys, stride, keyLen, keyLens or null, states or null) => first row
napi_value table_add(napi_env env, napi_callback_info info);

/// (handle, row, key, state: a bigint) => undefined
napi_value table_replace(napi_env env, napi_callback_info info);

/// (handle, row) => undefined
napi_value table_remove(napi_env env, napi_callback_info info);

/// (handle) => number of rows
napi_value table_size(napi_env env, napi_callback_info info);

/// (handle, first row, array to fill) => undefined
napi_value table_states(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
