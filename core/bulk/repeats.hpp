// SPDX-License-Identifier: Apache-2.0
// A batch equals its rows checked one after another: rows of one key that follow an accepted one in the same batch.
//
// A table that moves states by itself sees them. Elsewhere every row is first checked against the state that was given,
// and afterwards each row of a key that was accepted before is checked again, against what its predecessor left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/bulk/tile.hpp"

namespace counterseal::core {

struct repeat {
    std::uint64_t id;    // of the key
    std::size_t row;     // of the batch
    std::int64_t given;  // the state that the caller gave: the answer may lie over it by now
};

class repeats {
public:
    /// Makes room for every row, before anything is answered: later there is no way back. Throws std::bad_alloc.
    explicit repeats(const row_home& home);

    /// Whether rows of one key can be told, and have to be.
    [[nodiscard]] bool are_seen() const noexcept { return are_seen_; }

    /// Keeps a row of the batch in mind; each at most once.
    void note(std::size_t row, std::int64_t given) noexcept;

    /// The rows noted, those of one key in a run, in the order of the batch.
    [[nodiscard]] std::span<const repeat> sorted() noexcept;

private:
    static constexpr std::size_t few = 64;

    const row_home& home_;
    bool are_seen_;
    std::size_t n_ = 0;
    repeat few_[few];
    std::unique_ptr<repeat[]> many_;
};

}  // namespace counterseal::core
