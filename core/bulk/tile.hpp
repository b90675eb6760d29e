// SPDX-License-Identifier: Apache-2.0
// Some hundred rows of a batch at a time: as many as a kernel takes and the first-level cache holds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <shared_mutex>

#include "core/base/status.hpp"
#include "core/bulk/batch.hpp"
#include "core/bulk/codes.hpp"
#include "core/bulk/key_table.hpp"
#include "core/hmac/bulk.hpp"

namespace counterseal::core {

/// Where the rows of a batch have their keys and states: in a table, or in the batch itself.
struct row_home {
    const batch* in = nullptr;
    const key_table* table = nullptr;     // nullptr: raw keys
    hash_id hash = hash_id::sha1;         // of raw keys; a table has its own
    const bulk_kernel* kernel = nullptr;  // nullptr: the best one; tests and benchmarks ask for others

    [[nodiscard]] bool moves_states() const noexcept
    {
        return table != nullptr && table->replay() == table_replay::this_process;
    }

    /// Keeps the rows of the table as they are while a batch runs.
    [[nodiscard]] std::shared_lock<std::shared_mutex> share() const
    {
        return table == nullptr ? std::shared_lock<std::shared_mutex>() : table->share();
    }

    [[nodiscard]] std::size_t tile_rows() const noexcept
    {
        return table != nullptr ? kernel->max_rows : prepare_rows_max(*kernel);
    }
};

/// What up to `Rows` rows need: few_rows or bulk_max_rows. Secret: codes, highest and raw.
template <std::size_t Rows>
struct tile_room {
    std::uint32_t row[Rows];
    const std::uint8_t* mids[Rows];
    std::int64_t given[Rows];
    std::uint64_t first[Rows];
    std::uint32_t codes[Rows];
    std::uint32_t highest[Rows];
    std::uint32_t found[Rows];
    alignas(64) std::uint8_t raw[prepare_bytes_for<Rows>];
};

struct tile {
    template <std::size_t Rows>
    explicit tile(tile_room<Rows>& in) noexcept
        : row{in.row},
          mids{in.mids},
          given{in.given},
          first{in.first},
          codes{in.codes},
          highest{in.highest},
          found{in.found},
          raw{in.raw}
    {
    }

    std::size_t begin = 0;  // the first row of the batch
    std::size_t n = 0;
    std::uint32_t digits = 0;
    std::uint32_t steps = 0;          // of the window
    std::size_t stride = 1;           // of `first`: 0 where all rows have the same counter
    std::int8_t* statuses = nullptr;  // of the tile's first row
    std::uint32_t* row;               // of the table
    const std::uint8_t** mids;
    std::int64_t* given;   // the state that the row is checked against
    std::uint64_t* first;  // the first counter of the window
    std::uint32_t* codes;
    std::uint32_t* highest;  // 1 + offset in the window of the highest matching counter; 0: none
    std::uint32_t* found;    // rows that are looked at once more
    std::uint8_t* raw;       // midstates of raw keys

    /// Takes a row out of the running before it is computed.
    void refuse(std::size_t i, status why) const noexcept
    {
        statuses[i] = static_cast<std::int8_t>(why);
        codes[i] = no_code;
    }

    [[nodiscard]] bool is_refused(std::size_t i) const noexcept
    {
        return statuses[i] != static_cast<std::int8_t>(status::wrong);
    }

    void wipe_used(const row_home& home) const noexcept;
};

/// Fills in all of the rows begin, ..., begin + n - 1 that does not depend on the window. statuses[i] becomes wrong, or
/// what speaks against the row already; such a row's code becomes no_code.
void gather(const row_home& home, std::size_t begin, std::size_t n, std::uint32_t digits, std::int8_t* statuses,
            tile& out) noexcept;

/// Asks for the lines of the tile that begins there, if there is one.
void prefetch(const row_home& home, std::size_t begin) noexcept;

/// Calls visit(begin, n) for all tiles of the batch. The lines of the next one come nearer while one is computed.
template <class Visit>
void for_each_tile(const row_home& home, Visit&& visit) noexcept
{
    const std::size_t at_once = home.tile_rows();
    prefetch(home, 0);
    for (std::size_t begin = 0; begin < home.in->n_rows; begin += at_once) {
        prefetch(home, begin + at_once);
        visit(begin, std::min(at_once, home.in->n_rows - begin));
    }
}

/// Not inlined: a caller would have the larger room on its stack always.
template <std::size_t Rows, class WithTile>
[[gnu::noinline]] void in_room(WithTile& with_tile) noexcept
{
    tile_room<Rows> room;
    with_tile(tile{room});
}

/// Calls with_tile(tile) with one that any part of the batch fits.
template <class WithTile>
void in_room_for(const batch& of, WithTile&& with_tile) noexcept
{
    of.n_rows <= few_rows ? in_room<few_rows>(with_tile) : in_room<bulk_max_rows>(with_tile);
}

/// Computes `highest` of the rows; first, stride and steps have been set. CT: counts and counters may leak.
void match(const bulk_kernel& kernel, tile& of) noexcept;

/// The same for one row alone, again. Needs stride 1.
void match_row(const bulk_kernel& kernel, tile& of, std::size_t i) noexcept;

}  // namespace counterseal::core
