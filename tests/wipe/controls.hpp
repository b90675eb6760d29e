// SPDX-License-Identifier: Apache-2.0
// What leaves a copy on purpose.
#pragma once

#include "tests/wipe/desk.hpp"

namespace counterseal::wipe {

void control_stack(desk& on);
void control_heap(desk& on);
void control_register(desk& on);
void control_midstate(desk& on);

}  // namespace counterseal::wipe
