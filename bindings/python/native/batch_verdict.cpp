// SPDX-License-Identifier: Apache-2.0
#include "batch_verdict.hpp"

#include <structmember.h>

#include <array>
#include <limits>
#include <string>

#include "errors.hpp"
#include "object.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

struct batch_verdict {
    py::object ok;
    py::object codes;
    py::object states;
    py::object code_bytes;  // what `codes` shows: a view can be released
    Py_ssize_t n_ok;
    bool is_hotp;

    [[nodiscard]] Py_ssize_t size() const noexcept { return PyBytes_GET_SIZE(code_bytes.ptr()); }
    [[nodiscard]] const std::int8_t* status() const noexcept
    {
        return reinterpret_cast<const std::int8_t*>(PyBytes_AS_STRING(code_bytes.ptr()));
    }
};
using object = boxed<batch_verdict>;
static_assert(std::is_standard_layout_v<object>, "offsetof needs it");

/// The word of a verdict; what is no verdict has the code of the error that a single call would raise.
py::str row_text(std::int8_t status)
{
    return status >= 0 ? status_text(status) : py::str(std::string("CSEAL_") + cseal_status_name(status));
}

Py_ssize_t length(PyObject* self) noexcept
{
    return value_of<batch_verdict>(self).size();
}

int refuse_truth(PyObject*) noexcept
{
    PyErr_SetString(PyExc_TypeError, "a batch is neither true nor false: ask .ok for each row, or .n_ok");
    return -1;
}

PyObject* repr(PyObject* self) noexcept
{
    const batch_verdict& of = value_of<batch_verdict>(self);
    return PyUnicode_FromFormat("<counterseal.BatchVerdict %zd of %zd rows accepted>", of.n_ok, of.size());
}

PyObject* status(PyObject* self, PyObject* row) noexcept
{
    return guarded([&]() -> PyObject* {
        const batch_verdict& of = value_of<batch_verdict>(self);
        const Py_ssize_t i = PyNumber_AsSsize_t(row, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred() != nullptr) {
            throw py::error_already_set();
        }
        if (i < 0 || i >= of.size()) {
            throw py::index_error("row must be one of the batch");
        }
        return row_text(of.status()[i]).release().ptr();
    });
}

PyObject* counts(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        const batch_verdict& of = value_of<batch_verdict>(self);
        std::array<std::size_t, 256> seen{};
        for (Py_ssize_t i = 0; i < of.size(); ++i) {
            ++seen[static_cast<std::uint8_t>(of.status()[i])];
        }
        py::dict made;
        for (std::size_t code = 0; code < seen.size(); ++code) {
            if (seen[code] != 0) {
                made[row_text(static_cast<std::int8_t>(code))] = seen[code];
            }
        }
        return made.release().ptr();
    });
}

template <bool IsHotp>
PyObject* states(PyObject* self, void*) noexcept
{
    const batch_verdict& of = value_of<batch_verdict>(self);
    if (of.is_hotp != IsHotp) {
        PyErr_SetString(PyExc_AttributeError, IsHotp ? "codes of TOTP have steps, not next_counters"
                                                     : "codes of HOTP have next_counters, not steps");
        return nullptr;
    }
    return Py_NewRef(of.states.ptr());
}

/// copy and deepcopy: an immutable object is its own copy.
PyObject* itself(PyObject* self, PyObject*) noexcept
{
    return Py_NewRef(self);
}

template <class State>
PyObject* make(const module_state& state, const answers<State>& made, const char* format, bool is_hotp)
{
    return box(reinterpret_cast<PyTypeObject*>(state.batch_verdict_type.ptr()),
               batch_verdict{made.ok.view("?"), made.codes.view("b"), made.states.view(format), made.codes.bytes(),
                             static_cast<Py_ssize_t>(made.n_ok), is_hotp});
}

constexpr const char* type_doc =
    "The answers to a batch of codes, row by row. It is neither true nor false. Immutable.\n\n"
    "What is a memoryview here costs nothing to hand on: numpy.asarray(verdict.ok) copies nothing.";

constexpr const char* status_doc =
    "status($self, row, /)\n--\n\n"
    "The word of one row, as in Verdict.status, or the code of the error that a single call would have raised for it:\n"
    "'CSEAL_E_RANGE' for a row that is not in the table or a state out of its bounds, 'CSEAL_E_TIME' for a time of\n"
    "its own that is out of bounds.";

constexpr const char* counts_doc =
    "counts($self, /)\n--\n\n"
    "How many rows have which status(), as a dict: for logs.";

}  // namespace

py::object make_batch_verdict_type(const py::module_& module)
{
    static const PyMemberDef members[] = {
        {"ok", T_OBJECT_EX, offsetof(object, value.ok), READONLY,
         PyDoc_STR("Whether each row is accepted: a memoryview of bool.")},
        {"codes", T_OBJECT_EX, offsetof(object, value.codes), READONLY,
         PyDoc_STR("The status number of each row, 0 where it is accepted: a memoryview of int8.")},
        {"n_ok", T_PYSSIZET, offsetof(object, value.n_ok), READONLY, PyDoc_STR("How many rows are accepted.")},
        {nullptr, 0, 0, 0, nullptr}};
    static const PyGetSetDef attributes[] = {
        {"steps", states<false>, nullptr,
         "What to store as last_step of each accepted row, else what was given in: a memoryview of int64. Of TOTP "
         "only.",
         nullptr},
        {"next_counters", states<true>, nullptr,
         "What to store as next_counter of each accepted row, else what was given in: a memoryview of uint64. Of HOTP "
         "only.",
         nullptr},
        {nullptr, nullptr, nullptr, nullptr, nullptr}};
    static const PyMethodDef methods[] = {
        {"status", status, METH_O, status_doc},
        {"counts", counts, METH_NOARGS, counts_doc},
        {"__copy__", itself, METH_NOARGS, PyDoc_STR("__copy__($self, /)\n--\n\nItself.")},
        {"__deepcopy__", itself, METH_O, PyDoc_STR("__deepcopy__($self, memo, /)\n--\n\nItself.")},
        {nullptr, nullptr, 0, nullptr}};
    PyType_Slot slots[] = {{Py_tp_doc, slot(type_doc)},
                           {Py_tp_members, slot(members)},
                           {Py_tp_getset, slot(attributes)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_dealloc, slot(unbox<batch_verdict>)},
                           {Py_nb_bool, slot(refuse_truth)},
                           {Py_mp_length, slot(length)},
                           {Py_tp_repr, slot(repr)},
                           {0, nullptr}};
    return add_type(module, {"counterseal.BatchVerdict", sizeof(object), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots});
}

PyObject* to_python(const module_state& state, const answers<std::int64_t>& made)
{
    return make(state, made, "q", false);
}

PyObject* to_python(const module_state& state, const answers<std::uint64_t>& made)
{
    return make(state, made, "Q", true);
}

}  // namespace counterseal::python
