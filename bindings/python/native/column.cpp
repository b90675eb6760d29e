// SPDX-License-Identifier: Apache-2.0
#include "column.hpp"

#include <pybind11/critical_section.h>

#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "errors.hpp"
#include "read.hpp"
#include "state.hpp"

namespace counterseal::python {
namespace {

constexpr const char* numbers = "a buffer of integers of 32 or 64 bits, or a sequence of int";

/// A whole number: two's complement where it is negative.
struct whole {
    std::uint64_t bits;
    bool is_negative;
    bool fits = true;  // into 64 bits
};

template <class Item>
whole whole_of(Item item) noexcept
{
    if constexpr (std::is_signed_v<Item>) {
        return {static_cast<std::uint64_t>(std::int64_t{item}), item < 0};
    } else {
        return {item, false};
    }
}

enum class layout { i32, u32, i64, u64 };

std::optional<layout> layout_of(const Py_buffer& view) noexcept
{
    const char* items = items_of(view);
    if (view.ndim != 1 || items[0] == '\0' || items[1] != '\0' || (view.itemsize != 4 && view.itemsize != 8)) {
        return std::nullopt;
    }
    const bool is_wide = view.itemsize == 8;
    if (std::strchr("ilqn", items[0]) != nullptr) {
        return is_wide ? layout::i64 : layout::i32;
    }
    if (std::strchr("ILQN", items[0]) != nullptr) {
        return is_wide ? layout::u64 : layout::u32;
    }
    return std::nullopt;
}

// What a column is made of: its items, which buffers need no copy, and what becomes of other numbers.

/// A row or a code. The largest number is neither.
struct narrow_number {
    using item = std::uint32_t;
    static constexpr bool takes_none = false;
    static constexpr bool lies_as(layout l) noexcept { return l == layout::u32; }
    static item of(const whole& w)
    {
        constexpr item none = std::numeric_limits<item>::max();
        return !w.is_negative && w.fits && w.bits < none ? static_cast<item>(w.bits) : none;
    }
};

/// The largest number is out of bounds for counters and for times.
struct counter_number {
    using item = std::uint64_t;
    static constexpr bool takes_none = false;
    static constexpr bool lies_as(layout l) noexcept { return l == layout::u64; }
    static item of(const whole& w) { return !w.is_negative && w.fits ? w.bits : std::numeric_limits<item>::max(); }
};

struct time_number : counter_number {
    /// A negative time is far beyond all bounds when its bits are read without a sign.
    static constexpr bool lies_as(layout l) noexcept { return l == layout::u64 || l == layout::i64; }
};

struct step_number {
    using item = std::int64_t;
    static constexpr bool takes_none = true;
    static constexpr bool lies_as(layout l) noexcept { return l == layout::i64; }
    static item of(const whole& w)
    {
        constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<item>::max());
        return w.fits && (w.is_negative || w.bits <= largest) ? static_cast<item>(w.bits)
                                                              : std::numeric_limits<item>::min();
    }
};

struct id_number {
    using item = std::uint64_t;
    static constexpr bool takes_none = false;
    static constexpr bool lies_as(layout l) noexcept { return l == layout::u64 || l == layout::i64; }
    static item of(const whole& w)
    {
        if (!w.fits) {
            throw config_error(CSEAL_E_RANGE, "ids must fit into 64 bits");
        }
        return w.bits;
    }
};

template <class Number>
column make_column(std::size_t n)
{
    column made;
    made.own = allocate(n * sizeof(typename Number::item));
    made.base = made.own.get();
    made.stride = sizeof(typename Number::item);
    made.n = n;
    return made;
}

template <class Number>
void put(const column& into, std::size_t i, const whole& value)
{
    const typename Number::item item = Number::of(value);
    std::memcpy(into.own.get() + i * sizeof item, &item, sizeof item);
}

template <class Number, class Item>
column copied(const Py_buffer& view)
{
    column made = make_column<Number>(static_cast<std::size_t>(view.shape[0]));
    const auto* from = static_cast<const std::uint8_t*>(view.buf);
    for (std::size_t i = 0; i < made.n; ++i, from += stride_of(view, 0)) {
        Item item;
        std::memcpy(&item, from, sizeof item);
        put<Number>(made, i, whole_of(item));
    }
    return made;
}

template <class Number>
column from_buffer(held_buffer view, const char* name, const char* wanted)
{
    const auto found = layout_of(*view);
    if (!found) {
        refuse_buffer(name, wanted, *view);
    }
    if (Number::lies_as(*found) && stride_of(*view, 0) >= 0) {
        column lying;
        lying.base = static_cast<const std::uint8_t*>(view->buf);
        lying.stride = static_cast<std::size_t>(stride_of(*view, 0));
        lying.n = static_cast<std::size_t>(view->shape[0]);
        lying.held = std::move(view);
        return lying;
    }
    switch (*found) {
        case layout::i32: return copied<Number, std::int32_t>(*view);
        case layout::u32: return copied<Number, std::uint32_t>(*view);
        case layout::i64: return copied<Number, std::int64_t>(*view);
        case layout::u64: break;
    }
    return copied<Number, std::uint64_t>(*view);
}

/// Of item `i` of a sequence.
whole whole_of_int(PyObject* value, const char* name, std::size_t i)
{
    auto number = py::reinterpret_borrow<py::object>(value);
    if (!PyLong_CheckExact(value)) {
        if (PyBool_Check(value) || !PyIndex_Check(value)) {
            refuse_type((name + ("[" + std::to_string(i) + "]")).c_str(), "an int", value);
        }
        number = py::reinterpret_steal<py::object>(PyNumber_Index(value));
        if (!number) {
            throw py::error_already_set();
        }
    }
    int overflow = 0;
    const std::int64_t n = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
    if (overflow == 0) [[likely]] {
        return whole_of(n);
    }
    const std::uint64_t large = overflow > 0 ? PyLong_AsUnsignedLongLong(number.ptr()) : 0;
    const bool fits = overflow > 0 && PyErr_Occurred() == nullptr;
    PyErr_Clear();
    return {large, overflow < 0, fits};
}

template <class Number>
column from_sequence(PyObject* value, const char* name)
{
    const py::object items = listed(value, name, numbers);
    const py::scoped_critical_section alone(items);
    column made = make_column<Number>(static_cast<std::size_t>(PySequence_Fast_GET_SIZE(items.ptr())));
    for (std::size_t i = 0; i < made.n; ++i) {
        // __index__ of an item may have changed the list.
        const auto at = static_cast<Py_ssize_t>(i);
        if (at >= PySequence_Fast_GET_SIZE(items.ptr())) {
            throw py::value_error(std::string(name) + " must not change while it is read");
        }
        const auto item = py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(items.ptr(), at));
        const bool is_unused = Number::takes_none && item.is_none();
        put<Number>(made, i, is_unused ? whole_of(-1) : whole_of_int(item.ptr(), name, i));
    }
    return made;
}

