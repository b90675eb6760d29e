// SPDX-License-Identifier: Apache-2.0
#include "failing_memory.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace faults {
namespace {

// Constant-initialized: memory is asked for before main() begins.
constinit std::atomic<bool> is_counting{false};
constinit std::atomic<std::uint64_t> n_requests{0};
constinit std::atomic<std::uint64_t> first_failure{0};
constinit std::atomic<bool> goes_on{false};
constinit std::atomic<std::int64_t> held{0};
constinit std::atomic<std::int64_t> held_by_sqlite{0};
constinit std::atomic<std::int64_t> held_by_openssl{0};

bool is_refused() noexcept
{
    if (!is_counting.load()) {
        return false;
    }
    const std::uint64_t n = n_requests.fetch_add(1) + 1;
    return n == first_failure.load() || (n > first_failure.load() && goes_on.load());
}

void* get(std::size_t n, std::atomic<std::int64_t>& by = held) noexcept
{
    void* const made = is_refused() ? nullptr : std::malloc(n == 0 ? 1 : n);
    by.fetch_add(made == nullptr ? 0 : 1);
    return made;
}

void* get_aligned(std::size_t n, std::align_val_t to) noexcept
{
    const auto by = static_cast<std::size_t>(to);
    void* const made = is_refused() ? nullptr : std::aligned_alloc(by, (n + by - 1) / by * by);
    held.fetch_add(made == nullptr ? 0 : 1);
    return made;
}

void* change(void* old, std::size_t n, std::atomic<std::int64_t>& by = held) noexcept
{
    if (old == nullptr) {
        return get(n, by);
    }
    return is_refused() ? nullptr : std::realloc(old, n);
}

void give_back(void* what, std::atomic<std::int64_t>& by) noexcept
{
    by.fetch_sub(what == nullptr ? 0 : 1);
    std::free(what);
}

void give_back(void* what) noexcept
{
    give_back(what, held);
}

void* or_throw(void* made)
{
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    return made;
}

constexpr sqlite3_mem_methods of_sqlite = {
    .xMalloc = [](int n) { return get(static_cast<std::size_t>(n), held_by_sqlite); },
    .xFree = [](void* what) { give_back(what, held_by_sqlite); },
    .xRealloc = [](void* old, int n) { return change(old, static_cast<std::size_t>(n), held_by_sqlite); },
    .xSize = [](void* of) { return of == nullptr ? 0 : static_cast<int>(::malloc_usable_size(of)); },
    .xRoundup = [](int n) { return (n + 7) & ~7; },
    .xInit = [](void*) { return SQLITE_OK; },
    .xShutdown = [](void*) {},
    .pAppData = nullptr,
};

}  // namespace

bool take_over_memory()
{
    return CRYPTO_set_mem_functions(
               [](std::size_t n, const char*, int) { return get(n, held_by_openssl); },
               [](void* old, std::size_t n, const char*, int) { return change(old, n, held_by_openssl); },
               [](void* what, const char*, int) { give_back(what, held_by_openssl); }) == 1 &&
           sqlite3_config(SQLITE_CONFIG_MALLOC, &of_sqlite) == SQLITE_OK;
}

void fail_at(std::uint64_t n, bool lasts) noexcept
{
    n_requests.store(0);
    first_failure.store(n);
    goes_on.store(lasts);
    is_counting.store(true);
}

std::uint64_t stop_failing() noexcept
{
    is_counting.store(false);
    return n_requests.load();
}

holdings held_now() noexcept
{
    return {held.load(), held_by_sqlite.load(), held_by_openssl.load()};
}

}  // namespace faults

using faults::get;
using faults::get_aligned;
using faults::give_back;
using faults::or_throw;

void* operator new(std::size_t n)
{
    return or_throw(get(n));
}
void* operator new[](std::size_t n)
{
    return or_throw(get(n));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept
{
    return get(n);
}
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept
{
    return get(n);
}
void* operator new(std::size_t n, std::align_val_t to)
{
    return or_throw(get_aligned(n, to));
}
void* operator new[](std::size_t n, std::align_val_t to)
{
    return or_throw(get_aligned(n, to));
}
void operator delete(void* what) noexcept
{
    give_back(what);
}
void operator delete[](void* what) noexcept
{
    give_back(what);
}
void operator delete(void* what, std::size_t) noexcept
{
    give_back(what);
}
void operator delete[](void* what, std::size_t) noexcept
{
    give_back(what);
}
void operator delete(void* what, std::align_val_t) noexcept
{
    give_back(what);
}
void operator delete[](void* what, std::align_val_t) noexcept
{
    give_back(what);
}
void operator delete(void* what, std::size_t, std::align_val_t) noexcept
{
    give_back(what);
}
void operator delete[](void* what, std::size_t, std::align_val_t) noexcept
{
    give_back(what);
}
