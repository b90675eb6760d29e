// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

/// Throws TypeError for what is no KeyRing.
[[nodiscard]] const key_ring& key_ring_of(PyObject* object, const char* name);

}  // namespace counterseal::python
