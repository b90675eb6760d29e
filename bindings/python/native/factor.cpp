// SPDX-License-Identifier: Apache-2.0
#include "factor.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "arguments.hpp"
#include "read.hpp"

namespace counterseal::python {
namespace {

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

py::object text_or_none(const std::string& text)
{
    return text.empty() ? py::object(py::none()) : py::object(py::str(text));
}

void set_label(seed& of, seed_text which, const py::object& text)
{
    if (!text.is_none()) {
        of.set(which, utf8_of(text.ptr(), name_of(which)));
    }
}

seed seed_with(const factor& of, std::span<const std::uint8_t> key, seed_info numbers)
{
    numbers.hash = of.hash;
    seed made(key, numbers);
    set_label(made, seed_text::issuer, of.issuer);
    set_label(made, seed_text::account, of.account);
    return made;
}

/// A seed to ask about all but the key: a verifier takes longer keys than a seed does.
seed outline_of(const factor& of, const seed_info& numbers)
{
    constexpr std::size_t longest = 1024;
    const auto key = of.secret.bytes();
    return seed_with(of, key.first(std::min(key.size(), longest)), numbers);
}

}  // namespace

factor_arguments read_totp_arguments(const door& through, PyObject* args, PyObject* keywords)
{
    factor_arguments a{};
    parse("TOTP", through, args, keywords, &a.source,
          {"algorithm", "digits", "period", "t0", "encoder", "issuer", "account", "allow_long_period", "repair"},
          &a.algorithm, &a.digits, &a.period, &a.t0, &a.encoder, &a.issuer, &a.account, &a.allow_long_period,
          &a.repair);
    return a;
}

factor_arguments read_hotp_arguments(const door& through, PyObject* args, PyObject* keywords)
{
    factor_arguments a{};
    parse("HOTP", through, args, keywords, &a.source,
          {"algorithm", "digits", "counter", "token_id", "issuer", "account", "repair"}, &a.algorithm, &a.digits,
          &a.counter, &a.token_id, &a.issuer, &a.account, &a.repair);
    return a;
}

factor make_factor(PyTypeObject* type, const door& through, const factor_arguments& given)
{
    std::shared_ptr<const module_state> state = state_of(type);
    reading how{*state, given.repair != nullptr && read_flag(given.repair, "repair"), {}};
    secret key_bytes = through.read(given.source, how);
    const algorithm hash = given.algorithm == nullptr ? algorithm::sha1 : read_algorithm(given.algorithm);
    otp_key key(key_bytes, hash);
    factor made{std::move(state),
                std::move(key_bytes),
                hash,
                std::move(key),
                label(given.issuer, "issuer"),
                label(given.account, "account"),
                std::move(how.notices),
                {}};
    if (!made.issuer.is_none() || !made.account.is_none()) {
        static_cast<void>(outline_of(made, {}));  // a label that no URI could carry is refused now
    }
    return made;
}

factor factor_of(PyTypeObject* type, const seed& from)
{
    const seed_info numbers = from.info();
    secret key_bytes = from.key();
    otp_key key(key_bytes, numbers.hash);
    factor made{state_of(type),
                std::move(key_bytes),
                numbers.hash,
                std::move(key),
                text_or_none(from.text(seed_text::issuer)),
                text_or_none(from.text(seed_text::account)),
                from.warnings(),
                from.text(seed_text::label_prefix)};
    // What was noticed comes before what is unusual, and that is asked again each time.
    made.notices.resize(made.notices.size() - outline_of(made, numbers).warnings().size());
    return made;
}

seed read_uri(PyObject* uri, seed_kind wanted)
{
    if (!PyUnicode_Check(uri)) {
        refuse_type("uri", "a str", uri);
    }
    const std::string text = utf8_of(uri, "uri");
    seed read = parse_uri(text);
    cseal_wipe(const_cast<char*>(text.data()), text.size());
    if (read.info().kind != wanted) {
        throw config_error(CSEAL_E_ARGUMENT, wanted == seed_kind::totp
                                                 ? "uri must be of TOTP: HOTP.from_uri reads this"
                                                 : "uri must be of HOTP: TOTP.from_uri reads this");
    }
    return read;
}

PyObject* uri_of(const factor& of, const seed_info& numbers, PyObject* const* given, Py_ssize_t n_given,
                 PyObject* keywords)
{
    static constexpr signature<1> how{"uri", {"strip_colons"}, 0, 0};
    const auto [strip_colons] = sort(how, given, n_given, keywords);
    const bool strip = strip_colons != nullptr && read_flag(strip_colons, "strip_colons");
    std::string text = build_uri(seed_of(of, numbers), strip);
    py::str shown(text);
    cseal_wipe(text.data(), text.size());
    return shown.release().ptr();
}

PyObject* qr_of(const factor& of, const seed_info& numbers, PyObject* kind)
{
    if (!PyUnicode_Check(kind)) {
        refuse_type("kind", "a str: 'svg', 'png' or 'text'", kind);
    }
    const qr_kind drawn = qr_kind_named(read_code(kind));
    const seed from = seed_of(of, numbers);
    std::string uri = build_uri(from);
    const std::string issuer = from.text(seed_text::issuer);
    const std::string account = from.text(seed_text::account);
    const std::string title = issuer + (issuer.empty() || account.empty() ? "" : ": ") + account;
    std::string file = render_qr(uri, title, drawn);
    PyObject* shown = drawn == qr_kind::png ? py::bytes(file).release().ptr() : py::str(file).release().ptr();
    cseal_wipe(uri.data(), uri.size());
    cseal_wipe(file.data(), file.size());
    return shown;
}

seed seed_of(const factor& of, const seed_info& numbers)
{
    return seed_with(of, of.secret.bytes(), numbers);
}

py::object warnings_of(const factor& of, const seed_info& numbers)
{
    std::vector<std::string> all = of.notices;
    for (std::string& one : outline_of(of, numbers).warnings()) {
        all.push_back(std::move(one));
    }
    py::tuple made(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        made[i] = py::str(all[i]);
    }
    return made;
}

const char* algorithm_text(algorithm hash) noexcept
{
    switch (hash) {
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
    return py::str(algorithm_text(of.hash));
}

py::object label_prefix_of(const factor& of)
{
    return text_or_none(of.label_prefix);
}

py::object base32_of(const factor& of)
{
    std::string text = of.secret.base32();
    py::str shown(text);
    cseal_wipe(text.data(), text.size());
    return shown;
}

PyObject* refuse_to_copy(PyObject* self, PyObject*) noexcept
{
    PyErr_Format(PyExc_TypeError, "%s holds a secret and is neither pickled nor copied", Py_TYPE(self)->tp_name);
    return nullptr;
}

}  // namespace counterseal::python
