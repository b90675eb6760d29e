// SPDX-License-Identifier: Apache-2.0
#include "core/engine/response.hpp"

namespace counterseal::core {

response prepare_response(const crypto& provider, std::span<const recovery_salt> salts, std::string_view text)
{
    response made;
    append(made.text, text);
    made.is_recovery_shaped = is_recovery_shaped(text);
    if (made.is_recovery_shaped) {
        for (const recovery_salt& one : salts) {
            made.hashes.push_back({one.factor, hash_recovery_code(provider, one, text)});
        }
    }
    return made;
}

}  // namespace counterseal::core
