// SPDX-License-Identifier: Apache-2.0
// KeyRing: the keys of an installation.
#include "key_ring.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "arguments.hpp"
#include "buffer.hpp"
#include "docs.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "object.hpp"
#include "read.hpp"
#include "without_gil.hpp"

namespace counterseal::python {
namespace {

PyObject* boxed_ring(PyObject* type, key_ring&& made)
{
    return box(reinterpret_cast<PyTypeObject*>(type), std::move(made));
}

/// A ring is ASCII; any other text is read as an empty one, which is no ring either.
PyObject* ring_from_text(PyObject* type, PyObject* text)
{
    const std::string_view ascii = read_code(text);
    return boxed_ring(type, key_ring::from_text(ascii.data() == nullptr ? std::string_view("") : ascii));
}

PyObject* from_text(PyObject* type, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"from_text", {"text"}, 1};
    return guarded([&] {
        const auto [text] = sort(how, given, n_given, keywords);
        if (!PyUnicode_Check(text)) {
            refuse_type("text", "a str", text);
        }
        return ring_from_text(type, text);
    });
}

PyObject* from_env(PyObject* type, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<1> how{"from_env", {"name"}, 1};
    return guarded([&] {
        const auto [name] = sort(how, given, n_given, keywords);
        if (!PyUnicode_Check(name)) {
            refuse_type("name", "a str", name);
        }
        const py::object text = py::module_::import("os").attr("environ").attr("get")(py::handle(name));
        if (text.is_none()) {
            throw error(CSEAL_E_KEYS, "the environment has no variable " + py::repr(name).cast<std::string>());
        }
        return ring_from_text(type, text.ptr());
    });
}

/// The bytes of a path, as the system has it.
std::string path_of(PyObject* path)
{
    PyObject* bytes = nullptr;
    if (PyUnicode_FSConverter(path, &bytes) == 0) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) != 0) {
            PyErr_Clear();
            refuse_type("path", "a str or an os.PathLike", path);
        }
        if (PyErr_ExceptionMatches(PyExc_ValueError) == 0) {
            throw py::error_already_set();
        }
        PyErr_Clear();
        throw config_error(CSEAL_E_ARGUMENT, "path must be one that a file system can have");
    }
    const auto held = py::reinterpret_steal<py::object>(bytes);
    return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

PyObject* from_file(PyObject* type, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<2> how{"from_file", {"path", "create"}, 1};
    return guarded([&] {
        const auto [path, create] = sort(how, given, n_given, keywords);
        const bool makes_one = create != nullptr && read_flag(create, "create");
        const std::string name = path_of(path);
        std::optional<key_ring> made;
        without_gil([&] { made.emplace(key_ring::from_file(name, makes_one)); });  // another one may have it locked
        return boxed_ring(type, std::move(*made));
    });
}

constexpr const char* mapping_of_keys = "a mapping of str to bytes";

std::string id_of(const py::handle& id)
{
    if (!PyUnicode_Check(id.ptr())) {
        refuse_type("keys", mapping_of_keys, id.ptr());
    }
    return utf8_of(id.ptr(), "keys");
}

PyObject* from_keys(PyObject* type, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<2> how{"from_keys", {"keys", "active"}, 2, 1};
    return guarded([&] {
        const auto [keys, active] = sort(how, given, n_given, keywords);
        if (!PyUnicode_Check(active)) {
            refuse_type("active", "a str", active);
        }
        if (!py::isinstance(keys, py::module_::import("collections.abc").attr("Mapping"))) {
            refuse_type("keys", mapping_of_keys, keys);
        }
        const py::dict all(py::reinterpret_borrow<py::object>(keys));
        const py::handle first(active);
        if (!all.contains(first)) {
            throw config_error(CSEAL_E_ARGUMENT, "active must be the id of one of the keys");
        }
        const py::object active_key = all[first];
        key_ring ring(buffer(active_key.ptr(), "keys", mapping_of_keys).bytes(), id_of(first));
        for (const auto& [id, key] : all) {
            if (!id.equal(first)) {
                ring.add(buffer(key.ptr(), "keys", mapping_of_keys).bytes(), id_of(id));
            }
        }
        return boxed_ring(type, std::move(ring));
    });
}

key_ring::change change_named(PyObject* word)
{
    static constexpr std::pair<std::string_view, key_ring::change> all[] = {
        {"add", key_ring::change::add}, {"promote", key_ring::change::promote}, {"remove", key_ring::change::remove}};
    if (!PyUnicode_Check(word)) {
        refuse_type("what", "a str", word);
    }
    const std::string name = utf8_of(word, "what");
    for (const auto& [known, what] : all) {
        if (name == known) {
            return what;
        }
    }
    throw config_error(CSEAL_E_UNSUPPORTED, "what must be 'add', 'promote' or 'remove'");
}

std::string key_named(PyObject* id)
{
    if (!PyUnicode_Check(id)) {
        refuse_type("id", "a str", id);
    }
    return utf8_of(id, "id");
}

PyObject* changed(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    static constexpr signature<2> how{"changed", {"what", "id"}, 2};
    return guarded([&] {
        const auto [what, id] = sort(how, given, n_given, nullptr);
        return boxed_ring(reinterpret_cast<PyObject*>(Py_TYPE(self)),
                          value_of<key_ring>(self).changed(change_named(what), key_named(id)));
    });
}

