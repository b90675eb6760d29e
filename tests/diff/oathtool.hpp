// SPDX-License-Identifier: Apache-2.0
// Runs oathtool, the independent authenticator. The secret goes in through stdin and stands in no argument.
#pragma once

#include <string>
#include <vector>

namespace counterseal::test {

/// The lines that oathtool prints, its codes. Throws std::runtime_error if it cannot be started or fails.
std::vector<std::string> oathtool(std::vector<std::string> options, const std::string& base32_secret);

}  // namespace counterseal::test
