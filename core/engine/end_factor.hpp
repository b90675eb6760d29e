// SPDX-License-Identifier: Apache-2.0
// How a factor ends: its row stays, what it knew does not.
#pragma once

#include <cstdint>

#include "core/engine/factor.hpp"

namespace counterseal::core {

/// Revokes one that was loaded and is not revoked, and shreds its secret or its codes. Its subject is locked.
void end_factor(transaction& in, const row_seal& with, factor& of, std::int64_t now_us);

/// Nobody may answer a challenge of the subject any more. The subject is locked.
void close_challenges(transaction& in, std::string_view tenant, std::string_view subject);

}  // namespace counterseal::core
