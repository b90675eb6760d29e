// SPDX-License-Identifier: Apache-2.0
// How a factor ends: its row stays, what it knew does not.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/engine/factor.hpp"

namespace counterseal::core {

/// Revokes one that was loaded and is not revoked, and shreds its secret or its codes. Its subject is locked.
void end_factor(transaction& in, const row_seal& with, factor& of, std::int64_t now_us);

/// Ends those of a subject's factors that it began to enroll itself and did not confirm yet.
void end_begun(transaction& in, const row_seal& with, std::vector<factor> of_subject, std::string_view why,
               std::int64_t now_us);

/// Ends what a subject, or somebody else, began to enroll where that would want more from now on, since `active` was
/// confirmed: with the first factor a grant at all (M17), with the first passkey a better one (allowed_for()).
/// `before` is all that the subject had.
void end_ungranted(transaction& in, const row_seal& with, std::vector<factor> before, const factor& active,
                   std::int64_t now_us);

}  // namespace counterseal::core
