// SPDX-License-Identifier: Apache-2.0
// What the log of a store is hashed and signed with. Each tenant has a log of its own (core/audit), all signed by one
// key, which the store keeps sealed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/checkpoint.hpp"
#include "core/audit/note.hpp"
#include "core/engine/sealing.hpp"

namespace counterseal::core {

/// Any number of threads may use one object; `by` has to live as long.
class event_log {
public:
    event_log(const crypto& by, std::string_view store, private_key key);

    [[nodiscard]] const crypto& provider() const noexcept { return by_; }

    /// The first line of a tenant's checkpoints, and the name of its key: counterseal/<store>/<tenant>, the last
    /// percent-encoded (RFC 3986 section 2.1), since the name of a key has no blanks.
    [[nodiscard]] std::string origin(std::string_view tenant) const;
    /// The way back. Nothing: it is none of this store.
    [[nodiscard]] std::optional<std::string> tenant_of(std::string_view origin) const;

    /// Throws crypto_failure.
    [[nodiscard]] note_verifier verifier(std::string_view tenant) const;

    /// A checkpoint of a tenant as a note. Throws crypto_failure.
    [[nodiscard]] std::string sign(std::string_view tenant, std::uint64_t size, const sha256_digest& root) const;

    [[nodiscard]] const public_key& key() const noexcept { return key_.public_half(); }

    /// The private half, sealed for this store. Throws store_error and crypto_failure.
    [[nodiscard]] std::vector<std::uint8_t> sealed_key(const sealer& with) const;

    /// The way back. Throws store_error: e_store_corrupt where it is not the other half of `spki`.
    [[nodiscard]] static private_key open_key(const crypto& by, const sealer& with, std::string_view store,
                                              bytes_view sealed, bytes_view spki);

private:
    const crypto& by_;
    std::string prefix_;
    std::string store_;
    private_key key_;
};

}  // namespace counterseal::core
