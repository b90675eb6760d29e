// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <string>

#include "arguments.hpp"
#include "docs.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "read.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

struct totp : factor {
    totp_options options;
};

totp_options read_options(const factor_arguments& given)
{
    totp_options options;
    if (given.encoder != nullptr) {
        options.encoder = read_encoder(given.encoder);
    }
    if (options.encoder == encoder::steam && given.digits != nullptr) {
        throw config_error(CSEAL_E_ARGUMENT, "digits must not be given: Steam codes have five characters");
    }
    options.long_period = given.allow_long_period != nullptr && read_flag(given.allow_long_period, "allow_long_period");
    if (given.digits != nullptr) {
        options.digits = read_setting(given.digits, "digits");
    }
    if (given.period != nullptr) {
        if (options.long_period && read_int(given.period, "period") > std::numeric_limits<std::uint32_t>::max()) {
            throw config_error(CSEAL_E_RANGE, "period must be below 2^32 seconds");
        }
        options.period_s = read_setting(given.period, "period");
    }
    if (given.t0 != nullptr) {
        options.t0_s = read_not_negative(given.t0, "t0");
    }
    options.validate();
    return options;
}

seed_info numbers_of(const totp& of)
{
    seed_info numbers;
    numbers.encoder = of.options.encoder;
    numbers.digits = of.options.digits;
    numbers.period_s = of.options.period_s;
    numbers.t0_s = of.options.t0_s;
    return numbers;
}

PyObject* from_uri(PyObject* type, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"from_uri", {"uri"}, 1};
    return guarded([&] {
        const auto [uri] = sort(how, given, n_given, keywords);
        return totp_of(reinterpret_cast<PyTypeObject*>(type), read_uri(uri, seed_kind::totp));
    });
}

PyObject* qr(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"qr", {"kind"}, 1};
    return guarded([&] {
        const auto [kind] = sort(how, given, n_given, keywords);
        const totp& of = value_of<totp>(self);
        return qr_of(of, numbers_of(of), kind);
    });
}

PyObject* uri(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    return guarded([&] {
        const totp& of = value_of<totp>(self);
        return uri_of(of, numbers_of(of), given, n_given, keywords);
    });
}

std::uint32_t digits_of(const totp& of)
{
    return of.options.encoder == encoder::steam ? 5 : of.options.digits;
}

const char* encoder_text(const totp& of)
{
    return of.options.encoder == encoder::steam ? "steam" : "decimal";
}

PyObject* make(PyTypeObject* type, const door& through, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        const factor_arguments given = read_totp_arguments(through, args, keywords);
        const totp_options options = read_options(given);
        return box(type, totp{make_factor(type, through, given), options});
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

PyObject* verify(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<5> how{"verify", {"code", "last_step", "at", "past", "future"}, 2};
    return guarded([&] {
        const auto [code, last_step, at, past, future] = sort(how, given, n_given, keywords);
        const totp& of = value_of<totp>(self);
        const module_state& state = *of.state;
        totp_options options = of.options;
        if (past != nullptr) {
            options.past = read_count(past, "past");
        }
        if (future != nullptr) {
            options.future = read_count(future, "future");
        }
        const std::int64_t used = read_last_step(last_step);
        const std::uint64_t now_s = at == nullptr || at == Py_None ? read_clock(state) : read_time(state, at, "at");
        try {
            return to_python(state, of.key.verify_totp(read_code(code), used, now_s, options));
        } catch (const config_error& fault) {
            rethrow_as_at(fault);
        }
    });
}

PyObject* code_at(const totp& of, std::uint64_t now_s)
{
    return py::str(of.key.totp(now_s, of.options)).release().ptr();
}

PyObject* at(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"at", {"time"}, 1};
    return guarded([&] {
        const auto [time] = sort(how, given, n_given, keywords);
        const totp& of = value_of<totp>(self);
        return code_at(of, read_time(*of.state, time, "time"));
    });
}

PyObject* now(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        const totp& of = value_of<totp>(self);
        return code_at(of, read_clock(*of.state));
    });
}

PyObject* repr(PyObject* self) noexcept
{
    const totp& of = value_of<totp>(self);
    return PyUnicode_FromFormat("<counterseal.TOTP %s, %u %s, %u s>", algorithm_text(of.hash), digits_of(of),
                                of.options.encoder == encoder::steam ? "Steam letters" : "digits", of.options.period_s);
}

#define TOTP_OPTIONS                                                                                 \
    "*, algorithm='SHA1', digits=6, period=30, t0=0, encoder='decimal', issuer=None, account=None, " \
    "allow_long_period=False, repair=False)\n--\n\n"

