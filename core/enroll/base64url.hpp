// SPDX-License-Identifier: Apache-2.0
// Bytes as text that a URL, a cookie or a JSON string takes as it is: base64url (RFC 4648 section 5) without padding,
// in one spelling.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/enroll/base64.hpp"

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

/// `Bytes` is secure_bytes for what is secret. Nothing: padding, a blank, '+' or '/', another character, a length that
/// no bytes have, or spare bits that are set.
template <class Bytes = std::vector<std::uint8_t>>
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text)
{
    using allocator = std::allocator_traits<typename Bytes::allocator_type>;
    using same_memory_of_text = std::vector<char, typename allocator::template rebind_alloc<char>>;
    Bytes out(text.size() + 1);
    const decoded d = base64_decode(text, out.data(), out.size());
    if (d.code != status::ok) {
        return std::nullopt;
    }
    out.resize(d.len);
    // base64_decode() is lenient, for secrets that people copy. What was made here comes back as it was made.
    return std::ranges::equal(to_base64url<same_memory_of_text>(out), text) ? std::optional(std::move(out))
                                                                            : std::nullopt;
}

}  // namespace counterseal::core
