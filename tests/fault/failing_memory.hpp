// SPDX-License-Identifier: Apache-2.0
// Memory that runs out at the n-th request: of the library (operator new), of SQLite and of OpenSSL.
#pragma once

#include <cstdint>

namespace faults {

/// Takes over SQLite's and OpenSSL's memory. False: one of them had begun already. operator new is ours anyway.
[[nodiscard]] bool take_over_memory();

/// From now on the n-th request fails, and with `lasts` every later one.
void fail_at(std::uint64_t n, bool lasts) noexcept;
/// Returns how many requests there were since.
std::uint64_t stop_failing() noexcept;

/// How many pieces of memory are held.
struct holdings {
    std::int64_t library;
    std::int64_t sqlite;
    std::int64_t openssl;
};
[[nodiscard]] holdings held_now() noexcept;

}  // namespace faults
