// SPDX-License-Identifier: Apache-2.0
// A C++ value inside a Python object.
//
// The types of this module are plain C API types, not py::class_: a verification takes as long as the hash it is about,
// and a py::class_ would add more than that again (a table to find self, keyword arguments, the result's registration).
// They also cannot exist half made: the value is complete before its object is allocated.
#pragma once

#include <pybind11/pybind11.h>

#include <new>
#include <type_traits>
#include <utility>

namespace counterseal::python {

namespace py = pybind11;

template <class Value>
struct boxed {
    PyObject_HEAD Value value;
};

/// Needs an object of the type that holds a Value; the method tables of that type guarantee it.
template <class Value>
[[nodiscard]] Value& value_of(PyObject* object) noexcept
{
    return reinterpret_cast<boxed<Value>*>(object)->value;
}

/// A new object of `type`, which holds a Value.
template <class Value>
[[nodiscard]] PyObject* box(PyTypeObject* type, Value&& value)
{
    static_assert(std::is_nothrow_move_constructible_v<Value>);
    PyObject* object = type->tp_alloc(type, 0);
    if (object == nullptr) {
        throw py::error_already_set();
    }
    new (&value_of<Value>(object)) Value(std::move(value));
    return object;
}

/// Py_tp_dealloc.
template <class Value>
void unbox(PyObject* object) noexcept
{
    PyTypeObject* type = Py_TYPE(object);
    value_of<Value>(object).~Value();
    type->tp_free(object);
    Py_DECREF(type);
}

/// What PyType_Slot wants: a function, a table that the type only reads, or a text.
template <class Function>
    requires std::is_function_v<Function>
[[nodiscard]] void* slot(Function* function) noexcept
{
    return reinterpret_cast<void*>(function);
}
template <class Row>
    requires(!std::is_function_v<Row>)
[[nodiscard]] void* slot(const Row* table) noexcept
{
    return const_cast<Row*>(table);
}

/// What PyMethodDef wants, whatever the calling convention.
template <class Function>
[[nodiscard]] PyCFunction method(Function* function) noexcept
{
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

/// A new type, as a public name of the module too.
[[nodiscard]] inline py::object add_type(const py::module_& module, PyType_Spec spec)
{
    auto type = py::reinterpret_steal<py::object>(PyType_FromModuleAndSpec(module.ptr(), &spec, nullptr));
    if (!type || PyModule_AddType(module.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr())) != 0) {
        throw py::error_already_set();
    }
    return type;
}

}  // namespace counterseal::python
