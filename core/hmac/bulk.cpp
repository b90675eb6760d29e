// SPDX-License-Identifier: Apache-2.0
#include "core/hmac/bulk.hpp"

#include <array>

#include "core/hmac/bulk_kernels.hpp"

namespace counterseal::core {
namespace {

/// A kernel and what it costs: `begin`, and `more` for each 2^log2_rows rows that were begun. Nanoseconds for three
/// steps of one counter, measured on a Zen 4 core; only their ratios matter. To begin costs something where several
/// vectors are hashed in step, of which few rows leave some empty, and where the stack that has to be wiped is larger.
struct offer {
    const bulk_kernel* kernel;
    std::uint32_t log2_rows;
    std::uint32_t begin;
    std::uint32_t more;
};

constexpr offer offers[] = {
#if defined(__x86_64__)
    {&bulk_avx512_sha1, 4, 450, 650}, {&bulk_avx512_sha256, 4, 500, 1'400}, {&bulk_avx512_sha512, 3, 500, 1'550},
    {&bulk_shani_sha1, 0, 0, 105},    {&bulk_shani_sha256, 0, 0, 120},  //
    {&bulk_avx2_sha1, 3, 750, 620},   {&bulk_avx2_sha256, 3, 1'150, 1'300}, {&bulk_avx2_sha512, 2, 300, 1'650},
#elif defined(__AARCH64EL__)
    // Not measured: no more is claimed than that special instructions are faster.
    {&bulk_armv8_sha1, 0, 0, 105},    {&bulk_armv8_sha256, 0, 0, 120},      {&bulk_armv8_sha512, 0, 0, 300},
#endif
    {&bulk_portable_sha1, 2, 0, 800}, {&bulk_portable_sha256, 2, 0, 1'700}, {&bulk_portable_sha512, 1, 0, 2'500},
};

constexpr auto kernels = [] {
    std::array<const bulk_kernel*, sizeof offers / sizeof offers[0]> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = offers[i].kernel;
    }
    return all;
}();

}  // namespace

std::size_t bulk_mid_len(hash_id hash) noexcept
{
    switch (hash) {
        case hash_id::sha1: return 2 * sizeof sha1::initial;
        case hash_id::sha256: return 2 * sizeof sha256::initial;
        case hash_id::sha512: return 2 * sizeof sha512::initial;
    }
    return 0;
}

std::span<const bulk_kernel* const> all_bulk_kernels() noexcept
{
    return kernels;
}

const bulk_kernel& best_bulk_kernel(hash_id hash, std::size_t n, std::uint32_t features) noexcept
{
    const bulk_kernel* best = &bulk_portable_sha1;  // no hash stays without: each has a portable kernel
    std::size_t least = ~std::size_t{0};
    for (const offer& one : offers) {
        const std::size_t pieces = (n + (std::size_t{1} << one.log2_rows) - 1) >> one.log2_rows;
        const std::size_t cost = one.begin + pieces * one.more;
        if (one.kernel->hash == hash && (one.kernel->needs & ~features) == 0 && cost < least) {
            best = one.kernel;
            least = cost;
        }
    }
    return *best;
}

}  // namespace counterseal::core
