// SPDX-License-Identifier: Apache-2.0
// verify_batch() and verify_hotp_batch(): codes against keys that no table keeps.
#include "arguments.hpp"
#include "batch_call.hpp"
#include "module.hpp"
#include "object.hpp"
#include "read.hpp"

namespace counterseal::python {
namespace {

algorithm hash_of(PyObject* name)
{
    return name == nullptr ? algorithm::sha1 : read_algorithm(name);
}

/// The columns that both functions have.
held_batch read_batch(PyObject* keys, PyObject* key_len, algorithm hash, PyObject* codes, PyObject* ids)
{
    held_batch batch(read_codes(codes));
    batch.set_keys(read_keys(keys, key_len, hash));
    if (is_given(ids)) {
        batch.set_ids(read_ids(ids));
    }
    return batch;
}

PyObject* verify_totp(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<12> how{"verify_batch",
                                       {"keys", "codes", "at", "last_steps", "ids", "algorithm", "key_len", "past",
                                        "future", "digits", "period", "t0"},
                                       4,
                                       4};
    return guarded([&] {
        const auto [keys, codes, at, last_steps, ids, algorithm_name, key_len, past, future, digits, period, t0] =
            sort(how, given, n_given, keywords);
        const auto state = state_of_module(self);
        const algorithm hash = hash_of(algorithm_name);
        const totp_options options = read_options({past, future, digits, period, t0});
        held_batch batch = read_batch(keys, key_len, hash, codes, ids);
        batch.set_times(*state, at, "at");
        batch.set_states(read_last_steps(last_steps), "last_steps");
        return verified<std::int64_t>(*state, batch, [&](std::int8_t* statuses, std::int64_t* steps) {
            verify_batch(hash, batch.get(), options, statuses, steps);
        });
    });
}

PyObject* verify_hotp(PyObject* self, PyObject* const* given, Py_ssize_t n_given, PyObject* keywords) noexcept
{
    static constexpr signature<8> how{
        "verify_hotp_batch",
        {"keys", "codes", "next_counters", "ids", "algorithm", "key_len", "look_ahead", "digits"},
        3,
        3};
    return guarded([&] {
        const auto [keys, codes, next_counters, ids, algorithm_name, key_len, look_ahead, digits] =
            sort(how, given, n_given, keywords);
        const auto state = state_of_module(self);
        const algorithm hash = hash_of(algorithm_name);
        const hotp_options options = read_options(look_ahead, digits);
        held_batch batch = read_batch(keys, key_len, hash, codes, ids);
        batch.set_states(read_next_counters(next_counters), "next_counters");
        return verified<std::uint64_t>(*state, batch, [&](std::int8_t* statuses, std::uint64_t* counters) {
            verify_batch(hash, batch.get(), options, statuses, counters);
        });
    });
}

#define RAW_DOC(state)                                                                                                \
    "For keys that are needed once; a table that is used again is faster. keys, codes and at are what they are for\n" \
    "KeyTable, one for each row; so are the answers. Store each accepted row's " state                                \
    " by a conditional update.\n\n"                                                                                   \
    "ids are integers of up to 64 bits: rows with the same id have the same key, and a code is then accepted once\n"  \
    "among them. Without ids, rows of one key are NOT SEEN and one code can be accepted twice.\n\n"                   \
    "Timing: as for one code in each row; the lengths of keys, ids and counts may leak."

constexpr const char* verify_totp_doc =
    "verify_batch($module, keys, codes, at, last_steps, *, ids=None, algorithm='SHA1', key_len=None, past=1, future=1, "
    "digits=6, period=30, t0=0)\n--\n\n"
    "Verifies TOTP codes, each against a key of its own.\n\n" RAW_DOC("step");

constexpr const char* verify_hotp_doc =
    "verify_hotp_batch($module, keys, codes, next_counters, *, ids=None, algorithm='SHA1', key_len=None, look_ahead=0, "
    "digits=6)\n--\n\n"
    "Verifies HOTP codes, each against a key of its own.\n\n" RAW_DOC("counter");

PyMethodDef functions[] = {{"verify_batch", method(verify_totp), METH_FASTCALL | METH_KEYWORDS, verify_totp_doc},
                           {"verify_hotp_batch", method(verify_hotp), METH_FASTCALL | METH_KEYWORDS, verify_hotp_doc},
                           {nullptr, nullptr, 0, nullptr}};

}  // namespace

void add_verify_batch(const py::module_& module)
{
    if (PyModule_AddFunctions(module.ptr(), functions) != 0) {
        throw py::error_already_set();
    }
}

}  // namespace counterseal::python
