// SPDX-License-Identifier: Apache-2.0
// Batches of sixteen rows, which all belong to one class.
#pragma once

#include "codes.hpp"
#include "counterseal/key_table.h"

namespace timing {

inline constexpr std::size_t n_rows = 16;
inline constexpr std::size_t key_len = 20;
inline constexpr std::size_t text_stride = 8;

struct batch_input {
    std::array<std::array<std::uint8_t, key_len>, n_rows> keys;
    std::array<std::uint32_t, n_rows> numbers;
    std::array<char, n_rows * text_stride> texts;
    std::array<std::int8_t, n_rows> status;
    std::array<std::uint64_t, n_rows> values;  // steps, counters or codes
};

[[nodiscard]] cseal_batch new_batch();
[[nodiscard]] std::shared_ptr<cseal_key_table> new_table(std::uint32_t kind);

/// Appends the keys of an input.
cseal_status add_keys(cseal_key_table* table, const batch_input& in);

}  // namespace timing
