// SPDX-License-Identifier: Apache-2.0
// A disk that keeps what was synced, and of the rest whatever it likes: any of the sectors that were written since, in
// any order, each whole.
#pragma once

#include <array>
#include <optional>
#include <random>
#include <vector>

#include "recording.hpp"

namespace faults {

/// The files after a power cut; nothing: there is no such file.
using image = std::array<std::optional<std::vector<std::uint8_t>>, n_parts>;

class disk {
public:
    /// The file of the database is there from the beginning.
    disk() noexcept { files_[static_cast<std::size_t>(part::database)].is_there = true; }

    void add(const note& one);

    /// From now on syncs do nothing, and say that they did.
    void lie() noexcept { lies_ = true; }

    /// How many pieces of `sector` bytes may be there or not. Removals and truncations are pieces too.
    [[nodiscard]] std::size_t n_pending(std::size_t sector) const noexcept;

    // Images, built over `out` so that its memory serves again.

    /// Those pieces whose bit is set.
    void choose(std::size_t sector, std::uint64_t bits, image& out) const;
    /// Each with a probability of `share` of 256.
    void choose_at_random(std::size_t sector, unsigned share, std::mt19937_64& dice, image& out) const;
    /// The first n pieces in the order in which they were written: the last write is torn there.
    void cut(std::size_t sector, std::size_t n, image& out) const;
    void everything(image& out) const { cut(512, n_pending(512), out); }

private:
    struct pending {
        note::kind what;
        std::uint64_t offset;
        std::vector<std::uint8_t> data;
    };
    struct kept_file {
        bool is_there = false;
        std::vector<std::uint8_t> durable;
        std::vector<pending> since;
    };

    template <class Wanted>
    void build(std::size_t sector, Wanted&& wanted, image& out) const;

    std::array<kept_file, n_parts> files_;
    bool lies_ = false;
};

}  // namespace faults
