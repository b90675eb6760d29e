// SPDX-License-Identifier: Apache-2.0
// Bulk kernels on ARMv8's SHA instructions: any three messages in step, of one row or of three.
#pragma once

#include "core/ct/wipe.hpp"
#include "core/hmac/armv8.hpp"
#include "core/hmac/bulk_lanes.hpp"
#include "core/hmac/bulk_match.hpp"

namespace counterseal::core {
namespace {  // NOLINT(cert-dcl59-cpp): see lanes.hpp

template <class Unit, std::size_t MaxRows>
struct bulk_armv8 {
    static constexpr std::size_t state_len = sizeof Unit::hash::initial;
    static_assert(MaxRows % lanes_of<word32_x4> == 0 && MaxRows <= bulk_max_rows);

    static void prepare(const std::uint8_t* const* blocks, std::size_t n, std::uint8_t* const* mids) noexcept
    {
        for (std::size_t row = 0; row < n; ++row) {
            armv8_target<Unit>::both_pads(mids[row], mids[row] + state_len, blocks[row]);
        }
    }

    /// Up to as many messages as a group holds, and where their results go.
    struct group {
        static constexpr std::size_t size = 3;
        const std::uint8_t* inner[size];
        const std::uint8_t* outer[size];
        std::uint64_t counter[size];
        std::uint32_t* out[size];
        std::size_t n = 0;
        truncation_words words[lanes_of<word32_x4>] = {};  // the last one stays zero

        void add(const std::uint8_t* mid, std::uint64_t of, std::uint32_t* to) noexcept
        {
            inner[n] = mid;
            outer[n] = mid + state_len;
            counter[n] = of;
            out[n] = to;
            ++n;
        }

        void hash() noexcept
        {
            for (std::size_t i = n; i < size; ++i) {  // lanes behind the end repeat the first
                inner[i] = inner[0];
                outer[i] = outer[0];
                counter[i] = counter[0];
            }
            in_step<Unit, size>(inner, outer, counter, words);
            constexpr std::size_t n_words = sizeof(truncation_words) / sizeof(std::uint32_t);
            const std::uint8_t* records[lanes_of<word32_x4>];
            for (std::size_t i = 0; i < lanes_of<word32_x4>; ++i) {
                records[i] = reinterpret_cast<const std::uint8_t*>(&words[i]);
            }
            word32_x4 digest[n_words];
            gather<n_words>(records, digest);
            const word32_x4 values = truncated(digest);
            for (std::size_t i = 0; i < n; ++i) {
                *out[i] = values[i];
            }
            n = 0;
        }
    };

    static void truncate(const std::uint8_t* const* mids, std::size_t n, const std::uint64_t* first, std::size_t stride,
                         std::size_t steps, std::uint32_t* out) noexcept
    {
        group next;
        const wiped_at_end wipe_next{next};
        for (std::size_t row = 0; row < n; ++row) {
            for (std::size_t step = 0; step < steps; ++step) {
                next.add(mids[row], first[row * stride] + step, out + step * MaxRows + row);
                if (next.n == group::size) {
                    next.hash();
                }
            }
        }
        if (next.n != 0) {
            next.hash();
        }
    }

    static constexpr bulk_kernel kernel(std::uint32_t needs) noexcept
    {
        return {"armv8", needs, Unit::hash::id, MaxRows, false, prepare, truncate, match<word32_x4, MaxRows>};
    }
};

/// A tile of portable's size.
template <class Unit>
using usual_bulk_armv8 = bulk_armv8<Unit, 256>;

}  // namespace
}  // namespace counterseal::core
