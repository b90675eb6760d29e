// SPDX-License-Identifier: Apache-2.0
// Answers as people read them: columns that line up, times that say their zone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "command.hpp"

namespace counterseal::cli {

/// Cells are shown as printable() has them; an empty one as "-".
class table {
public:
    explicit table(std::vector<std::string> heads);

    void row(const std::vector<std::string>& cells);
    void write_to(session& run) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// ISO 8601 in UTC, to the second: "2026-11-28T18:00:00Z".
[[nodiscard]] std::string time_text(std::int64_t us);

/// Microseconds since 1970 of such a text, or of Unix seconds. Throws usage_error that names `what`.
[[nodiscard]] std::int64_t time_named(const std::string& text, const char* what);

}  // namespace counterseal::cli
