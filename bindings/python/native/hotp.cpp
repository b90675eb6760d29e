// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <optional>
#include <utility>

#include "arguments.hpp"
#include "docs.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "read.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

constexpr std::uint32_t resync_look_ahead = 50;

struct hotp : factor {
    hotp_options options;
    std::uint64_t counter;  // expected next when the person enrolls
    std::optional<token_id> token;
};

seed_info numbers_of(const hotp& of)
{
    seed_info numbers;
    numbers.kind = seed_kind::hotp;
    numbers.digits = of.options.digits;
    numbers.counter = of.counter;
    return numbers;
}

hotp_options read_options(const factor_arguments& given)
{
    hotp_options options;
    if (given.digits != nullptr) {
        options.digits = read_setting(given.digits, "digits");
    }
    options.validate();
    return options;
}

std::optional<token_id> read_token_id(PyObject* given)
{
    if (given == nullptr || given == Py_None) {
        return std::nullopt;
    }
    if (!PyUnicode_Check(given)) {
        refuse_type("token_id", "a str or None", given);
    }
    return token_id(utf8_of(given, "token_id"));
}

PyObject* make(PyTypeObject* type, const door& through, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        const factor_arguments given = read_hotp_arguments(through, args, keywords);
        const hotp_options options = read_options(given);
        const std::uint64_t counter = given.counter == nullptr ? 0 : read_counter(given.counter, "counter");
        if (counter > std::numeric_limits<std::uint64_t>::max() - 2) {
            throw config_error(CSEAL_E_RANGE, "counter must be at most 2^64 - 3: it has a successor");
        }
        std::optional<token_id> token = read_token_id(given.token_id);
        return box(type, hotp{make_factor(type, through, given), options, counter, std::move(token)});
    });
}

PyObject* from_uri(PyObject* type, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"from_uri", {"uri"}, 1};
    return guarded([&] {
        const auto [uri] = sort(how, given, n_given, keywords);
        return hotp_of(reinterpret_cast<PyTypeObject*>(type), read_uri(uri, seed_kind::hotp));
    });
}

PyObject* qr(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"qr", {"kind"}, 1};
    return guarded([&] {
        const auto [kind] = sort(how, given, n_given, keywords);
        const hotp& of = value_of<hotp>(self);
        return qr_of(of, numbers_of(of), kind);
    });
}

PyObject* uri(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    return guarded([&] {
        const hotp& of = value_of<hotp>(self);
        return uri_of(of, numbers_of(of), given, n_given, keywords);
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
        const std::uint64_t next = read_counter(next_counter, "next_counter");
        return to_python(*of.state, of.token ? of.token->verify(of.key, read_code(code), next, options)
                                             : of.key.verify_hotp(read_code(code), next, options));
    });
}

