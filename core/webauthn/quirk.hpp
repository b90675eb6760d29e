// SPDX-License-Identifier: Apache-2.0
// Faults of real devices that a caller may choose to forgive, each by its name. None is on by itself.
#pragma once

#include <cstdint>

namespace counterseal::core {

/// Bits.
enum class quirk : std::uint32_t {
    /// Ed25519 keys of some YubiKeys as Firefox passed them on: texts where the COSE key has numbers, and a map that
    /// counts one pair less than it has.
    ed25519_text_labels = 1,
};

[[nodiscard]] constexpr bool forgives(std::uint32_t quirks, quirk what) noexcept
{
    return (quirks & static_cast<std::uint32_t>(what)) != 0;
}

inline constexpr std::uint32_t all_quirks = 1;

}  // namespace counterseal::core
