// SPDX-License-Identifier: Apache-2.0
// Bytes as text that a URL, a cookie or a JSON string takes as it is: base64url (RFC 4648 section 5) without padding,
// in one spelling.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/enroll/base64.hpp"

namespace counterseal::core {

namespace public_base64url {

inline constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
inline constexpr std::uint8_t none = 64;

inline constexpr std::array<std::uint8_t, 256> values = [] {
    std::array<std::uint8_t, 256> out{};
    out.fill(none);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return out;
}();

/// With tables, so not for secrets: a table's line in the cache tells which character was looked up.
[[nodiscard]] inline std::string written(bytes_view bytes)
{
    std::string out((bytes.size() * 8 + 5) / 6, '\0');
    std::uint32_t bits = 0;
    unsigned n_bits = 0;
    std::size_t at = 0;
    for (const std::uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        for (n_bits += 8; n_bits >= 6; n_bits -= 6) {
            out[at++] = alphabet[bits >> (n_bits - 6) & 63];
        }
    }
    if (n_bits > 0) {
        out[at] = alphabet[bits << (6 - n_bits) & 63];
    }
    return out;
}

/// As written(): nothing where the text is no spelling of written().
[[nodiscard]] inline std::optional<std::vector<std::uint8_t>> read(std::string_view text)
{
    std::vector<std::uint8_t> out(text.size() * 6 / 8);
    std::uint32_t bits = 0;
    unsigned n_bits = 0;
    std::size_t at = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == none) {
            return std::nullopt;
        }
        bits = bits << 6 | value;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[at++] = static_cast<std::uint8_t>(bits >> n_bits);
        }
    }
    // A character that no byte needs, or spare bits that are set.
    const bool is_written_so = n_bits < 6 && (bits & ((std::uint32_t{1} << n_bits) - 1)) == 0;
    return is_written_so ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace public_base64url

/// `Text` is std::string for what anybody may see, which is sooner done, or secure_text.
template <class Text>
[[nodiscard]] Text to_base64url(bytes_view bytes)
{
    if constexpr (std::is_same_v<Text, std::string>) {
        return public_base64url::written(bytes);
    } else {
        Text out = to_base64<Text>(bytes);
        out.resize((bytes.size() * 8 + 5) / 6);
        std::ranges::replace(out, '+', '-');
        std::ranges::replace(out, '/', '_');
        return out;
    }
}

/// `Bytes` is secure_bytes for what is secret, or std::vector for what anybody may see. Nothing: padding, a blank, '+'
/// or '/', another character, a length that no bytes have, or spare bits that are set.
template <class Bytes = std::vector<std::uint8_t>>
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text)
{
    if constexpr (std::is_same_v<Bytes, std::vector<std::uint8_t>>) {
        return public_base64url::read(text);
    } else {
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
}

}  // namespace counterseal::core
