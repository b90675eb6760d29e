// SPDX-License-Identifier: Apache-2.0
// Few rows: the single keys' kernels of the SHA extensions, which hash the three steps of a row side by side. They need
// nothing of these instructions here.
#include "core/base/cpu.hpp"
#include "core/hmac/bulk_kernels.hpp"
#include "core/hmac/bulk_match.hpp"
#include "core/hmac/kernels.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t max_rows = 256;

template <class Hash>
const hmac_kernel& single() noexcept
{
    return Hash::id == hash_id::sha1 ? shani_sha1 : shani_sha256;
}

template <class Hash>
void prepare(const std::uint8_t* const* blocks, std::size_t n, std::uint8_t* const* mids) noexcept
{
    constexpr std::size_t half = sizeof Hash::initial;
    midstates mid;
    const wiped_at_end wipe_mid{mid};
    for (std::size_t row = 0; row < n; ++row) {
        single<Hash>().key_block(mid, blocks[row]);
        std::memcpy(mids[row], mid.inner.bytes, half);
        std::memcpy(mids[row] + half, mid.outer.bytes, half);
    }
}

/// A step a lane.
template <class Hash>
void truncate(const std::uint8_t* const* mids, std::size_t n, const std::uint64_t* first, std::size_t stride,
              std::size_t steps, std::uint32_t* out) noexcept
{
    constexpr std::size_t half = sizeof Hash::initial;
    struct {
        midstates mid;
        truncation_words words[4];
        word32_x4 h[6];
        std::uint32_t all[4];
    } scratch;
    const wiped_at_end wipe_scratch{scratch};
    std::memset(scratch.words, 0, sizeof scratch.words);
    for (std::size_t row = 0; row < n; ++row) {
        std::memcpy(scratch.mid.inner.bytes, mids[row], half);
        std::memcpy(scratch.mid.outer.bytes, mids[row] + half, half);
        single<Hash>().counters(scratch.mid, first[row * stride], steps, scratch.words);
        word32_x4 front[4];
        for (std::size_t step = 0; step < 4; ++step) {
            std::memcpy(&front[step], scratch.words[step].word, sizeof front[step]);
        }
        transpose_pieces(front);
        for (std::size_t i = 0; i < 4; ++i) {
            scratch.h[i] = front[i];
        }
        for (std::size_t step = 0; step < 4; ++step) {
            scratch.h[4][step] = scratch.words[step].word[4];
            scratch.h[5][step] = scratch.words[step].last;
        }
        store_lanes(truncated(scratch.h), 4, scratch.all);
        for (std::size_t step = 0; step < steps; ++step) {
            out[step * max_rows + row] = scratch.all[step];
        }
    }
}

template <class Hash>
constexpr bulk_kernel kernel{"shani", cpu_sha_ni,    Hash::id,       max_rows,
                             true,    prepare<Hash>, truncate<Hash>, match<word32_x4, max_rows>};

}  // namespace

const bulk_kernel bulk_shani_sha1 = kernel<sha1>;
const bulk_kernel bulk_shani_sha256 = kernel<sha256>;

}  // namespace counterseal::core
