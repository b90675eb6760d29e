// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "read.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

constexpr std::uint32_t resync_look_ahead = 50;

struct hotp : factor {
    hotp_options options;
};

hotp_options read_options(const factor_arguments& given)
{
    hotp_options options;
    if (given.digits != nullptr) {
        options.digits = read_setting(given.digits, "digits");
    }
    options.validate();
    return options;
}

PyObject* make(PyTypeObject* type, const door& through, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        const factor_arguments given = read_hotp_arguments(through, args, keywords);
        const hotp_options options = read_options(given);
        return box(type, hotp{make_factor(type, through, given), options});
    });
}

PyObject* from_base32(PyTypeObject* type, PyObject* args, PyObject* keywords) noexcept
{
    return make(type, base32_door, args, keywords);
}
template <const door* Through>
PyObject* from(PyObject* type, PyObject* args, PyObject* keywords) noexcept
{
    return make(reinterpret_cast<PyTypeObject*>(type), *Through, args, keywords);
}

hotp_options with_look_ahead(const hotp& of, PyObject* given, std::uint32_t otherwise)
{
    hotp_options options = of.options;
    options.look_ahead = given == nullptr ? otherwise : read_count(given, "look_ahead");
    return options;
}

PyObject* verify(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<3> how{"verify", {"code", "next_counter", "look_ahead"}, 2};
    return guarded([&] {
        const auto [code, next_counter, look_ahead] = sort(how, given, n_given, keywords);
        const hotp& of = value_of<hotp>(self);
        const hotp_options options = with_look_ahead(of, look_ahead, of.options.look_ahead);
        return to_python(*of.state,
                         of.key.verify_hotp(read_code(code), read_counter(next_counter, "next_counter"), options));
    });
}

PyObject* resync(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<4> how{"resync", {"code1", "code2", "next_counter", "look_ahead"}, 3};
    return guarded([&] {
        const auto [code1, code2, next_counter, look_ahead] = sort(how, given, n_given, keywords);
        const hotp& of = value_of<hotp>(self);
        const hotp_options options = with_look_ahead(of, look_ahead, resync_look_ahead);
        return to_python(*of.state, of.key.resync_hotp(read_code(code1), read_code(code2),
                                                       read_counter(next_counter, "next_counter"), options));
    });
}

PyObject* at(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"at", {"counter"}, 1};
    return guarded([&] {
        const auto [counter] = sort(how, given, n_given, keywords);
        const hotp& of = value_of<hotp>(self);
        return py::str(of.key.hotp(read_counter(counter, "counter"), of.options)).release().ptr();
    });
}

PyObject* repr(PyObject* self) noexcept
{
    const hotp& of = value_of<hotp>(self);
    return PyUnicode_FromFormat("<counterseal.HOTP %s, %u digits>", algorithm_text(of), of.options.digits);
}

#define HOTP_OPTIONS "*, algorithm='SHA1', digits=6, issuer=None, account=None)\n--\n\n"

constexpr const char* type_doc =
    "HOTP(secret, " HOTP_OPTIONS
    "A counter-based one-time password factor (RFC 4226) from a base32 secret, as people store and type it.\n\n"
    "Any number of threads may use one object. Nothing but reveal_base32() shows the secret.";

constexpr const char* verify_doc =
    "verify($self, code, next_counter, look_ahead=0)\n--\n\n"
    "Checks a code against the counters from next_counter to next_counter + look_ahead, never below.\n\n"
    "On acceptance store verdict.next_counter with one conditional update, whose row count decides. A code of any\n"
    "type is an answer, never an exception.";

constexpr const char* resync_doc =
    "resync($self, code1, code2, next_counter, look_ahead=50)\n--\n\n"
    "Finds a token again that ran far ahead, by two codes in a row: the first may be up to look_ahead counters away.";

const PyMethodDef methods[] = {
    {"from_raw", method(from<&raw_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "from_raw($type, key, " HOTP_OPTIONS "From the key itself, in bytes."},
    {"from_hex", method(from<&hex_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "from_hex($type, text, " HOTP_OPTIONS "From hex text, either case, blanks anywhere."},
    {"generate", method(from<&random_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "generate($type, *, bits=160, algorithm='SHA1', digits=6, issuer=None, account=None)\n--\n\n"
     "With a new secret from the system's random source."},
    {"verify", method(verify), METH_FASTCALL | METH_KEYWORDS, verify_doc},
    {"resync", method(resync), METH_FASTCALL | METH_KEYWORDS, resync_doc},
    {"at", method(at), METH_FASTCALL | METH_KEYWORDS, "at($self, counter)\n--\n\nThe code of a counter."},
    {"reveal_base32", reveal<hotp>, METH_NOARGS, reveal_doc},
    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
    {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"issuer", get<hotp, issuer_of>, nullptr, issuer_doc, nullptr},
    {"account", get<hotp, account_of>, nullptr, account_doc, nullptr},
    {"algorithm", get<hotp, algorithm_of>, nullptr, algorithm_doc, nullptr},
    {"warnings", get<hotp, warnings_of>, nullptr, warnings_doc, nullptr},
    {"digits", get<hotp, [](const hotp& of) { return py::int_(of.options.digits); }>, nullptr, digits_doc, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

void add_hotp(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot(type_doc)},
                           {Py_tp_new, slot(from_base32)},
                           {Py_tp_dealloc, slot(unbox<hotp>)},
                           {Py_tp_repr, slot(repr)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_getset, slot(attributes)},
                           {0, nullptr}};
    static_cast<void>(add_type(module, {"counterseal.HOTP", sizeof(boxed<hotp>), 0, Py_TPFLAGS_DEFAULT, slots}));
}

}  // namespace counterseal::python
