// SPDX-License-Identifier: Apache-2.0
// Seed: an entry of a seed file, and what reads and writes such files.
#include <string>
#include <utility>
#include <vector>

#include "arguments.hpp"
#include "buffer.hpp"
#include "docs.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "read.hpp"

namespace counterseal::python {
namespace {

struct seed_value {
    std::shared_ptr<const module_state> state;
    seed value;
    py::object line;  // int, or None where the format has no lines
};

/// A bytes object that is wiped when the last of our code lets go of it.
class secret_bytes {
public:
    explicit secret_bytes(const secret& from)
        : made_(py::bytes(reinterpret_cast<const char*>(from.bytes().data()), from.bytes().size()))
    {
    }
    secret_bytes(const secret_bytes&) = delete;
    secret_bytes& operator=(const secret_bytes&) = delete;
    ~secret_bytes()
    {
        if (made_.ref_count() == 1) {
            cseal_wipe(PyBytes_AS_STRING(made_.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(made_.ptr())));
        }
    }
    [[nodiscard]] const py::bytes& get() const noexcept { return made_; }

private:
    py::bytes made_;
};

const char* kind_text(const seed& of)
{
    switch (of.info().kind) {
        case seed_kind::totp: return "totp";
        case seed_kind::hotp: return "hotp";
        case seed_kind::ocra: return "ocra";
        case seed_kind::yubico: return "yubico";
    }
    return "";
}

py::object text_or_none(const std::string& text)
{
    return text.empty() ? py::object(py::none()) : py::object(py::str(text));
}

template <seed_text Which>
PyObject* get_text(PyObject* self, void*) noexcept
{
    return guarded([&] { return text_or_none(value_of<seed_value>(self).value.text(Which)).release().ptr(); });
}

py::handle module_of(PyObject* self)
{
    PyObject* module = PyType_GetModule(Py_TYPE(self));
    if (module == nullptr) {
        throw py::error_already_set();
    }
    return module;
}

PyObject* otp(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        const seed& of = value_of<seed_value>(self).value;
        const py::handle module = module_of(self);
        const auto type = [&](const char* name) {
            return reinterpret_cast<PyTypeObject*>(module.attr(name).ptr());  // the module keeps it
        };
        switch (of.info().kind) {
            case seed_kind::totp: return totp_of(type("TOTP"), of);
            case seed_kind::hotp: return hotp_of(type("HOTP"), of);
            case seed_kind::ocra: {
                const secret_bytes key(of.key());
                return module.attr("OCRA")(of.text(seed_text::suite), key.get()).release().ptr();
            }
            case seed_kind::yubico: break;
        }
        const secret_bytes key(of.key());
        const secret_bytes private_id(of.private_id());
        return module.attr("YubicoOtp")(key.get(), of.text(seed_text::public_id), private_id.get()).release().ptr();
    });
}

PyObject* reveal_seed(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        std::string text = value_of<seed_value>(self).value.key().base32();
        py::str shown(text);
        cseal_wipe(text.data(), text.size());
        return shown.release().ptr();
    });
}

PyObject* get_warnings(PyObject* self, void*) noexcept
{
    return guarded([&] {
        const auto all = value_of<seed_value>(self).value.warnings();
        py::tuple made(all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            made[i] = py::str(all[i]);
        }
        return made.release().ptr();
    });
}

PyObject* repr(PyObject* self) noexcept
{
    return guarded([&] {
        const seed& of = value_of<seed_value>(self).value;
        std::string who;
        for (const seed_text which : {seed_text::serial, seed_text::issuer, seed_text::account}) {
            who += of.text(which).empty() ? "" : " " + of.text(which);
        }
        return py::str("<counterseal.Seed " + std::string(kind_text(of)) + who + ">").release().ptr();
    });
}

/// The bytes of a file, given as text or as a buffer.
std::string read_data(PyObject* data)
{
    if (PyUnicode_Check(data)) {
        return utf8_of(data, "data");
    }
    Py_buffer view{};
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) != 0) {
        PyErr_Clear();
        refuse_type("data", "str or bytes", data);
    }
    std::string copy(static_cast<const char*>(view.buf), static_cast<std::size_t>(view.len));
    PyBuffer_Release(&view);
    return copy;
}

/// A pre-shared key: text that would say it in hex or base64 is refused.
std::string read_key(PyObject* key)
{
    const buffer view(key, "key", "bytes or None");
    return {reinterpret_cast<const char*>(view.bytes().data()), view.bytes().size()};
}

py::tuple problem_of(const problem& why)
{
    const auto known = [](std::uint64_t number, bool is_known) {
        return is_known ? py::object(py::int_(number)) : py::object(py::none());
    };
    return py::make_tuple(known(why.line, why.line != 0), known(why.column, why.column != 0),
                          known(why.byte, why.byte != UINT64_MAX), py::str(why.text));
}

