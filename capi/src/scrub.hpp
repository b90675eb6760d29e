// SPDX-License-Identifier: Apache-2.0
// What a call leaves behind: compilers spill keys and digests to the stack, where no wiped_at_end finds them, and the
// last values stay in registers. Scrubbed once, at the edge, after everything below has returned.
#pragma once

#include <cstddef>
#include <cstdint>

namespace counterseal::capi {

/// How deep a call may have gone, in bytes. Without optimisation each value has a place of its own on the stack.
/// tests/wipe measures both.
inline constexpr std::size_t no_secrets = 0;
#if defined(__OPTIMIZE__)
inline constexpr std::size_t shani_depth = 1'280;     // one key, a kernel whose values fit the registers
inline constexpr std::size_t code_depth = 3'072;      // one key, any kernel
inline constexpr std::size_t parser_depth = 32'768;   // seeds, files, OpenSSL
inline constexpr std::size_t shallow_depth = 12'288;  // few rows, a kernel that takes one after another
inline constexpr std::size_t few_depth = 40'960;      // few rows, any kernel
inline constexpr std::size_t batch_depth = 73'728;    // tiles of rows
#else
inline constexpr std::size_t shani_depth = 262'144;
inline constexpr std::size_t code_depth = 262'144;
inline constexpr std::size_t parser_depth = 262'144;
inline constexpr std::size_t shallow_depth = 524'288;
inline constexpr std::size_t few_depth = 524'288;
inline constexpr std::size_t batch_depth = 524'288;
#endif

/// Zeroes that much of the stack below the caller, and the registers that a call may change. `features` (cpu.hpp) is an
/// argument because whatever is called from inside would leave a frame below what is scrubbed.
template <std::size_t Depth>
void scrub(std::uint32_t features) noexcept;

extern template void scrub<code_depth>(std::uint32_t features) noexcept;
extern template void scrub<batch_depth>(std::uint32_t features) noexcept;
#if defined(__OPTIMIZE__)
extern template void scrub<shani_depth>(std::uint32_t features) noexcept;
extern template void scrub<shallow_depth>(std::uint32_t features) noexcept;
extern template void scrub<few_depth>(std::uint32_t features) noexcept;
extern template void scrub<parser_depth>(std::uint32_t features) noexcept;
#endif

}  // namespace counterseal::capi
