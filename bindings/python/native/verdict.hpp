// SPDX-License-Identifier: Apache-2.0
// Verdict: the answer to a code. True only if accepted; immutable; holds no secret.
#pragma once

#include <pybind11/pybind11.h>

#include <counterseal/counterseal.hpp>

#include "state.hpp"

namespace counterseal::python {

namespace py = pybind11;

[[nodiscard]] py::object make_verdict_type(const py::module_& module);

/// A Verdict that is only a status.
[[nodiscard]] py::object make_refusal(const module_state& state, cseal_status status);

/// What Python gets. Refusals are shared objects.
[[nodiscard]] PyObject* to_python(const module_state& state, const totp_verdict& verdict);
[[nodiscard]] PyObject* to_python(const module_state& state, const hotp_verdict& verdict);

}  // namespace counterseal::python
