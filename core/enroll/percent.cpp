// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/percent.hpp"

namespace counterseal::core {
namespace {

bool is_unreserved(char c) noexcept
{
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

/// 0 to 15; -1 for what is no hex digit.
int hex_value(char c) noexcept
{
    if ('0' <= c && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return 'a' <= lower && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

void percent_encode(secure_text& to, std::string_view text)
{
    constexpr char hex[] = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c)) {
            to.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            to.push_back('%');
            to.push_back(hex[byte >> 4]);
            to.push_back(hex[byte & 15]);
        }
    }
}

std::optional<secure_text> percent_decode(std::string_view text, char plus, std::size_t& bad)
{
    secure_text decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i] == '+' ? plus : text[i]);
            continue;
        }
        const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            bad = i;
            return std::nullopt;
        }
        decoded.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return decoded;
}

}  // namespace counterseal::core
