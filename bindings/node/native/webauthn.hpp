// SPDX-License-Identifier: Apache-2.0
// Passkeys and security keys: texts in, texts out.
#pragma once

#include "node_api.h"

namespace counterseal::node {

/// (settings) => handle of a relying party
napi_value make_party(napi_env env, napi_callback_info info);

/// (record) => handle of a prepared key
napi_value make_credential_key(napi_env env, napi_callback_info info);

/// (party, isRegistration, request) => options
napi_value party_options(napi_env env, napi_callback_info info);

/// (party) => document
napi_value party_origins(napi_env env, napi_callback_info info);

/// (party, expected, response) => [status, record, answer]
napi_value verify_registration(napi_env env, napi_callback_info info);

/// (party, expected, record, key, response) => [status, record, answer]
napi_value verify_authentication(napi_env env, napi_callback_info info);

/// (response) => identifier in hexadecimal digits | null
napi_value credential_id(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
