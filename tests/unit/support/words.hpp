// SPDX-License-Identifier: Apache-2.0
// The truncation words of a digest, by their definition in kernel.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>

#include "core/hmac/kernel.hpp"

namespace counterseal::core {

inline bool operator==(const truncation_words& a, const truncation_words& b)
{
    for (int i = 0; i < 5; ++i) {
        if (a.word[i] != b.word[i]) {
            return false;
        }
    }
    return a.last == b.last;
}

inline void PrintTo(const truncation_words& words, std::ostream* out)
{
    *out << std::hex;
    for (const auto word : words.word) {
        *out << word << ' ';
    }
    *out << "last " << words.last << std::dec;
}

}  // namespace counterseal::core

namespace counterseal::test {

/// `digest` has at least 20 bytes.
inline core::truncation_words words_of(std::span<const std::uint8_t> digest)
{
    const auto word_at = [&](std::size_t i) {
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            word = word << 8 | digest[i + k];
        }
        return word;
    };
    return {{word_at(0), word_at(4), word_at(8), word_at(12), word_at(16)}, word_at(digest.size() - 4)};
}

}  // namespace counterseal::test
