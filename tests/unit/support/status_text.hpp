// SPDX-License-Identifier: Apache-2.0
// What googletest prints for a status: its name.
#pragma once

#include <ostream>

#include "core/base/status.hpp"

namespace counterseal::core {

inline void PrintTo(status code, std::ostream* out)
{
    const char* name = name_of(static_cast<std::int32_t>(code));
    *out << (name != nullptr ? name : "no status") << " (" << static_cast<std::int32_t>(code) << ')';
}

}  // namespace counterseal::core
