// SPDX-License-Identifier: Apache-2.0
// Statuses of C calls that failed, as exceptions.
#pragma once

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

/// Throws what a negative status means, with the text of the problem where it has one; returns for any other status.
inline void check(cseal_status status, const problem& why = {})
{
    if (status >= 0) {
        return;
    }
    const char* const text = why.text[0] == '\0' ? cseal_status_meaning(status) : why.text;
    switch (status) {
        case CSEAL_E_ARGUMENT:
        case CSEAL_E_RANGE:
        case CSEAL_E_UNSUPPORTED: throw config_error(status, text);
        default: throw error(status, text);
    }
}

}  // namespace counterseal::python
