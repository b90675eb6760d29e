// SPDX-License-Identifier: Apache-2.0
// declassify(): the only way from a secret to something that may be branched on or returned.
//
// In an ordinary build it costs nothing. In the taint build (COUNTERSEAL_TAINT) memcheck, or MemorySanitizer where the
// code is compiled for it, runs over code whose secrets are marked undefined; declassify() marks its argument defined,
// and any other use of a secret in a branch or an address is an error. Each call site says beside it why the value may
// be known.
#pragma once

#include <cstdint>

#include "core/ct/mask.hpp"

#if defined(COUNTERSEAL_TAINT) && defined(COUNTERSEAL_MSAN)
#include <sanitizer/msan_interface.h>
#elif defined(COUNTERSEAL_TAINT)
#include <valgrind/memcheck.h>
#endif

namespace counterseal::core {

/// Makes a copy of `value` that is public from here on.
template <class T>
[[nodiscard, gnu::always_inline]] inline T declassify(T value) noexcept
{
#if defined(COUNTERSEAL_TAINT) && defined(COUNTERSEAL_MSAN)
    __msan_unpoison(&value, sizeof value);
#elif defined(COUNTERSEAL_TAINT)
    VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value);
#endif
    return value;
}

/// The same for the answer to a question.
[[nodiscard, gnu::always_inline]] inline bool declassify(mask m) noexcept
{
    return declassify(m.bits()) != 0;
}

}  // namespace counterseal::core
