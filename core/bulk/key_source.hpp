// SPDX-License-Identifier: Apache-2.0
// Raw keys of a batch, and their midstates.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/status.hpp"
#include "core/bulk/column.hpp"
#include "core/hmac/bulk.hpp"

namespace counterseal::core {

/// Key `row` is lens[row] bytes at base + row * stride, or `len` bytes where there are no lens.
struct key_source {
    const std::uint8_t* base = nullptr;
    std::size_t stride = 0;
    std::size_t len = 0;
    column<std::uint32_t> lens;

    [[nodiscard]] bytes_view operator[](std::size_t row) const noexcept
    {
        return {base + row * stride, lens.is_there() ? lens[row] : len};
    }
};

/// The longest key of a batch, in bytes. Longer ones are no keys but a mistake in a length.
inline constexpr std::size_t max_batch_key_len = 4096;

/// Of key blocks, and of midstates, that stand on the stack at once.
inline constexpr std::size_t prepare_bytes = 16'384;

/// No more rows than these use a smaller stack, because to wipe it takes time of its own.
inline constexpr std::size_t few_rows = 16;

/// What stands on the stack for up to `Rows` rows.
template <std::size_t Rows>
inline constexpr std::size_t prepare_bytes_for = Rows == few_rows ? few_rows * sha512::block_len : prepare_bytes;

/// e_argument without keys or with an empty one; e_range for one that is too long.
[[nodiscard]] status check_keys(const key_source& keys, std::size_t n) noexcept;

/// Rows that prepare_rows() takes in one call: their blocks have to fit the stack and the first-level cache.
[[nodiscard]] inline std::size_t prepare_rows_max(const bulk_kernel& kernel) noexcept
{
    const std::size_t fit =
        kernel.hash == hash_id::sha512 ? prepare_bytes / sha512::block_len : prepare_bytes / sha256::block_len;
    return fit < kernel.max_rows ? fit : kernel.max_rows;
}

/// Midstates of the keys first, ..., first + n - 1, n <= prepare_rows_max(kernel), which check_keys() accepts, into
/// mids[0], ... CT: the lengths of the keys may leak.
void prepare_rows(const bulk_kernel& kernel, const key_source& keys, std::size_t first, std::size_t n,
                  std::uint8_t* const* mids) noexcept;

}  // namespace counterseal::core
