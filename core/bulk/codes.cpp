// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/codes.hpp"

#include <cstring>
#include <string_view>

#include "core/ct/mask.hpp"
#include "core/ct/taint.hpp"
#include "core/otp/truncate.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {
namespace {

constexpr auto wrong = static_cast<std::int8_t>(status::wrong);
constexpr auto malformed = static_cast<std::int8_t>(status::malformed);

void read_numbers(const batch& in, std::size_t first, std::size_t n, std::uint32_t digits, std::uint32_t* codes,
                  std::int8_t* statuses) noexcept
{
    if (in.codes.stride == sizeof(std::uint32_t)) {
        std::memcpy(codes, in.codes.at(first), n * sizeof *codes);
    } else {
        for (std::size_t i = 0; i < n; ++i) {
            codes[i] = in.codes[first + i];
        }
    }
    // That a number has too many digits is its shape, which is public. Ten digits are more than 32 bits can hold.
    const std::uint64_t end = decimal_moduli[digits - min_code_digits].divisor;
    const auto largest = static_cast<std::uint32_t>(end - 1 < no_code ? end - 1 : no_code);
    for (std::size_t i = 0; i < n; ++i) {
        const bool too_large = declassify(codes[i] > largest);
        codes[i] = too_large ? no_code : codes[i];
        statuses[i] = too_large ? malformed : wrong;
    }
}

void read_texts(const batch& in, std::size_t first, std::size_t n, std::uint32_t digits, std::uint32_t* codes,
                std::int8_t* statuses) noexcept
{
    for (std::size_t i = 0; i < n; ++i) {
        const auto* const text = reinterpret_cast<const char*>(in.codes.at(first + i));
        std::size_t len = in.code_width;
        while (len != 0 && declassify(is_equal(static_cast<unsigned char>(text[len - 1]), 0))) {
            --len;  // that a character is a NUL and no digit is the shape of the code, which is public
        }
        const typed_code typed = read_code({text, len}, digits);
        const bool well_formed = declassify(typed.well_formed);  // the shape is public
        // Ten digits can say more than 31 bits, and such a code is wrong without a word about how.
        const std::uint64_t value = typed.value | is_nonzero(typed.value >> 31).bits();
        codes[i] = well_formed ? static_cast<std::uint32_t>(value) : no_code;
        statuses[i] = well_formed ? wrong : malformed;
    }
}

}  // namespace

void read_codes(const batch& in, std::size_t first, std::size_t n, std::uint32_t digits, std::uint32_t* codes,
                std::int8_t* statuses) noexcept
{
    if (in.codes_are == code_kind::text) {
        read_texts(in, first, n, digits, codes, statuses);
    } else {
        read_numbers(in, first, n, digits, codes, statuses);
    }
}

}  // namespace counterseal::core
