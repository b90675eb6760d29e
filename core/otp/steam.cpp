// SPDX-License-Identifier: Apache-2.0
#include "core/otp/steam.hpp"

#include "core/base/ascii.hpp"
#include "core/ct/mask.hpp"
#include "core/ct/taint.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view alphabet = "23456789BCDFGHJKMNPQRTVWXY";
static_assert(alphabet.size() == 26);

struct letter {
    std::uint64_t value = 0;
    mask valid;
};

// Both directions walk the whole alphabet: an index would be a secret.

letter read_letter(char c) noexcept
{
    letter found;
    for (std::uint64_t i = 0; i < alphabet.size(); ++i) {
        const mask hit = is_equal(static_cast<unsigned char>(c), static_cast<unsigned char>(alphabet[i]));
        found.value = select(hit, i, found.value);
        found.valid |= hit;
    }
    return found;
}

char letter_of(std::uint64_t value) noexcept
{
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i < alphabet.size(); ++i) {
        found = select(is_equal(value, i), static_cast<unsigned char>(alphabet[i]), found);
    }
    return static_cast<char>(found);
}

/// The character without its secret: 'X' for every letter, others as they are. Where blanks stand is public, like the
/// length (leak model).
char shape_of(char c) noexcept
{
    const std::uint64_t shape = select(read_letter(c).valid, 'X', static_cast<unsigned char>(c));
    return static_cast<char>(declassify(shape));
}

}  // namespace

typed_code read_steam(std::string_view text) noexcept
{
    text = without_outer_blanks(text, shape_of);
    if (text.size() != steam_code_len) {
        return {};
    }
    typed_code code{0, ~mask{}};
    for (std::size_t i = steam_code_len; i-- != 0;) {
        const letter l = read_letter(text[i]);
        code.value = code.value * 26 + l.value;
        code.well_formed &= l.valid;
    }
    return code;
}

void write_steam(std::uint32_t code, char* out) noexcept
{
    std::uint64_t rest = code;
    for (std::size_t i = 0; i < steam_code_len; ++i) {
        // rest / 26: 26 * 165191050 - 2^32 = 4, and 4 * 26^5 is below 2^32, so the quotient is exact.
        const std::uint64_t quotient = (carried(rest) * 165'191'050) >> 32;
        out[i] = letter_of(rest - 26 * quotient);
        rest = quotient;
    }
}

}  // namespace counterseal::core
