// SPDX-License-Identifier: Apache-2.0
// What a code looks like: so many decimal digits, or Steam's five letters. All of it is public.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/otp/rules.hpp"
#include "core/otp/steam.hpp"
#include "core/otp/truncate.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {

struct code_form {
    /// A number of digits is the usual form. NOLINTNEXTLINE(google-explicit-constructor)
    constexpr code_form(std::uint32_t n_digits) noexcept : digits{n_digits} {}
    constexpr explicit code_form(const totp_options& options) noexcept
        : encoder{options.encoder}, digits{options.digits}
    {
    }

    code_encoder encoder = code_encoder::decimal;
    std::uint32_t digits;  // of the decimal encoder

    [[nodiscard]] constexpr std::size_t length() const noexcept
    {
        return encoder == code_encoder::steam ? steam_code_len : digits;
    }
};

/// What of the 31 truncated bits the code shows. CT: nothing but the form leaks.
[[nodiscard, gnu::always_inline]] inline std::uint32_t code_value(std::uint32_t truncated, code_form form) noexcept
{
    return form.encoder == code_encoder::steam ? remainder(truncated, steam_modulus)
                                               : decimal_code(truncated, form.digits);
}

/// CT: as read_code() and read_steam().
[[nodiscard]] inline typed_code read_typed(std::string_view text, code_form form) noexcept
{
    return form.encoder == code_encoder::steam ? read_steam(text) : read_code(text, form.digits);
}

/// Writes form.length() characters. CT: nothing but the form leaks.
inline void write_code(std::uint32_t code, code_form form, char* out) noexcept
{
    if (form.encoder == code_encoder::steam) {
        write_steam(code, out);
    } else {
        write_decimal(code, form.digits, out);
    }
}

}  // namespace counterseal::core
