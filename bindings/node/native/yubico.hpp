// SPDX-License-Identifier: Apache-2.0
// Yubico OTP, and the identifiers that stand in front of what a YubiKey types.
#pragma once

#include "node_api.h"

namespace counterseal::node {

/// (key, publicId, privateId) => handle
napi_value make_yubico(napi_env env, napi_callback_info info);

/// (handle, otp, lastCounter, lastSessionUse) => counter * 256 + sessionUse | -status
napi_value yubico_verify(napi_env env, napi_callback_info info);

/// (handle) => public identifier in small letters
napi_value yubico_public_id(napi_env env, napi_callback_info info);

/// (otp) => public identifier in small letters | null
napi_value yubico_public_id_of(napi_env env, napi_callback_info info);

/// (code, digits) => token identifier in small letters | null
napi_value hotp_token_id_of(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
