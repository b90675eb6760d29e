// SPDX-License-Identifier: Apache-2.0
// The commands that TOTP and HOTP share: new, uri, qr. All of them show the secret.
#pragma once

#include "command.hpp"

namespace counterseal::cli {

void add_enrollment(commands& to, CLI::App& parent, seed_kind kind);

}  // namespace counterseal::cli
