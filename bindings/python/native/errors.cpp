// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"

#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace counterseal::python {
namespace {

/// The exceptions are written in Python; looked up only here, so that the module keeps nothing global. `function` makes
/// one of a text and a code.
void raise(const char* function, const error& fault)
{
    const std::string text = fault.what();
    // A secret text with a lone surrogate is quoted as it is, and that is no UTF-8.
    const auto message = py::reinterpret_steal<py::object>(
        PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace"));
    if (!message) {
        throw py::error_already_set();
    }
    const py::object made = py::module_::import("counterseal._errors").attr(function)(message, fault.name());
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
}

}  // namespace

void refuse_type(const char* name, const char* wanted, PyObject* given)
{
    throw py::type_error(std::string(name) + " must be " + wanted + ", not " + Py_TYPE(given)->tp_name);
}

void rethrow_as_at(const config_error& fault)
{
    const std::string_view rule = fault.what();
    constexpr std::string_view core_name = "time ";
    if (fault.code() != CSEAL_E_TIME || !rule.starts_with(core_name)) {
        throw fault;
    }
    throw config_error(CSEAL_E_TIME, "at " + std::string(rule.substr(core_name.size())));
}

void set_python_error() noexcept
{
    try {
        try {
            throw;
        } catch (const config_error& fault) {
            raise("setting", fault);
        } catch (const error& fault) {
            raise("trouble", fault);
        }
    } catch (py::error_already_set& fault) {
        fault.restore();
    } catch (const py::builtin_exception& fault) {
        fault.set_error();
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::exception& fault) {
        PyErr_SetString(PyExc_RuntimeError, fault.what());
    } catch (...) {
        PyErr_SetString(PyExc_RuntimeError, "unknown C++ exception");
    }
}

}  // namespace counterseal::python
