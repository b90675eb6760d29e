// SPDX-License-Identifier: Apache-2.0
// Base64 as notes have it: the standard alphabet, padded, one spelling for each value (RFC 4648 section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/codec/codec.hpp"

namespace counterseal::core {

[[nodiscard]] inline std::string to_base64(bytes_view bytes)
{
    std::string out(base64_len(bytes.size()), '=');
    base64_encode(bytes.data(), bytes.size(), out.data());
    return out;
}

/// Nothing: another spelling, or none at all.
[[nodiscard]] inline std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text)
{
    std::vector<std::uint8_t> out(text.size() + 1);
    const decoded d = base64_decode(text, out.data(), out.size());
    if (d.code != status::ok) {
        return std::nullopt;
    }
    out.resize(d.len);
    return to_base64(out) == text ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace counterseal::core
