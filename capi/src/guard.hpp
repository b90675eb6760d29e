// SPDX-License-Identifier: Apache-2.0
// What every exported function does at its edge: pointers checked, option structs read, exceptions turned into a
// status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

#include "capi/src/scrub.hpp"
#include "core/base/bytes.hpp"
#include "core/base/cpu.hpp"
#include "core/base/status.hpp"
#include "counterseal/status.h"

namespace counterseal::capi {

using core::status;

/// Not inlined: all that `body` puts on the stack has to lie below the exported function, where it can be scrubbed.
template <class Body>
[[nodiscard, gnu::noinline]] cseal_status caught(Body& body) noexcept
{
    try {
        return static_cast<cseal_status>(body());
    } catch (const std::bad_alloc&) {
        return CSEAL_E_NOMEM;
    } catch (...) {
        return CSEAL_E_INTERNAL;
    }
}

/// Runs `body`, which returns a core status; nothing else leaves it: one guard catches all, and the stack and the
/// registers that it used are scrubbed. Depth: how much of the stack it may have used (scrub.hpp).
template <std::size_t Depth = code_depth, class Body>
[[nodiscard]] cseal_status guarded(Body&& body) noexcept
{
    const cseal_status answer = caught(body);
    if constexpr (Depth != no_secrets) {
        scrub<Depth>(core::cpu_features());
    }
    return answer;
}

/// NULL is allowed only with length 0.
[[nodiscard]] inline bool readable(const void* data, std::size_t len) noexcept
{
    return data != nullptr || len == 0;
}

[[nodiscard]] inline std::string_view text_of(const char* text, std::size_t len) noexcept
{
    return len == 0 ? std::string_view{} : std::string_view{text, len};
}

[[nodiscard]] inline core::bytes_view bytes_of(const std::uint8_t* data, std::size_t len) noexcept
{
    return len == 0 ? core::bytes_view{} : core::bytes_view{data, len};
}

/// Zeroes a byte or text output over its whole capacity, so that a caller who ignores the status reads nothing.
inline void clear_output(void* out, std::size_t cap) noexcept
{
    if (out != nullptr) {
        std::memset(out, 0, cap);
    }
}

/// A step or counter output starts as the value given in. False where there is no output at all.
template <class Number>
[[nodiscard]] bool start_output(Number* out, Number given) noexcept
{
    if (out != nullptr) {
        *out = given;
    }
    return out != nullptr;
}

/// No version will have a larger option struct; a bigger struct_size is an uninitialised one.
inline constexpr std::uint32_t max_struct_size = 4096;

/// Copies a caller's option struct over `into`, which holds the defaults. A caller with an older, shorter struct keeps
/// the defaults of the fields it does not know; a newer, longer one is fine as long as the part we do not know is zero.
/// FirstSize is the size of the struct in the first release that had it: no caller has a shorter one.
template <std::size_t FirstSize, class Options>
[[nodiscard]] status read_options(const Options* from, Options& into) noexcept
{
    static_assert(FirstSize <= sizeof(Options));
    if (from == nullptr) {
        return status::ok;
    }
    const std::uint32_t size = from->struct_size;
    if (size < FirstSize || size > max_struct_size) {
        return status::e_argument;
    }
    const auto* tail = reinterpret_cast<const unsigned char*>(from);
    for (std::size_t i = sizeof(Options); i < size; ++i) {
        if (tail[i] != 0) {
            return status::e_unsupported;
        }
    }
    std::memcpy(&into, from, size < sizeof(Options) ? size : sizeof(Options));
    return status::ok;
}

/// Fills the part of a caller's struct that it has room for.
template <std::size_t FirstSize, class Options>
[[nodiscard]] status write_defaults(Options* out, std::uint32_t size, const Options& defaults) noexcept
{
    if (out == nullptr || size < FirstSize || size > max_struct_size) {
        return status::e_argument;
    }
    std::memset(static_cast<void*>(out), 0, size);
    std::memcpy(static_cast<void*>(out), &defaults, size < sizeof(Options) ? size : sizeof(Options));
    out->struct_size = size;
    return status::ok;
}

}  // namespace counterseal::capi
