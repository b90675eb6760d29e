// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>

#include "arguments.hpp"
#include "buffer.hpp"
#include "docs.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "read.hpp"
#include "verdict.hpp"

namespace counterseal::python {
namespace {

struct suite_and_key {
    std::shared_ptr<const module_state> state;
    std::string suite;
    counterseal::ocra key;
    cseal_ocra_info info;
};

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        PyObject* suite = nullptr;
        PyObject* key = nullptr;
        static const char* const names[] = {"suite", "key", nullptr};
        if (PyArg_ParseTupleAndKeywords(args, keywords, "OO:OCRA", const_cast<char**>(names), &suite, &key) == 0) {
            throw py::error_already_set();
        }
        if (!PyUnicode_Check(suite)) {
            refuse_type("suite", "a str", suite);
        }
        std::string text = utf8_of(suite, "suite");
        const buffer shared(key, "key", "bytes");
        counterseal::ocra made(text, shared.bytes());
        const cseal_ocra_info info = made.info();
        return box(type, suite_and_key{state_of(type), std::move(text), std::move(made), info});
    });
}

bool is_given(const PyObject* argument)
{
    return argument != nullptr && argument != Py_None;
}

/// Whether the suite takes the argument; one that it lacks, or one that it has not, is told with its name.
bool takes(bool in_suite, const char* function, const char* name, const PyObject* argument)
{
    if (in_suite && !is_given(argument)) {
        throw py::type_error(std::string(function) + "() missing required argument '" + name + "': the suite has it");
    }
    if (!in_suite && is_given(argument)) {
        throw config_error(CSEAL_E_ARGUMENT, std::string(name) + " must not be given: the suite has none");
    }
    return in_suite;
}

/// The challenge and the secret inputs, as long as a call lasts.
class inputs {
public:
    inputs(const suite_and_key& of, const char* function, PyObject* question, PyObject* pin_hash, PyObject* session)
    {
        static_cast<void>(takes(true, function, "question", question));  // there is no suite without one
        if (!PyUnicode_Check(question)) {
            refuse_type("question", "a str", question);
        }
        question_ = utf8_of(question, "question");
        if (takes(of.info.pin_algorithm != 0, function, "pin_hash", pin_hash)) {
            pin_hash_.emplace(pin_hash, "pin_hash", "bytes");
        }
        if (takes(of.info.session_len != 0, function, "session", session)) {
            session_.emplace(session, "session", "bytes");
        }
    }

    [[nodiscard]] ocra_inputs get() const
    {
        return {question_, pin_hash_ ? pin_hash_->bytes() : std::span<const std::uint8_t>(),
                session_ ? session_->bytes() : std::span<const std::uint8_t>()};
    }

private:
    std::string question_;
    std::optional<buffer> pin_hash_;
    std::optional<buffer> session_;
};

std::uint64_t counter_of(const suite_and_key& of, const char* function, PyObject* counter)
{
    return takes(of.info.has_counter != 0, function, "counter", counter) ? read_counter(counter, "counter") : 0;
}

/// The present where the suite has a time step and none is given.
std::uint64_t time_of(const suite_and_key& of, const char* function, PyObject* time)
{
    if (of.info.time_step_s != 0 && !is_given(time)) {
        return read_clock(*of.state);
    }
    return takes(of.info.time_step_s != 0, function, "time", time) ? read_time(*of.state, time, "time") : 0;
}

/// None says that the factor was never used; what is not given says nothing.
std::int64_t last_step_of(const suite_and_key& of, const char* function, PyObject* last_step)
{
    if (of.info.time_step_s != 0 && last_step == Py_None) {
        return -1;
    }
    return takes(of.info.time_step_s != 0, function, "last_step", last_step) ? read_last_step(last_step) : -1;
}

PyObject* generate(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<5> how{"generate", {"question", "counter", "pin_hash", "session", "time"}, 0, 0};
    return guarded([&] {
        const auto [question, counter, pin_hash, session, time] = sort(how, given, n_given, keywords);
        const suite_and_key& of = value_of<suite_and_key>(self);
        const inputs parts(of, how.function, question, pin_hash, session);
        const std::uint64_t at_counter = counter_of(of, how.function, counter);
        return py::str(of.key.generate(parts.get(), at_counter, time_of(of, how.function, time))).release().ptr();
    });
}

