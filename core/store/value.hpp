// SPDX-License-Identifier: Apache-2.0
// What goes into a statement and what comes out of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/store/store_error.hpp"

namespace counterseal::core {

using null = std::monostate;

/// Text is UTF-8 without NUL; bytes may be empty, which is not null.
using parameter = std::variant<null, std::int64_t, std::string_view, bytes_view>;
using cell = std::variant<null, std::int64_t, std::string, std::vector<std::uint8_t>>;

/// The rows that a statement returned.
class rows {
public:
    void clear(std::size_t n_columns)
    {
        cells_.clear();
        n_columns_ = n_columns;
    }
    void add(cell one) { cells_.push_back(std::move(one)); }

    [[nodiscard]] std::size_t size() const noexcept { return n_columns_ == 0 ? 0 : cells_.size() / n_columns_; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// Column and type are those that the statement says. Throws store_error of e_store_corrupt where a column holds
    /// something else: the schema lets nobody write that.
    [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const
    {
        return held<std::int64_t>(row, column);
    }
    [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const
    {
        return held<std::string>(row, column);
    }
    [[nodiscard]] const std::vector<std::uint8_t>& bytes(std::size_t row, std::size_t column) const
    {
        return held<std::vector<std::uint8_t>>(row, column);
    }
    [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const
    {
        return std::holds_alternative<null>(at(row, column));
    }
    [[nodiscard]] const cell& at(std::size_t row, std::size_t column) const
    {
        return cells_.at(row * n_columns_ + column);
    }

private:
    template <class Type>
    [[nodiscard]] const Type& held(std::size_t row, std::size_t column) const
    {
        const Type* const found = std::get_if<Type>(&at(row, column));
        if (found == nullptr) {
            throw store_error(status::e_store_corrupt, "a row has a value of another type than its column");
        }
        return *found;
    }

    std::size_t n_columns_ = 0;
    std::vector<cell> cells_;
};

/// SQL that both stores understand the same way: parameters $1, $2, ...; ON CONFLICT, RETURNING; no functions of the
/// clock, no types beyond 64-bit integers, text and bytes. Drivers keep prepared statements by the object's address, so
/// it must live as long as the program.
struct statement {
    const char* sql;
};

/// A statement about many rows of the same kind, as each store does it best: one statement run for each row, with the
/// row's parameters, or one for all, with the parameters of all rows in arrays. Both say the same.
struct set_statement {
    statement each;
    statement all;
};

/// What all rows of a set share, or what each has, in arrays of the same length.
using set_parameter = std::variant<std::int64_t, std::string_view, bytes_view, std::span<const std::int64_t>,
                                   std::span<const std::string_view>, std::span<const bytes_view>>;

/// How many rows a set has.
[[nodiscard]] inline std::size_t size_of(std::span<const set_parameter> in) noexcept
{
    for (const set_parameter& one : in) {
        if (const auto* numbers = std::get_if<std::span<const std::int64_t>>(&one)) {
            return numbers->size();
        }
        if (const auto* texts = std::get_if<std::span<const std::string_view>>(&one)) {
            return texts->size();
        }
        if (const auto* bytes = std::get_if<std::span<const bytes_view>>(&one)) {
            return bytes->size();
        }
    }
    return 0;
}

/// What schemas say differently in each store.
struct dialect {
    std::string_view integer;
    std::string_view text;
    std::string_view bytes;
    std::string_view end_of_table;
    std::span<const std::string_view> before_migration;  // statements that keep others out, and make room
    statement n_tables_named;                            // how many tables are called $1
};

}  // namespace counterseal::core
