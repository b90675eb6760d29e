// SPDX-License-Identifier: Apache-2.0
// HMAC (RFC 2104, FIPS 198-1) over a kernel: prepared keys and whole messages.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/hmac/kernel.hpp"

namespace counterseal::core {

/// A prepared key: the midstates and the kernel that made them. Wipe it like the key.
struct hmac_key {
    const hmac_kernel* kernel;
    midstates mid;
};

/// Prepares `secret` (any length, also empty; longer than a block is hashed first, RFC 2104 section 2).
/// CT: the length of the secret may leak.
void hmac_prepare(hmac_key& out, const hmac_kernel& kernel, bytes_view secret) noexcept;

/// Writes the kernel's digest_len bytes to `digest`. CT: the length of the message may leak.
void hmac_message(const hmac_key& key, bytes_view message, std::uint8_t* digest) noexcept;

/// What `otp` asks of an HMAC: the codes' raw material for consecutive counters. The indirection lets a provider's HMAC
/// stand in for the kernels.
struct counter_mac {
    void (*counters)(const void* key, std::uint64_t first, std::size_t n, truncation_words* out) noexcept;
    const void* key;
};

/// The view of a prepared key as a counter_mac; `key` must outlive it.
[[nodiscard]] counter_mac mac_of(const hmac_key& key) noexcept;

}  // namespace counterseal::core
