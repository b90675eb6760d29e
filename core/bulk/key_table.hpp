// SPDX-License-Identifier: Apache-2.0
// Many prepared keys with the last value that each has used: the state of one process.
//
// A row of SHA-1 is one cache line: 40 bytes of midstates, 8 bytes of state. The longer midstates of SHA-256 and
// SHA-512 fill whole lines, so their states stand in an array behind them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/status.hpp"
#include "core/bulk/key_source.hpp"
#include "core/bulk/pages.hpp"
#include "core/bulk/row_lock.hpp"
#include "core/hmac/hash.hpp"

namespace counterseal::core {

/// What a row's state means. The numbers are those of the C ABI.
enum class table_kind : std::uint32_t {
    totp = 1,  // the last used step, -1: never used
    hotp = 2,  // the next expected counter
};

enum class table_replay : std::uint32_t {
    this_process = 1,  // acceptance moves the state of the row
    report_only = 2,   // the table tells; the caller stores
};

class key_table {
public:
    key_table(hash_id hash, table_kind kind, table_replay replay);
    ~key_table();
    key_table(const key_table&) = delete;
    key_table& operator=(const key_table&) = delete;

    [[nodiscard]] hash_id hash() const noexcept { return hash_; }
    [[nodiscard]] table_kind kind() const noexcept { return kind_; }
    [[nodiscard]] table_replay replay() const noexcept { return replay_; }
    [[nodiscard]] bool is_forked() const noexcept { return canary_.is_forked(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Appends n rows; all or none. `states` may be absent: never used. Returns ok, or what check_keys() and
    /// check_state() refuse, or e_range for more than max_rows. Throws std::bad_alloc.
    [[nodiscard]] status add(const key_source& keys, std::size_t n, const column<std::int64_t>& states,
                             std::uint32_t& first_row);

    /// Gives a row another key, also one that was removed. e_range: no such row.
    [[nodiscard]] status replace(std::size_t row, bytes_view key, std::int64_t state);

    /// Wipes a row for good; its number stays. e_range: no such row.
    [[nodiscard]] status remove(std::size_t row);

    [[nodiscard]] bool is_good_state(std::int64_t state) const noexcept;

    // Everything below is for batches: row < size(), and the rows are shared.
    [[nodiscard]] const std::uint8_t* mid(std::size_t row) const noexcept
    {
        return chunks_[row / chunk_rows].data() + (row % chunk_rows) * mid_stride_;
    }
    [[nodiscard]] std::atomic_ref<std::int64_t> state(std::size_t row) const noexcept
    {
        std::uint8_t* const at = chunks_[row / chunk_rows].data() + states_at_ + (row % chunk_rows) * state_stride_;
        return std::atomic_ref(*reinterpret_cast<std::int64_t*>(at));
    }
    /// Asks for the lines of a row that will be needed soon.
    void prefetch(std::size_t row) const noexcept
    {
        const std::uint8_t* const chunk = chunks_[row / chunk_rows].data();
        const std::uint8_t* const mid = chunk + (row % chunk_rows) * mid_stride_;
        __builtin_prefetch(mid);
        if (hash_ != hash_id::sha1) {
            __builtin_prefetch(mid + mid_stride_ - 1);
            __builtin_prefetch(chunk + states_at_ + (row % chunk_rows) * state_stride_);
        }
    }
    [[nodiscard]] std::int64_t unused() const noexcept { return kind_ == table_kind::totp ? -1 : 0; }
    /// The state of a removed row.
    static constexpr std::int64_t removed = INT64_MIN;

    /// Keeps the rows as they are.
    [[nodiscard]] std::shared_lock<std::shared_mutex> share() const { return lock_.share(); }

    static constexpr std::size_t max_rows = std::size_t{1} << 31;

private:
    static constexpr std::size_t chunk_rows = std::size_t{1} << 17;

    void put(std::size_t row, const key_source& keys, std::size_t n, const column<std::int64_t>& states) noexcept;

    hash_id hash_;
    table_kind kind_;
    table_replay replay_;
    std::size_t mid_stride_;
    std::size_t states_at_;
    std::size_t state_stride_;
    std::size_t size_ = 0;
    std::vector<pages> chunks_;
    fork_canary canary_;
    mutable row_lock lock_;
};

}  // namespace counterseal::core
