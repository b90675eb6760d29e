// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>

#include <cstddef>
#include <cstring>
#include <new>

#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

/// In front of what is given out: how many bytes were mapped for it; 0: it is of the heap.
constexpr std::size_t front = alignof(std::max_align_t);
static_assert(front >= sizeof(std::size_t));

void* behind_front(void* base, std::size_t n_mapped) noexcept
{
    std::memcpy(base, &n_mapped, sizeof n_mapped);
    return static_cast<std::byte*>(base) + front;
}

void* pages_of_the_system(std::size_t n)
{
    void* const pages = ::mmap(nullptr, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        throw std::bad_alloc();
    }
    return behind_front(pages, n);
}

}  // namespace

void* memory_to_end_with(std::size_t n_bytes)
{
    const std::size_t n = n_bytes + front;
    try {
        return behind_front(::operator new(n), 0);
    } catch (const std::bad_alloc&) {
        return pages_of_the_system(n);
    }
}

void give_back_memory_to_end_with(void* what) noexcept
{
    std::byte* const base = static_cast<std::byte*>(what) - front;
    std::size_t n_mapped = 0;
    std::memcpy(&n_mapped, base, sizeof n_mapped);
    if (n_mapped == 0) {
        ::operator delete(base);
    } else {
        ::munmap(base, n_mapped);
    }
}

}  // namespace counterseal::core
