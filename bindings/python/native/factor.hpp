// SPDX-License-Identifier: Apache-2.0
// What TOTP and HOTP have in common: the secret, where it may come from, who it belongs to, and that nothing shows it.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

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
};

/// What a constructor was given; null where it was not.
struct factor_arguments {
    PyObject* source;  // of the secret
    PyObject* algorithm;
    PyObject* digits;
    PyObject* issuer;
    PyObject* account;
    // TOTP only
    PyObject* period;
    PyObject* t0;
    PyObject* encoder;
    PyObject* allow_long_period;
};

/// A way a secret comes in.
struct door {
    const char* function;  // what an error calls it; null: the type
    const char* source;    // its first argument
    bool required;         // that one is: it may then be given by position, as no other
    counterseal::secret (*read)(PyObject* source);
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
[[nodiscard]] py::object warnings_of(const factor& of);
[[nodiscard]] py::object base32_of(const factor& of);
[[nodiscard]] const char* algorithm_text(const factor& of) noexcept;
[[nodiscard]] PyObject* refuse_to_copy(PyObject* self, PyObject*) noexcept;

inline constexpr const char* issuer_doc = "Who runs the login.";
inline constexpr const char* account_doc = "Who logs in.";
inline constexpr const char* algorithm_doc = "'SHA1', 'SHA256' or 'SHA512'.";
inline constexpr const char* digits_doc = "How long a code is.";
inline constexpr const char* warnings_doc = "What is unusual about a factor that nevertheless works; one text each.";
inline constexpr const char* reveal_doc =
    "reveal_base32($self, /)\n--\n\nThe secret, to store it encrypted and to show it once. Nothing else shows it.";
inline constexpr const char* reduce_doc = "__reduce__($self, /)\n--\n\nRefused: a copy would hold the secret.";
inline constexpr const char* reduce_ex_doc =
    "__reduce_ex__($self, protocol, /)\n--\n\nRefused: a copy would hold the secret.";

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
