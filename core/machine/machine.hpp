// SPDX-License-Identifier: Apache-2.0
// What is asked of the machine: the time, rest, random numbers, the disk. It is one table, so that a simulator can
// stand in for it, and one seed can have the same calls write the same store again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/status.hpp"

namespace counterseal::core {

/// By the clock that never goes back.
using moment = std::chrono::steady_clock::time_point;

/// This machine; a simulator overrides what it stands in for. Any thread may ask.
///
/// Two things are not asked here. Who waits for another thread waits as long as this machine says, so that a simulator
/// calls from one thread. And PostgreSQL is reached over `libpq` (core/store/libpq.hpp), a table of its own.
class machine {
public:
    constexpr machine() = default;
    virtual ~machine() = default;
    machine(const machine&) = delete;
    machine& operator=(const machine&) = delete;

    /// The time of day, in microseconds since 1970.
    [[nodiscard]] virtual std::int64_t wall_us() noexcept;

    /// What deadlines and ages are counted with.
    [[nodiscard]] virtual moment now() noexcept;

    virtual void sleep(std::chrono::microseconds how_long) noexcept;

    /// Fills `out` for ids, salts, nonces, keys and challenges, or says why it cannot. Nothing: libcrypto's generator
    /// is asked, as it is for the keys and signatures of ECDSA in any case.
    [[nodiscard]] virtual std::optional<status> random(std::span<std::uint8_t> out) noexcept;

    /// What SQLite reads and writes the files of stores through, by its name (sqlite3_vfs_register): a shim over the
    /// system's own, as which file a name leads to is asked of the system. Null: the system's own.
    [[nodiscard]] virtual const char* file_system() noexcept;
};

/// The one in use.
[[nodiscard]] machine& this_machine() noexcept;

/// Has `other` stand in from now on; null: nobody. It must outlive what is opened meanwhile.
void stand_in(machine* other) noexcept;

}  // namespace counterseal::core
