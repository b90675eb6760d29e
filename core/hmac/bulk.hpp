// SPDX-License-Identifier: Apache-2.0
// HMACs of counters for many keys side by side, and their comparison with many codes: what one target offers.
//
// A row is a key with its counter and its code. Rows are gathered by pointer, so that a caller's records may lie
// anywhere; inside a call their words are transposed and hashed a row a lane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/hmac/hash.hpp"

namespace counterseal::core {

/// Steps that one call compares: the window of one to each side. A wider one takes several calls.
inline constexpr std::size_t bulk_steps = 3;

/// No kernel takes more rows in one call.
inline constexpr std::size_t bulk_max_rows = 256;

/// Bytes of one row's midstates: the chaining words of the inner hash, then those of the outer one, without a gap and
/// in the machine's byte order. As secret as the key.
[[nodiscard]] std::size_t bulk_mid_len(hash_id hash) noexcept;  // 40, 64, 128

/// One hash on one target. CT: counts, counters and addresses may leak; nothing else does.
struct bulk_kernel {
    const char* target;   // "portable", "shani", "avx2", "avx512", ...: the name that tests and benchmarks ask for
    std::uint32_t needs;  // cpu_feature bits without which it must not run
    hash_id hash;
    std::size_t max_rows;  // of one call, at most bulk_max_rows; what fits the first-level cache. A multiple of 16

    bool is_shallow;  // it hashes one row after another, and uses less than 2 KiB of stack

    /// Midstates of n <= max_rows keys, each exactly one block long (padded with zeros by the caller), into mids[row].
    void (*prepare)(const std::uint8_t* const* blocks, std::size_t n, std::uint8_t* const* mids) noexcept;

    /// out[step * max_rows + row] is the value of dynamic truncation (RFC 4226 section 5.3, 31 bits) of the HMAC of
    /// the counter first[row * stride] + step, for step < steps <= bulk_steps. stride is 1, or 0: one counter for all.
    void (*truncate)(const std::uint8_t* const* mids, std::size_t n, const std::uint64_t* first, std::size_t stride,
                     std::size_t steps, std::uint32_t* out) noexcept;

    /// Bit `step` of matches[row] is set if codes[row] equals truncated[step * max_rows + row] modulo 10^digits;
    /// the other bits are zero. digits: 6 to 10, public.
    void (*match)(const std::uint32_t* truncated, const std::uint32_t* codes, std::size_t n, std::size_t steps,
                  std::uint32_t digits, std::uint32_t* matches) noexcept;
};

/// Every kernel that was compiled in, best for many rows first within each hash; the last of each hash is "portable".
[[nodiscard]] std::span<const bulk_kernel* const> all_bulk_kernels() noexcept;

/// The kernel of `hash` that is fastest for n rows on a CPU with these features (cpu.hpp).
[[nodiscard]] const bulk_kernel& best_bulk_kernel(hash_id hash, std::size_t n, std::uint32_t cpu_features) noexcept;

}  // namespace counterseal::core
