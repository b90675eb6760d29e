// SPDX-License-Identifier: Apache-2.0
// What each file adds to the module.
#pragma once

#include <pybind11/pybind11.h>

namespace counterseal::python {

void add_totp(const pybind11::module_& module);
void add_hotp(const pybind11::module_& module);

}  // namespace counterseal::python
