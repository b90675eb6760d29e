// SPDX-License-Identifier: Apache-2.0
// Which texts may name a tenant or a subject, and which may be shown for one.
//
// Two names that look the same and are not would be two subjects, and a policy, a lock or a factor of the one would
// say nothing about the other: a name that is not in its one canonical form is refused, never changed.
#pragma once

#include <cstddef>
#include <string_view>

namespace counterseal::core {

inline constexpr std::size_t max_name_len = 255;     // bytes
inline constexpr std::size_t max_reason_len = 1000;  // of a text that an administrator gives

/// The rule that `name` breaks, a static text to be read after "the name", or nullptr: it is acceptable. Not empty, at
/// most max_name_len bytes, UTF-8, normalized (NFC of UAX 15), no control character, and nothing at its ends that
/// shows nothing.
[[nodiscard]] const char* name_fault(std::string_view name) noexcept;

/// The same for text that is only shown: it may be empty.
[[nodiscard]] const char* label_fault(std::string_view label, std::size_t max_len = max_name_len) noexcept;

}  // namespace counterseal::core
