// SPDX-License-Identifier: Apache-2.0
// What follows the secrets: memcheck, which sees the machine code and none of the newest instructions, or
// MemorySanitizer, which sees what the compiler sees and every instruction that this CPU has.
#pragma once

#include <cstddef>

#include "harness.hpp"

namespace ct::checker {

extern const char* const name;

/// Whether secrets keep their mark in libraries that are not compiled here.
extern const bool follows_libraries;

/// False where nothing would be reported.
[[nodiscard]] bool is_watching() noexcept;

void make_secret(void* data, std::size_t len) noexcept;
void make_public(void* data, std::size_t len) noexcept;

/// Reading these bytes, or deciding by them, is an error from here on.
void forbid(void* data, std::size_t len) noexcept;

/// How many of these bytes have a secret bit.
[[nodiscard]] std::size_t n_secret(const void* data, std::size_t len);

struct seen {
    bool is_good;  // what the body says
    unsigned long n_reports;
};

/// Runs `body`. MemorySanitizer ends the process at its first report, so it does so in a child.
[[nodiscard]] seen watch(bool (*body)(const entry&), const entry& e);

}  // namespace ct::checker
