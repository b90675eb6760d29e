// SPDX-License-Identifier: Apache-2.0
// The three hash functions of RFC 6238 section 1.2, as sizes and initial values (FIPS 180-4 sections 5.3 and 6).
#pragma once

#include <cstddef>
#include <cstdint>

namespace counterseal::core {

/// The numbers are those of the C ABI (CSEAL_SHA1 and so on).
enum class hash_id : std::uint32_t { sha1 = 1, sha256 = 2, sha512 = 3 };

inline constexpr std::size_t max_block_len = 128;
inline constexpr std::size_t max_digest_len = 64;

struct sha1 {
    using word = std::uint32_t;
    static constexpr hash_id id = hash_id::sha1;
    static constexpr std::size_t state_words = 5;
    static constexpr std::size_t block_len = 64;
    static constexpr std::size_t digest_len = 20;
    static constexpr word initial[state_words] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
};

struct sha256 {
    using word = std::uint32_t;
    static constexpr hash_id id = hash_id::sha256;
    static constexpr std::size_t state_words = 8;
    static constexpr std::size_t block_len = 64;
    static constexpr std::size_t digest_len = 32;
    static constexpr word initial[state_words] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};

struct sha512 {
    using word = std::uint64_t;
    static constexpr hash_id id = hash_id::sha512;
    static constexpr std::size_t state_words = 8;
    static constexpr std::size_t block_len = 128;
    static constexpr std::size_t digest_len = 64;
    static constexpr word initial[state_words] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                                  0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                                  0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
};

/// The chaining value between two blocks: the first state_words words of the hash, in the machine's byte order.
struct alignas(16) chain {
    std::uint8_t bytes[max_digest_len];
};

}  // namespace counterseal::core
