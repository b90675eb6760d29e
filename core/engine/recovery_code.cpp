// SPDX-License-Identifier: Apache-2.0
#include "core/engine/recovery_code.hpp"

#include "core/base/ascii.hpp"
#include "core/ct/taint.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static_assert(alphabet.size() == 32);

struct character {
    std::uint64_t shown = 0;
    mask valid;
};

// Both directions walk the whole alphabet: an index would be a secret.

character read_character(char typed) noexcept
{
    std::uint64_t c = static_cast<unsigned char>(typed);
    c = select(is_between(c, 'a', 'z'), c - ('a' - 'A'), c);
    c = select(is_equal(c, 'O'), '0', c);
    c = select(is_equal(c, 'I') | is_equal(c, 'L'), '1', c);
    character found;
    for (const char one : alphabet) {
        const mask hit = is_equal(c, static_cast<unsigned char>(one));
        found.shown = select(hit, static_cast<unsigned char>(one), found.shown);
        found.valid |= hit;
    }
    return found;
}

char character_of(std::uint64_t number) noexcept
{
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i < alphabet.size(); ++i) {
        found = select(is_equal(number, i), static_cast<unsigned char>(alphabet[i]), found);
    }
    return static_cast<char>(found);
}

}  // namespace

typed_recovery_code read_recovery_code(std::string_view text) noexcept
{
    typed_recovery_code code;
    std::size_t n = 0;
    for (const char typed : text) {
        const character c = read_character(typed);
        // The character without its secret.
        const char shape = static_cast<char>(declassify(select(c.valid, 'X', static_cast<unsigned char>(typed))));
        if (is_blank(shape) || shape == '-') {
            continue;
        }
        if (shape != 'X' || n == recovery_code_len) {
            return code;
        }
        code.characters[n] = static_cast<char>(c.shown);
        ++n;
    }
    code.well_formed = mask::from_bit(n == recovery_code_len ? 1 : 0);
    return code;
}

secure_text write_recovery_code(std::span<const std::uint8_t, recovery_code_len> numbers)
{
    secure_text text;
    text.reserve(recovery_text_len);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (i != 0 && i % 4 == 0) {
            text.push_back('-');
        }
        text.push_back(character_of(numbers[i] & 31U));
    }
    return text;
}

}  // namespace counterseal::core
