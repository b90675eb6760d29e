// SPDX-License-Identifier: Apache-2.0
// Many codes in one call; flat and positional, as in verify.hpp. Columns are typed arrays that the JavaScript side has
// made or looked at.
//
// "the batch" stands for: codes, codeWidth (0: numbers, else characters of text), times (null: HOTP; a number for all
// rows, or one for each), states or null, digits, past (HOTP: lookAhead), future, period, t0, statuses, ok, values,
// isAwaited. The last three but one are filled in. The answer is the number of accepted rows, or a promise of it: then
// the columns were copied before the call returned, and the answers are kept until it is settled.
#pragma once

#include "node_api.h"

namespace counterseal::node {

/// (table, rows or null, the batch) => number accepted
napi_value table_verify(napi_env env, napi_callback_info info);

/// (algorithm, keys, stride, keyLen, keyLens or null, ids or null, the batch) => number accepted
napi_value keys_verify(napi_env env, napi_callback_info info);

/// (table, rows or null, times, states or null, digits, period, t0, statuses, codes) => undefined
napi_value table_generate(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
