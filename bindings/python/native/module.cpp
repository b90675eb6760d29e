// SPDX-License-Identifier: Apache-2.0
// counterseal._native: the Python types over counterseal.hpp.
#include "module.hpp"

#include <string>

#include <counterseal/counterseal.hpp>

#include "state.hpp"

namespace {

std::string version()
{
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t patch = 0;
    static_cast<void>(cseal_version(&major, &minor, &patch));
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace

// No object of this module changes after it was made but key tables and engines, which have locks of their own, and no
// state is shared between interpreters.
PYBIND11_MODULE(checked, module, pybind11::mod_gil_not_used(), pybind11::multiple_interpreters::per_interpreter_gil())
{
    try {
        counterseal::selftest();
    } catch (const counterseal::error& fault) {
        throw pybind11::import_error(std::string("counterseal cannot be used: ") + fault.what());
    }
    module.attr("__version__") = version();
    counterseal::python::store_state(module);
    counterseal::python::add_totp(module);
    counterseal::python::add_hotp(module);
    counterseal::python::add_ocra(module);
    counterseal::python::add_seed(module);
    counterseal::python::add_yubico(module);
    counterseal::python::add_key_tables(module);
    counterseal::python::add_verify_batch(module);
    counterseal::python::add_key_ring(module);
    counterseal::python::add_engine(module);
    counterseal::python::add_webauthn(module);
}

/// Before Python 3.12, the lock that pybind11 takes when it begins is that of the main interpreter: in another one the
/// import would wait for itself.
PYBIND11_PLUGIN_IMPL(_native)
{
#if PY_VERSION_HEX < 0x030C0000
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "counterseal cannot be used: a subinterpreter needs Python 3.12 or newer");
        return nullptr;
    }
#endif
    return PyInit_checked();
}
