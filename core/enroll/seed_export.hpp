// SPDX-License-Identifier: Apache-2.0
// Seeds as text for another system.
#pragma once

#include <memory>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"
#include "core/enroll/seed.hpp"
#include "core/enroll/seed_file.hpp"

namespace counterseal::core {

/// Whether seeds can be written in a format: URI list, migration, Entra CSV.
[[nodiscard]] bool can_write(seed_format format) noexcept;

/// The rule that a seed breaks in that format; code ok where none is.
[[nodiscard]] problem check_export(seed_format format, const seed& of);

/// Writes seeds that check_export() took, one after the other. A URI list has a URI a line; a migration list has one
/// for each ten seeds; an Entra CSV has the header that Entra ID wants and lines that end in CR LF. `batch_id` is what
/// the migration URIs share.
[[nodiscard]] secure_text write_seeds(seed_format format, const std::vector<const seed*>& seeds, std::int32_t batch_id);

}  // namespace counterseal::core
