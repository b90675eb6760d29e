// SPDX-License-Identifier: Apache-2.0
#include "verdict.hpp"

#include <structmember.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>

#include "errors.hpp"
#include "object.hpp"

namespace counterseal::python {
namespace {

struct verdict {
    bool accepted;
    py::object status;
    py::object step;
    py::object delta;
    py::object next_counter;
    py::object last;
    py::object retry_after_s;
};
using object = boxed<verdict>;
static_assert(std::is_standard_layout_v<object>, "offsetof needs it");

/// The fields as a tuple, which knows how to be compared and hashed.
py::tuple fields(PyObject* self)
{
    const verdict& v = value_of<verdict>(self);
    return py::make_tuple(v.status, v.step, v.delta, v.next_counter, v.last, v.retry_after_s);
}

int is_accepted(PyObject* self) noexcept
{
    return value_of<verdict>(self).accepted ? 1 : 0;
}

PyObject* repr(PyObject* self) noexcept
{
    return guarded([&] {
        const verdict& v = value_of<verdict>(self);
        std::string text = "Verdict(status=" + py::repr(v.status).cast<std::string>();
        const auto add = [&](const char* name, const py::object& field) {
            if (!field.is_none()) {
                text += std::string(", ") + name + "=" + py::repr(field).cast<std::string>();
            }
        };
        add("step", v.step);
        add("delta", v.delta);
        add("next_counter", v.next_counter);
        add("last", v.last);
        add("retry_after_s", v.retry_after_s);
        return py::str(text + ")").release().ptr();
    });
}

PyObject* compare(PyObject* self, PyObject* other, int operation) noexcept
{
    return guarded([&]() -> PyObject* {
        if (Py_TYPE(self) != Py_TYPE(other) || (operation != Py_EQ && operation != Py_NE)) {
            return Py_NewRef(Py_NotImplemented);
        }
        return PyObject_RichCompare(fields(self).ptr(), fields(other).ptr(), operation);
    });
}

Py_hash_t hash(PyObject* self) noexcept
{
    try {
        return PyObject_Hash(fields(self).ptr());
    } catch (...) {
        set_python_error();
        return -1;
    }
}

/// copy and deepcopy: an immutable object is its own copy.
PyObject* itself(PyObject* self, PyObject*) noexcept
{
    return Py_NewRef(self);
}

PyObject* make(const module_state& state, verdict&& made)
{
    return box(reinterpret_cast<PyTypeObject*>(state.verdict_type.ptr()), std::move(made));
}

/// The shared object of a refusal.
PyObject* refusal(const module_state& state, cseal_status status)
{
    const auto index = static_cast<std::size_t>(status);
    if (index < state.refusals.size() && state.refusals[index]) [[likely]] {
        return Py_NewRef(state.refusals[index].ptr());
    }
    return make_refusal(state, status).release().ptr();
}

}  // namespace

py::str status_text(cseal_status status)
{
    if (status == CSEAL_OK) {
        return "accepted";
    }
    std::string text = cseal_status_name(status);
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

py::object make_verdict_type(const py::module_& module)
{
    static const PyMemberDef members[] = {
        {"status", T_OBJECT_EX, offsetof(object, value.status), READONLY,
         PyDoc_STR(
             "'accepted', 'wrong', 'replayed' or 'malformed'; of an engine also 'throttled', 'locked', 'revoked' or "
             "'expired'.")},
        {"step", T_OBJECT_EX, offsetof(object, value.step), READONLY,
         PyDoc_STR("What to store as last_step; None unless a time-based code was accepted.")},
        {"delta", T_OBJECT_EX, offsetof(object, value.delta), READONLY,
         PyDoc_STR("How many steps the phone's clock is ahead; None unless a time-based code was accepted, and from an "
                   "engine.")},
        {"next_counter", T_OBJECT_EX, offsetof(object, value.next_counter), READONLY,
         PyDoc_STR("What to store as next_counter; None unless a counter-based code was accepted.")},
        {"last", T_OBJECT_EX, offsetof(object, value.last), READONLY,
         PyDoc_STR("The pair (counter, session use) to store; None unless YubicoOtp accepted.")},
        {"retry_after_s", T_OBJECT_EX, offsetof(object, value.retry_after_s), READONLY,
         PyDoc_STR("When an engine will look at a code again, in seconds; None unless a timed lock stands.")},
        {nullptr, 0, 0, 0, nullptr}};
    static const PyMethodDef methods[] = {
        {"__copy__", itself, METH_NOARGS, PyDoc_STR("__copy__($self, /)\n--\n\nItself.")},
        {"__deepcopy__", itself, METH_O, PyDoc_STR("__deepcopy__($self, memo, /)\n--\n\nItself.")},
        {nullptr, nullptr, 0, nullptr}};
    PyType_Slot slots[] = {{Py_tp_doc, slot("The answer to a code: true only if accepted. Immutable.")},
                           {Py_tp_members, slot(members)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_dealloc, slot(unbox<verdict>)},
                           {Py_nb_bool, slot(is_accepted)},
                           {Py_tp_repr, slot(repr)},
                           {Py_tp_richcompare, slot(compare)},
                           {Py_tp_hash, slot(hash)},
                           {0, nullptr}};
    PyType_Spec spec{"counterseal.Verdict", sizeof(object), 0,
                     Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};
    return add_type(module, spec);
}

py::object make_refusal(const module_state& state, cseal_status status)
{
    return py::reinterpret_steal<py::object>(
        make(state, {false, status_text(status), py::none(), py::none(), py::none(), py::none(), py::none()}));
}

PyObject* to_python(const module_state& state, const totp_verdict& verdict)
{
    if (!verdict) {
        return refusal(state, verdict.status);
    }
    return make(state, {true, state.accepted, py::int_(verdict.step), py::int_(verdict.delta), py::none(), py::none(),
                        py::none()});
}

PyObject* to_python(const module_state& state, const hotp_verdict& verdict)
{
    if (!verdict) {
        return refusal(state, verdict.status);
    }
    return make(state,
                {true, state.accepted, py::none(), py::none(), py::int_(verdict.next_counter), py::none(), py::none()});
}

PyObject* to_python(const module_state& state, const yubico_verdict& verdict)
{
    if (!verdict) {
        return refusal(state, verdict.status);
    }
    return make(state, {true, state.accepted, py::none(), py::none(), py::none(),
                        py::make_tuple(verdict.last.counter, verdict.last.session_use), py::none()});
}

PyObject* to_python(const module_state& state, const ocra_verdict& verdict, const cseal_ocra_info& suite)
{
    if (!verdict) {
        return refusal(state, verdict.status);
    }
    const auto number = [](bool there, auto value) { return there ? py::object(py::int_(value)) : py::none(); };
    const bool has_time = suite.time_step_s != 0;
    return make(state, {true, state.accepted, number(has_time, verdict.step), number(has_time, verdict.delta),
                        number(suite.has_counter != 0, verdict.next_counter), py::none(), py::none()});
}

PyObject* engine_verdict(const module_state& state, cseal_status status, const engine_fields& what)
{
    const auto held = [](PyObject* of) { return py::reinterpret_borrow<py::object>(of); };
    return make(state, {status == CSEAL_OK, status == CSEAL_OK ? state.accepted : py::object(status_text(status)),
                        held(what.step), py::none(), held(what.next_counter), py::none(), held(what.retry_after_s)});
}

}  // namespace counterseal::python
