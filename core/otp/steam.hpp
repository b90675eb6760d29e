// SPDX-License-Identifier: Apache-2.0
// The code form of Steam's phone app: the 31 bits of RFC 4226 section 5.3 as five letters, base 26, lowest first. There
// is no RFC; the alphabet and the order are what the app shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/otp/truncate.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {

inline constexpr std::size_t steam_code_len = 5;

/// 26^5.
inline constexpr code_modulus steam_modulus = modulus_for(11'881'376);
static_assert(is_exact(steam_modulus));

/// Reads exactly five characters of the alphabet, upper case, between outer ASCII blanks. CT: the length and which
/// characters are outside the alphabet may leak; the others do not.
[[nodiscard]] typed_code read_steam(std::string_view text) noexcept;

/// Writes a code below 26^5 as steam_code_len characters. CT: nothing leaks.
void write_steam(std::uint32_t code, char* out) noexcept;

}  // namespace counterseal::core
