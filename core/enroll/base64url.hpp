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
    char* to = out.data();
    // `n` bytes as n + 1 characters.
    const auto write = [&](std::uint32_t bits, std::size_t n) {
        for (std::size_t i = 0; i <= n; ++i) {
            *to++ = alphabet[bits >> (18 - 6 * i) & 63];
        }
    };
    for (; bytes.size() >= 3; bytes = bytes.subspan(3)) {
        write(std::uint32_t{bytes[0]} << 16 | std::uint32_t{bytes[1]} << 8 | bytes[2], 3);
    }
    if (!bytes.empty()) {
        write(std::uint32_t{bytes[0]} << 16 | (bytes.size() == 2 ? std::uint32_t{bytes[1]} << 8 : 0), bytes.size());
    }
    return out;
}

/// As written(): nothing where the text is no spelling of written().
[[nodiscard]] inline std::optional<std::vector<std::uint8_t>> read(std::string_view text)
{
    std::vector<std::uint8_t> out(text.size() * 6 / 8);
    std::uint8_t* to = out.data();
    // `n` characters as n - 1 bytes, in front of zeros. Values of bad characters are or-ed together.
    std::uint32_t seen = 0;
    const auto take = [&](std::size_t n) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t value = values[static_cast<unsigned char>(text[i])];
            seen |= value;
            bits |= value << (18 - 6 * i);
        }
        for (std::size_t i = 0; i + 1 < n; ++i) {
            *to++ = static_cast<std::uint8_t>(bits >> (16 - 8 * i));
        }
        return bits;
    };
    for (; text.size() >= 4; text.remove_prefix(4)) {
        take(4);
    }
    // A single character is no byte, and spare bits may not be set.
    const std::uint32_t spare = text.empty() ? 0 : take(text.size()) << 8 * (text.size() - 1);
    const bool is_written_so = (seen & none) == 0 && text.size() != 1 && (spare & 0xff'ffff) == 0;
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