PyObject* change_file(PyObject* type, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    static constexpr signature<3> how{"change_file", {"path", "what", "id"}, 3};
    return guarded([&] {
        const auto [path, what, id] = sort(how, given, n_given, nullptr);
        const std::string name = path_of(path);
        const auto change = change_named(what);
        const auto key = key_named(id);
        std::optional<key_ring> made;
        without_gil([&] { made.emplace(key_ring::change_file(name, change, key)); });
        return boxed_ring(type, std::move(*made));
    });
}

PyObject* reveal_text(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        const cseal_key_ring* const ring = value_of<key_ring>(self).get();
        std::size_t len = 0;
        cseal_status status = cseal_key_ring_text_get(ring, nullptr, 0, &len);
        std::string text(len, '\0');
        if (status == CSEAL_E_CAPACITY) {
            status = cseal_key_ring_text_get(ring, text.data(), text.size(), &len);
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        py::str shown(text);
        cseal_wipe(text.data(), text.size());
        return shown.release().ptr();
    });
}

PyObject* repr(PyObject*) noexcept
{
    return PyUnicode_FromString("<counterseal.KeyRing>");
}

constexpr const char* type_doc =
    "The keys of an installation: one of them seals what is new, the others still open what is old.\n\n"
    "Nothing but reveal_text() shows a key. Keep a ring apart from the database that it protects: whoever loses it\n"
    "loses every secret that was sealed under its keys.";

constexpr const char* from_env_doc =
    "from_env($type, name)\n--\n\n"
    "Reads a ring from a variable of the environment: the text that a file of keys holds.\n\n"
    "Raises KeyRingError where there is no such variable, or its text is no ring.";

constexpr const char* from_keys_doc =
    "from_keys($type, keys, *, active)\n--\n\n"
    "Makes a ring of keys that the host unwraps itself: a mapping of ids to 32 random bytes each. The active one "
    "seals\n"
    "what is new.\n\n"
    "Raises KeyRingError for a key or an id that breaks a rule.";

constexpr const char* from_file_doc = "from_file($type, path, create=False)\n--\n\n" DOC_KEYRING_FROM_FILE
                                      "\n\n"
                                      "With create, a new ring of one key is made where there is no file yet, readable "
                                      "by its owner alone.\n"
                                      "Raises KeyRingError where there is no such file, or it is no ring.";

constexpr const char* from_text_doc = "from_text($type, text)\n--\n\n" DOC_KEYRING_FROM_TEXT
                                      "\n\n"
                                      "Raises KeyRingError where the text is no ring; it names the line.";

constexpr const char* changed_doc =
    "changed($self, what, id, /)\n--\n\n"
    "Another ring: with a new key of random bytes (\"add\"), with another key that seals (\"promote\"), or without a "
    "key\n"
    "(\"remove\", never the one that seals).\n\n"
    "Raises KeyRingError for an id that breaks a rule.";

constexpr const char* change_file_doc =
    "change_file($type, path, what, id, /)\n--\n\n"
    "Changes the ring in a file as changed() does, and returns it. Whoever reads the file meanwhile finds the old ring "
    "or\n"
    "the new one, whole, also after a crash. A symbolic link, a file with several names, and one that its group may "
    "read\n"
    "are refused.\n\n"
    "Raises KeyRingError, and the file stays as it is.";

constexpr const char* reveal_text_doc =
    "reveal_text($self, /)\n--\n\n"
    "The ring as text: what a file or a variable of the environment holds. It is as secret as the keys.";

const PyMethodDef methods[] = {
    {"from_file", method(from_file), METH_CLASS | METH_FASTCALL | METH_KEYWORDS, from_file_doc},
    {"from_env", method(from_env), METH_CLASS | METH_FASTCALL | METH_KEYWORDS, from_env_doc},
    {"from_keys", method(from_keys), METH_CLASS | METH_FASTCALL | METH_KEYWORDS, from_keys_doc},
    {"from_text", method(from_text), METH_CLASS | METH_FASTCALL | METH_KEYWORDS, from_text_doc},
    {"change_file", method(change_file), METH_CLASS | METH_FASTCALL, change_file_doc},
    {"changed", method(changed), METH_FASTCALL, changed_doc},
    {"reveal_text", reveal_text, METH_NOARGS, reveal_text_doc},
    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
    {nullptr, nullptr, 0, nullptr}};

}  // namespace

const key_ring& key_ring_of(PyObject* object, const char* name)
{
    // One class in one module: its objects are known by how they are freed.
    if (Py_TYPE(object)->tp_dealloc != unbox<key_ring>) {
        refuse_type(name, "a KeyRing", object);
    }
    return value_of<key_ring>(object);
}

void add_key_ring(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot(type_doc)},
                           {Py_tp_dealloc, slot(unbox<key_ring>)},
                           {Py_tp_repr, slot(repr)},
                           {Py_tp_methods, slot(methods)},
                           {0, nullptr}};
    constexpr unsigned flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
    static_cast<void>(add_type(module, {"counterseal.KeyRing", sizeof(boxed<key_ring>), 0, flags, slots}));
}

}  // namespace counterseal::python
