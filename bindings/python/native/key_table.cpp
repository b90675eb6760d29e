// SPDX-License-Identifier: Apache-2.0
// KeyTable and HOTPKeyTable: what each has of its own stands in totp_rows and hotp_rows (table_rows.hpp).
#include <string>

#include "arguments.hpp"
#include "batch_call.hpp"
#include "buffer.hpp"
#include "docs.hpp"
#include "factor.hpp"
#include "module.hpp"
#include "read.hpp"
#include "table_rows.hpp"

namespace counterseal::python {
namespace {

template <class Rows>
PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) noexcept
{
    return guarded([&] {
        const char* const names[] = {"keys", "key_len", "algorithm", "replay", Rows::states_name, nullptr};
        PyObject* keys = nullptr;
        PyObject* key_len = nullptr;
        PyObject* hash_name = nullptr;
        PyObject* replay_name = nullptr;
        PyObject* states = nullptr;
        const std::string format = std::string("|O$OOOO:") + Rows::type;
        if (PyArg_ParseTupleAndKeywords(args, keywords, format.c_str(), const_cast<char**>(names), &keys, &key_len,
                                        &hash_name, &replay_name, &states) == 0) {
            throw py::error_already_set();
        }
        const table_replay replay = read_replay(Rows::type, replay_name);
        const algorithm hash = hash_name == nullptr ? algorithm::sha1 : read_algorithm(hash_name);
        table made{state_of(type), hash, replay, key_table(replay, hash, Rows::kind)};
        static_cast<void>(append<Rows>(made, keys, key_len, states));
        return box(type, std::move(made));
    });
}

template <class Rows>
PyObject* add(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<3> how{"add", {"keys", "key_len", Rows::states_name}, 1, 1};
    return guarded([&] {
        const auto [keys, key_len, states] = sort(how, given, n_given, keywords);
        return py::int_(append<Rows>(value_of<table>(self), keys, key_len, states)).release().ptr();
    });
}

template <class Rows>
PyObject* replace(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<3> how{"replace", {"row", "key", Rows::state_name}, 3};
    return guarded([&] {
        const auto [row, key, state] = sort(how, given, n_given, keywords);
        const std::uint32_t number = read_count(row, "row");
        const std::int64_t new_state = Rows::read_state(state);
        const buffer bytes(key, "key", "bytes (base32 text is decoded first)");
        if (bytes.bytes().empty()) {
            throw config_error(CSEAL_E_ARGUMENT, "key must not be empty");
        }
        changing(Rows::replace_rule, [&] { value_of<table>(self).rows.replace(number, bytes.bytes(), new_state); });
        return Py_NewRef(Py_None);
    });
}

PyObject* remove(PyObject* self, PyObject* row) noexcept
{
    return guarded([&] {
        const std::uint32_t number = read_count(row, "row");
        changing("row must be one of the table", [&] { value_of<table>(self).rows.remove(number); });
        return Py_NewRef(Py_None);
    });
}

PyObject* states(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<2> how{"states", {"first", "n"}, 0};
    return guarded([&] {
        const auto [first, n] = sort(how, given, n_given, keywords);
        const table& of = value_of<table>(self);
        const std::size_t size = size_of(of);
        const std::size_t begin = first == nullptr ? 0 : read_count(first, "first");
        if (begin > size) {
            throw config_error(CSEAL_E_RANGE, "first must be a row of the table, or behind the last one");
        }
        const std::size_t count = is_given(n) ? read_count(n, "n") : size - begin;
        if (count > size - begin) {
            throw config_error(CSEAL_E_RANGE, "n must be at most the number of rows from first on");
        }
        const fresh_items<std::int64_t> read(count);
        without_gil([&] { of.rows.states(static_cast<std::uint32_t>(begin), {read.data(), count}); });
        return read.view("q").release().ptr();
    });
}

/// The rows that codes are for; without them, the codes are for all rows in turn.
void set_rows(held_batch& batch, const table& of, PyObject* rows)
{
    if (is_given(rows)) {
        batch.set_rows(read_rows(rows));
        return;
    }
    if (const std::size_t size = size_of(of); size != batch.n()) {
        throw config_error(CSEAL_E_ARGUMENT, "codes must be one for each of the table's " + std::to_string(size) +
                                                 " rows unless rows are given, not " + std::to_string(batch.n()));
    }
}

PyObject* verify_totp(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<9> how{
        "verify", {"codes", "at", "rows", "past", "future", "last_steps", "digits", "period", "t0"}, 2, 2};
    return guarded([&] {
        const auto [codes, at, rows, past, future, last_steps, digits, period, t0] =
            sort(how, given, n_given, keywords);
        table& of = value_of<table>(self);
        const totp_options options = read_options({past, future, digits, period, t0});
        held_batch batch(read_codes(codes));
        set_rows(batch, of, rows);
        batch.set_times(*of.state, at, "at");
        if (is_given(last_steps)) {
            batch.set_states(read_last_steps(last_steps), "last_steps");
        }
        return verified<std::int64_t>(*of.state, batch, [&](std::int8_t* statuses, std::int64_t* steps) {
            of.rows.verify(batch.get(), options, statuses, steps);
        });
    });
}

PyObject* verify_hotp(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<5> how{"verify", {"codes", "rows", "look_ahead", "next_counters", "digits"}, 1, 1};
    return guarded([&] {
        const auto [codes, rows, look_ahead, next_counters, digits] = sort(how, given, n_given, keywords);
        table& of = value_of<table>(self);
        const hotp_options options = read_options(look_ahead, digits);
        held_batch batch(read_codes(codes));
        set_rows(batch, of, rows);
        if (is_given(next_counters)) {
            batch.set_states(read_next_counters(next_counters), "next_counters");
        }
        return verified<std::uint64_t>(*of.state, batch, [&](std::int8_t* statuses, std::uint64_t* counters) {
            of.rows.verify(batch.get(), options, statuses, counters);
        });
    });
}

/// The rows that codes are made for: those that are given, or all.
held_batch generating(const table& of, PyObject* rows)
{
    if (!is_given(rows)) {
        return held_batch(size_of(of));
    }
    column read = read_rows(rows);
    held_batch batch(read.n);
    batch.set_rows(std::move(read));
    return batch;
}

/// A row without a code has a number that is none: 0 would be six zeros.
template <class Options>
PyObject* generated(const table& of, const held_batch& batch, const Options& options)
{
    const fresh_items<std::uint32_t> codes(batch.n());
    std::vector<std::int8_t> statuses(batch.n());
    without_gil([&] {
        of.rows.generate(batch.get(), options, statuses.data(), codes.data());
        for (std::size_t i = 0; i < batch.n(); ++i) {
            codes.data()[i] = statuses[i] == CSEAL_OK ? codes.data()[i] : std::numeric_limits<std::uint32_t>::max();
        }
    });
    return codes.view("I").release().ptr();
}

PyObject* totp_at(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<5> how{"at", {"time", "rows", "digits", "period", "t0"}, 1, 1};
    return guarded([&] {
        const auto [time, rows, digits, period, t0] = sort(how, given, n_given, keywords);
        const table& of = value_of<table>(self);
        const totp_options options = read_options({nullptr, nullptr, digits, period, t0});
        held_batch batch = generating(of, rows);
        batch.set_times(*of.state, time, "time");
        return generated(of, batch, options);
    });
}

PyObject* hotp_at(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<3> how{"at", {"rows", "next_counters", "digits"}, 0, 0};
    return guarded([&] {
        const auto [rows, next_counters, digits] = sort(how, given, n_given, keywords);
        const table& of = value_of<table>(self);
        held_batch batch = generating(of, rows);
        if (is_given(next_counters)) {
            batch.set_states(read_next_counters(next_counters), "next_counters");
        }
        return generated(of, batch, read_options(nullptr, digits));
    });
}

Py_ssize_t length(PyObject* self) noexcept
{
    try {
        return static_cast<Py_ssize_t>(size_of(value_of<table>(self)));
    } catch (...) {
        set_python_error();
        return -1;
    }
}

template <class Rows>
PyObject* repr(PyObject* self) noexcept
{
    const table& of = value_of<table>(self);
    return PyUnicode_FromFormat("<counterseal.%s %s, %s>", Rows::type, algorithm_text(of.hash), replay_text(of));
}

py::object algorithm_of_table(const table& of)
{
    return py::str(algorithm_text(of.hash));
}

py::object replay_of(const table& of)
{
    return py::str(replay_text(of));
}

#define TABLE_OPTIONS(states) "keys=(), *, key_len=None, algorithm='SHA1', replay, " states "=None)\n--\n\n"

// Where keys come from, and what a table is; the same for both.
#define KEYS_DOC                                                                                                     \
    "keys is a sequence of buffers of bytes, a buffer of rows, or one buffer of keys of key_len bytes each, which\n" \
    "without key_len is the length of the hash: 20, 32 or 64. Keys are copied; the caller may wipe his."
#define TABLE_DOC(state)                                                                                         \
    KEYS_DOC                                                                                                     \
    "\n\n"                                                                                                       \
    "replay has no default. 'this_process': an accepted code moves the row's " state                             \
    ", so that this table accepts\n"                                                                             \
    "a code once, on any number of threads; that holds for one process until it ends. 'report_only': rows stay " \
    "as\n"                                                                                                       \
    "they are, and the caller's own conditional update decides.\n\n"                                             \
    "Any number of threads may verify with one table. Nothing shows a key. A table does not survive a fork."
#define CODES_DOC                                                                                            \
    "codes are integers of 32 or 64 bits in a buffer, texts of one width in a buffer (numpy 'S6', or\n"      \
    "memoryview.cast('B', [n, 6])), or a list or tuple of what people typed, in which anything that is no\n" \
    "text is malformed. rows are the numbers of their rows; without them there is one code for each row.\n"  \
    "Buffers are read where they lie, and other threads run meanwhile."
#define AT_DOC                                                                                                 \
    "Codes come as a memoryview of uint32. A row that has none, because it was removed or does not exist or\n" \
    "its time or counter is out of bounds, gets 2**32 - 1."

constexpr const char* totp_type_doc = "KeyTable(" TABLE_OPTIONS(
    "last_steps") "Prepared TOTP keys of many users with their last used steps.\n\n" TABLE_DOC("last step");
constexpr const char* hotp_type_doc = "HOTPKeyTable(" TABLE_OPTIONS(
    "next_counters") "Prepared HOTP keys of many users with the counters expected next.\n\n" TABLE_DOC("counter");

constexpr const char* verify_totp_doc =
    "verify($self, codes, at, *, rows=None, past=1, future=1, last_steps=None, digits=6, period=30, "
    "t0=0)\n--\n\n" DOC_KEYTABLE_VERIFY "\n\n" CODES_DOC
    "\n\n"
    "at is one time for all rows, as in TOTP.verify(), or a buffer or sequence of ints. Of last_steps (None in a\n"
    "sequence: never used) and those of the table the higher one counts.\n\n" FACTS_KEYTABLE_VERIFY;
constexpr const char* verify_hotp_doc =
    "verify($self, codes, *, rows=None, look_ahead=0, next_counters=None, digits=6)\n--\n\n" DOC_HOTPKEYTABLE_VERIFY
    "\n\n" CODES_DOC
    "\n\n"
    "Of next_counters and those of the table the higher one counts.\n\n" FACTS_HOTPKEYTABLE_VERIFY;

constexpr const char* totp_at_doc = "at($self, time, *, rows=None, digits=6, period=30, t0=0)\n--\n\n" DOC_KEYTABLE_AT
                                    "\n\n" AT_DOC "\n\n" FACTS_KEYTABLE_AT;
constexpr const char* hotp_at_doc =
    "at($self, *, rows=None, next_counters=None, digits=6)\n--\n\n"
    "Makes the HOTP codes of the counters that the table expects next, or of next_counters where those are\n"
    "higher. No counter moves.\n\n" AT_DOC "\n\n" FACTS_HOTPKEYTABLE_AT;

constexpr const char* add_totp_doc = "add($self, keys, *, key_len=None, last_steps=None)\n--\n\n" DOC_KEYTABLE_ADD
                                     "\n\nReturns the number of the first new row. " KEYS_DOC "\n\n" FACTS_KEYTABLE_ADD;
constexpr const char* add_hotp_doc =
    "add($self, keys, *, key_len=None, next_counters=None)\n--\n\n" DOC_HOTPKEYTABLE_ADD
    "\n\nReturns the number of the first new row. " KEYS_DOC "\n\n" FACTS_HOTPKEYTABLE_ADD;

constexpr const char* replace_totp_doc = "replace($self, row, key, last_step)\n--\n\n" DOC_KEYTABLE_REPLACE
                                         " last_step None: never used.\n\n" FACTS_KEYTABLE_REPLACE;
constexpr const char* replace_hotp_doc =
    "replace($self, row, key, next_counter)\n--\n\n" DOC_HOTPKEYTABLE_REPLACE "\n\n" FACTS_HOTPKEYTABLE_REPLACE;

constexpr const char* remove_doc = "remove($self, row, /)\n--\n\n" DOC_KEYTABLE_REMOVE "\n\n" FACTS_KEYTABLE_REMOVE;

#define STATES_DOC "n rows from first on, without n all; a memoryview of int64, -2**63 for a removed row."

constexpr const char* last_steps_doc = "last_steps($self, first=0, n=None)\n--\n\n" DOC_KEYTABLE_LAST_STEPS
                                       "\n\n" STATES_DOC "\n\n" FACTS_KEYTABLE_LAST_STEPS;
constexpr const char* next_counters_doc = "next_counters($self, first=0, n=None)\n--\n\n" DOC_HOTPKEYTABLE_NEXT_COUNTERS
                                          "\n\n" STATES_DOC "\n\n" FACTS_HOTPKEYTABLE_NEXT_COUNTERS;

constexpr int fast = METH_FASTCALL | METH_KEYWORDS;

const PyMethodDef totp_methods[] = {{"verify", method(verify_totp), fast, verify_totp_doc},
                                    {"at", method(totp_at), fast, totp_at_doc},
                                    {"add", method(add<totp_rows>), fast, add_totp_doc},
                                    {"replace", method(replace<totp_rows>), fast, replace_totp_doc},
                                    {"remove", remove, METH_O, remove_doc},
                                    {"last_steps", method(states), fast, last_steps_doc},
                                    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
                                    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
                                    {nullptr, nullptr, 0, nullptr}};

const PyMethodDef hotp_methods[] = {{"verify", method(verify_hotp), fast, verify_hotp_doc},
                                    {"at", method(hotp_at), fast, hotp_at_doc},
                                    {"add", method(add<hotp_rows>), fast, add_hotp_doc},
                                    {"replace", method(replace<hotp_rows>), fast, replace_hotp_doc},
                                    {"remove", remove, METH_O, remove_doc},
                                    {"next_counters", method(states), fast, next_counters_doc},
                                    {"__reduce__", refuse_to_copy, METH_NOARGS, reduce_doc},
                                    {"__reduce_ex__", refuse_to_copy, METH_O, reduce_ex_doc},
                                    {nullptr, nullptr, 0, nullptr}};

const PyGetSetDef attributes[] = {
    {"algorithm", get<table, algorithm_of_table>, nullptr, algorithm_doc, nullptr},
    {"replay", get<table, replay_of>, nullptr, "'this_process' or 'report_only'.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

template <class Rows>
void add_type_of(const py::module_& module, const char* name, const char* doc, const PyMethodDef* methods)
{
    PyType_Slot slots[] = {{Py_tp_doc, slot(doc)},
                           {Py_tp_new, slot(make<Rows>)},
                           {Py_tp_dealloc, slot(unbox<table>)},
                           {Py_tp_repr, slot(repr<Rows>)},
                           {Py_mp_length, slot(length)},
                           {Py_tp_methods, slot(methods)},
                           {Py_tp_getset, slot(attributes)},
                           {0, nullptr}};
    static_cast<void>(add_type(module, {name, sizeof(boxed<table>), 0, Py_TPFLAGS_DEFAULT, slots}));
}

}  // namespace

void add_key_tables(const py::module_& module)
{
    add_type_of<totp_rows>(module, "counterseal.KeyTable", totp_type_doc, totp_methods);
    add_type_of<hotp_rows>(module, "counterseal.HOTPKeyTable", hotp_type_doc, hotp_methods);
}

}  // namespace counterseal::python
