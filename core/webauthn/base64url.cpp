// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/base64url.hpp"

#include <array>

namespace counterseal::core {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_digit = 64;

constexpr std::array<std::uint8_t, 256> digits = [] {
    std::array<std::uint8_t, 256> out{};
    out.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return out;
}();

}  // namespace

std::string base64url_of(bytes_view bytes)
{
    std::string out;
    out.reserve((bytes.size() * 8 + 5) / 6);
    std::uint32_t bits = 0;
    unsigned n_bits = 0;
    for (const std::uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        n_bits += 8;
        while (n_bits >= 6) {
            n_bits -= 6;
            out += alphabet[bits >> n_bits & 63];
        }
    }
    if (n_bits > 0) {
        out += alphabet[bits << (6 - n_bits) & 63];
    }
    return out;
}

std::optional<std::vector<std::uint8_t>> bytes_of_base64url(std::string_view text)
{
    if (text.size() % 4 == 1) {
        return std::nullopt;
    }
    std::vector<std::uint8_t> out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned n_bits = 0;
    for (const char c : text) {
        const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
        if (digit == no_digit) {
            return std::nullopt;
        }
        bits = bits << 6 | digit;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out.push_back(static_cast<std::uint8_t>(bits >> n_bits));
        }
    }
    const std::uint32_t spare = bits & ((std::uint32_t{1} << n_bits) - 1);
    return spare == 0 ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace counterseal::core
