// SPDX-License-Identifier: Apache-2.0
#include "checker.hpp"

#include <algorithm>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#define CT_MSAN 1
#endif
#endif

#if defined(CT_MSAN)

#include <sanitizer/allocator_interface.h>
#include <sanitizer/msan_interface.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace ct::checker {
namespace {

constexpr int reported = 99;

void clean_when_allocated(const volatile void* data, std::size_t len)
{
    __msan_unpoison(data, len);
}

// Heap memory starts out public, as the stack does by a flag of the compiler: only what was tainted is secret, and
// what libstdc++ writes, which is not compiled for MemorySanitizer, needs no mark.
const bool heap_is_clean =
    __sanitizer_install_malloc_and_free_hooks(clean_when_allocated, [](const volatile void*) {}) != 0;

}  // namespace

const char* const name = "MemorySanitizer";
const bool follows_libraries = false;

bool is_watching() noexcept
{
    return heap_is_clean;
}

void make_secret(void* data, std::size_t len) noexcept
{
    __msan_poison(data, len);
}

void make_public(void* data, std::size_t len) noexcept
{
    __msan_unpoison(data, len);
}

void forbid(void* data, std::size_t len) noexcept
{
    __msan_poison(data, len);
}

std::size_t n_secret(const void* data, std::size_t len)
{
    std::size_t n = 0;
    for (std::size_t i = 0; i < len; ++i) {
        n += __msan_test_shadow(static_cast<const char*>(data) + i, 1) == 0 ? 1U : 0U;
    }
    return n;
}

seen watch(bool (*body)(const entry&), const entry& e)
{
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const bool is_good = body(e);
        std::fflush(stdout);
        _exit(is_good ? 0 : 1);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        std::printf("WRONG %s: did not run to its end\n", e.name.c_str());
        return {false, 0};
    }
    return {WEXITSTATUS(status) == 0, WEXITSTATUS(status) == reported ? 1UL : 0UL};
}

}  // namespace ct::checker

extern "C" const char* __msan_default_options()  // NOLINT(bugprone-reserved-identifier): the runtime's name for it
{
    return "exitcode=99:poison_in_malloc=0:poison_in_free=0";
}

#else

#include <valgrind/memcheck.h>

#include <vector>

namespace ct::checker {

const char* const name = "memcheck";
const bool follows_libraries = true;

bool is_watching() noexcept
{
    return RUNNING_ON_VALGRIND != 0;
}

void make_secret(void* data, std::size_t len) noexcept
{
    VALGRIND_MAKE_MEM_UNDEFINED(data, len);
}

void make_public(void* data, std::size_t len) noexcept
{
    VALGRIND_MAKE_MEM_DEFINED(data, len);
}

void forbid(void* data, std::size_t len) noexcept
{
    VALGRIND_MAKE_MEM_NOACCESS(data, len);
}

std::size_t n_secret(const void* data, std::size_t len)
{
    std::vector<unsigned char> bits(len);
    if (len == 0 || VALGRIND_GET_VBITS(data, bits.data(), len) != 1) {
        return 0;
    }
    return static_cast<std::size_t>(std::count_if(bits.begin(), bits.end(), [](unsigned char b) { return b != 0; }));
}

seen watch(bool (*body)(const entry&), const entry& e)
{
    const unsigned long before = VALGRIND_COUNT_ERRORS;
    const bool is_good = body(e);
    return {is_good, VALGRIND_COUNT_ERRORS - before};
}

}  // namespace ct::checker

#endif
