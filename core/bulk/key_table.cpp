// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/key_table.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/cpu.hpp"
#include "core/ct/wipe.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t sha1_row_len = 64;
constexpr std::size_t huge_from_rows = 32'768;  // two megabytes of SHA-1: from here a huge page is filled

}  // namespace

key_table::key_table(hash_id hash, table_kind kind, table_replay replay)
    : hash_{hash},
      kind_{kind},
      replay_{replay},
      mid_stride_{hash == hash_id::sha1 ? sha1_row_len : bulk_mid_len(hash)},
      states_at_{hash == hash_id::sha1 ? bulk_mid_len(hash) : chunk_rows * bulk_mid_len(hash)},
      state_stride_{hash == hash_id::sha1 ? sha1_row_len : sizeof(std::int64_t)}
{
}

key_table::~key_table()
{
    if (is_forked()) {
        return;  // the pages are zero already, and touching them would only allocate them
    }
    for (std::size_t row = 0; row < size_; row += chunk_rows) {
        wipe(chunks_[row / chunk_rows].data(), std::min(chunk_rows, size_ - row) * mid_stride_);
    }
}

bool key_table::is_good_state(std::int64_t state) const noexcept
{
    return state >= unused();
}

status key_table::add(const key_source& keys, std::size_t n, const column<std::int64_t>& states,
                      std::uint32_t& first_row)
{
    const row_lock::exclusive alone(lock_);
    if (n > max_rows - size_) {
        return status::e_range;
    }
    if (const status s = check_keys(keys, n); s != status::ok) {
        return s;
    }
    if (states.is_there()) {
        for (std::size_t i = 0; i < n; ++i) {
            if (!is_good_state(states[i])) {
                return status::e_range;
            }
        }
    }
    const std::size_t end = size_ + n;
    const std::size_t chunk_len =
        states_at_ < chunk_rows ? chunk_rows * mid_stride_ : states_at_ + chunk_rows * state_stride_;
    const std::size_t chunks_needed = (end + chunk_rows - 1) / chunk_rows;
    chunks_.reserve(chunks_needed);
    while (chunks_.size() < chunks_needed) {
        chunks_.emplace_back(chunk_len);
    }
    // Also where rows come one by one: from the moment on at which a chunk is seen to fill.
    for (std::size_t i = size_ / chunk_rows; i < chunks_needed; ++i) {
        const std::size_t filled_from = i * chunk_rows + huge_from_rows;
        if (size_ < filled_from && filled_from <= end) {
            chunks_[i].prefer_huge();
        }
    }
    put(size_, keys, n, states);
    first_row = static_cast<std::uint32_t>(size_);
    size_ = end;
    return status::ok;
}

void key_table::put(std::size_t row, const key_source& keys, std::size_t n, const column<std::int64_t>& states) noexcept
{
    const bulk_kernel& kernel = best_bulk_kernel(hash_, n, cpu_features());
    const std::size_t at_once = prepare_rows_max(kernel);
    std::uint8_t* mids[bulk_max_rows];
    for (std::size_t done = 0; done < n;) {
        const std::size_t now = std::min(n - done, at_once);
        for (std::size_t i = 0; i < now; ++i) {
            mids[i] = const_cast<std::uint8_t*>(mid(row + done + i));
        }
        prepare_rows(kernel, keys, done, now, mids);
        for (std::size_t i = 0; i < now; ++i) {
            state(row + done + i).store(states.is_there() ? states[done + i] : unused(), std::memory_order_relaxed);
        }
        done += now;
    }
}

status key_table::replace(std::size_t row, bytes_view key, std::int64_t new_state)
{
    const row_lock::exclusive alone(lock_);
    const key_source keys{key.data(), 0, key.size(), {}};
    if (row >= size_ || !is_good_state(new_state)) {
        return status::e_range;
    }
    if (const status s = check_keys(keys, 1); s != status::ok) {
        return s;
    }
    put(row, keys, 1, {reinterpret_cast<const std::uint8_t*>(&new_state), 0});
    return status::ok;
}

status key_table::remove(std::size_t row)
{
    const row_lock::exclusive alone(lock_);
    if (row >= size_) {
        return status::e_range;
    }
    wipe(const_cast<std::uint8_t*>(mid(row)), bulk_mid_len(hash_));
    state(row).store(removed, std::memory_order_relaxed);
    return status::ok;
}

}  // namespace counterseal::core
