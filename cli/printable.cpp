// SPDX-License-Identifier: Apache-2.0
#include "printable.hpp"

namespace counterseal::cli {
namespace {

bool is_obeyed(std::string_view character) noexcept
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    switch (character.size()) {
        case 1: return at(0) < 0x20 || at(0) == 0x7f;
        case 2: return at(0) == 0xc2 && at(1) < 0xa0;
        case 3:
            return at(0) == 0xe2 && ((at(1) == 0x80 && 0xaa <= at(2) && at(2) <= 0xae) ||
                                     (at(1) == 0x81 && 0xa6 <= at(2) && at(2) <= 0xa9));
        default: return false;
    }
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) noexcept
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = at(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || text.size() < len) {
        return 0;
    }
    const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (at(1) < low || at(1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < len; ++i) {
        if ((at(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

std::string printable(std::string_view text)
{
    std::string shown;
    for_each_character(text,
                       [&](std::string_view character) { shown += is_obeyed(character) ? replacement : character; });
    return shown;
}

}  // namespace counterseal::cli
