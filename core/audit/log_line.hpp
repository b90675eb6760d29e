// SPDX-License-Identifier: Apache-2.0
// An event as a line of text: {"entry":E,"person":P}. E is hashed into the tree as it stands there, so that the log can
// be checked with nothing but SHA-256. What names a person is in P, of which E holds the SHA-256 alone: P can be
// erased, and the tree stays valid. Of an event that was purged the hash of E is left: {"purged":{...,"leaf":H}}.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/sha256.hpp"

namespace counterseal::core {

/// The part that stays.
struct log_entry {
    std::string_view tenant;
    std::int64_t seq;  // 1, 2, ...
    std::int64_t at_us;
    std::string_view type;
    std::string_view factor;  // empty: none
    std::string_view detail;  // JSON of the engine's own; empty: none
};

/// The part that can be erased.
struct log_person {
    std::array<std::uint8_t, 16> salt;  // random: a guess of the rest cannot be tried against the entry
    std::string_view subject;
    std::string_view actor;
    std::string_view reason;
};

[[nodiscard]] std::string person_text(const log_person& of);

/// `person` is the SHA-256 of person_text().
[[nodiscard]] std::string entry_text(const log_entry& of, const sha256_digest& person);

/// Both parts in a line with its newline; an empty person is one that was erased.
[[nodiscard]] std::string log_line(std::string_view entry, std::string_view person);

/// The line of an event that was purged; `leaf` is what its entry hashed to (merkle_hash::of_leaf).
[[nodiscard]] std::string purged_line(std::string_view tenant, std::int64_t seq, const sha256_digest& leaf);

/// The parts of a line without its newline; views into it. Of a purged event there are tenant, seq and leaf.
struct log_line_parts {
    std::string_view entry;
    std::string_view person;  // empty: erased
    std::string_view tenant;  // in quotes, as it stands there
    std::uint64_t seq;
    std::string_view type;
    std::string_view person_hash;  // base64
    std::string_view leaf;         // base64; empty: it was not purged
};

/// Nothing: neither log_line() nor purged_line() wrote it.
[[nodiscard]] std::optional<log_line_parts> read_log_line(std::string_view line) noexcept;

}  // namespace counterseal::core
