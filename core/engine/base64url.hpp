// SPDX-License-Identifier: Apache-2.0
// Bytes as text that a URL, a cookie or a JSON string takes as it is: base64url (RFC 4648 section 5) without padding.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/enroll/base64.hpp"
#include "core/enroll/secure.hpp"

namespace counterseal::core {

/// `Text` is std::string or secure_text.
template <class Text>
[[nodiscard]] Text to_base64url(bytes_view bytes)
{
    Text out = to_base64<Text>(bytes);
    out.resize((bytes.size() * 8 + 5) / 6);
    std::ranges::replace(out, '+', '-');
    std::ranges::replace(out, '/', '_');
    return out;
}

/// The way back from the one spelling that to_base64url() writes; nothing for any other text.
[[nodiscard]] std::optional<secure_bytes> from_base64url(std::string_view text);

}  // namespace counterseal::core
