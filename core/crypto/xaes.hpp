// SPDX-License-Identifier: Apache-2.0
// XAES-256-GCM (C2SP, c2sp.org/XAES-256-GCM): AES-256-GCM with a nonce that is long enough to be drawn at random.
#pragma once

#include "core/crypto/prepared.hpp"

namespace counterseal::core {

inline constexpr std::size_t xaes_key_len = 32;
inline constexpr std::size_t xaes_nonce_len = 24;

/// `out` is gcm_tag_len bytes longer than `in`. e_crypto: the provider failed, `out` is of no use.
[[nodiscard]] status xaes_encrypt(const crypto& with, const prepared_aes& key, bytes_view nonce, bytes_view aad,
                                  bytes_view in, bytes_span out) noexcept;

/// `in` is gcm_tag_len bytes longer than `out`. wrong: not made with this key, nonce and aad, or changed since.
[[nodiscard]] status xaes_decrypt(const crypto& with, const prepared_aes& key, bytes_view nonce, bytes_view aad,
                                  bytes_view in, bytes_span out) noexcept;

}  // namespace counterseal::core
