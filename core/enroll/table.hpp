// SPDX-License-Identifier: Apache-2.0
// CSV as rows of seeds. Columns are found by the names in a header, since exporters reorder and rename them.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/enroll/csv.hpp"
#include "core/enroll/seed_file.hpp"
#include "core/enroll/seed_row.hpp"

namespace counterseal::core {

inline constexpr std::size_t no_column = std::numeric_limits<std::size_t>::max();

/// A name, or a whole header, without blanks, quotes and underscores, in lower case.
[[nodiscard]] std::string normalised(std::string_view name);

/// The first record; nothing and `why` where there is none, or none that can be read.
[[nodiscard]] std::optional<csv_record> read_header(csv_reader& reader, problem& why);

/// Where each of `names` (normalised) stands in a header; no_column where it does not.
[[nodiscard]] std::vector<std::size_t> find_columns(const csv_record& header,
                                                    std::initializer_list<std::string_view> names);

/// A field without blanks around it; empty where the record has no such column.
[[nodiscard]] std::string_view field_of(const csv_record& record, std::size_t column) noexcept;

/// A problem with one field of a record, or with all of it where it has no such column.
[[nodiscard]] problem problem_at(const csv_record& record, std::size_t column, status code, std::string_view rule);

/// A row that cannot be used.
[[nodiscard]] seed_row refused(const csv_record& record, std::size_t column, std::string_view rule);

/// What `row_of` makes of each record but those that `is_none` takes out; nothing and `why` where there are too many. A
/// record that could not be read is always a row: it may have swallowed the lines behind it.
template <class IsNone, class RowOf>
[[nodiscard]] std::optional<std::vector<seed_row>> read_rows(csv_reader& reader, problem& why, IsNone is_none,
                                                             RowOf row_of)
{
    std::vector<seed_row> rows;
    while (const std::optional<csv_record> record = reader.next()) {
        const bool is_whole = record->why.code == status::ok;
        if (is_whole && is_none(*record)) {
            continue;
        }
        if (rows.size() == max_seed_rows) {
            why = problem_at(*record, no_column, status::malformed, too_many_seeds);
            return std::nullopt;
        }
        rows.push_back(is_whole ? row_of(*record) : seed_row{std::nullopt, record->why});
    }
    return rows;
}

}  // namespace counterseal::core
