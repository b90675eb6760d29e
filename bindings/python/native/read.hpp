// SPDX-License-Identifier: Apache-2.0
// Python values as what the core takes. A value of another kind is a TypeError, one out of bounds a ConfigError, each
// with the argument's name; a code that is none is no error at all.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

namespace py = pybind11;

struct module_state;

/// False for an argument that was left out or is None.
[[nodiscard]] inline bool is_given(PyObject* argument) noexcept
{
    return argument != nullptr && argument != Py_None;
}

/// What a person typed: str or ASCII bytes. Anything else is the empty text, which the core calls malformed after it
/// has checked the other arguments.
[[nodiscard]] inline std::string_view read_code(PyObject* value) noexcept
{
    if (PyUnicode_Check(value)) {
        if (!PyUnicode_IS_ASCII(value)) {
            return {};
        }
        return {static_cast<const char*>(PyUnicode_DATA(value)), static_cast<std::size_t>(PyUnicode_GET_LENGTH(value))};
    }
    if (PyBytes_Check(value)) {
        return {PyBytes_AS_STRING(value), static_cast<std::size_t>(PyBytes_GET_SIZE(value))};
    }
    return {};
}

/// An int, or an object that is one to Python (__index__), but never a bool: True is a slip, not a number of steps.
/// Numbers beyond 64 bits become the nearest one within: every setting's own bounds are much narrower.
[[nodiscard]] std::int64_t read_int(PyObject* value, const char* name);

/// As read_int(), and not negative.
[[nodiscard]] std::uint64_t read_not_negative(PyObject* value, const char* name);

/// A number of steps or counters; one above 32 bits becomes the highest there is, which the core refuses by its rule.
[[nodiscard]] std::uint32_t read_count(PyObject* value, const char* name);

/// As read_count(), but a negative number becomes 0: for what the core refuses at 0 as well, with a better text.
[[nodiscard]] std::uint32_t read_setting(PyObject* value, const char* name);

/// A 64-bit counter.
[[nodiscard]] std::uint64_t read_counter(PyObject* value, const char* name);

/// The highest step used so far, or None for "never used".
[[nodiscard]] std::int64_t read_last_step(PyObject* value);

/// A time in whole seconds: int or float seconds, or an aware datetime.
[[nodiscard]] std::uint64_t read_time(const module_state& state, PyObject* value, const char* name);

/// The present, as time.time() tells it: a test that freezes that clock freezes this one.
[[nodiscard]] std::uint64_t read_clock(const module_state& state);

/// "SHA1", "SHA256" or "SHA512".
[[nodiscard]] algorithm read_algorithm(PyObject* value);

/// "decimal" or "steam".
[[nodiscard]] encoder read_encoder(PyObject* value);

/// True or False and nothing that merely counts as one of them.
[[nodiscard]] bool read_flag(PyObject* value, const char* name);

/// The UTF-8 text of a str; a lone surrogate has none.
[[nodiscard]] std::string utf8_of(PyObject* text, const char* name);

/// str or None.
[[nodiscard]] py::object read_label(PyObject* value, const char* name);

}  // namespace counterseal::python
