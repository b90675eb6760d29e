// SPDX-License-Identifier: Apache-2.0
// An input as choices, for targets whose subject takes numbers and pointers instead of a text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>

namespace counterseal::fuzz {

/// Choices byte by byte. The plain ones are those of zero bytes. Behind the end come arbitrary ones that follow from
/// the first four bytes, so that a short input can ask for much.
class choices {
public:
    choices(const std::uint8_t* data, std::size_t size) : at_{data}, end_{data + size}
    {
        for (std::uint32_t i = 0, seed = 0; i < 4 && at_ != end_; ++i) {
            seed = seed << 8 | *at_++;
            more_.seed(seed);
        }
    }

    [[nodiscard]] std::uint8_t byte() { return at_ != end_ ? *at_++ : static_cast<std::uint8_t>(more_() >> 16); }

    [[nodiscard]] std::uint64_t number()
    {
        std::uint64_t all = 0;
        for (int i = 0; i < 8; ++i) {
            all = all << 8 | byte();
        }
        return all;
    }

    /// 0, ..., n - 1, n <= 256.
    [[nodiscard]] std::size_t below(std::size_t n) { return byte() % n; }

    /// Seldom, and never for a zero byte.
    [[nodiscard]] bool one_in(std::size_t n) { return below(n) == n - 1; }

    template <class T, std::size_t N>
    [[nodiscard]] T of(const std::array<T, N>& these)
    {
        return these[below(N)];
    }

private:
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    std::minstd_rand more_;
};

}  // namespace counterseal::fuzz
