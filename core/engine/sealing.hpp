// SPDX-License-Identifier: Apache-2.0
// Secrets that only their own row can open, rows that only a key holder can write, and short codes that cannot be tried
// out on a stolen database.
#pragma once

#include <atomic>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/crypto/prepared.hpp"
#include "core/engine/key_ring.hpp"

namespace counterseal::core {

/// One field of what is authenticated. Text and bytes of the same content are different fields, and no two lists of
/// fields have the same encoding.
using field = std::variant<std::monostate, std::int64_t, std::string_view, bytes_view>;
using fields = std::initializer_list<field>;

/// `kind` is what a record is: part of every tag, so that a row of one kind is never taken for another. Any number of
/// threads may use one object; provider must outlive it.
class sealer {
public:
    /// Derives what each key of the ring is used for, once. Throws std::bad_alloc; where the provider fails, every call
    /// is e_crypto.
    sealer(const crypto& with, const key_ring& keys);

    /// Seals under the active key, bound to `where`: store, tenant, subject, factor, type, whatever says where this
    /// secret belongs. Throws std::bad_alloc. e_crypto: no random numbers or no cipher; nothing was sealed.
    ///
    ///     0     format, 1
    ///     1     length of the key's id, then the id
    ///     ...   24 bytes of nonce, 32 of key commitment, the ciphertext, 16 of tag
    [[nodiscard]] status seal(bytes_view secret, fields where, std::vector<std::uint8_t>& out) const;

    /// e_keys: sealed under a key that is not in this ring, or under another key of the same id. e_store_corrupt:
    /// sealed for another place, or changed since.
    [[nodiscard]] status open(bytes_view sealed, fields where, secure_bytes& out) const;

    /// The key id of a sealed secret; empty: it is none.
    [[nodiscard]] static std::string_view key_of(bytes_view sealed) noexcept;

    /// The same of what authenticate() made.
    [[nodiscard]] static std::string_view key_of_tag(bytes_view tag) noexcept;

    /// The id of the key that seals.
    [[nodiscard]] std::string_view active() const noexcept { return active_; }

    [[nodiscard]] std::vector<std::string_view> ids() const;

    /// Whether a sealer may take the place of another one that is in use: it has the key that the other one seals with,
    /// and no other key by a name that both know. Else e_keys.
    [[nodiscard]] status may_follow(const sealer& before) const;

    /// How many secrets it sealed.
    [[nodiscard]] std::uint64_t n_sealed() const noexcept { return n_sealed_.load(std::memory_order_relaxed); }

    /// Authenticates the fields of a row under the active key: length of the key's id, the id, 32 bytes.
    [[nodiscard]] status authenticate(std::string_view kind, fields row, std::vector<std::uint8_t>& out) const;

    /// e_store_corrupt: not made with these fields. e_keys: made with a key that is not in this ring.
    [[nodiscard]] status check(std::string_view kind, fields row, bytes_view tag) const;

    /// The digest under which a short code is stored. `id` is a key of the ring: a code is looked up under each.
    [[nodiscard]] status digest(std::string_view id, std::string_view kind, fields code, bytes_span out) const;

private:
    struct prepared {
        std::unique_ptr<const prepared_aes> seal;
        std::unique_ptr<const prepared_hmac> commitment;
        std::unique_ptr<const prepared_hmac> row;
        std::unique_ptr<const prepared_hmac> code;
    };

    [[nodiscard]] status mac(std::string_view id, key_purpose purpose, std::string_view kind, fields of,
                             bytes_span out) const;

    const crypto& with_;
    std::map<std::string, prepared, std::less<>> keys_;
    std::string active_;
    mutable std::atomic<std::uint64_t> n_sealed_{0};
};

}  // namespace counterseal::core
