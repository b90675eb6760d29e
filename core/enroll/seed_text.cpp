// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/seed_text.hpp"

#include <limits>
#include <string>

#include "core/base/ascii.hpp"
#include "core/codec/codec.hpp"

namespace counterseal::core {
namespace {

template <class Decode>
std::optional<secure_bytes> decoded_by(Decode decode, std::string_view text)
{
    secure_bytes key(text.size());
    const decoded read = decode(text, key.data(), key.size());
    if (read.code != status::ok || read.len == 0) {
        return std::nullopt;
    }
    key.resize(read.len);
    return key;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept
{
    return without_outer_blanks(text, [](char c) { return c; });
}

std::optional<secure_bytes> key_from_base32(std::string_view text)
{
    return decoded_by(base32_decode, text);
}

std::optional<secure_bytes> key_from_base64(std::string_view text)
{
    return decoded_by(base64_decode, text);
}

std::optional<secure_bytes> key_from_hex(std::string_view text)
{
    return decoded_by(hex_decode, text);
}

std::optional<std::uint64_t> decimal_from(std::string_view text) noexcept
{
    constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t sum = 0;
    for (const char c : text) {
        const auto digit = static_cast<std::uint64_t>(c) - '0';
        if (digit > 9 || sum > (highest - digit) / 10) {
            return std::nullopt;
        }
        sum = sum * 10 + digit;
    }
    return text.empty() ? std::nullopt : std::optional(sum);
}

std::optional<hash_id> hash_from(std::string_view text)
{
    constexpr std::size_t longest = 32;  // of no name by far; the rest would go unread
    if (text.size() > longest) {
        return std::nullopt;
    }
    std::string bare;
    for (const char c : text) {
        if (c != '-' && c != '_') {
            bare.push_back('a' <= c && c <= 'z' ? static_cast<char>(c - 32) : c);
        }
    }
    const std::string_view name = std::string_view(bare).substr(bare.starts_with("HMAC") ? 4 : 0);
    if (name == "SHA1") {
        return hash_id::sha1;
    }
    if (name == "SHA256") {
        return hash_id::sha256;
    }
    return name == "SHA512" ? std::optional(hash_id::sha512) : std::nullopt;
}

}  // namespace counterseal::core
