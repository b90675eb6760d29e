// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/key_source.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/cpu.hpp"
#include "core/ct/wipe.hpp"
#include "core/hmac/hmac.hpp"

namespace counterseal::core {
namespace {

std::size_t block_len_of(hash_id hash) noexcept
{
    return hash == hash_id::sha512 ? sha512::block_len : sha256::block_len;
}

/// A key longer than a block is hashed by the kernel for single keys (RFC 2104 section 2), which also finishes it.
void prepare_long(const bulk_kernel& kernel, bytes_view key, std::uint8_t* mid) noexcept
{
    hmac_key prepared;
    const wiped_at_end wipe_prepared{prepared};
    hmac_prepare(prepared, best_kernel(kernel.hash, cpu_features()), key);
    const std::size_t half = bulk_mid_len(kernel.hash) / 2;
    std::memcpy(mid, prepared.mid.inner.bytes, half);
    std::memcpy(mid + half, prepared.mid.outer.bytes, half);
}

template <std::size_t Rows>
[[gnu::noinline]] void prepare(const bulk_kernel& kernel, const key_source& keys, std::size_t first, std::size_t n,
                               std::uint8_t* const* mids) noexcept
{
    alignas(64) std::uint8_t padded[prepare_bytes_for<Rows>];
    const std::uint8_t* blocks[Rows];
    if (n == 0) {
        return;
    }
    const std::size_t block_len = block_len_of(kernel.hash);
    std::size_t n_long = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const bytes_view key = keys[first + i];
        const std::size_t used = key.size() <= block_len ? key.size() : 0;
        std::uint8_t* const block = padded + i * block_len;
        std::memcpy(block, key.data(), used);
        std::memset(block + used, 0, block_len - used);
        blocks[i] = block;
        n_long += used == 0 ? 1 : 0;
    }
    kernel.prepare(blocks, n, mids);
    wipe(padded, n * block_len);
    for (std::size_t i = 0; n_long != 0 && i < n; ++i) {
        if (const bytes_view key = keys[first + i]; key.size() > block_len) {
            prepare_long(kernel, key, mids[i]);
        }
    }
}

}  // namespace

status check_keys(const key_source& keys, std::size_t n) noexcept
{
    if (n != 0 && keys.base == nullptr) {
        return status::e_argument;
    }
    const std::size_t distinct = keys.lens.is_there() && keys.lens.stride != 0 ? n : std::min<std::size_t>(n, 1);
    for (std::size_t row = 0; row < distinct; ++row) {
        const std::size_t len = keys[row].size();
        if (len == 0) {
            return status::e_argument;
        }
        if (len > max_batch_key_len) {
            return status::e_range;
        }
    }
    return status::ok;
}

void prepare_rows(const bulk_kernel& kernel, const key_source& keys, std::size_t first, std::size_t n,
                  std::uint8_t* const* mids) noexcept
{
    n <= few_rows ? prepare<few_rows>(kernel, keys, first, n, mids)
                  : prepare<bulk_max_rows>(kernel, keys, first, n, mids);
}

}  // namespace counterseal::core
