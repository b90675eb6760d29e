// SPDX-License-Identifier: Apache-2.0
// What libfido2 says of the signed part of a ceremony. It takes the client data's hash as given, and knows no JSON.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"

namespace counterseal::test {

struct fido_registration {
    std::string_view rp_id;
    std::int64_t algorithm;
    std::string_view format;  // packed or fido-u2f: of others it says nothing
    core::bytes_view statement;
    core::bytes_view data;
    core::bytes_view client_data_hash;
    bool user_verification_required;
    int extensions;  // bits of FIDO_EXT_: what was asked for
    bool is_self;
};

struct fido_authentication {
    std::string_view rp_id;
    std::int64_t algorithm;
    core::bytes_view x_or_modulus;
    core::bytes_view y_or_exponent;
    core::bytes_view data;
    core::bytes_view signature;
    core::bytes_view client_data_hash;
    bool user_verification_required;
    int extensions;
};

[[nodiscard]] bool fido_accepts(const fido_registration& of);

/// Nothing: it takes no such key.
[[nodiscard]] std::optional<bool> fido_accepts(const fido_authentication& of);

}  // namespace counterseal::test
