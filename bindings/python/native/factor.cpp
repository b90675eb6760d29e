// SPDX-License-Identifier: Apache-2.0
#include "factor.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "read.hpp"

namespace counterseal::python {
namespace {

constexpr const char* short_secret_warning =
    "the secret is shorter than 128 bits (RFC 4226 section 4): give the person a new one";

/// PyArg_ParseTupleAndKeywords over the door's own argument and the names of the options.
template <class... Place>
void parse(const char* type, const door& through, PyObject* args, PyObject* keywords, PyObject** source,
           const std::array<const char*, sizeof...(Place)>& options, Place... places)
{
    std::array<const char*, sizeof...(Place) + 2> names{through.source};  // ends with a null
    std::copy(options.begin(), options.end(), names.begin() + 1);
    const std::string format = (through.required ? "O|$" : "|$O") + std::string(sizeof...(Place), 'O') + ":" +
                               (through.function == nullptr ? type : through.function);
    if (PyArg_ParseTupleAndKeywords(args, keywords, format.c_str(), const_cast<char**>(names.data()), source,
                                    places...) == 0) {
        throw py::error_already_set();
    }
}

py::object label(PyObject* given, const char* name)
{
    return given == nullptr ? py::none() : read_label(given, name);
}

}  // namespace

factor_arguments read_totp_arguments(const door& through, PyObject* args, PyObject* keywords)
{
    factor_arguments a{};
    parse("TOTP", through, args, keywords, &a.source,
          {"algorithm", "digits", "period", "t0", "encoder", "issuer", "account", "allow_long_period"}, &a.algorithm,
          &a.digits, &a.period, &a.t0, &a.encoder, &a.issuer, &a.account, &a.allow_long_period);
    return a;
}

factor_arguments read_hotp_arguments(const door& through, PyObject* args, PyObject* keywords)
{
    factor_arguments a{};
    parse("HOTP", through, args, keywords, &a.source, {"algorithm", "digits", "issuer", "account"}, &a.algorithm,
          &a.digits, &a.issuer, &a.account);
    return a;
}

factor make_factor(PyTypeObject* type, const door& through, const factor_arguments& given)
{
    secret key_bytes = through.read(given.source);
    const algorithm hash = given.algorithm == nullptr ? algorithm::sha1 : read_algorithm(given.algorithm);
    otp_key key(key_bytes, hash);
    return {state_of(type), std::move(key_bytes),          hash,
            std::move(key), label(given.issuer, "issuer"), label(given.account, "account")};
}

const char* algorithm_text(const factor& of) noexcept
{
    switch (of.hash) {
        case algorithm::sha1: return "SHA1";
        case algorithm::sha256: return "SHA256";
        case algorithm::sha512: return "SHA512";
    }
    return "";
}

py::object issuer_of(const factor& of)
{
    return of.issuer;
}

py::object account_of(const factor& of)
{
    return of.account;
}

py::object algorithm_of(const factor& of)
{
    return py::str(algorithm_text(of));
}

py::object base32_of(const factor& of)
{
    std::string text = of.secret.base32();
    py::str shown(text);
    cseal_wipe(text.data(), text.size());
    return shown;
}

py::object warnings_of(const factor& of)
{
    return of.key.short_secret() ? py::make_tuple(short_secret_warning) : py::tuple();
}

PyObject* refuse_to_copy(PyObject* self, PyObject*) noexcept
{
    PyErr_Format(PyExc_TypeError, "%s holds a secret and is neither pickled nor copied", Py_TYPE(self)->tp_name);
    return nullptr;
}

}  // namespace counterseal::python
