// SPDX-License-Identifier: Apache-2.0
// Verdict: the answer to a code. True only if accepted; immutable; holds no secret.
#pragma once

#include <pybind11/pybind11.h>

#include <counterseal/counterseal.hpp>

#include "state.hpp"

namespace counterseal::python {

namespace py = pybind11;

[[nodiscard]] py::object make_verdict_type(const py::module_& module);

/// "accepted", "wrong", ...: the C name in small letters, and 0 by what it means.
[[nodiscard]] py::str status_text(cseal_status status);

/// A Verdict that is only a status.
[[nodiscard]] py::object make_refusal(const module_state& state, cseal_status status);

/// What Python gets. Refusals are shared objects.
[[nodiscard]] PyObject* to_python(const module_state& state, const totp_verdict& verdict);
[[nodiscard]] PyObject* to_python(const module_state& state, const hotp_verdict& verdict);
[[nodiscard]] PyObject* to_python(const module_state& state, const yubico_verdict& verdict);
/// The verdict has what the suite has.
[[nodiscard]] PyObject* to_python(const module_state& state, const ocra_verdict& verdict, const cseal_ocra_info& suite);

/// Each int or None.
struct engine_fields {
    PyObject* step;
    PyObject* next_counter;
    PyObject* retry_after_s;
};
[[nodiscard]] PyObject* engine_verdict(const module_state& state, cseal_status status, const engine_fields& what);

}  // namespace counterseal::python
