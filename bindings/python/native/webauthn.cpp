// SPDX-License-Identifier: Apache-2.0
// What counterseal.webauthn stands on: texts in, texts out. The public surface is written in Python.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "errors.hpp"
#include "module.hpp"
#include "object.hpp"
#include "state.hpp"
#include "without_gil.hpp"

namespace counterseal::python {
namespace {

struct party {
    std::shared_ptr<const module_state> state;
    webauthn value;
};

/// Where it lies in the str, which the caller holds. What has no UTF-8 is the empty text, which is no JSON.
std::string_view view_of(PyObject* text) noexcept
{
    Py_ssize_t len = 0;
    if (PyBytes_Check(text)) {
        return {PyBytes_AS_STRING(text), static_cast<std::size_t>(PyBytes_GET_SIZE(text))};
    }
    const char* const units = PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &len) : nullptr;
    if (units == nullptr) {
        PyErr_Clear();
        return {};
    }
    return {units, static_cast<std::size_t>(len)};
}

/// The one argument of a constructor.
PyObject* only_argument(PyObject* args, PyObject* keywords)
{
    if (keywords != nullptr || PyTuple_GET_SIZE(args) != 1) {
        throw py::type_error("one text is wanted");
    }
    return PyTuple_GET_ITEM(args, 0);
}

void want(Py_ssize_t n_given, Py_ssize_t n_wanted)
{
    if (n_given != n_wanted) {
        throw py::type_error("another number of texts is wanted");
    }
}

PyObject* make_party(PyTypeObject* type, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        PyObject* const settings = only_argument(args, keywords);
        std::shared_ptr<const module_state> state = state_of(type);
        webauthn made(state->provider.get(), view_of(settings));
        return box(type, party{std::move(state), std::move(made)});
    });
}

PyObject* make_key(PyTypeObject* type, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        PyObject* const record = only_argument(args, keywords);
        return box(type, webauthn_key(state_of(type)->provider.get(), view_of(record)));
    });
}

PyObject* registration_options(PyObject* self, PyObject* request) noexcept
{
    return guarded(
        [&] { return py::str(value_of<party>(self).value.registration_options(view_of(request))).release().ptr(); });
}

PyObject* authentication_options(PyObject* self, PyObject* request) noexcept
{
    return guarded(
        [&] { return py::str(value_of<party>(self).value.authentication_options(view_of(request))).release().ptr(); });
}

PyObject* related_origins(PyObject* self, PyObject*) noexcept
{
    return guarded([&] { return py::str(value_of<party>(self).value.related_origins()).release().ptr(); });
}

/// (status, record, answer)
PyObject* to_python(const webauthn_verdict& verdict)
{
    return py::make_tuple(verdict.status, verdict.record, verdict.answer).release().ptr();
}

PyObject* verify_registration(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        want(n_given, 2);
        const std::string_view expected = view_of(given[0]);
        const std::string_view response = view_of(given[1]);
        webauthn_verdict verdict;
        without_gil([&] { verdict = value_of<party>(self).value.verify_registration(expected, response); });
        return to_python(verdict);
    });
}

PyObject* verify_authentication(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        want(n_given, 4);
        const std::string_view expected = view_of(given[0]);
        const std::string_view record = view_of(given[1]);
        if (Py_TYPE(given[2])->tp_new != make_key) {
            refuse_type("key", "a _CredentialKey", given[2]);
        }
        const webauthn_key& key = value_of<webauthn_key>(given[2]);
        const std::string_view response = view_of(given[3]);
        webauthn_verdict verdict;
        without_gil(
            [&] { verdict = value_of<party>(self).value.verify_authentication(expected, record, &key, response); });
        return to_python(verdict);
    });
}

PyObject* credential_id(PyObject*, PyObject* response) noexcept
{
    return guarded([&] {
        const std::optional<std::string> id = webauthn::credential_id(view_of(response));
        return (id ? py::object(py::bytes(*id)) : py::none()).release().ptr();
    });
}

const PyMethodDef methods[] = {{"registration_options", registration_options, METH_O, nullptr},
                               {"authentication_options", authentication_options, METH_O, nullptr},
                               {"related_origins", related_origins, METH_NOARGS, nullptr},
                               {"verify_registration", method(verify_registration), METH_FASTCALL, nullptr},
                               {"verify_authentication", method(verify_authentication), METH_FASTCALL, nullptr},
                               {"credential_id", credential_id, METH_STATIC | METH_O, nullptr},
                               {nullptr, nullptr, 0, nullptr}};

}  // namespace

void add_webauthn(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_new, slot(make_party)},
                           {Py_tp_dealloc, slot(unbox<party>)},
                           {Py_tp_methods, slot(methods)},
                           {0, nullptr}};
    static_cast<void>(
        add_type(module, {"counterseal._RelyingParty", sizeof(boxed<party>), 0, Py_TPFLAGS_DEFAULT, slots}));
    PyType_Slot key_slots[] = {{Py_tp_new, slot(make_key)}, {Py_tp_dealloc, slot(unbox<webauthn_key>)}, {0, nullptr}};
    static_cast<void>(add_type(
        module, {"counterseal._CredentialKey", sizeof(boxed<webauthn_key>), 0, Py_TPFLAGS_DEFAULT, key_slots}));
}

}  // namespace counterseal::python
