// SPDX-License-Identifier: Apache-2.0
// _Engine: the handle of an engine. What requests and answers look like is written in Python; here they are text, and
// bytes beside it. No call holds the GIL while it waits for the store.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch_call.hpp"
#include "buffer.hpp"
#include "factor.hpp"
#include "key_ring.hpp"
#include "module.hpp"
#include "object.hpp"
#include "read.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

struct engine_value {
    engine handle;

    explicit engine_value(engine&& opened) noexcept : handle(std::move(opened)) {}
    engine_value(engine_value&&) noexcept = default;
    engine_value& operator=(engine_value&&) = delete;
    ~engine_value()
    {
        without_gil([&] { handle.close(); });  // which waits for the store
    }
};

py::object text_of(const std::string& json)
{
    auto text = py::reinterpret_steal<py::object>(
        PyUnicode_DecodeUTF8(json.data(), static_cast<Py_ssize_t>(json.size()), "strict"));
    if (!text) {
        throw py::error_already_set();
    }
    return text;
}

py::object bytes_of(const secret& from)
{
    const std::span<const std::uint8_t> bytes = from.bytes();
    return bytes.empty() ? py::object(py::none())
                         : py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// The key of a TOTP or a HOTP of this module; nothing of what is neither.
std::optional<secret> key_of(PyObject* self, PyObject* otp)
{
    const py::handle module(PyType_GetModule(Py_TYPE(self)));
    if (py::isinstance(otp, module.attr("TOTP"))) {
        return seed_of_totp(otp).key();
    }
    if (py::isinstance(otp, module.attr("HOTP"))) {
        return seed_of_hotp(otp).key();
    }
    return std::nullopt;
}

/// What a call of `self` gets beside its number. A key is never a bytes object: it is the TOTP or HOTP that has it.
class request {
public:
    request(PyObject* self, PyObject* json, PyObject* secret)
        : json_(utf8_of(json, "request")), key_(key_of(self, secret))
    {
        if (!key_ && secret != Py_None) {
            secret_.emplace(secret, "secret", "bytes");
        }
    }
    [[nodiscard]] const std::string& json() const noexcept { return json_; }
    [[nodiscard]] std::span<const std::uint8_t> secret() const noexcept
    {
        if (key_) {
            return key_->bytes();
        }
        return secret_ ? secret_->bytes() : std::span<const std::uint8_t>();
    }

private:
    std::string json_;
    std::optional<counterseal::secret> key_;
    std::optional<buffer> secret_;
};

void need(Py_ssize_t n_given, Py_ssize_t n_wanted, const char* function)
{
    if (n_given != n_wanted) {
        throw py::type_error(std::string(function) + "() takes " + std::to_string(n_wanted) + " arguments");
    }
}

engine& handle_of(PyObject* self) noexcept
{
    return value_of<engine_value>(self).handle;
}

/// (url, keys, create, migrate, refuse_fork, log_p256, sessions, patience_ms, threads, expected_checkpoints)
PyObject* open(PyObject* type, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 10, "open");
        const std::string url = utf8_of(given[0], "url");
        const key_ring& keys = key_ring_of(given[1], "keys");
        const engine_settings settings{.create = given[2] == Py_True,
                                       .migrate = given[3] == Py_True,
                                       .refuse_after_fork = given[4] == Py_True,
                                       .n_sessions = read_setting(given[6], "sessions"),
                                       .patience_ms = read_setting(given[7], "patience"),
                                       .n_threads = read_setting(given[8], "threads"),
                                       .log_p256 = given[5] == Py_True,
                                       .expected_checkpoints = utf8_of(given[9], "expected_checkpoints")};
        std::optional<engine> opened;
        without_gil([&] { opened.emplace(url, keys, settings); });
        return box(reinterpret_cast<PyTypeObject*>(type), engine_value(std::move(*opened)));
    });
}

/// (op, request, secret) -> (status, json, secret)
PyObject* call(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 3, "call");
        const std::uint32_t op = read_count(given[0], "op");
        const request what(self, given[1], given[2]);
        std::optional<engine_answer> answer;
        without_gil([&] { answer.emplace(handle_of(self).call(op, what.json(), what.secret())); });
        return py::make_tuple(answer->status, text_of(answer->json), bytes_of(answer->bytes)).release().ptr();
    });
}

/// (op, request, secret, tag)
PyObject* submit(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 4, "submit");
        const std::uint32_t op = read_count(given[0], "op");
        const request what(self, given[1], given[2]);
        handle_of(self).submit(op, what.json(), what.secret(), read_not_negative(given[3], "tag"));
        return py::none().release().ptr();
    });
}

