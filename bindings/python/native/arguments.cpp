// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <string>

namespace py = pybind11;

namespace counterseal::python {
namespace {

[[noreturn]] void refuse(const char* function, const std::string& why)
{
    throw py::type_error(std::string(function) + "() " + why);
}

}  // namespace

void sort_slowly(const char* function, std::span<const char* const> names, std::size_t n_required,
                 std::size_t n_by_position, PyObject* const* given, std::size_t n_positional, PyObject* keywords,
                 std::span<PyObject*> sorted)
{
    if (n_positional > names.size()) {
        refuse(function, "takes at most " + std::to_string(names.size()) + " arguments (" +
                             std::to_string(n_positional) + " given)");
    }
    if (n_positional > n_by_position) {
        refuse(function, std::string("takes ") + names[n_by_position] + " by name");
    }
    std::copy_n(given, n_positional, sorted.begin());
    const Py_ssize_t n_keywords = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
    for (Py_ssize_t i = 0; i < n_keywords; ++i) {
        PyObject* keyword = PyTuple_GET_ITEM(keywords, i);
        const auto name = std::find_if(names.begin(), names.end(), [&](const char* n) {
            return PyUnicode_CompareWithASCIIString(keyword, n) == 0;
        });
        if (name == names.end()) {
            refuse(function, "got an unexpected keyword argument " + py::repr(keyword).cast<std::string>());
        }
        PyObject*& place = sorted[static_cast<std::size_t>(name - names.begin())];
        if (place != nullptr) {
            refuse(function, std::string("got multiple values for argument '") + *name + "'");
        }
        place = given[n_positional + static_cast<std::size_t>(i)];
    }
    for (std::size_t i = 0; i < n_required; ++i) {
        if (sorted[i] == nullptr) {
            refuse(function, std::string("missing required argument '") + names[i] + "'");
        }
    }
}

}  // namespace counterseal::python
