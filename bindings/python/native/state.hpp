// SPDX-License-Identifier: Apache-2.0
// What a module keeps. Each interpreter has a module of its own, so nothing here is shared between them, and nothing
// changes once the module is there: threads need no lock.
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <memory>

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

namespace py = pybind11;

struct module_state {
    explicit module_state(const py::module_& module);

    py::object verdict_type;
    py::object accepted;                                   // the status text of every acceptance
    std::array<py::object, CSEAL_MALFORMED + 1> refusals;  // by status: made once, so that a miss allocates nothing
    py::object time;
    py::object datetime;
    py::object epoch;
};

/// Makes the state of a module that is being loaded and stores it there.
void store_state(const py::module_& module);

/// The state of the module that `type` was made for. An object of that type keeps it: it may outlive the module.
[[nodiscard]] std::shared_ptr<const module_state> state_of(PyTypeObject* type);

}  // namespace counterseal::python
