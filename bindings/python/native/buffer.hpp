// SPDX-License-Identifier: Apache-2.0
// A buffer's bytes while they are read.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <span>
#include <string>

#include "errors.hpp"

namespace counterseal::python {

class buffer {
public:
    /// Throws TypeError for what is no contiguous buffer of bytes; `else_text` is where text goes instead.
    buffer(PyObject* from, const char* name, const char* else_text)
    {
        if (PyUnicode_Check(from)) {
            refuse_type(name, else_text, from);
        }
        if (PyObject_GetBuffer(from, &view_, PyBUF_SIMPLE) != 0) {
            PyErr_Clear();
            refuse_type(name, "bytes or another contiguous buffer of them", from);
        }
        if (view_.itemsize != 1) {
            PyBuffer_Release(&view_);
            throw py::type_error(std::string(name) + " must be a buffer of bytes, not of wider items");
        }
    }
    buffer(const buffer&) = delete;
    buffer& operator=(const buffer&) = delete;
    ~buffer() { PyBuffer_Release(&view_); }

    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept
    {
        return {static_cast<const std::uint8_t*>(view_.buf), static_cast<std::size_t>(view_.len)};
    }

private:
    Py_buffer view_{};
};

}  // namespace counterseal::python
