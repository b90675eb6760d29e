// SPDX-License-Identifier: Apache-2.0
// What TOTP and HOTP have in common: the secret, where it may come from, who it belongs to, and that nothing shows it.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <string>
#include <vector>

#include <counterseal/counterseal.hpp>

#include "errors.hpp"
#include "object.hpp"
#include "state.hpp"

namespace counterseal::python {

struct factor {
    std::shared_ptr<const module_state> state;
    counterseal::secret secret;
    algorithm hash;
    otp_key key;
    py::object issuer;
    py::object account;
    std::vector<std::string> notices;  // what was repaired or unusual when it was read
    std::string label_prefix;          // of a URI whose label names another issuer
};

/// What a constructor was given; null where it was not.
struct factor_arguments {
    PyObject* source;  // of the secret
    PyObject* algorithm;
    PyObject* digits;
    PyObject* issuer;
    PyObject* account;
    PyObject* repair;
    // HOTP only
    PyObject* counter;
    PyObject* token_id;
    // TOTP only
    PyObject* period;
    PyObject* t0;
    PyObject* encoder;
    PyObject* allow_long_period;
};

/// How the text of a secret is read, and what was found.
struct reading {
    const module_state& state;
    bool repair = false;
    std::vector<std::string> notices;
};

/// A way a secret comes in.
struct door {
    const char* function;  // what an error calls it; null: the type
    const char* source;    // its first argument
    bool required;         // that one is: it may then be given by position, as no other
    counterseal::secret (*read)(PyObject* source, reading& how);
};
extern const door base32_door;
extern const door raw_door;
extern const door hex_door;
extern const door random_door;

/// Throws TypeError as Python does for any function.
[[nodiscard]] factor_arguments read_totp_arguments(const door& through, PyObject* args, PyObject* keywords);
[[nodiscard]] factor_arguments read_hotp_arguments(const door& through, PyObject* args, PyObject* keywords);

/// Reads what is no option of TOTP or HOTP alone, the secret first.
[[nodiscard]] factor make_factor(PyTypeObject* type, const door& through, const factor_arguments& given);

// Methods and attributes that are the same for every factor.
[[nodiscard]] py::object issuer_of(const factor& of);
[[nodiscard]] py::object account_of(const factor& of);
[[nodiscard]] py::object algorithm_of(const factor& of);
[[nodiscard]] py::object label_prefix_of(const factor& of);
[[nodiscard]] py::object base32_of(const factor& of);
[[nodiscard]] const char* algorithm_text(algorithm hash) noexcept;
[[nodiscard]] PyObject* refuse_to_copy(PyObject* self, PyObject*) noexcept;

/// The factor as a seed: what URIs and warnings are made from.
[[nodiscard]] seed seed_of(const factor& of, const seed_info& numbers);

/// What is no option of TOTP or HOTP alone, from a seed.
[[nodiscard]] factor factor_of(PyTypeObject* type, const seed& from);

/// The URI of a factor; `arguments` of uri(*, strip_colons=False).
[[nodiscard]] PyObject* uri_of(const factor& of, const seed_info& numbers, PyObject* const* given, Py_ssize_t n_given,
                               PyObject* keywords);

/// The QR code of that URI; the argument of qr(kind).
[[nodiscard]] PyObject* qr_of(const factor& of, const seed_info& numbers, PyObject* kind);

/// The seed in an otpauth URI. Throws config_error, also for one of the other kind.
[[nodiscard]] seed read_uri(PyObject* uri, seed_kind wanted);

/// The warnings of a seed after the notices of its factor.
[[nodiscard]] py::object warnings_of(const factor& of, const seed_info& numbers);

inline constexpr const char* issuer_doc = "Who runs the login.";
inline constexpr const char* account_doc = "Who logs in.";
inline constexpr const char* algorithm_doc = "'SHA1', 'SHA256' or 'SHA512'.";
inline constexpr const char* digits_doc = "How long a code is.";
inline constexpr const char* warnings_doc = "What is unusual about a factor that nevertheless works; one text each.";
inline constexpr const char* label_prefix_doc =
    "What stood before the colon of a URI's label, where it is not the issuer; else None.";
inline constexpr const char* qr_doc =
    "qr($self, kind)\n--\n\n"
    "The QR code of uri(), which a phone reads: 'svg', 'text' (for a dark terminal) and 'ansi' (for any terminal) are\n"
    "str, 'png' is bytes.\n\n"
    "Drawn in the process: no web service sees the secret. Show it once, over TLS, and do not store it.";
inline constexpr const char* reduce_doc = "__reduce__($self, /)\n--\n\nRefused: a copy would hold the secret.";
inline constexpr const char* reduce_ex_doc =
    "__reduce_ex__($self, protocol, /)\n--\n\nRefused: a copy would hold the secret.";

// Docstrings of TOTP and HOTP: the sentences of docs.hpp about each, and what is the same for both.
#define FROM_URI_DOC(kind)                               \
    "from_uri($type, uri)\n--\n\n" DOC_##kind##_FROM_URI \
        "\n\n`warnings` says what was ignored or repaired.\n\n" FACTS_##kind##_FROM_URI
#define URI_DOC(kind)                                                                                       \
    "uri($self, *, strip_colons=False)\n--\n\n" DOC_##kind##_URI                                            \
        "\n\n"                                                                                              \
        "A phone reads it from a QR code; it holds the secret. Needs an issuer or an account; a colon in\n" \
        "one of them is refused, or dropped with strip_colons=True.\n\n" FACTS_##kind##_URI
#define REVEAL_DOC(kind)                                         \
    "reveal_base32($self, /)\n--\n\n" DOC_##kind##_REVEAL_BASE32 \
        "\n\nTo store it encrypted and to show it once.\n\n" FACTS_##kind##_REVEAL_BASE32

/// An attribute, or a method without arguments: Get(value) is a py::object.
template <class Factor, auto Get>
[[nodiscard]] PyObject* get(PyObject* self, void*) noexcept
{
    return guarded([&] { return py::object(Get(value_of<Factor>(self))).release().ptr(); });
}
template <class Factor>
[[nodiscard]] PyObject* reveal(PyObject* self, PyObject*) noexcept
{
    return get<Factor, base32_of>(self, nullptr);
}

}  // namespace counterseal::python
