// SPDX-License-Identifier: Apache-2.0
#include "core/otp/typed_code.hpp"

#include "core/base/ascii.hpp"
#include "core/ct/taint.hpp"

namespace counterseal::core {
namespace {

struct digit {
    std::uint64_t value = 0;
    mask valid;
};

[[gnu::always_inline]] inline digit read_digit(char c) noexcept
{
    const std::uint64_t value = static_cast<std::uint64_t>(static_cast<unsigned char>(c)) - '0';
    return {value, is_less(value, 10)};
}

/// The character without its secret: '0' for every digit, others as they are. The shape of a code is public (leak
/// model), so code may branch on it.
char shape_of(char c) noexcept
{
    const std::uint64_t shape = select(read_digit(c).valid, '0', static_cast<unsigned char>(c));
    return static_cast<char>(declassify(shape));
}

typed_code read_grouped(std::string_view text, std::uint32_t digits) noexcept
{
    text = without_outer_blanks(text, shape_of);
    std::uint64_t value = 0;
    std::uint32_t n_digits = 0;
    bool after_digit = false;
    bool well_formed = true;
    for (std::size_t i = 0; i < text.size() && well_formed; ++i) {
        const char shape = shape_of(text[i]);
        if (shape == '0') {
            value = value * 10 + read_digit(text[i]).value;
            after_digit = true;
            well_formed = ++n_digits <= digits;
        } else {
            well_formed = after_digit && (is_blank(shape) || shape == '-');
            after_digit = false;
        }
    }
    well_formed = well_formed && after_digit && n_digits == digits;
    return {value, mask::from_bit(well_formed ? 1 : 0)};
}

}  // namespace

typed_code read_code(std::string_view text, std::uint32_t digits) noexcept
{
    if (text.size() != digits) {
        return read_grouped(text, digits);
    }
    // The usual case, without any branch on the text: with no character to spare, each one has to be a digit.
    typed_code code{0, ~mask{}};
    for (const char c : text) {
        const digit d = read_digit(c);
        code.value = code.value * 10 + d.value;
        code.well_formed &= d.valid;
    }
    return code;
}

}  // namespace counterseal::core