PyObject* resync(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<4> how{"resync", {"code1", "code2", "next_counter", "look_ahead"}, 3};
    return guarded([&] {
        const auto [code1, code2, next_counter, look_ahead] = sort(how, given, n_given, keywords);
        const hotp& of = value_of<hotp>(self);
        const hotp_options options = with_look_ahead(of, look_ahead, resync_look_ahead);
        const std::uint64_t next = read_counter(next_counter, "next_counter");
        return to_python(*of.state, of.token
                                        ? of.token->resync(of.key, read_code(code1), read_code(code2), next, options)
                                        : of.key.resync_hotp(read_code(code1), read_code(code2), next, options));
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

py::object token_id_text(const hotp& of)
{
    return of.token ? py::object(py::str(of.token->text())) : py::none();
}

PyObject* token_id_of(PyObject*, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<2> how{"token_id_of", {"code", "digits"}, 1};
    return guarded([&] {
        const auto [code, digits] = sort(how, given, n_given, keywords);
        const std::uint32_t n_digits = digits == nullptr ? hotp_options{}.digits : read_setting(digits, "digits");
        const auto id = token_id::token_id_of(read_code(code), n_digits);
        return (id ? py::object(py::str(*id)) : py::none()).release().ptr();
    });
}

PyObject* repr(PyObject* self) noexcept
{
    const hotp& of = value_of<hotp>(self);
    return PyUnicode_FromFormat("<counterseal.HOTP %s, %u digits>", algorithm_text(of.hash), of.options.digits);
}

#define HOTP_OPTIONS \
    "*, algorithm='SHA1', digits=6, counter=0, token_id=None, issuer=None, account=None, repair=False)\n--\n\n"

constexpr const char* type_doc =
    "HOTP(secret, " HOTP_OPTIONS
    "A counter-based one-time password factor (RFC 4226) from a base32 secret, as people store and type it.\n\n"
    "token_id is what a YubiKey types before its digits, 12 letters or digits: verify() and resync() then take codes\n"
    "with and without it.\n\n"
    "Any number of threads may use one object. Nothing but reveal_base32() and uri() shows the secret.";

constexpr const char* from_hex_doc = "from_hex($type, text, " HOTP_OPTIONS DOC_HOTP_FROM_HEX "\n\n" FACTS_HOTP_FROM_HEX;

constexpr const char* token_id_of_doc = "token_id_of(code, digits=6)\n--\n\n" DOC_HOTP_TOKEN_ID_OF
                                        "\n\n"
                                        "It comes in small letters; '' for a code that stands alone, None for what is "
                                        "no code of that many digits.\n\n" FACTS_HOTP_TOKEN_ID_OF;

constexpr const char* verify_doc =
    "verify($self, code, next_counter, look_ahead=0)\n--\n\n" DOC_HOTP_VERIFY
    "\n\n"
    "On acceptance store verdict.next_counter with one conditional update, whose row count decides. A\n"
    "code of any type is an answer, never an exception.\n\n" FACTS_HOTP_VERIFY;

constexpr const char* resync_doc =
    "resync($self, code1, code2, next_counter, look_ahead=50)\n--\n\n" DOC_HOTP_RESYNC "\n\n" FACTS_HOTP_RESYNC;

constexpr const char* at_doc = "at($self, counter)\n--\n\n" DOC_HOTP_AT "\n\n" FACTS_HOTP_AT;

const PyMethodDef methods[] = {
    {"from_raw", method(from<&raw_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "from_raw($type, key, " HOTP_OPTIONS "From the key itself, in bytes."},
    {"from_hex", method(from<&hex_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS, from_hex_doc},
    {"generate", method(from<&random_door>), METH_CLASS | METH_VARARGS | METH_KEYWORDS,
     "generate($type, *, bits=160, algorithm='SHA1', digits=6, counter=0, token_id=None, issuer=None, account=None, "
     "repair=False)\n--\n\n" DOC_HOTP_GENERATE "\n\n" FACTS_HOTP_GENERATE},
    {"from_uri", method(from_uri), METH_CLASS | METH_FASTCALL | METH_KEYWORDS, FROM_URI_DOC(HOTP)},
    {"uri", method(uri), METH_FASTCALL | METH_KEYWORDS, URI_DOC(HOTP)},
    {"qr", method(qr), METH_FASTCALL | METH_KEYWORDS, qr_doc},
    {"verify", method(verify), METH_FASTCALL | METH_KEYWORDS, verify_doc},
    {"resync", method(resync), METH_FASTCALL | METH_KEYWORDS, resync_doc},
    {"token_id_of", method(token_id_of), METH_STATIC | METH_FASTCALL | METH_KEYWORDS, token_id_of_doc},
    {"at", method(at), METH_FASTCALL | METH_KEYWORDS, at_doc},
    {"reveal_base32", reveal<hotp>, METH_NOARGS, REVEAL_DOC(HOTP)},
    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
    {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"issuer", get<hotp, issuer_of>, nullptr, issuer_doc, nullptr},
    {"account", get<hotp, account_of>, nullptr, account_doc, nullptr},
    {"label_prefix", get<hotp, label_prefix_of>, nullptr, label_prefix_doc, nullptr},
    {"algorithm", get<hotp, algorithm_of>, nullptr, algorithm_doc, nullptr},
    {"warnings", get<hotp, [](const hotp& of) { return warnings_of(of, numbers_of(of)); }>, nullptr, warnings_doc,
     nullptr},
    {"counter", get<hotp, [](const hotp& of) { return py::int_(of.counter); }>, nullptr,
     "The counter expected next when the person enrolls; verify() does not read it.", nullptr},
    {"token_id", get<hotp, token_id_text>, nullptr,
     "What the token types before its digits, in small letters; or None.", nullptr},
    {"digits", get<hotp, [](const hotp& of) { return py::int_(of.options.digits); }>, nullptr, digits_doc, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

PyObject* hotp_of(PyTypeObject* type, const seed& from)
{
    const seed_info numbers = from.info();
    const std::string id = from.text(seed_text::public_id);  // what a YubiKey's OATH-HOTP slot types in front
    return box(type, hotp{factor_of(type, from),
                          {numbers.digits, 0},
                          numbers.counter,
                          id.empty() ? std::nullopt : std::optional<token_id>(id)});
}

seed seed_of_hotp(PyObject* object)
{
    const hotp& of = value_of<hotp>(object);
    return seed_of(of, numbers_of(of));
}

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
