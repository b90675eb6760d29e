// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648 section 4) in one spelling: padded, and read only as it was written.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/codec/codec.hpp"

namespace counterseal::core {

/// `Text` is std::string or secure_text.
template <class Text>
[[nodiscard]] Text to_base64(bytes_view bytes)
{
    Text out(base64_len(bytes.size()), '=');
    base64_encode(bytes.data(), bytes.size(), out.data());
    return out;
}

/// What is public. Nothing: another spelling, or none at all.
[[nodiscard]] inline std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text)
{
    std::vector<std::uint8_t> out(text.size() + 1);
    const decoded d = base64_decode(text, out.data(), out.size());
    if (d.code != status::ok) {
        return std::nullopt;
    }
    out.resize(d.len);
    const auto again = to_base64<std::vector<char>>(out);
    return std::ranges::equal(again, text) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace counterseal::core