/// (data, format, key, password, dry_run) -> (format, [Seed], [(line, column, byte, text)]); the seeds are empty where
/// an entry is bad and it is no dry run.
PyObject* read_seeds(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        if (n_given != 5) {
            throw py::type_error("_read_seeds() takes 5 arguments");
        }
        std::string data = read_data(given[0]);
        std::string key = given[2] == Py_None ? std::string() : read_key(given[2]);
        std::string password = given[3] == Py_None ? std::string() : utf8_of(given[3], "password");
        import_settings settings;
        settings.format = format_named(read_code(given[1]));
        settings.key = {reinterpret_cast<const std::uint8_t*>(key.data()), key.size()};
        settings.password = password;
        settings.dry_run = given[4] == Py_True;
        const py::handle module(self);
        auto* type = reinterpret_cast<PyTypeObject*>(module.attr("Seed").ptr());
        const auto state = state_of(type);
        const seed_import read(state->provider.get(), data, settings);
        for (std::string* secret_text : {&data, &key, &password}) {
            cseal_wipe(secret_text->data(), secret_text->size());
        }
        py::list seeds;
        py::list problems;
        const bool handed_out = read.n_bad() == 0 || settings.dry_run;
        for (std::uint32_t i = 0; i < read.size(); ++i) {
            const problem why = read.row(i);
            if (why.status != CSEAL_OK) {
                problems.append(problem_of(why));
            } else if (handed_out) {
                const py::object line = why.line == 0 ? py::object(py::none()) : py::object(py::int_(why.line));
                seeds.append(py::reinterpret_steal<py::object>(box(type, seed_value{state, read.at(i), line})));
            }
        }
        return py::make_tuple(py::str(name_of(read.format())), seeds, problems).release().ptr();
    });
}

/// (items, format) -> text
PyObject* write_seeds(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        if (n_given != 2) {
            throw py::type_error("_write_seeds() takes 2 arguments");
        }
        const py::handle module(self);
        seed_export file(format_named(read_code(given[1])));
        std::size_t number = 0;
        for (const py::handle item : py::reinterpret_borrow<py::object>(given[0])) {
            ++number;
            try {
                if (py::isinstance(item, module.attr("Seed"))) {
                    file.add(value_of<seed_value>(item.ptr()).value);
                } else if (py::isinstance(item, module.attr("TOTP"))) {
                    file.add(seed_of_totp(item.ptr()));
                } else if (py::isinstance(item, module.attr("HOTP"))) {
                    file.add(seed_of_hotp(item.ptr()));
                } else {
                    refuse_type("items", "TOTP, HOTP or Seed objects", item.ptr());
                }
            } catch (const config_error& fault) {
                throw config_error(fault.code(), "item " + std::to_string(number) + ": " + fault.what());
            }
        }
        std::string text = file.text();
        py::str shown(text);
        cseal_wipe(text.data(), text.size());
        return shown.release().ptr();
    });
}

const PyMethodDef methods[] = {
    {"otp", otp, METH_NOARGS, "otp($self, /)\n--\n\nThe verifier: TOTP, HOTP, OCRA or YubicoOtp, by `kind`."},
    {"reveal_base32", reveal_seed, METH_NOARGS, REVEAL_DOC(SEED)},
    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
    {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"kind", get<seed_value, [](const seed_value& of) { return py::str(kind_text(of.value)); }>, nullptr,
     "'totp', 'hotp', 'ocra' or 'yubico'.", nullptr},
    {"line", get<seed_value, [](const seed_value& of) { return of.line; }>, nullptr, "The line of the file, from 1.",
     nullptr},
    {"counter", get<seed_value, [](const seed_value& of) { return py::int_(of.value.info().counter); }>, nullptr,
     "HOTP and OCRA: the counter expected next.", nullptr},
    {"issuer", get_text<seed_text::issuer>, nullptr, issuer_doc, nullptr},
    {"account", get_text<seed_text::account>, nullptr, account_doc, nullptr},
    {"user", get_text<seed_text::user>, nullptr, "Whom the file assigns the token to.", nullptr},
    {"serial", get_text<seed_text::serial>, nullptr, "Serial number of the token.", nullptr},
    {"manufacturer", get_text<seed_text::manufacturer>, nullptr, "Who made the token.", nullptr},
    {"model", get_text<seed_text::model>, nullptr, "Which token it is.", nullptr},
    {"suite", get_text<seed_text::suite>, nullptr, "The OCRA suite.", nullptr},
    {"public_id", get_text<seed_text::public_id>, nullptr,
     "Of a Yubico OTP, or the token identifier of a YubiKey's OATH-HOTP slot (modhex).", nullptr},
    {"key_id", get_text<seed_text::key_id>, nullptr, "Key@Id of a PSKC file.", nullptr},
    {"warnings", get_warnings, nullptr, warnings_doc, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

PyMethodDef functions[] = {{"_read_seeds", method(read_seeds), METH_FASTCALL, nullptr},
                           {"_write_seeds", method(write_seeds), METH_FASTCALL, nullptr},
                           {nullptr, nullptr, 0, nullptr}};

}  // namespace

void add_seed(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot("An entry of a seed file: a secret with what its token is. Nothing but "
                                            "reveal_base32() shows the secret.")},
                           {Py_tp_dealloc, slot(unbox<seed_value>)},
                           {Py_tp_repr, slot(repr)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_getset, slot(attributes)},
                           {0, nullptr}};
    constexpr unsigned flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
    static_cast<void>(add_type(module, {"counterseal.Seed", sizeof(boxed<seed_value>), 0, flags, slots}));
    if (PyModule_AddFunctions(module.ptr(), functions) != 0) {
        throw py::error_already_set();
    }
}

}  // namespace counterseal::python
