// SPDX-License-Identifier: Apache-2.0
#include "core/otp/window.hpp"

#include <algorithm>

#include "core/ct/wipe.hpp"
#include "core/otp/truncate.hpp"

namespace counterseal::core {
namespace {

// How many counters a kernel is asked for at once: bounds the stack, and is a multiple of every kernel's lanes.
constexpr std::size_t chunk = 12;

/// Calls visit(counter, code) for each counter of the window.
template <class Visit>
[[gnu::always_inline]] inline void for_each_code(const counter_mac& mac, std::uint64_t first, std::size_t n,
                                                 code_form form, Visit&& visit) noexcept
{
    truncation_words words[chunk];
    for (std::size_t done = 0; done < n;) {
        const std::size_t now = std::min(chunk, n - done);
        mac.counters(mac.key, first + done, now, words);
        for (std::size_t i = 0; i < now; ++i) {
            visit(first + done + i, code_value(truncate(words[i]), form));
        }
        done += now;
    }
    wipe(words, std::min(chunk, n) * sizeof words[0]);
}

}  // namespace

std::uint32_t counter_code(const counter_mac& mac, std::uint64_t counter, code_form form) noexcept
{
    std::uint32_t only = 0;
    for_each_code(mac, counter, 1, form, [&](std::uint64_t, std::uint32_t code) { only = code; });
    return only;
}

window_match match_window(const counter_mac& mac, std::uint64_t first, std::size_t n, std::uint64_t code,
                          code_form form) noexcept
{
    window_match match{};
    for_each_code(mac, first, n, form, [&](std::uint64_t counter, std::uint32_t candidate) {
        const mask hit = is_equal(candidate, code);
        match.highest = select(hit, counter, match.highest);
        match.any |= hit;
    });
    return match;
}

window_match match_pair(const counter_mac& mac, std::uint64_t first, std::size_t n, std::uint64_t code1,
                        std::uint64_t code2, code_form form) noexcept
{
    window_match match{};
    mask previous_hit;  // the counter before this one has code1
    for_each_code(mac, first, n + 1, form, [&](std::uint64_t counter, std::uint32_t candidate) {
        const mask hit = previous_hit & is_equal(candidate, code2);
        match.highest = select(hit, counter - 1, match.highest);
        match.any |= hit;
        previous_hit = is_equal(candidate, code1);
    });
    return match;
}

}  // namespace counterseal::core
