// SPDX-License-Identifier: Apache-2.0
// A reader of CSV (RFC 4180) over the caller's bytes. Our own, because each field has to say where it stands, records
// that cannot be read must not hide the ones after them, and what is copied out of quotes has to be wiped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"

namespace counterseal::core {

struct csv_place {
    std::uint64_t byte = 0;
    std::uint32_t line = 1;
    std::uint32_t column = 1;  // in bytes, from 1
};

struct csv_field {
    secure_text text;
    csv_place start;  // where it is quoted, of the quote
};

struct csv_record {
    std::vector<csv_field> fields;
    csv_place start;
    problem why;  // code ok, or why it could not be read; fields are then incomplete
};

/// Whether a format has notes: lines that start with a hash sign.
enum class csv_notes { none, hash };

/// Records one after the other. Lines end with LF, CR LF or the end; empty lines are no records. A field may be quoted,
/// and then hold commas, line ends and doubled quotes. A note is a record of one field, up to the end of its line: a
/// quote in it opens nothing.
class csv_reader {
public:
    explicit csv_reader(std::string_view data, csv_notes notes = csv_notes::none) noexcept : data_{data}, notes_{notes}
    {
    }

    /// The next record, or nothing at the end.
    [[nodiscard]] std::optional<csv_record> next();

private:
    void read_field(csv_record& into);
    void read_quoted(csv_record& into, csv_field& field);
    void read_to_line_end(csv_record& into);
    [[nodiscard]] csv_place here() const noexcept;
    [[nodiscard]] bool at_line_end() const noexcept;
    void skip_line_end() noexcept;

    std::string_view data_;
    csv_notes notes_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    std::uint32_t line_ = 1;
};

}  // namespace counterseal::core
