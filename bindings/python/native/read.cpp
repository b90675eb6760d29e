// SPDX-License-Identifier: Apache-2.0
#include "read.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "errors.hpp"

namespace counterseal::python {
namespace {

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();
constexpr auto highest_count = std::numeric_limits<std::uint32_t>::max();

/// An exact int. Objects with __index__ (those of numpy, for one) are numbers too.
py::object int_of(PyObject* value, const char* name)
{
    if (PyBool_Check(value) || !PyIndex_Check(value)) {
        refuse_type(name, "an int", value);
    }
    auto number = py::reinterpret_steal<py::object>(PyNumber_Index(value));
    if (!number) {
        throw py::error_already_set();
    }
    return number;
}

std::int64_t saturated(PyObject* number)
{
    int overflow = 0;
    const std::int64_t n = PyLong_AsLongLongAndOverflow(number, &overflow);
    if (n == -1 && overflow == 0 && PyErr_Occurred() != nullptr) {
        throw py::error_already_set();
    }
    if (overflow != 0) {
        return overflow < 0 ? lowest : highest;
    }
    return n;
}

[[noreturn]] void refuse_range(const char* name, const char* rule)
{
    throw config_error(CSEAL_E_RANGE, std::string(name) + rule);
}

}  // namespace

std::int64_t read_int(PyObject* value, const char* name)
{
    if (PyLong_CheckExact(value)) [[likely]] {
        return saturated(value);
    }
    return saturated(int_of(value, name).ptr());
}

std::uint64_t read_not_negative(PyObject* value, const char* name)
{
    const std::int64_t n = read_int(value, name);
    if (n < 0) {
        refuse_range(name, " must not be negative");
    }
    return static_cast<std::uint64_t>(n);
}

std::uint32_t read_count(PyObject* value, const char* name)
{
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(read_not_negative(value, name), highest_count));
}

std::uint32_t read_setting(PyObject* value, const char* name)
{
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(read_int(value, name), 0, highest_count));
}

std::uint64_t read_counter(PyObject* value, const char* name)
{
    const py::object number = int_of(value, name);
    const std::int64_t n = saturated(number.ptr());
    if (n < 0) {
        refuse_range(name, " must not be negative");
    }
    const std::uint64_t counter = PyLong_AsUnsignedLongLong(number.ptr());
    if (counter == static_cast<std::uint64_t>(-1) && PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        refuse_range(name, " must be below 2^64");
    }
    return counter;
}

std::int64_t read_last_step(PyObject* value)
{
    if (value == Py_None) {
        return -1;
    }
    if (PyBool_Check(value) || !PyIndex_Check(value)) {
        refuse_type("last_step", "an int, or None for never used", value);
    }
    const std::int64_t step = read_int(value, "last_step");
    if (step == highest) {
        refuse_range("last_step", " must be below 2^63 - 1");
    }
    return step;
}

algorithm read_algorithm(PyObject* value)
{
    if (!PyUnicode_Check(value)) {
        refuse_type("algorithm", "a str: 'SHA1', 'SHA256' or 'SHA512'", value);
    }
    return algorithm_named(read_code(value));
}

encoder read_encoder(PyObject* value)
{
    if (!PyUnicode_Check(value)) {
        refuse_type("encoder", "a str: 'decimal' or 'steam'", value);
    }
    return encoder_named(read_code(value));
}

bool read_flag(PyObject* value, const char* name)
{
    if (!PyBool_Check(value)) {
        refuse_type(name, "True or False", value);
    }
    return value == Py_True;
}

std::string utf8_of(PyObject* text, const char* name)
{
    Py_ssize_t len = 0;
    const char* utf8 = PyUnicode_AsUTF8AndSize(text, &len);
    if (utf8 == nullptr) {
        PyErr_Clear();
        throw config_error(CSEAL_E_ARGUMENT, std::string(name) + " must be text without lone surrogates");
    }
    return {utf8, static_cast<std::size_t>(len)};
}

py::object read_label(PyObject* value, const char* name)
{
    if (value != Py_None && !PyUnicode_Check(value)) {
        refuse_type(name, "a str or None", value);
    }
    return py::reinterpret_borrow<py::object>(value);
}

}  // namespace counterseal::python
