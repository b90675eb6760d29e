// SPDX-License-Identifier: Apache-2.0
// Seed files: what reads and writes them for JavaScript.
#pragma once

#include "call.hpp"

namespace counterseal::node {

/// (data, format, key or null, password or null, dryRun) => [format, rows]; a row is [line, column, byte, fault,
/// handle, kind, counter, texts, warnings] with null for what is not there. No row has a handle where one has a fault
/// and it is no dry run.
napi_value read_seeds(napi_env env, napi_callback_info info);

/// (handles, format) => text. A handle is that of a seed or of a factor.
napi_value write_seeds(napi_env env, napi_callback_info info);

/// (handle) => handle of the factor, for a seed of TOTP or HOTP
napi_value seed_factor(napi_env env, napi_callback_info info);

/// (handle, privateId) => a Buffer with the key, or with the private identity; the caller wipes it
napi_value seed_key(napi_env env, napi_callback_info info);

/// (handle) => base32 text
napi_value seed_reveal(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