/// The core says `next_counter`; the argument of verify is called `counter`.
[[noreturn]] void rethrow_as_counter(const config_error& fault)
{
    const std::string rule = fault.what();
    throw rule.starts_with("next_counter ") ? config_error(fault.code(), rule.substr(5)) : fault;
}

PyObject* verify(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<10> how{
        "verify",
        {"code", "question", "counter", "pin_hash", "session", "last_step", "time", "look_ahead", "past", "future"},
        2,
        1};
    return guarded([&] {
        const auto [code, question, counter, pin_hash, session, last_step, time, look_ahead, past, future] =
            sort(how, given, n_given, keywords);
        const suite_and_key& of = value_of<suite_and_key>(self);
        const inputs parts(of, how.function, question, pin_hash, session);
        const std::uint64_t next = counter_of(of, how.function, counter);
        const std::int64_t used = last_step_of(of, how.function, last_step);
        const std::uint64_t now_s = time_of(of, how.function, time);
        ocra_options options;
        if (look_ahead != nullptr) {
            options.look_ahead = read_count(look_ahead, "look_ahead");
        }
        if (past != nullptr) {
            options.past = read_count(past, "past");
        }
        if (future != nullptr) {
            options.future = read_count(future, "future");
        }
        try {
            return to_python(*of.state, of.key.verify(read_code(code), parts.get(), next, used, now_s, options),
                             of.info);
        } catch (const config_error& fault) {
            rethrow_as_counter(fault);
        }
    });
}

PyObject* repr(PyObject* self) noexcept
{
    return PyUnicode_FromFormat("<counterseal.OCRA %s>", value_of<suite_and_key>(self).suite.c_str());
}

constexpr const char* type_doc =
    "OCRA(suite, key)\n--\n\n"
    "Answers to challenges, and signatures that a token shows as a code (RFC 6287).\n\n"
    "Any number of threads may use one object. Nothing shows the key.";

constexpr const char* generate_doc =
    "generate($self, *, question=None, counter=None, pin_hash=None, session=None, time=None)\n--\n\n" DOC_OCRA_GENERATE
    "\n\nWhat the suite has is needed, what it has not is refused; time is now by default.\n\n" FACTS_OCRA_GENERATE;

constexpr const char* verify_doc =
    "verify($self, code, *, question, counter=None, pin_hash=None, session=None, last_step=..., time=None,\n"
    "       look_ahead=0, past=1, future=1)\n--\n\n" DOC_OCRA_VERIFY
    "\n\n"
    "The challenge is the one that this side stored, never one that comes with the answer.\n\n"
    "counter is the one expected next. last_step has no default where the suite has a time step; None (or -1) says\n"
    "never used. On acceptance store verdict.next_counter or verdict.step with one conditional update, whose row\n"
    "count decides.\n\n" FACTS_OCRA_VERIFY;

const PyMethodDef methods[] = {{"generate", method(generate), METH_FASTCALL | METH_KEYWORDS, generate_doc},
                               {"verify", method(verify), METH_FASTCALL | METH_KEYWORDS, verify_doc},
                               {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
                               {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
                               {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"suite", get<suite_and_key, [](const suite_and_key& of) { return py::str(of.suite); }>, nullptr,
     "How codes are made, as it was given.", nullptr},
    {"digits", get<suite_and_key, [](const suite_and_key& of) { return py::int_(of.info.digits); }>, nullptr,
     digits_doc, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

void add_ocra(const py::module_& module)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot(type_doc)},
                           {Py_tp_new, slot(make)},
                           {Py_tp_dealloc, slot(unbox<suite_and_key>)},
                           {Py_tp_repr, slot(repr)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_getset, slot(attributes)},
                           {0, nullptr}};
    static_cast<void>(
        add_type(module, {"counterseal.OCRA", sizeof(boxed<suite_and_key>), 0, Py_TPFLAGS_DEFAULT, slots}));
}

}  // namespace counterseal::python
