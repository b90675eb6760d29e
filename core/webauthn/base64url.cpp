// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/base64url.hpp"

#include <algorithm>

#include "core/enroll/base64.hpp"

namespace counterseal::core {

std::string base64url_of(bytes_view bytes)
{
    std::string out = to_base64<std::string>(bytes);
    out.resize((bytes.size() * 8 + 5) / 6);
    std::ranges::replace(out, '+', '-');
    std::ranges::replace(out, '/', '_');
    return out;
}

std::optional<std::vector<std::uint8_t>> bytes_of_base64url(std::string_view text)
{
    if (text.find_first_of("+/=") != std::string_view::npos) {
        return std::nullopt;
    }
    std::string padded(text);
    std::ranges::replace(padded, '-', '+');
    std::ranges::replace(padded, '_', '/');
    padded.resize((text.size() + 3) / 4 * 4, '=');
    return from_base64(padded);
}

}  // namespace counterseal::core
