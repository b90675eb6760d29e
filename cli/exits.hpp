// SPDX-License-Identifier: Apache-2.0
// How a command ends.
#pragma once

#include <stdexcept>

namespace counterseal::cli {

enum class exit_status {
    done = 0,     // accepted, or done
    refused = 1,  // an answer that is not acceptance, or input that is not what it should be
    usage = 2,    // the command or a setting is wrong
    trouble = 3   // a file, memory or the provider failed
};

/// The command or a setting is wrong; the text tells the argument and the rule, and never a secret.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Something outside failed.
struct trouble : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace counterseal::cli
