// SPDX-License-Identifier: Apache-2.0
// A code as a person might type it.
#pragma once

#include <string>

#include "tests/unit/support/random.hpp"

namespace counterseal::test {

/// Outer blanks and single separators here and there: still the same code.
inline std::string typed(const std::string& code, random_source& random)
{
    if (random.below(2) == 0) {
        return code;
    }
    std::string text = random.text(random.below(3), " \t\r\n");
    for (std::size_t i = 0; i < code.size(); ++i) {
        text += i != 0 && random.below(4) == 0 ? random.text(1, " -\t") : "";
        text += code[i];
    }
    return text + random.text(random.below(3), " \t\r\n");
}

/// No longer a code of that many digits.
inline std::string mistyped(std::string code, random_source& random)
{
    switch (random.below(5)) {
        case 0: code.pop_back(); break;
        case 1: code += "0"; break;
        case 2: code[random.below(code.size())] = random.text(1, "xO.+/:\xb2")[0]; break;
        case 3: code.insert(random.between(1, code.size() - 1), random.text(2, " -")); break;
        default: code.insert(0, "-"); break;
    }
    return code;
}

}  // namespace counterseal::test
