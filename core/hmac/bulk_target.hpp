// SPDX-License-Identifier: Apache-2.0
// A bulk kernel in vectors of any width: rows gathered into lanes, hashed some vectors in step, and stored.
//
// Those are pieces of work: with three in step, the steps of the same rows where three are asked for, else what comes
// next.
#pragma once

#include "core/ct/wipe.hpp"
#include "core/hmac/bulk_hash.hpp"
#include "core/hmac/bulk_match.hpp"

namespace counterseal::core {
namespace {  // NOLINT(cert-dcl59-cpp): see lanes.hpp

/// As many records as V has lanes, from `row` on. Lanes behind the end repeat the last record.
template <class V>
class lane_records {
public:
    [[gnu::always_inline]] lane_records(const std::uint8_t* const* all, std::size_t row, std::size_t n) noexcept
        : records_{all + row}, n_{n - row < lanes_of<V> ? n - row : lanes_of<V>}
    {
        if (n_ < lanes_of<V>) {
            for (std::size_t i = 0; i < lanes_of<V>; ++i) {
                clamped_[i] = records_[i < n_ ? i : n_ - 1];
            }
            records_ = clamped_;
        }
    }
    lane_records(const lane_records&) = delete;
    lane_records& operator=(const lane_records&) = delete;

    [[nodiscard]] const std::uint8_t* const* get() const noexcept { return records_; }
    [[nodiscard]] std::size_t n() const noexcept { return n_; }

private:
    const std::uint8_t* const* records_;
    std::size_t n_;
    const std::uint8_t* clamped_[lanes_of<V>];
};

/// The words of one counter a lane.
template <class V>
[[gnu::always_inline]] inline void counter_words(const std::uint64_t (&counters)[lanes_of<V>], V (&w)[16]) noexcept
{
    if constexpr (sizeof(word_of<V>) == 8) {
        std::memcpy(&w[0], counters, sizeof w[0]);
    } else {
        V two[2];
        std::memcpy(two, counters, sizeof two);
        constexpr std::size_t n = lanes_of<V>;
        [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
            constexpr std::size_t high = std::endian::native == std::endian::big ? 0 : 1;
            w[0] = __builtin_shufflevector(two[0], two[1], (2 * I + high)...);
            w[1] = __builtin_shufflevector(two[0], two[1], (2 * I + 1 - high)...);
        }(std::make_index_sequence<n>{});
    }
}

template <class Hash, class V, class V32, std::size_t Groups, std::size_t MaxRows>
struct bulk_target {
    using word = typename Hash::word;
    static constexpr std::size_t lanes = lanes_of<V>;
    static constexpr std::size_t state_words = Hash::state_words;
    // Batches that are gathered, then hashed inside, then outside: the code of one phase stays in the cache, and rows
    // that come from far are on their way all at once.
    static constexpr std::size_t tile_len = 4;
    static constexpr std::size_t counter_words_len = 8 / sizeof(word);
    static_assert(MaxRows % lanes == 0 && MaxRows % lanes_of<V32> == 0 && MaxRows <= bulk_max_rows);

    /// One vector of rows at one step, or with one pad.
    struct piece_of_work {
        std::size_t row;
        std::size_t step;
    };

    /// The next Groups pieces; behind the end the last one again.
    class work {
    public:
        work(std::size_t n, std::size_t steps) noexcept : n_{n}, steps_{steps} {}
        [[nodiscard]] bool next(piece_of_work (&out)[Groups]) noexcept
        {
            if (row_ >= n_) {
                return false;
            }
            piece_of_work last{};
            for (std::size_t g = 0; g < Groups; ++g) {
                last = row_ < n_ ? piece_of_work{row_, step_} : last;
                out[g] = last;
                if (++step_ >= steps_) {
                    step_ = 0;
                    row_ += lanes;
                }
            }
            return true;
        }

    private:
        std::size_t n_;
        std::size_t steps_;
        std::size_t row_ = 0;
        std::size_t step_ = 0;
    };

    static void prepare(const std::uint8_t* const* blocks, std::size_t n, std::uint8_t* const* mids) noexcept
    {
        constexpr word pads[2] = {static_cast<word>(0x3636363636363636), static_cast<word>(0x5c5c5c5c5c5c5c5c)};
        struct {
            V key[16];
            messages<V, Groups> w;
            states<Hash, V, Groups> h;
        } scratch;
        const wiped_at_end wipe_scratch{scratch};
        V initial[state_words];
        for (std::size_t i = 0; i < state_words; ++i) {
            initial[i] = V{} + Hash::initial[i];
        }
        piece_of_work at[Groups];
        std::size_t gathered = n;
        for (work rest(n, 2); rest.next(at);) {
            const V* mid[Groups];
            for (std::size_t g = 0; g < Groups; ++g) {
                mid[g] = initial;
                if (at[g].row != gathered) {
                    gathered = at[g].row;
                    gather<16>(lane_records<V>(blocks, gathered, n).get(), scratch.key);
                }
                for (std::size_t i = 0; i < 16; ++i) {
                    scratch.w[g][i] = from_big_endian(scratch.key[i]) ^ pads[at[g].step];
                }
            }
            compress_lanes<16, V, Groups>(Hash{}, mid, scratch.w, scratch.h);
            for (std::size_t g = 0; g < Groups; ++g) {
                const std::size_t here = n - at[g].row;
                if (at[g].step == 0) {
                    scatter<0, state_words>(scratch.h[g], mids + at[g].row, here);
                } else {
                    scatter<state_words, state_words>(scratch.h[g], mids + at[g].row, here);
                }
            }
        }
    }

