// SPDX-License-Identifier: Apache-2.0
// Whose codes an engine verifies: people in a store, filled by the engine's own code, and the codes of their phones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace counterseal::bench {

inline constexpr const char* tenant = "bench";
inline constexpr std::int64_t second_us = 1'000'000;

/// Person `i` of a store: a name, a factor with an id of the engine's form, and a key.
[[nodiscard]] std::string subject_of(std::size_t i);
[[nodiscard]] std::string factor_of(std::size_t i);
[[nodiscard]] std::array<std::uint8_t, 20> secret_of(std::size_t i);

/// What the phone of person `i` shows.
[[nodiscard]] std::string code_of(std::size_t i, std::int64_t now_us);

/// The key of the ring that every store here is sealed with.
[[nodiscard]] std::span<const std::uint8_t> ring_key() noexcept;
inline constexpr const char* ring_id = "bench";

/// When the people of every store enrolled: nothing happens before.
inline constexpr std::int64_t enrolled_us = std::int64_t{1'800'000'000} * second_us;

/// Makes the tables of a store that is empty, and `n` people with an active TOTP factor each.
void fill(const std::string& url, std::size_t n);

/// Which people come next, and at what time: all of them in an order that jumps about, then all again three steps
/// later, when every phone shows a new code.
class queue_of_people {
public:
    explicit queue_of_people(std::size_t n) noexcept : n_{n} {}

    struct turn {
        std::size_t first;
        std::int64_t now_us;
    };
    /// `k` turns of one time; person(first), ..., person(first + k - 1) are different ones where k <= n.
    [[nodiscard]] turn take(std::size_t k) noexcept;
    [[nodiscard]] std::size_t person(std::size_t place) const noexcept { return place * 7'919 % n_; }
    [[nodiscard]] std::size_t size() const noexcept { return n_; }

private:
    std::size_t n_;
    std::size_t next_ = 0;
};

}  // namespace counterseal::bench
