// SPDX-License-Identifier: Apache-2.0
// Exported logs, without an engine.
#pragma once

#include "node_api.h"

namespace counterseal::node {

/// (log, kept, verifier) => promise of the report, as JSON. The log is a Uint8Array, kept JSON or empty, verifier may
/// be empty; a thread of the pool reads a copy.
napi_value verify_log(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
