// SPDX-License-Identifier: Apache-2.0
// The arguments of a METH_FASTCALL | METH_KEYWORDS call, by position or by name.
#pragma once

#include <pybind11/pybind11.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace counterseal::python {

/// How a function is called. The names stand in the order of the positions.
template <std::size_t N>
struct signature {
    const char* function;
    std::array<const char*, N> names;
    std::size_t n_required;
    std::size_t n_positional = N;  // the others only by name
};

/// Throws what Python itself says about a missing, surplus or unknown argument.
void sort_slowly(const char* function, std::span<const char* const> names, std::size_t n_required,
                 std::size_t n_by_position, PyObject* const* given, std::size_t n_positional, PyObject* keywords,
                 std::span<PyObject*> sorted);

/// The arguments in the order of their names; one that was not given is null.
template <std::size_t N>
[[nodiscard]] inline std::array<PyObject*, N> sort(const signature<N>& s, PyObject* const* given, Py_ssize_t n_given,
                                                   PyObject* keywords)
{
    std::array<PyObject*, N> sorted{};
    const auto n_positional = static_cast<std::size_t>(n_given);
    if (keywords == nullptr && s.n_required <= n_positional && n_positional <= s.n_positional) [[likely]] {
        std::copy_n(given, n_positional, sorted.begin());
    } else {
        sort_slowly(s.function, s.names, s.n_required, s.n_positional, given, n_positional, keywords, sorted);
    }
    return sorted;
}

}  // namespace counterseal::python
