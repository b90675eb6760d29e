// SPDX-License-Identifier: Apache-2.0
// _Engine: the handle of an engine. What requests and answers look like is written in Python; here they are text, and
// bytes beside it. No call holds the GIL while it waits for the store.
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch_call.hpp"
#include "buffer.hpp"
#include "factor.hpp"
#include "fault.hpp"
#include "key_ring.hpp"
#include "module.hpp"
#include "object.hpp"
#include "read.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

struct free_engine {
    void operator()(cseal_engine* handle) const
    {
        const py::gil_scoped_release released;  // closing waits for the store
        cseal_engine_free(handle);
    }
};
using engine_handle = std::unique_ptr<cseal_engine, free_engine>;

struct free_answer {
    void operator()(cseal_engine_answer* handle) const noexcept { cseal_engine_answer_free(handle); }
};
using answer_handle = std::unique_ptr<cseal_engine_answer, free_answer>;

/// Memory for something secret, wiped when it goes.
class wiped_text {
public:
    explicit wiped_text(std::size_t n) : text_(n, '\0') {}
    wiped_text(const wiped_text&) = delete;
    wiped_text& operator=(const wiped_text&) = delete;
    ~wiped_text() { cseal_wipe(text_.data(), text_.size()); }

    [[nodiscard]] char* data() noexcept { return text_.data(); }
    [[nodiscard]] std::uint8_t* bytes() noexcept { return reinterpret_cast<std::uint8_t*>(text_.data()); }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
    void grow(std::size_t n)
    {
        cseal_wipe(text_.data(), text_.size());
        text_.assign(n, '\0');
    }

private:
    std::string text_;
};

/// (json, secret or None)
py::tuple answer_of(wiped_text& json, std::size_t json_len, wiped_text& secret, std::size_t secret_len)
{
    auto text = py::reinterpret_steal<py::object>(
        PyUnicode_DecodeUTF8(json.data(), static_cast<Py_ssize_t>(json_len), "strict"));
    if (!text) {
        throw py::error_already_set();
    }
    return py::make_tuple(text, secret_len == 0 ? py::object(py::none()) : py::bytes(secret.data(), secret_len));
}

/// What a call gets beside its number.
class request {
public:
    request(PyObject* json, PyObject* secret) : json_(utf8_of(json, "request"))
    {
        if (secret != Py_None) {
            secret_.emplace(secret, "secret", "bytes");
        }
    }
    [[nodiscard]] const std::string& json() const noexcept { return json_; }
    [[nodiscard]] std::span<const std::uint8_t> secret() const noexcept
    {
        return secret_ ? secret_->bytes() : std::span<const std::uint8_t>();
    }

private:
    std::string json_;
    std::optional<buffer> secret_;
};

void need(Py_ssize_t n_given, Py_ssize_t n_wanted, const char* function)
{
    if (n_given != n_wanted) {
        throw py::type_error(std::string(function) + "() takes " + std::to_string(n_wanted) + " arguments");
    }
}

cseal_engine* handle_of(PyObject* self) noexcept
{
    return value_of<engine_handle>(self).get();
}

/// (url, keys, create, migrate, refuse_fork, sessions, patience_ms, threads)
PyObject* open(PyObject* type, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 8, "open");
        const std::string url = utf8_of(given[0], "url");
        const cseal_key_ring* const keys = key_ring_of(given[1], "keys");
        cseal_engine_options options{};
        check(cseal_engine_options_init(&options, sizeof options));
        options.flags = given[2] == Py_True ? CSEAL_ENGINE_CREATE : 0;
        options.schema = given[3] == Py_True ? CSEAL_SCHEMA_MIGRATE : CSEAL_SCHEMA_CHECK;
        options.on_fork = given[4] == Py_True ? CSEAL_FORK_REFUSE : CSEAL_FORK_REOPEN;
        options.n_sessions = read_setting(given[5], "sessions");
        options.patience_ms = read_setting(given[6], "patience");
        options.n_threads = read_setting(given[7], "threads");
        problem why;
        cseal_engine* opened = nullptr;
        cseal_status status = CSEAL_OK;
        without_gil([&] { status = cseal_engine_open(url.data(), url.size(), keys, &options, &why, &opened); });
        engine_handle handle(opened);
        check(status, why);
        return box(reinterpret_cast<PyTypeObject*>(type), std::move(handle));
    });
}

/// (op, request, secret) -> (status, json, secret)
PyObject* call(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 3, "call");
        const std::uint32_t op = read_count(given[0], "op");
        const request what(given[1], given[2]);
        cseal_engine_answer* made = nullptr;
        cseal_status status = CSEAL_OK;
        without_gil([&] {
            status = cseal_engine_call(handle_of(self), op, what.json().data(), what.json().size(),
                                       what.secret().data(), what.secret().size(), &made);
        });
        const answer_handle answer(made);
        if (!answer) {
            return py::make_tuple(status, "", py::none()).release().ptr();
        }
        std::size_t json_len = 0;
        std::size_t secret_len = 0;
        static_cast<void>(cseal_engine_answer_json(made, nullptr, 0, &json_len));
        static_cast<void>(cseal_engine_answer_secret(made, nullptr, 0, &secret_len));
        wiped_text json(json_len);
        wiped_text secret(secret_len);
        check(cseal_engine_answer_json(made, json.data(), json.size(), &json_len));
        check(cseal_engine_answer_secret(made, secret.bytes(), secret.size(), &secret_len));
        const py::tuple told = answer_of(json, json_len, secret, secret_len);
        return py::make_tuple(status, told[0], told[1]).release().ptr();
    });
}

