// SPDX-License-Identifier: Apache-2.0
// Columns of a batch as Python gives them. A buffer is held and read where it lies if its items are what the core
// takes; other numbers are copied. One that no column can say becomes one that the core refuses in its row, or an
// error.
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include <counterseal/counterseal.hpp>

namespace counterseal::python {

namespace py = pybind11;

struct module_state;

struct release_buffer {
    void operator()(Py_buffer* view) const noexcept
    {
        PyBuffer_Release(view);
        delete view;
    }
};
/// Keeps the object from moving or freeing its memory, as long as it is held.
using held_buffer = std::unique_ptr<Py_buffer, release_buffer>;

struct wipe_and_free {
    std::size_t n;
    void operator()(std::uint8_t* bytes) const noexcept
    {
        cseal_wipe(bytes, n);
        delete[] bytes;
    }
};
/// A copy that is wiped when it goes: it may hold keys or codes.
using own_memory = std::unique_ptr<std::uint8_t[], wipe_and_free>;

[[nodiscard]] own_memory allocate(std::size_t n);

/// Item i begins at base + i * stride.
struct column {
    const std::uint8_t* base = nullptr;  // null: not given
    std::size_t stride = 0;
    std::size_t n = 0;
    held_buffer held{};
    own_memory own{nullptr, {0}};
};

/// The buffer of an object that has one, with its format, shape and strides. Throws TypeError.
[[nodiscard]] held_buffer hold(PyObject* from, const char* name);

/// How far items lie apart in the first or second dimension. ctypes leaves this out, for items without gaps.
[[nodiscard]] inline Py_ssize_t stride_of(const Py_buffer& view, int dimension) noexcept
{
    if (view.strides != nullptr) {
        return view.strides[dimension];
    }
    return dimension + 1 == view.ndim ? view.itemsize : view.itemsize * view.shape[1];
}

/// What a buffer's items are to the struct module, without the byte order; empty where that is not the machine's.
[[nodiscard]] const char* items_of(const Py_buffer& view) noexcept;

/// Whether the items are single bytes or characters; booleans are neither.
[[nodiscard]] bool has_bytes(const Py_buffer& view) noexcept;

/// Throws TypeError: what a buffer holds is not what is wanted.
[[noreturn]] void refuse_buffer(const char* name, const char* wanted, const Py_buffer& view);

/// Throws ConfigError unless n were given, as many as there are of `others`.
void check_length(std::size_t given, const char* name, std::size_t n, const char* others);

/// A list or a tuple, or one made from another sequence. Throws TypeError.
[[nodiscard]] py::object listed(PyObject* sequence, const char* name, const char* wanted);

/// The numbers of one buffer of 32 or 64 bits, of one dimension, as codes: 2^32 - 1 for what is none.
[[nodiscard]] column read_code_numbers(held_buffer view, const char* wanted);

[[nodiscard]] column read_rows(PyObject* value);
/// In a sequence, None says "never used".
[[nodiscard]] column read_last_steps(PyObject* value);
[[nodiscard]] column read_next_counters(PyObject* value);
[[nodiscard]] column read_ids(PyObject* value);
/// One time for all rows, or one for each.
[[nodiscard]] column read_times(const module_state& state, PyObject* value, const char* name, std::size_t n);

}  // namespace counterseal::python
