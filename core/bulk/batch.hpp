// SPDX-License-Identifier: Apache-2.0
// What a batch is made of, and what is wrong with it as a whole.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/status.hpp"
#include "core/bulk/column.hpp"
#include "core/bulk/key_source.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

/// How codes are written. The numbers are those of the C ABI.
enum class code_kind : std::uint32_t {
    number = 1,  // std::uint32_t
    text = 2,    // code_width characters, NUL behind a shorter code
};

/// One answer for each row is wanted; a column that is not there has its default.
struct batch {
    std::size_t n_rows = 0;
    column<std::uint32_t> rows;  // of the table; default: 0, 1, 2, ...
    code_kind codes_are = code_kind::number;
    column<std::uint32_t> codes;  // with text, only base and stride count
    std::size_t code_width = 0;
    column<std::uint64_t> times;  // Unix seconds; TOTP only
    column<std::int64_t> states;  // last used steps or next counters; default: what the table keeps
    key_source keys;              // without a table
    column<std::uint64_t> ids;    // without a table: whose key it is; default: every row is somebody else's
};

/// Where answers go, without gaps. `values` may be nullptr where the table keeps them: it gets the last used step
/// (TOTP) or the next counter (HOTP) of each row.
struct batch_answers {
    std::int8_t* statuses = nullptr;
    std::int64_t* values = nullptr;
    std::uint32_t* codes = nullptr;  // of generation, which reads none
};

/// A text code is not wider: a code has at most ten digits, and blanks or hyphens between them.
inline constexpr std::size_t max_code_width = 32;

/// No batch is longer; a larger number is a mistake.
inline constexpr std::size_t max_batch_rows = std::size_t{1} << 31;

/// Whether the columns can be read.
[[nodiscard]] verdict_on_options check_batch(const batch& in) noexcept;

/// Whether the answers can be written, for a batch that can be read. Keys play no part where a table has them; those
/// that are read have been checked.
[[nodiscard]] verdict_on_options check_answers(const batch& in, const batch_answers& out, bool are_keys_read) noexcept;

/// What every answer is when nothing was looked at: e_not_evaluated, the state given in or `unused`, no code.
void start_answers(const batch& in, const batch_answers& out, std::int64_t unused) noexcept;

}  // namespace counterseal::core