/// timeout_ms -> [(tag, status)]; None: closed, and all were told
PyObject* wait(PyObject* self, PyObject* timeout_ms) noexcept
{
    return guarded([&]() -> PyObject* {
        const std::uint32_t patience = read_count(timeout_ms, "timeout_ms");
        std::optional<std::vector<engine_done>> done;
        without_gil([&] { done = handle_of(self).wait(patience); });
        if (!done) {
            return py::none().release().ptr();
        }
        py::list all;
        for (const engine_done& one : *done) {
            all.append(py::make_tuple(one.tag, one.status));
        }
        return all.release().ptr();
    });
}

/// tag -> (json, secret)
PyObject* take(PyObject* self, PyObject* tag) noexcept
{
    return guarded([&] {
        const engine_answer answer = handle_of(self).take({read_not_negative(tag, "tag"), CSEAL_OK});
        return py::make_tuple(text_of(answer.json), bytes_of(answer.bytes)).release().ptr();
    });
}

PyObject* descriptor(PyObject* self, PyObject*) noexcept
{
    return guarded([&] { return py::int_(handle_of(self).descriptor()).release().ptr(); });
}

PyObject* reload_keys(PyObject* self, PyObject* keys) noexcept
{
    return guarded([&] {
        const key_ring& ring = key_ring_of(keys, "keys");
        without_gil([&] { handle_of(self).reload_keys(ring); });
        return py::none().release().ptr();
    });
}

PyObject* close(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        without_gil([&] { handle_of(self).close(); });
        return py::none().release().ptr();
    });
}

PyObject* name_of_status(PyObject*, PyObject* number) noexcept
{
    return guarded([&] {
        const auto status = static_cast<cseal_status>(read_int(number, "number"));
        return py::make_tuple(std::string("CSEAL_") + cseal_status_name(status), cseal_status_meaning(status))
            .release()
            .ptr();
    });
}

/// (status, step, next_counter, retry_after_s) -> Verdict
PyObject* verdict_of(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 4, "_verdict");
        const auto status = static_cast<cseal_status>(read_int(given[0], "status"));
        return engine_verdict(*state_of_module(self), status, {given[1], given[2], given[3]});
    });
}

/// (statuses, states) -> BatchVerdict
PyObject* batch_verdict_of(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 2, "_batch_verdict");
        const py::list statuses(py::reinterpret_borrow<py::object>(given[0]));
        const py::list states(py::reinterpret_borrow<py::object>(given[1]));
        answers<std::int64_t> made(statuses.size());
        for (std::size_t i = 0; i < made.n; ++i) {
            made.codes.data()[i] = static_cast<std::int8_t>(read_int(py::object(statuses[i]).ptr(), "statuses"));
            made.states.data()[i] = read_int(py::object(states[i]).ptr(), "states");
        }
        made.count();
        return to_python(*state_of_module(self), made);
    });
}

/// (log, kept, verifier) -> report. `kept` is JSON or empty; a log is long, and nobody waits for it.
PyObject* verify_log_of(PyObject*, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 3, "_verify_log");
        const buffer log(given[0], "data", "bytes: the lines of an exported log");
        const std::string kept = utf8_of(given[1], "checkpoints");
        const std::string verifier = utf8_of(given[2], "verifier");
        const std::string_view lines(reinterpret_cast<const char*>(log.bytes().data()), log.bytes().size());
        std::string report;
        without_gil([&] { report = verify_log(lines, kept, verifier); });
        return text_of(report).release().ptr();
    });
}

const PyMethodDef methods[] = {{"open", method(open), METH_CLASS | METH_FASTCALL, nullptr},
                               {"call", method(call), METH_FASTCALL, nullptr},
                               {"submit", method(submit), METH_FASTCALL, nullptr},
                               {"wait", wait, METH_O, nullptr},
                               {"take", take, METH_O, nullptr},
                               {"descriptor", descriptor, METH_NOARGS, nullptr},
                               {"reload_keys", reload_keys, METH_O, nullptr},
                               {"close", close, METH_NOARGS, nullptr},
                               {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
                               {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
                               {nullptr, nullptr, 0, nullptr}};

PyMethodDef functions[] = {{"_status", name_of_status, METH_O, nullptr},
                           {"_verdict", method(verdict_of), METH_FASTCALL, nullptr},
                           {"_batch_verdict", method(batch_verdict_of), METH_FASTCALL, nullptr},
                           {"_verify_log", method(verify_log_of), METH_FASTCALL, nullptr},
                           {nullptr, nullptr, 0, nullptr}};

}  // namespace

void add_engine(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot("The handle of an engine; counterseal.Engine is what people use.")},
                           {Py_tp_dealloc, slot(unbox<engine_value>)},
                           {Py_tp_methods, slot(methods)},
                           {0, nullptr}};
    constexpr unsigned flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
    static_cast<void>(add_type(module, {"counterseal._native._Engine", sizeof(boxed<engine_value>), 0, flags, slots}));
    if (PyModule_AddFunctions(module.ptr(), functions) != 0) {
        throw py::error_already_set();
    }
}

}  // namespace counterseal::python
