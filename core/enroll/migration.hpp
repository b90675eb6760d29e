// SPDX-License-Identifier: Apache-2.0
// otpauth-migration:// URIs, in which Google Authenticator moves accounts from phone to phone: a protobuf message in
// base64. Google has not published it; the field numbers are those that importers agree on (Aegis, qistoph/otp_export).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"
#include "core/enroll/seed_row.hpp"

namespace counterseal::core {

/// The longest migration URI that is looked at, in bytes; a QR code holds less than a twentieth.
inline constexpr std::size_t max_migration_len = 65'536;

/// Accounts that one exported URI carries: as many as Google puts into a QR code that phones can read.
inline constexpr std::size_t migration_batch_len = 10;

[[nodiscard]] bool is_migration_uri(std::string_view text) noexcept;

struct migration_batch {
    std::int32_t version = 0;
    std::int32_t size = 0;   // URIs that belong together
    std::int32_t index = 0;  // which of them this is, from 0
    std::int32_t id = 0;     // what they share
    std::vector<seed_row> rows;
};

/// Reads one URI. Forgives what happens to its base64 on the way: + that became a blank, missing percent-encoding, the
/// URL-safe alphabet, missing padding. An entry that cannot be used is a row with a problem.
[[nodiscard]] std::optional<migration_batch> parse_migration(std::string_view uri, problem& why);

/// The rule that a seed breaks which the format cannot say: other digits than 6 and 8, another period than 30 s, a t0,
/// Steam codes; code ok where none is.
[[nodiscard]] problem check_migration(const seed& of);

/// Writes the seeds as URIs of one batch. Refuses what check_migration() does, naming the seed by its number from 1.
[[nodiscard]] problem build_migration(std::span<const seed* const> seeds, std::int32_t batch_id,
                                      std::vector<secure_text>& uris);

}  // namespace counterseal::core
