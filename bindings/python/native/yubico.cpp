// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "arguments.hpp"
#include "buffer.hpp"
#include "docs.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "read.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

struct yubico {
    std::shared_ptr<const module_state> state;
    yubico_otp otp;
};

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        static const char* const names[] = {"key", "public_id", "private_id", nullptr};
        PyObject* key = nullptr;
        PyObject* public_id = nullptr;
        PyObject* private_id = nullptr;
        if (PyArg_ParseTupleAndKeywords(args, keywords, "OOO:YubicoOtp", const_cast<char**>(names), &key, &public_id,
                                        &private_id) == 0) {
            throw py::error_already_set();
        }
        constexpr const char* not_text = "bytes (hex text goes through bytes.fromhex)";
        const buffer key_bytes(key, "key", not_text);
        const buffer private_bytes(private_id, "private_id", not_text);
        if (!PyUnicode_Check(public_id)) {
            refuse_type("public_id", "a str in modhex", public_id);
        }
        return box(type, yubico{state_of(type),
                                yubico_otp(key_bytes.bytes(), utf8_of(public_id, "public_id"), private_bytes.bytes())});
    });
}

yubico_use read_last(PyObject* value)
{
    if (value == Py_None) {
        return {};
    }
    if (!PyTuple_Check(value) || PyTuple_GET_SIZE(value) != 2) {
        refuse_type("last", "a tuple (counter, session use), or None for never used", value);
    }
    return {read_int(PyTuple_GET_ITEM(value, 0), "last[0]"), read_int(PyTuple_GET_ITEM(value, 1), "last[1]")};
}

/// The core's names are last_counter and last_session_use; here they are the items of `last`.
[[noreturn]] void rethrow_as_last(const config_error& fault)
{
    constexpr std::pair<std::string_view, const char*> names[] = {{"last_counter ", "last[0] "},
                                                                  {"last_session_use ", "last[1] "}};
    const std::string_view rule = fault.what();
    for (const auto& [core_name, name] : names) {
        if (rule.starts_with(core_name)) {
            throw config_error(fault.code(), name + std::string(rule.substr(core_name.size())));
        }
    }
    throw fault;
}

PyObject* verify(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<2> how{"verify", {"otp", "last"}, 2};
    return guarded([&] {
        const auto [otp, last] = sort(how, given, n_given, keywords);
        const yubico& of = value_of<yubico>(self);
        const yubico_use used = read_last(last);
        try {
            return to_python(*of.state, of.otp.verify(of.state->provider.get(), read_code(otp), used));
        } catch (const config_error& fault) {
            rethrow_as_last(fault);
        }
    });
}

PyObject* public_id_of(PyObject*, PyObject* otp) noexcept
{
    return guarded([&] {
        const auto id = yubico_otp::public_id_of(read_code(otp));
        return (id ? py::object(py::str(*id)) : py::none()).release().ptr();
    });
}

PyObject* repr(PyObject* self) noexcept
{
    return PyUnicode_FromFormat("<counterseal.YubicoOtp %s>", value_of<yubico>(self).otp.public_id().c_str());
}

constexpr const char* type_doc =
    "YubicoOtp(key, public_id, private_id)\n--\n\n"
    "The Yubico OTP of one YubiKey: 16 bytes of AES key, the public identifier in modhex (usually 12 characters) and\n"
    "6 bytes of private identifier.\n\n"
    "Any number of threads may use one object. Nothing shows the key or the private identifier.";

constexpr const char* verify_doc =
    "verify($self, otp, last)\n--\n\n" DOC_YUBICOOTP_VERIFY
    "\n\n"
    "last is the pair (counter, session use) stored at the last acceptance, None if the key was never used. On\n"
    "acceptance store verdict.last with one conditional update, whose row count decides:\n"
    "WHERE last_counter < :c OR (last_counter = :c AND last_use < :u). An OTP of any type is an answer, never an\n"
    "exception.\n\n" FACTS_YUBICOOTP_VERIFY;

constexpr const char* public_id_of_doc = "public_id_of(otp, /)\n--\n\n" DOC_YUBICOOTP_PUBLIC_ID_OF
                                         "\n\n"
                                         "It comes in small letters; '' where the key has none, None for what is no "
                                         "Yubico OTP.\n\n" FACTS_YUBICOOTP_PUBLIC_ID_OF;

const PyMethodDef methods[] = {{"verify", method(verify), METH_FASTCALL | METH_KEYWORDS, verify_doc},
                               {"public_id_of", public_id_of, METH_STATIC | METH_O, public_id_of_doc},
                               {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
                               {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
                               {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"public_id", get<yubico, [](const yubico& of) { return py::str(of.otp.public_id()); }>, nullptr,
     "What stands at the front of every OTP of the key, in small letters.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

void add_yubico(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot(type_doc)},
                           {Py_tp_new, slot(make)},
                           {Py_tp_dealloc, slot(unbox<yubico>)},
                           {Py_tp_repr, slot(repr)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_getset, slot(attributes)},
                           {0, nullptr}};
    static_cast<void>(add_type(module, {"counterseal.YubicoOtp", sizeof(boxed<yubico>), 0, Py_TPFLAGS_DEFAULT, slots}));
}

}  // namespace counterseal::python
