// SPDX-License-Identifier: Apache-2.0
// The commands about the log.
#pragma once

#include "command.hpp"

namespace counterseal::cli {

void add_audit_verify(commands& to, CLI::App& audit);

}  // namespace counterseal::cli