constexpr const char* type_doc =
    "TOTP(secret, " TOTP_OPTIONS
    "A time-based one-time password factor (RFC 6238) from a base32 secret, as people store and type it.\n\n"
    "Any number of threads may use one object. Nothing but reveal_base32() and uri() shows the secret.";

constexpr const char* from_hex_doc = "from_hex($type, text, " TOTP_OPTIONS DOC_TOTP_FROM_HEX "\n\n" FACTS_TOTP_FROM_HEX;

constexpr const char* verify_doc =
    "verify($self, code, last_step, at=None, past=1, future=1)\n--\n\n" DOC_TOTP_VERIFY
    "\n\n"
    "On acceptance store verdict.step with one conditional update, whose row count decides. A code of\n"
    "any type is an answer, never an exception. last_step is None, too, if the factor was never used;\n"
    "at may be an aware datetime, and is time.time() if it is None.\n\n" FACTS_TOTP_VERIFY;

constexpr const char* at_doc =
    "at($self, time)\n--\n\n" DOC_TOTP_AT " It may be an aware datetime as well.\n\n" FACTS_TOTP_AT;

const PyMethodDef methods[] = {
    {"from_raw", method(from<&raw_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "from_raw($type, key, " TOTP_OPTIONS "From the key itself, in bytes."},
    {"from_hex", method(from<&hex_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS, from_hex_doc},
    {"generate", method(from<&random_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "generate($type, *, bits=160, algorithm='SHA1', digits=6, period=30, t0=0, encoder='decimal', issuer=None, "
     "account=None, allow_long_period=False, repair=False)\n--\n\n" DOC_TOTP_GENERATE "\n\n" FACTS_TOTP_GENERATE},
    {"from_uri", method(from_uri), METH_CLASS | METH_FASTCALL | METH_KEYWORDS, FROM_URI_DOC(TOTP)},
    {"uri", method(uri), METH_FASTCALL | METH_KEYWORDS, URI_DOC(TOTP)},
    {"qr", method(qr), METH_FASTCALL | METH_KEYWORDS, qr_doc},
    {"verify", method(verify), METH_FASTCALL | METH_KEYWORDS, verify_doc},
    {"at", method(at), METH_FASTCALL | METH_KEYWORDS, at_doc},
    {"now", now, METH_NOARGS, "now($self, /)\n--\n\nThe code of the present, by time.time()."},
    {"reveal_base32", reveal<totp>, METH_NOARGS, REVEAL_DOC(TOTP)},
    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
    {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"issuer", get<totp, issuer_of>, nullptr, issuer_doc, nullptr},
    {"account", get<totp, account_of>, nullptr, account_doc, nullptr},
    {"label_prefix", get<totp, label_prefix_of>, nullptr, label_prefix_doc, nullptr},
    {"algorithm", get<totp, algorithm_of>, nullptr, algorithm_doc, nullptr},
    {"warnings", get<totp, [](const totp& of) { return warnings_of(of, numbers_of(of)); }>, nullptr, warnings_doc,
     nullptr},
    {"digits", get<totp, [](const totp& of) { return py::int_(digits_of(of)); }>, nullptr, digits_doc, nullptr},
    {"encoder", get<totp, [](const totp& of) { return py::str(encoder_text(of)); }>, nullptr, "'decimal' or 'steam'.",
     nullptr},
    {"period", get<totp, [](const totp& of) { return py::int_(of.options.period_s); }>, nullptr,
     "How long a step lasts, in seconds.", nullptr},
    {"t0", get<totp, [](const totp& of) { return py::int_(of.options.t0_s); }>, nullptr,
     "The Unix time of step 0, in seconds.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

PyObject* totp_of(PyTypeObject* type, const seed& from)
{
    const seed_info numbers = from.info();
    totp_options options;
    options.encoder = numbers.encoder;
    options.digits = numbers.digits;
    options.period_s = numbers.period_s;
    options.long_period = true;
    options.t0_s = numbers.t0_s;
    return box(type, totp{factor_of(type, from), options});
}

seed seed_of_totp(PyObject* object)
{
    const totp& of = value_of<totp>(object);
    return seed_of(of, numbers_of(of));
}

void add_totp(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot(type_doc)},
                           {Py_tp_new, slot(from_base32)},
                           {Py_tp_dealloc, slot(unbox<totp>)},
                           {Py_tp_repr, slot(repr)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_getset, slot(attributes)},
                           {0, nullptr}};
    static_cast<void>(add_type(module, {"counterseal.TOTP", sizeof(boxed<totp>), 0, Py_TPFLAGS_DEFAULT, slots}));
}

}  // namespace counterseal::python
