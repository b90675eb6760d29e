// SPDX-License-Identifier: Apache-2.0
// How the values of a PSKC file are encrypted and authenticated (RFC 6030 section 6).
#pragma once

#include <optional>

#include "core/crypto/crypto.hpp"
#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"
#include "core/enroll/seed_file.hpp"
#include "core/enroll/xml.hpp"

namespace counterseal::core {

/// The keys of one container.
class pskc_protection {
public:
    /// Reads EncryptionKey and MACMethod of a KeyContainer. Nothing where a key or password is missing, or where the
    /// file asks for something that is not known; `why` tells.
    [[nodiscard]] static std::optional<pskc_protection> of(const crypto& provider, const xml_element& container,
                                                           const seed_file_keys& keys, problem& why);

    /// The bytes of an EncryptedValue. Its ValueMAC is compared before anything is decrypted; nothing where it does not
    /// fit, and `rule` then says so. A wrong key, a changed file and bad padding are one and the same answer.
    [[nodiscard]] std::optional<secure_bytes> decrypt(const xml_element& value, const xml_element* value_mac,
                                                      const char*& rule) const;

private:
    explicit pskc_protection(const crypto& provider) noexcept : provider_{&provider} {}

    [[nodiscard]] bool read_key(const xml_element* from, const seed_file_keys& keys, problem& why);
    [[nodiscard]] bool derive_key(const xml_element& from, const seed_file_keys& keys, problem& why);
    [[nodiscard]] bool read_mac(const xml_element* from, problem& why);

    const crypto* provider_;
    secure_bytes key_;      // empty: the file names none
    secure_bytes mac_key_;  // empty: the file names no MACMethod
    hash_id mac_hash_ = hash_id::sha1;
};

}  // namespace counterseal::core
