// SPDX-License-Identifier: Apache-2.0
// C++ exceptions become Python exceptions at the edge of each function. No text holds a value that was given: it may be
// a secret.
#pragma once

#include <pybind11/pybind11.h>

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

namespace py = pybind11;

/// Throws TypeError: "NAME must be WANTED, not TYPE".
[[noreturn]] void refuse_type(const char* name, const char* wanted, PyObject* given);

/// Throws the fault again: the core says `time`, and an argument of Python is called `at`.
[[noreturn]] void rethrow_as_at(const config_error& fault);

/// Sets the Python error for the exception in flight.
void set_python_error() noexcept;

/// Runs the body of a function of the C API; null, with the Python error set, where it throws.
template <class Body>
[[nodiscard]] PyObject* guarded(Body&& body) noexcept
{
    try {
        return body();
    } catch (...) {
        set_python_error();
        return nullptr;
    }
}

}  // namespace counterseal::python
