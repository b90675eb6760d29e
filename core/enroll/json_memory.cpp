// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstddef>
#include <functional>
#include <new>

#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t align = alignof(std::max_align_t);

/// Pages that nobody touches while there is memory. What is taken comes back soon, and all at once: whoever takes
/// values apart for want of memory is on the way out.
alignas(align) constinit std::byte kept[std::size_t{256} * 1024];
constinit std::atomic_flag is_in_use;
constinit std::size_t n_used = 0;   // bytes
constinit std::size_t n_taken = 0;  // pieces

class holding {
public:
    holding() noexcept
    {
        while (is_in_use.test_and_set(std::memory_order_acquire)) {
        }
    }
    ~holding() { is_in_use.clear(std::memory_order_release); }
    holding(const holding&) = delete;
    holding& operator=(const holding&) = delete;
};

bool is_kept(const void* what) noexcept
{
    const std::less<> before;
    return !before(what, std::begin(kept)) && before(what, std::end(kept));
}

}  // namespace

void* memory_to_end_with(std::size_t n_bytes)
{
    if (void* const made = ::operator new(n_bytes, std::nothrow); made != nullptr) {
        return made;
    }
    const holding all;
    const std::size_t rounded = (n_bytes + align - 1) / align * align;
    if (rounded > sizeof kept - n_used) {
        throw std::bad_alloc();
    }
    void* const made = kept + n_used;
    n_used += rounded;
    ++n_taken;
    return made;
}

void give_back_memory_to_end_with(void* what) noexcept
{
    if (!is_kept(what)) {
        ::operator delete(what);
        return;
    }
    const holding all;
    if (--n_taken == 0) {
        n_used = 0;
    }
}

}  // namespace counterseal::core
