// SPDX-License-Identifier: Apache-2.0
// What the calls on many rows have in common: the columns, held until the call is done, and the options.
#pragma once

#include "batch_verdict.hpp"
#include "code_column.hpp"
#include "errors.hpp"
#include "key_column.hpp"
#include "without_gil.hpp"

namespace counterseal::python {

/// The columns of one call. Each is as long as there are rows.
class held_batch {
public:
    explicit held_batch(std::size_t n_rows) { batch_.n_rows = n_rows; }
    explicit held_batch(code_column codes);

    [[nodiscard]] std::size_t n() const noexcept { return batch_.n_rows; }
    [[nodiscard]] const cseal_batch& get() const noexcept { return batch_; }

    void set_keys(held_keys keys);
    void set_rows(column rows);
    void set_times(const module_state& state, PyObject* at, const char* name);
    void set_states(column states, const char* name);
    void set_ids(column ids);

private:
    cseal_batch batch_ = new_batch();
    code_column codes_;
    held_keys keys_;
    column rows_;
    column times_;
    column states_;
    column ids_;
};

/// Arguments of TOTP; null where one was not given.
struct totp_arguments {
    PyObject* past;
    PyObject* future;
    PyObject* digits;
    PyObject* period;
    PyObject* t0;
};
[[nodiscard]] totp_options read_options(const totp_arguments& given);
[[nodiscard]] hotp_options read_options(PyObject* look_ahead, PyObject* digits);

/// call(statuses, states) as BatchVerdict.
template <class State, class Call>
[[nodiscard]] PyObject* verified(const module_state& state, const held_batch& batch, Call&& call)
{
    answers<State> made(batch.n());
    try {
        without_gil([&] {
            call(made.codes.data(), made.states.data());
            made.count();
        });
    } catch (const config_error& fault) {
        rethrow_as_at(fault);
    }
    return to_python(state, made);
}

}  // namespace counterseal::python
