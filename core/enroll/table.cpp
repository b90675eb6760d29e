// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/table.hpp"

#include <algorithm>
#include <string>

#include "core/base/ascii.hpp"
#include "core/enroll/seed_text.hpp"

namespace counterseal::core {

std::string normalised(std::string_view name)
{
    std::string kept;
    for (const char c : name) {
        if (!is_blank(c) && c != '"' && c != '_') {
            kept.push_back(lower(c));
        }
    }
    return kept;
}

std::optional<csv_record> read_header(csv_reader& reader, problem& why)
{
    std::optional<csv_record> header = reader.next();
    if (!header) {
        why = {status::malformed, "the file is empty", 0, 1, 1};
    } else if (header->why.code != status::ok) {
        why = header->why;
        header.reset();
    }
    return header;
}

std::vector<std::size_t> find_columns(const csv_record& header, std::initializer_list<std::string_view> names)
{
    std::vector<std::size_t> found(names.size(), no_column);
    for (std::size_t column = 0; column < header.fields.size(); ++column) {
        const auto* known = std::ranges::find(names, normalised(view(header.fields[column].text)));
        if (known != names.end()) {
            std::size_t& place = found[static_cast<std::size_t>(known - names.begin())];
            place = place == no_column ? column : place;
        }
    }
    return found;
}

std::string_view field_of(const csv_record& record, std::size_t column) noexcept
{
    return column < record.fields.size() ? without_outer_blanks(view(record.fields[column].text)) : std::string_view{};
}

problem problem_at(const csv_record& record, std::size_t column, status code, std::string_view rule)
{
    const csv_place& at = column < record.fields.size() ? record.fields[column].start : record.start;
    return {code, std::string(rule), at.byte, at.line, at.column};
}

seed_row refused(const csv_record& record, std::size_t column, std::string_view rule)
{
    return {std::nullopt, problem_at(record, column, status::malformed, rule)};
}

}  // namespace counterseal::core
