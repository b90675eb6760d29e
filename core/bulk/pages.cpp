// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <utility>

namespace counterseal::core {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::uint64_t alive = 0x636f756e74657273;

/// Each advice makes things better and none is needed: an old kernel that does not know one says EINVAL.
bool advise(void* data, std::size_t len, int advice) noexcept
{
    return ::madvise(data, len, advice) == 0;
}

}  // namespace

pages::pages(std::size_t len)
{
    // The system aligns to its small pages: ask for more and give the edges back.
    const std::size_t align = len < huge_page ? 0 : huge_page;
    if (len == 0 || len > SIZE_MAX / 2) {
        throw std::bad_alloc();
    }
    void* const mapped =
        ::mmap(nullptr, len + align, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc();
    }
    at_.data = static_cast<std::uint8_t*>(mapped);
    at_.len = len;
    if (align != 0) {
        const std::size_t before = (align - reinterpret_cast<std::uintptr_t>(mapped) % align) % align;
        if (before != 0) {
            ::munmap(mapped, before);
        }
        if (align != before) {
            ::munmap(at_.data + before + len, align - before);
        }
        at_.data += before;
    }
#if defined(MADV_DONTDUMP)
    (void)advise(at_.data, at_.len, MADV_DONTDUMP);
#endif
#if defined(MADV_WIPEONFORK)
    // There are emulators that accept any advice, even one that does not exist, and follow none.
    const bool is_followed = !advise(at_.data, at_.len, -1);
    at_.is_wiped_on_fork = advise(at_.data, at_.len, MADV_WIPEONFORK) && is_followed;
#endif
}

pages::~pages()
{
    if (at_.data != nullptr) {
        ::munmap(at_.data, at_.len);
    }
}

pages::pages(pages&& other) noexcept : at_{std::exchange(other.at_, {})} {}

void pages::prefer_huge() const noexcept
{
#if defined(MADV_HUGEPAGE)
    (void)advise(at_.data, at_.len, MADV_HUGEPAGE);
#endif
}

fork_canary::fork_canary() : canary_{sizeof alive}, owner_{::getpid()}
{
    *reinterpret_cast<std::uint64_t*>(canary_.data()) = alive;
}

bool fork_canary::is_forked() const noexcept
{
    // To ask for the process id takes longer than a verification: only where the system does not wipe.
    return *reinterpret_cast<const std::uint64_t*>(canary_.data()) != alive ||
           (!canary_.is_wiped_on_fork() && owner_ != ::getpid());
}

}  // namespace counterseal::core