    /// The schedules of the counter, counter + 1, ....
    static void share_schedule(std::uint64_t counter, shared_schedule<Hash>& out) noexcept
    {
        using steps = vector_of<word, sizeof(V) < 4 * sizeof(word) ? sizeof(V) : 4 * sizeof(word)>;
        for (std::size_t at = 0; at < bulk_steps; at += lanes_of<steps>) {
            std::uint64_t counters[lanes_of<steps>];
            for (std::size_t i = 0; i < lanes_of<steps>; ++i) {
                counters[i] = counter + at + i;
            }
            steps w[16];
            counter_words(counters, w);
            pad<Hash, counter_words_len>(w);
            fill_schedule(w, at, out);
        }
    }

    /// Pieces of work that are hashed in step.
    struct batch {
        piece_of_work at[Groups];
        const V* inner[Groups];  // midstates, in `mid`
        const V* outer[Groups];
        V mid[Groups][2 * state_words];
        states<Hash, V, Groups> h;
    };

    static void gather_mids(batch& b, const std::uint8_t* const* mids, std::size_t n) noexcept
    {
        for (std::size_t g = 0; g < Groups; ++g) {
            if (g != 0 && b.at[g].row == b.at[g - 1].row) {
                b.inner[g] = b.inner[g - 1];
            } else {
                b.inner[g] = b.mid[g];
                gather<2 * state_words>(lane_records<V>(mids, b.at[g].row, n).get(), b.mid[g]);
            }
            b.outer[g] = b.inner[g] + state_words;
        }
    }

    static void truncate(const std::uint8_t* const* mids, std::size_t n, const std::uint64_t* first, std::size_t stride,
                         std::size_t steps, std::uint32_t* out) noexcept
    {
        messages<V, Groups> w;
        const wiped_at_end wipe_w{w};
        batch tile[tile_len];
        std::size_t n_used = 0;
        shared_schedule<Hash> schedule;
        if (stride == 0) {
            share_schedule(first[0], schedule);
        }
        work rest(n, steps);
        for (;;) {
            std::size_t n_batches = 0;
            while (n_batches < tile_len && rest.next(tile[n_batches].at)) {
                gather_mids(tile[n_batches++], mids, n);
            }
            if (n_batches == 0) {
                break;
            }
            n_used = n_batches > n_used ? n_batches : n_used;
            for (std::size_t i = 0; i < n_batches; ++i) {
                batch& b = tile[i];
                if (stride == 0) {
                    std::size_t step[Groups];
                    for (std::size_t g = 0; g < Groups; ++g) {
                        step[g] = b.at[g].step;
                    }
                    compress_shared<V, Groups>(schedule, step, b.inner, b.h);
                } else {
                    for (std::size_t g = 0; g < Groups; ++g) {
                        lane_counters(first, b.at[g], n, w[g]);
                    }
                    compress_lanes<counter_words_len, V, Groups>(Hash{}, b.inner, w, b.h);
                }
            }
            for (std::size_t i = 0; i < n_batches; ++i) {
                batch& b = tile[i];
                for (std::size_t g = 0; g < Groups; ++g) {
                    for (std::size_t k = 0; k < state_words; ++k) {
                        w[g][k] = b.h[g][k];
                    }
                }
                compress_lanes<state_words, V, Groups>(Hash{}, b.outer, w, b.h);
                for (std::size_t g = 0; g < Groups; ++g) {
                    store_lanes(truncated(b.h[g]), n - b.at[g].row, out + b.at[g].step * MaxRows + b.at[g].row);
                }
            }
        }
        wipe(tile, n_used * sizeof tile[0]);
    }

    static void lane_counters(const std::uint64_t* first, const piece_of_work& at, std::size_t n, V (&w)[16]) noexcept
    {
        std::uint64_t counters[lanes];
        for (std::size_t i = 0; i < lanes; ++i) {
            counters[i] = first[at.row + i < n ? at.row + i : n - 1] + at.step;
        }
        counter_words(counters, w);
    }

    static constexpr bulk_kernel kernel(const char* target, std::uint32_t needs) noexcept
    {
        return {target, needs, Hash::id, MaxRows, false, prepare, truncate, match<V32, MaxRows>};
    }
};

}  // namespace
}  // namespace counterseal::core
