// SPDX-License-Identifier: Apache-2.0
// Times of Python as whole Unix seconds. Whether they are within bounds is the core's business, but for what 64
// unsigned bits cannot say.
#include <cmath>
#include <limits>
#include <string>

#include "errors.hpp"
#include "read.hpp"
#include "state.hpp"

namespace counterseal::python {
namespace {

constexpr const char* kinds = "seconds (int or float) or an aware datetime";
constexpr std::int64_t seconds_of_day = 86400;

std::uint64_t from_seconds(std::int64_t seconds, const char* name)
{
    if (seconds < 0) {
        throw config_error(CSEAL_E_TIME, std::string(name) + " must not be negative");
    }
    return static_cast<std::uint64_t>(seconds);
}

std::uint64_t from_float(double seconds, const char* name)
{
    if (std::isnan(seconds)) {
        throw py::type_error(std::string(name) + " must be " + kinds + ", not NaN");
    }
    constexpr auto highest = std::numeric_limits<std::int64_t>::max();
    const double whole = std::floor(seconds);
    if (whole < 0) {
        return from_seconds(-1, name);
    }
    return from_seconds(whole < static_cast<double>(highest) ? static_cast<std::int64_t>(whole) : highest, name);
}

/// The instant: both passes through an hour that the clocks repeat are told apart by the datetime's own offset.
std::uint64_t from_datetime(const module_state& state, const py::handle& value, const char* name)
{
    if (value.attr("utcoffset")().is_none()) {
        throw py::type_error(std::string(name) +
                             " must be an aware datetime: a naive one is another instant on every machine");
    }
    const py::object since = value - state.epoch;
    return from_seconds(
        since.attr("days").cast<std::int64_t>() * seconds_of_day + since.attr("seconds").cast<std::int64_t>(), name);
}

}  // namespace

std::uint64_t read_time(const module_state& state, PyObject* value, const char* name)
{
    if (PyLong_CheckExact(value)) [[likely]] {
        return from_seconds(read_int(value, name), name);
    }
    if (PyFloat_Check(value)) {
        return from_float(PyFloat_AS_DOUBLE(value), name);
    }
    if (py::isinstance(value, state.datetime)) {
        return from_datetime(state, value, name);
    }
    if (PyBool_Check(value) || !PyIndex_Check(value)) {
        refuse_type(name, kinds, value);
    }
    return from_seconds(read_int(value, name), name);
}

std::uint64_t read_clock(const module_state& state)
{
    return read_time(state, state.time.attr("time")().ptr(), "time.time()");
}

}  // namespace counterseal::python
