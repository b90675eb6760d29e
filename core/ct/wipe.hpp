// SPDX-License-Identifier: Apache-2.0
// Wiping that the optimiser cannot remove.
#pragma once

#include <cstddef>
#include <cstring>

namespace counterseal::core {

// Always inlined, also because kernels are compiled for other instructions than their callers: a copy that the linker
// shares between the two could hold instructions that this CPU lacks.

/// Overwrites `len` bytes at `data` with zeros, also when nothing reads them afterwards.
[[gnu::always_inline]] inline void wipe(void* data, std::size_t len) noexcept
{
    if (len == 0) {
        return;
    }
    std::memset(data, 0, len);
    // The asm claims to read the memory, so that the store before it is not dead.
    __asm__ __volatile__("" : : "r"(data) : "memory");
}

/// Wipes the object it is bound to when the scope ends, on every path.
template <class T>
class wiped_at_end {
public:
    [[gnu::always_inline]] explicit wiped_at_end(T& object) noexcept : object_{object} {}
    [[gnu::always_inline]] ~wiped_at_end() { wipe(&object_, sizeof(T)); }
    wiped_at_end(const wiped_at_end&) = delete;
    wiped_at_end& operator=(const wiped_at_end&) = delete;

private:
    T& object_;
};

}  // namespace counterseal::core