template <class Number>
column read_numbers(PyObject* value, const char* name)
{
    return PyObject_CheckBuffer(value) != 0 ? from_buffer<Number>(hold(value, name), name, numbers)
                                            : from_sequence<Number>(value, name);
}

/// Whether there is a value for each row. What numpy calls a scalar has a buffer of no dimension.
bool is_column(PyObject* value, const char* name)
{
    if (PyObject_CheckBuffer(value) != 0) {
        return hold(value, name)->ndim != 0;
    }
    return PySequence_Check(value) != 0 && !PyUnicode_Check(value);
}

}  // namespace

own_memory allocate(std::size_t n)
{
    return {new std::uint8_t[n], {n}};
}

held_buffer hold(PyObject* from, const char* name)
{
    auto view = std::make_unique<Py_buffer>();
    if (PyObject_GetBuffer(from, view.get(), PyBUF_FORMAT | PyBUF_STRIDES) != 0) {
        PyErr_Clear();
        refuse_type(name, "a buffer that can be read where it lies", from);
    }
    return held_buffer(view.release());
}

const char* items_of(const Py_buffer& view) noexcept
{
    constexpr const char* foreign = std::endian::native == std::endian::little ? ">!" : "<";
    const char* items = view.format == nullptr ? "B" : view.format;
    if (std::strchr(foreign, items[0]) != nullptr) {
        return "";
    }
    return std::strchr("@=<>!", items[0]) != nullptr ? items + 1 : items;
}

bool has_bytes(const Py_buffer& view) noexcept
{
    const std::string_view items = items_of(view);
    return view.itemsize == 1 && (items == "B" || items == "b" || items == "c");
}

void refuse_buffer(const char* name, const char* wanted, const Py_buffer& view)
{
    throw py::type_error(std::string(name) + " must be " + wanted + ", not a buffer of " + std::to_string(view.ndim) +
                         " dimensions with items '" + (view.format == nullptr ? "B" : view.format) + "'");
}

void check_length(std::size_t given, const char* name, std::size_t n, const char* others)
{
    if (given != n) {
        throw config_error(CSEAL_E_ARGUMENT, std::string(name) + " must be as many as " + others + ": " +
                                                 std::to_string(n) + ", not " + std::to_string(given));
    }
}

py::object listed(PyObject* sequence, const char* name, const char* wanted)
{
    if (PySequence_Check(sequence) == 0 || PyUnicode_Check(sequence)) {
        refuse_type(name, wanted, sequence);
    }
    auto items = py::reinterpret_steal<py::object>(PySequence_Fast(sequence, "not iterable"));
    if (!items) {
        throw py::error_already_set();
    }
    return items;
}

column read_code_numbers(held_buffer view, const char* wanted)
{
    return from_buffer<narrow_number>(std::move(view), "codes", wanted);
}

column read_rows(PyObject* value)
{
    return read_numbers<narrow_number>(value, "rows");
}

column read_last_steps(PyObject* value)
{
    return read_numbers<step_number>(value, "last_steps");
}

column read_next_counters(PyObject* value)
{
    return read_numbers<counter_number>(value, "next_counters");
}

column read_ids(PyObject* value)
{
    return read_numbers<id_number>(value, "ids");
}

column read_times(const module_state& state, PyObject* value, const char* name, std::size_t n)
{
    if (is_column(value, name)) {
        return read_numbers<time_number>(value, name);
    }
    column shared = make_column<time_number>(1);
    put<time_number>(shared, 0, whole_of(read_time(state, value, name)));
    shared.stride = 0;
    shared.n = n;
    return shared;
}

}  // namespace counterseal::python
