// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/tile.hpp"

#include <algorithm>

#include "core/ct/mask.hpp"
#include "core/ct/wipe.hpp"

namespace counterseal::core {
namespace {

/// Stands in for rows that have no key: something has to be hashed in their lane.
alignas(64) constexpr std::uint8_t no_key[sizeof(sha512::word) * sha512::state_words * 2] = {};

std::size_t table_row(const batch& in, std::size_t i) noexcept
{
    return in.rows.is_there() ? in.rows[i] : i;
}

void gather_from_table(const row_home& home, tile& out) noexcept
{
    const key_table& table = *home.table;
    const batch& in = *home.in;
    const std::size_t size = table.size();
    for (std::size_t i = 0; i < out.n; ++i) {
        const std::size_t row = table_row(in, out.begin + i);
        if (row >= size) {
            out.mids[i] = no_key;
            out.given[i] = table.unused();
            out.refuse(i, status::e_range);
            continue;
        }
        out.row[i] = static_cast<std::uint32_t>(row);
        out.mids[i] = table.mid(row);
        out.given[i] = table.state(row).load(std::memory_order_relaxed);
        if (out.given[i] == key_table::removed) {
            out.given[i] = table.unused();
            out.refuse(i, status::revoked);
        } else if (in.states.is_there()) {
            const std::int64_t told = in.states[out.begin + i];
            out.given[i] = std::max(out.given[i], told);
            if (!table.is_good_state(told)) {
                out.refuse(i, status::e_range);
            }
        }
    }
}

template <std::size_t Rows>
[[gnu::noinline]] void gather_raw(const row_home& home, tile& out) noexcept
{
    const std::size_t len = bulk_mid_len(home.kernel->hash);
    std::uint8_t* mids[Rows];
    for (std::size_t i = 0; i < out.n; ++i) {
        mids[i] = out.raw + i * len;
        out.mids[i] = mids[i];
    }
    prepare_rows(*home.kernel, home.in->keys, out.begin, out.n, mids);
}

/// Three bits to 1 + the place of the highest one, or 0. CT: arithmetic only.
[[gnu::always_inline]] inline std::uint32_t highest_of(std::uint32_t bits) noexcept
{
    const std::uint32_t top = bits >> 2 & 1;
    const std::uint32_t middle = (bits >> 1 & 1) & ~top;
    const std::uint32_t low = (bits & 1) & ~top & ~middle;
    return 3 * top + 2 * middle + low;
}
static_assert(bulk_steps == 3);

template <std::size_t Rows>
[[gnu::noinline]] void match_some(const bulk_kernel& kernel, const std::uint8_t* const* mids,
                                  const std::uint32_t* codes, const std::uint64_t* first, std::size_t stride,
                                  std::size_t n, std::uint32_t steps, std::uint32_t digits,
                                  std::uint32_t* highest) noexcept
{
    std::uint64_t counters[Rows];
    std::uint32_t truncated[bulk_steps * bulk_max_rows];
    std::uint32_t matches[Rows];
    const std::size_t n_counters = stride == 0 ? 1 : n;
    // A barrier for all rows, which leaves the loop below to the vectoriser: who does not know that this is 1 does not
    // see a condition in `none` either. clang 16 and newer otherwise jump on it.
    const std::uint32_t one = value_barrier(std::uint32_t{1});
    std::fill_n(highest, n, 0);
    for (std::uint32_t done = 0; done < steps; done += bulk_steps) {
        const std::size_t now = std::min<std::size_t>(steps - done, bulk_steps);
        for (std::size_t i = 0; i < n_counters; ++i) {
            counters[i] = first[i] + done;
        }
        kernel.truncate(mids, n, counters, stride, now, truncated);
        kernel.match(truncated, codes, n, now, digits, matches);
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t here = highest_of(matches[i]);
            const std::uint32_t none = ((here | here >> 1) & one) - one;  // all ones when here is 0
            highest[i] = (highest[i] & none) | ((here + done) & ~none);
        }
    }
    // A kernel fills whole lanes.
    const std::size_t n_filled = (n + 15) / 16 * 16;
    for (std::size_t step = 0; step < std::min<std::size_t>(steps, bulk_steps); ++step) {
        wipe(truncated + step * kernel.max_rows, n_filled * sizeof truncated[0]);
    }
    wipe(matches, n * sizeof matches[0]);
}

}  // namespace

void prefetch(const row_home& home, std::size_t begin) noexcept
{
    if (home.table == nullptr) {
        return;
    }
    const key_table& table = *home.table;
    const std::size_t size = table.size();
    const std::size_t end = std::min(begin + home.tile_rows(), home.in->n_rows);
    for (std::size_t i = begin; i < end; ++i) {
        if (const std::size_t row = table_row(*home.in, i); row < size) {
            table.prefetch(row);
        }
    }
}

void gather(const row_home& home, std::size_t begin, std::size_t n, std::uint32_t digits, std::int8_t* statuses,
            tile& out) noexcept
{
    out.begin = begin;
    out.n = n;
    out.statuses = statuses + begin;
    out.digits = digits;
    const batch& in = *home.in;
    if (in.codes.is_there()) {
        read_codes(in, begin, n, digits, out.codes, out.statuses);
    } else {
        std::fill_n(out.statuses, n, static_cast<std::int8_t>(status::wrong));
    }
    if (home.table == nullptr) {
        n <= few_rows ? gather_raw<few_rows>(home, out) : gather_raw<bulk_max_rows>(home, out);
        for (std::size_t i = 0; i < n; ++i) {
            out.given[i] = in.states.is_there() ? in.states[begin + i] : 0;
        }
        return;
    }
    gather_from_table(home, out);
}

void match(const bulk_kernel& kernel, tile& of) noexcept
{
    const auto some = of.n <= few_rows ? match_some<few_rows> : match_some<bulk_max_rows>;
    some(kernel, of.mids, of.codes, of.first, of.stride, of.n, of.steps, of.digits, of.highest);
}

void match_row(const bulk_kernel& kernel, tile& of, std::size_t i) noexcept
{
    match_some<few_rows>(kernel, of.mids + i, of.codes + i, of.first + i, 1, 1, of.steps, of.digits, of.highest + i);
}

void tile::wipe_used(const row_home& home) const noexcept
{
    wipe(codes, n * sizeof codes[0]);
    wipe(highest, n * sizeof highest[0]);
    if (home.table == nullptr) {
        wipe(raw, n * bulk_mid_len(home.kernel->hash));
    }
}

}  // namespace counterseal::core
