// SPDX-License-Identifier: Apache-2.0
// The CPU's own counter, read so that nothing of what is timed slips out of the two readings.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#elif !defined(__aarch64__)
#include <chrono>
#endif

namespace timing {

/// What was written before is done, and nothing of what follows has begun.
[[gnu::always_inline]] inline std::uint64_t ticks_before() noexcept
{
#if defined(__x86_64__)
    _mm_lfence();
    const std::uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
#elif defined(__aarch64__)
    std::uint64_t now = 0;
    asm volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(now)::"memory");
    return now;
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// What was timed is done, and nothing of what follows has begun.
[[gnu::always_inline]] inline std::uint64_t ticks_after() noexcept
{
#if defined(__x86_64__)
    unsigned cpu = 0;
    const std::uint64_t now = __rdtscp(&cpu);
    _mm_lfence();
    return now;
#else
    return ticks_before();
#endif
}

}  // namespace timing
