// SPDX-License-Identifier: Apache-2.0
// The self-test over selftest.h.
#ifndef COUNTERSEAL_CPP_SELFTEST_HPP
#define COUNTERSEAL_CPP_SELFTEST_HPP

#include <string>

#include "counterseal/cpp/error.hpp"
#include "counterseal/selftest.h"

namespace counterseal {

/// Makes every known answer anew with every kernel of this CPU (cseal_selftest). Throws error with the name of the
/// answer and of the kernel where one is wrong: the library must not be used then.
inline void selftest()
{
    const char* answer = nullptr;
    const char* kernel = nullptr;
    const cseal_status status = cseal_selftest(&answer, &kernel);
    if (status == CSEAL_OK) {
        return;
    }
    std::string text = "self-test failed: ";
    text += answer != nullptr ? answer : cseal_status_meaning(status);
    if (kernel != nullptr) {
        text += " (kernel ";
        text += kernel;
        text += ")";
    }
    throw error(status, text);
}

}  // namespace counterseal

#endif
