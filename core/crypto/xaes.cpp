// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/xaes.hpp"

#include <algorithm>
#include <array>

#include "core/ct/wipe.hpp"

namespace counterseal::core {
namespace {

/// The key of one message: two blocks of CMAC over a counter, the letter X and the first half of the nonce (the
/// SP 800-108 key derivation of the XAES-256-GCM page).
status derive(const prepared_aes& key, bytes_view nonce, std::array<std::uint8_t, xaes_key_len>& out) noexcept
{
    std::array<std::uint8_t, aes_block_len> k1{};
    const wiped_at_end wipe_k1{k1};
    if (const status s = key.encrypt(k1, k1); s != status::ok) {
        return s;
    }
    // CMAC's first subkey: the block doubled in GF(2^128), without a branch on its highest bit.
    const auto carry = static_cast<std::uint8_t>(k1[0] >> 7);
    for (std::size_t i = 0; i < aes_block_len; ++i) {
        const std::uint8_t next = i + 1 < aes_block_len ? static_cast<std::uint8_t>(k1[i + 1] >> 7) : 0;
        k1[i] = static_cast<std::uint8_t>(k1[i] << 1 | next);
    }
    k1[aes_block_len - 1] = static_cast<std::uint8_t>(k1[aes_block_len - 1] ^ (carry * 0x87));
    for (std::uint8_t part = 0; part < 2; ++part) {
        std::uint8_t* const block = out.data() + part * aes_block_len;
        const std::uint8_t head[] = {0, static_cast<std::uint8_t>(part + 1), 'X', 0};
        std::copy_n(head, sizeof head, block);
        std::copy_n(nonce.begin(), aes_block_len - sizeof head, block + sizeof head);
        for (std::size_t i = 0; i < aes_block_len; ++i) {
            block[i] ^= k1[i];
        }
    }
    return key.encrypt(out, out);
}

}  // namespace

status xaes_encrypt(const crypto& with, const prepared_aes& key, bytes_view nonce, bytes_view aad, bytes_view in,
                    bytes_span out) noexcept
{
    std::array<std::uint8_t, xaes_key_len> own{};
    const wiped_at_end wipe_own{own};
    const status s = derive(key, nonce, own);
    return s != status::ok ? s : with.aes_256_gcm_encrypt(own, nonce.last(gcm_nonce_len), aad, in, out);
}

status xaes_decrypt(const crypto& with, const prepared_aes& key, bytes_view nonce, bytes_view aad, bytes_view in,
                    bytes_span out) noexcept
{
    std::array<std::uint8_t, xaes_key_len> own{};
    const wiped_at_end wipe_own{own};
    const status s = derive(key, nonce, own);
    return s != status::ok ? s : with.aes_256_gcm_decrypt(own, nonce.last(gcm_nonce_len), aad, in, out);
}

}  // namespace counterseal::core
