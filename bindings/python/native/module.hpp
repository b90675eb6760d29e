// SPDX-License-Identifier: Apache-2.0
// What each file adds to the module.
#pragma once

#include <pybind11/pybind11.h>

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

void add_totp(const pybind11::module_& module);
void add_hotp(const pybind11::module_& module);
void add_ocra(const pybind11::module_& module);
void add_yubico(const pybind11::module_& module);
void add_seed(const pybind11::module_& module);
void add_key_tables(const pybind11::module_& module);
void add_verify_batch(const pybind11::module_& module);
void add_key_ring(const pybind11::module_& module);
void add_engine(const pybind11::module_& module);
void add_webauthn(const pybind11::module_& module);

// From a seed of that kind, and back.
[[nodiscard]] PyObject* totp_of(PyTypeObject* type, const seed& from);
[[nodiscard]] PyObject* hotp_of(PyTypeObject* type, const seed& from);
[[nodiscard]] seed seed_of_totp(PyObject* object);
[[nodiscard]] seed seed_of_hotp(PyObject* object);

}  // namespace counterseal::python
