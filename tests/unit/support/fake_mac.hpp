// SPDX-License-Identifier: Apache-2.0
// A counter_mac whose codes a test chooses and which remembers what it was asked: collisions at will, and proof that a
// window is computed whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/hmac/hmac.hpp"
#include "tests/unit/support/status_text.hpp"
#include "tests/unit/support/words.hpp"

namespace counterseal::test {

class fake_mac {
public:
    /// The 31-bit number that truncation has to find in the HMAC of a counter.
    using value_of = std::function<std::uint32_t(std::uint64_t counter)>;

    explicit fake_mac(value_of value) : value_(std::move(value)) {}

    [[nodiscard]] core::counter_mac mac() const { return {counters, this}; }

    /// Every counter that was asked for, in order.
    [[nodiscard]] const std::vector<std::uint64_t>& asked() const { return asked_; }
    void forget() { asked_.clear(); }

    [[nodiscard]] std::uint32_t value(std::uint64_t counter) const { return value_(counter) & 0x7fffffff; }

private:
    static void counters(const void* of, std::uint64_t first, std::size_t n, core::truncation_words* out) noexcept
    {
        const auto& self = *static_cast<const fake_mac*>(of);
        for (std::size_t i = 0; i < n; ++i) {
            self.asked_.push_back(first + i);
            out[i] = self.hmac_of(first + i);
        }
    }

    /// An HMAC of 20 bytes with the value at one of the 16 places; all other bits are noise.
    [[nodiscard]] core::truncation_words hmac_of(std::uint64_t counter) const
    {
        std::uint8_t digest[20];
        for (std::size_t i = 0; i < sizeof digest; ++i) {
            digest[i] = static_cast<std::uint8_t>(counter * 37 + i * 101 + 11);
        }
        const std::size_t offset = counter * 7 % 16;
        digest[19] = static_cast<std::uint8_t>((digest[19] & 0xf0) | offset);
        const std::uint32_t noisy = value(counter) | (counter % 2 == 0 ? 0x80000000 : 0);
        for (std::size_t i = 0; i < 4; ++i) {
            digest[offset + i] = static_cast<std::uint8_t>(noisy >> (24 - 8 * i));
        }
        return words_of(digest);
    }

    value_of value_;
    mutable std::vector<std::uint64_t> asked_;
};

/// first, first + 1, ..., n numbers: what asked() must be for a window computed whole and once.
inline std::vector<std::uint64_t> counting_from(std::uint64_t first, std::size_t n)
{
    std::vector<std::uint64_t> numbers(n);
    for (std::size_t i = 0; i < n; ++i) {
        numbers[i] = first + i;
    }
    return numbers;
}

/// `value` modulo 10^digits as text with zeros in front.
inline std::string code_text(std::uint64_t value, std::uint32_t digits)
{
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- != 0; value /= 10) {
        text[i] = static_cast<char>('0' + value % 10);
    }
    return text;
}

}  // namespace counterseal::test
