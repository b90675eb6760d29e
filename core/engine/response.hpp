// SPDX-License-Identifier: Apache-2.0
// What somebody typed, with everything about it that takes long already done.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/recovery.hpp"

namespace counterseal::core {

struct response {
    struct hashed {
        std::string factor;
        secure_bytes hash;
    };

    secure_text text;
    bool is_recovery_shaped = false;
    std::vector<hashed> hashes;  // one for each set of recovery codes that it may be of
};

/// Outside of transactions: slow where `text` has the shape of a recovery code and there is a set. Throws store_error
/// of e_crypto.
[[nodiscard]] response prepare_response(const crypto& provider, std::span<const recovery_salt> salts,
                                        std::string_view text);

}  // namespace counterseal::core
