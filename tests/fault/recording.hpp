// SPDX-License-Identifier: Apache-2.0
// SQLite's file system with a notebook: what was written to the files of a store, and when it was synced.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faults {

enum class part : std::uint8_t { database, wal, journal };
inline constexpr std::size_t n_parts = 3;

struct note {
    enum class kind : std::uint8_t { create, write, truncate, sync, remove, mark };
    kind what;
    part of;
    std::uint64_t offset;  // of a truncation: the new length; of a mark: its number
    std::vector<std::uint8_t> data;
};

/// Becomes SQLite's default file system of this process. Once.
void start_recording();

/// What happened since, in order. Files in memory and SQLite's shared memory are left out.
std::vector<note>& notes() noexcept;

/// Writes down that everything up to here was acknowledged.
void mark(std::uint64_t number);

/// Whether anything is written down.
void record(bool on) noexcept;

}  // namespace faults
