// SPDX-License-Identifier: Apache-2.0
#include "batch_call.hpp"

#include <utility>

#include "errors.hpp"
#include "read.hpp"

namespace counterseal::python {

held_batch::held_batch(code_column codes) : codes_(std::move(codes))
{
    batch_.n_rows = codes_.items.n;
    batch_.code_kind = codes_.kind;
    batch_.codes = codes_.items.base;
    batch_.codes_stride = codes_.items.stride;
    batch_.code_width = codes_.width;
}

void held_batch::set_keys(held_keys keys)
{
    keys_ = std::move(keys);
    check_length(keys_.n, "keys", n(), "codes");
    batch_.keys = keys_.keys.base;
    batch_.keys_stride = keys_.keys.stride;
    batch_.key_len = keys_.keys.len;
    batch_.key_lens = keys_.keys.lens;
}

void held_batch::set_rows(column rows)
{
    rows_ = std::move(rows);
    check_length(rows_.n, "rows", n(), "codes");
    batch_.rows = rows_.base;
    batch_.rows_stride = rows_.stride;
}

void held_batch::set_times(const module_state& state, PyObject* at, const char* name)
{
    times_ = read_times(state, at, name, n());
    check_length(times_.n, name, n(), "rows");
    batch_.times = times_.base;
    batch_.times_stride = times_.stride;
}

void held_batch::set_states(column states, const char* name)
{
    states_ = std::move(states);
    check_length(states_.n, name, n(), "codes");
    batch_.states = states_.base;
    batch_.states_stride = states_.stride;
}

void held_batch::set_ids(column ids)
{
    ids_ = std::move(ids);
    check_length(ids_.n, "ids", n(), "codes");
    batch_.ids = ids_.base;
    batch_.ids_stride = ids_.stride;
}

totp_options read_options(const totp_arguments& given)
{
    totp_options options;
    if (given.past != nullptr) {
        options.past = read_count(given.past, "past");
    }
    if (given.future != nullptr) {
        options.future = read_count(given.future, "future");
    }
    if (given.digits != nullptr) {
        options.digits = read_setting(given.digits, "digits");
    }
    if (given.period != nullptr) {
        options.period_s = read_setting(given.period, "period");
    }
    if (given.t0 != nullptr) {
        options.t0_s = read_not_negative(given.t0, "t0");
    }
    return options;
}

hotp_options read_options(PyObject* look_ahead, PyObject* digits)
{
    hotp_options options;
    if (look_ahead != nullptr) {
        options.look_ahead = read_count(look_ahead, "look_ahead");
    }
    if (digits != nullptr) {
        options.digits = read_setting(digits, "digits");
    }
    return options;
}

}  // namespace counterseal::python
