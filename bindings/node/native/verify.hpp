// SPDX-License-Identifier: Apache-2.0
// The calls that run once a login. Their arguments are flat and positional: an object in and out costs more than the
// check itself.
//
// A verdict is one number: the accepted step or the next counter, or below zero the status negated (-1: wrong). Misuse
// raises. The JavaScript side has checked the types; nothing here coerces, so no script runs in between.
#pragma once

#include "node_api.h"

namespace counterseal::node {

/// (handle, time) => code
napi_value totp_at(napi_env env, napi_callback_info info);

/// (handle, code, lastStep, time, past, future) => step | -status
napi_value totp_verify(napi_env env, napi_callback_info info);

/// (handle, counter) => code
napi_value hotp_at(napi_env env, napi_callback_info info);

/// (handle, code, nextCounter, lookAhead) => next counter, a bigint where a bigint came in | -status
napi_value hotp_verify(napi_env env, napi_callback_info info);

/// (handle, code1, code2, nextCounter, lookAhead) => as hotp_verify
napi_value hotp_resync(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