/// (op, request, secret, tag)
PyObject* submit(PyObject* self, PyObject* const* given, Py_ssize_t n_given) noexcept
{
    return guarded([&] {
        need(n_given, 4, "submit");
        const std::uint32_t op = read_count(given[0], "op");
        const request what(given[1], given[2]);
        check(cseal_engine_submit(handle_of(self), op, what.json().data(), what.json().size(), what.secret().data(),
                                  what.secret().size(), read_not_negative(given[3], "tag")));
        return py::none().release().ptr();
    });
}

/// timeout_ms -> [(tag, status)], at most 64
PyObject* wait(PyObject* self, PyObject* timeout_ms) noexcept
{
    return guarded([&] {
        const std::uint32_t patience = read_count(timeout_ms, "timeout_ms");
        std::array<std::uint64_t, 64> tags;
        std::array<cseal_status, 64> statuses;
        std::size_t n = 0;
        cseal_status status = CSEAL_OK;
        without_gil([&] {
            status = cseal_engine_wait(handle_of(self), patience, tags.data(), statuses.data(), tags.size(), &n);
        });
        check(status);
        py::list all;
        for (std::size_t i = 0; i < n; ++i) {
            all.append(py::make_tuple(tags[i], statuses[i]));
        }
        return all.release().ptr();
    });
}

/// tag -> (json, secret)
PyObject* take(PyObject* self, PyObject* tag) noexcept
{
    return guarded([&] {
        const std::uint64_t which = read_not_negative(tag, "tag");
        wiped_text json(1024);
        wiped_text secret(1024);
        std::size_t json_len = 0;
        std::size_t secret_len = 0;
        cseal_status status = CSEAL_OK;
        const auto attempt = [&] {
            status = cseal_engine_take(handle_of(self), which, json.data(), json.size(), &json_len, secret.bytes(),
                                       secret.size(), &secret_len);
        };
        attempt();
        if (status == CSEAL_E_CAPACITY) {
            json.grow(json_len);
            secret.grow(secret_len);
            attempt();
        }
        check(status);
        return answer_of(json, json_len, secret, secret_len).release().ptr();
    });
}

PyObject* descriptor(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        std::int32_t made = -1;
        check(cseal_engine_descriptor(handle_of(self), &made));
        return py::int_(made).release().ptr();
    });
}

PyObject* close(PyObject* self, PyObject*) noexcept
{
    return guarded([&] {
        without_gil([&] { static_cast<void>(cseal_engine_close(handle_of(self))); });
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

/// The key of a TOTP, a HOTP or a Seed, as a bytearray that the caller wipes.
PyObject* raw_key(PyObject* self, PyObject* otp) noexcept
{
    return guarded([&] {
        const py::handle module(self);
        const secret key = [&] {
            if (py::isinstance(otp, module.attr("TOTP"))) {
                return seed_of_totp(otp).key();
            }
            if (py::isinstance(otp, module.attr("HOTP"))) {
                return seed_of_hotp(otp).key();
            }
            refuse_type("otp", "a TOTP or a HOTP", otp);
        }();
        return PyByteArray_FromStringAndSize(reinterpret_cast<const char*>(key.bytes().data()),
                                             static_cast<Py_ssize_t>(key.bytes().size()));
    });
}

const PyMethodDef methods[] = {{"open", method(open), METH_CLASS | METH_FASTCALL, nullptr},
                               {"call", method(call), METH_FASTCALL, nullptr},
                               {"submit", method(submit), METH_FASTCALL, nullptr},
                               {"wait", wait, METH_O, nullptr},
                               {"take", take, METH_O, nullptr},
                               {"descriptor", descriptor, METH_NOARGS, nullptr},
                               {"close", close, METH_NOARGS, nullptr},
                               {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
                               {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
                               {nullptr, nullptr, 0, nullptr}};

PyMethodDef functions[] = {{"_status", name_of_status, METH_O, nullptr},
                           {"_verdict", method(verdict_of), METH_FASTCALL, nullptr},
                           {"_batch_verdict", method(batch_verdict_of), METH_FASTCALL, nullptr},
                           {"_raw_key", raw_key, METH_O, nullptr},
                           {nullptr, nullptr, 0, nullptr}};

}  // namespace

void add_engine(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot("The handle of an engine; counterseal.Engine is what people use.")},
                           {Py_tp_dealloc, slot(unbox<engine_handle>)},
                           {Py_tp_methods, slot(methods)},
                           {0, nullptr}};
    constexpr unsigned flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
    static_cast<void>(add_type(module, {"counterseal._native._Engine", sizeof(boxed<engine_handle>), 0, flags, slots}));
    if (PyModule_AddFunctions(module.ptr(), functions) != 0) {
        throw py::error_already_set();
    }
}

}  // namespace counterseal::python
