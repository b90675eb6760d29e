// SPDX-License-Identifier: Apache-2.0
// What the running entry has shown so far.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace ct::report {

void tainted(std::string_view argument);  // a secret argument was marked
void wrong(std::string_view what);        // a result is not what it should be
void leaked(std::string_view what);       // a secret came out public

struct findings {
    std::set<std::string, std::less<>> tainted;
    std::set<std::string, std::less<>> wrong;
    std::set<std::string, std::less<>> leaked;
};

/// What was reported since the last call.
[[nodiscard]] findings take();

}  // namespace ct::report
