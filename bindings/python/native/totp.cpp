// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <string>

#include "arguments.hpp"
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

void check_encoder(PyObject* encoder)
{
    if (!PyUnicode_Check(encoder)) {
        refuse_type("encoder", "the str 'decimal'", encoder);
    }
    if (read_code(encoder) != "decimal") {
        throw config_error(CSEAL_E_UNSUPPORTED, "encoder must be 'decimal': this version knows no other");
    }
}

PyObject* make(PyTypeObject* type, const door& through, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        const factor_arguments given = read_totp_arguments(through, args, keywords);
        if (given.encoder != nullptr) {
            check_encoder(given.encoder);
        }
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

/// The core says `time`; the argument of verify is called `at`.
[[noreturn]] void rethrow_as_at(const config_error& fault)
{
    const std::string_view rule = fault.what();
    constexpr std::string_view core_name = "time ";
    if (fault.code() != CSEAL_E_TIME || !rule.starts_with(core_name)) {
        throw fault;
    }
    throw config_error(CSEAL_E_TIME, "at " + std::string(rule.substr(core_name.size())));
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
    return PyUnicode_FromFormat("<counterseal.TOTP %s, %u digits, %u s>", algorithm_text(of), of.options.digits,
                                of.options.period_s);
}

#define TOTP_OPTIONS                                                                                 \
    "*, algorithm='SHA1', digits=6, period=30, t0=0, encoder='decimal', issuer=None, account=None, " \
    "allow_long_period=False)\n--\n\n"

constexpr const char* type_doc =
    "TOTP(secret, " TOTP_OPTIONS
    "A time-based one-time password factor (RFC 6238) from a base32 secret, as people store and type it.\n\n"
    "Any number of threads may use one object. Nothing but reveal_base32() shows the secret.";

constexpr const char* verify_doc =
    "verify($self, code, last_step, at=None, past=1, future=1)\n--\n\n"
    "Checks a code against the steps from `past` before to `future` after the present one.\n\n"
    "last_step is the step stored at the last acceptance, None (or -1) if the factor was never used. On acceptance\n"
    "store verdict.step with one conditional update, whose row count decides. A code of any type is an answer,\n"
    "never an exception.";

const PyMethodDef methods[] = {
    {"from_raw", method(from<&raw_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "from_raw($type, key, " TOTP_OPTIONS "From the key itself, in bytes."},
    {"from_hex", method(from<&hex_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "from_hex($type, text, " TOTP_OPTIONS "From hex text, either case, blanks anywhere."},
    {"generate", method(from<&random_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "generate($type, *, bits=160, algorithm='SHA1', digits=6, period=30, t0=0, encoder='decimal', issuer=None, "
     "account=None, allow_long_period=False)\n--\n\nWith a new secret from the system's random source."},
    {"verify", method(verify), METH_FASTCALL | METH_KEYWORDS, verify_doc},
    {"at", method(at), METH_FASTCALL | METH_KEYWORDS,
     "at($self, time)\n--\n\nThe code of a time: seconds, or an aware datetime."},
    {"now", now, METH_NOARGS, "now($self, /)\n--\n\nThe code of the present, by time.time()."},
    {"reveal_base32", reveal<totp>, METH_NOARGS, reveal_doc},
    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
    {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"issuer", get<totp, issuer_of>, nullptr, issuer_doc, nullptr},
    {"account", get<totp, account_of>, nullptr, account_doc, nullptr},
    {"algorithm", get<totp, algorithm_of>, nullptr, algorithm_doc, nullptr},
    {"warnings", get<totp, warnings_of>, nullptr, warnings_doc, nullptr},
    {"digits", get<totp, [](const totp& of) { return py::int_(of.options.digits); }>, nullptr, digits_doc, nullptr},
    {"period", get<totp, [](const totp& of) { return py::int_(of.options.period_s); }>, nullptr,
     "How long a step lasts, in seconds.", nullptr},
    {"t0", get<totp, [](const totp& of) { return py::int_(of.options.t0_s); }>, nullptr,
     "The Unix time of step 0, in seconds.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

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
