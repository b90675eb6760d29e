// SPDX-License-Identifier: Apache-2.0
// What an OCRA object of JavaScript owns, and its calls; flat and positional, as in verify.hpp.
#pragma once

#include "node_api.h"

namespace counterseal::node {

/// (suite, key) => handle, wiped when it is collected
napi_value make_ocra(napi_env env, napi_callback_info info);

/// (handle) => [digits, hasCounter, hasPin, hasSession, hasTime]
napi_value ocra_describe(napi_env env, napi_callback_info info);

/// (handle, question, pinHash, session, counter, time) => code; empty bytes, 0 where the suite has no such part
napi_value ocra_generate(napi_env env, napi_callback_info info);

/// (handle, code, question, pinHash, session, nextCounter, lastStep, time, lookAhead, past, future)
/// => [step, next counter: a bigint where a bigint came in], or status where the code is refused
napi_value ocra_verify(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
