// SPDX-License-Identifier: Apache-2.0
// What one implementation of one hash offers, and which of them this CPU should use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/hmac/hash.hpp"

namespace counterseal::core {

/// Midstates of HMAC (RFC 2104 section 4): the hash state after the key block xor ipad, and after key xor opad.
/// They are as secret as the key.
struct midstates {
    chain inner;
    chain outer;
};

/// The words of an HMAC that dynamic truncation can read (RFC 4226 section 5.3): the offset is at most 15, so bytes
/// 0..18, and the last byte, whose low half is the offset. Words are big-endian numbers.
struct truncation_words {
    std::uint32_t word[5];
    std::uint32_t last;
};

/// One hash on one target. CT: lengths and counts may leak; nothing else does.
struct hmac_kernel {
    const char* target;   // "portable", "avx2", "shani", "armv8": the name that tests and benchmarks ask for
    std::uint32_t needs;  // cpu_feature bits without which it must not run
    hash_id hash;
    std::size_t block_len;
    std::size_t digest_len;

    /// Runs the compression function over `n_blocks` whole blocks.
    void (*compress)(chain& state, const std::uint8_t* blocks, std::size_t n_blocks) noexcept;

    /// Midstates of a key that is exactly one block long (padded with zeros by the caller).
    void (*key_block)(midstates& out, const std::uint8_t* block) noexcept;

    /// HMACs of the 8-byte big-endian numbers first, first + 1, ..., first + n - 1 into out[0..n-1].
    void (*counters)(const midstates& key, std::uint64_t first, std::size_t n, truncation_words* out) noexcept;
};

/// Every kernel that was compiled in, best first within each hash; the last of each hash is "portable".
[[nodiscard]] std::span<const hmac_kernel* const> all_kernels() noexcept;

/// Whether a CPU with these features (cpu.hpp) can run the kernel.
[[nodiscard]] bool can_run(const hmac_kernel& kernel, std::uint32_t cpu_features) noexcept;

/// The first kernel of `hash` that a CPU with these features can run.
[[nodiscard]] const hmac_kernel& best_kernel(hash_id hash, std::uint32_t cpu_features) noexcept;

}  // namespace counterseal::core
