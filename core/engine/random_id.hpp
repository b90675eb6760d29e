// SPDX-License-Identifier: Apache-2.0
// Names that nobody can guess and no two things share.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/crypto/crypto.hpp"
#include "core/engine/subject.hpp"
#include "core/enroll/hex.hpp"

namespace counterseal::core {

/// 128 random bits as 32 small hexadecimal digits. Throws store_error of e_crypto.
[[nodiscard]] inline std::string random_id(const crypto& provider)
{
    std::array<std::uint8_t, 16> bytes{};
    need(provider.random(bytes), "there are no random numbers");
    return to_hex(bytes);
}

/// Whether a text has the form of one: what has not was never made here.
[[nodiscard]] inline bool is_random_id(std::string_view text) noexcept
{
    return text.size() == 32 &&
           std::ranges::all_of(text, [](char c) { return ('0' <= c && c <= '9') || ('a' <= c && c <= 'f'); });
}

}  // namespace counterseal::core
