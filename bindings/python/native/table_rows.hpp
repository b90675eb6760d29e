// SPDX-License-Identifier: Apache-2.0
// What a key table of Python holds, what TOTP and HOTP have of their own there, and how rows get into it.
#pragma once

#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "batch_call.hpp"
#include "module.hpp"
#include "read.hpp"

namespace counterseal::python {

struct table {
    std::shared_ptr<const module_state> state;
    algorithm hash;
    table_replay replay;
    key_table rows;
};

struct totp_rows {
    static constexpr table_kind kind = table_kind::totp;
    static constexpr const char* type = "KeyTable";
    static constexpr const char* state_name = "last_step";
    static constexpr const char* states_name = "last_steps";
    static constexpr const char* add_rule =
        "keys must have at most 4096 bytes, and last_steps must be -1 (never used) or a step";
    static constexpr const char* replace_rule =
        "row must be one of the table, key must have at most 4096 bytes, and "
        "last_step must be -1 (never used) or a step";

    static column read_states(PyObject* given) { return read_last_steps(given); }
    static std::int64_t read_state(PyObject* given) { return read_last_step(given); }
};

struct hotp_rows {
    static constexpr table_kind kind = table_kind::hotp;
    static constexpr const char* type = "HOTPKeyTable";
    static constexpr const char* state_name = "next_counter";
    static constexpr const char* states_name = "next_counters";
    static constexpr const char* add_rule =
        "keys must have at most 4096 bytes, and next_counters must be counters below 2^63";
    static constexpr const char* replace_rule =
        "row must be one of the table, key must have at most 4096 bytes, and next_counter must be below 2^63";

    static column read_states(PyObject* given) { return read_next_counters(given); }
    static std::int64_t read_state(PyObject* given)
    {
        const std::uint64_t counter = read_counter(given, state_name);
        if (counter > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            throw config_error(CSEAL_E_RANGE, "next_counter must be below 2^63");
        }
        return static_cast<std::int64_t>(counter);
    }
};

inline table_replay read_replay(const char* type, PyObject* given)
{
    if (given == nullptr) {
        throw py::type_error(std::string(type) +
                             "() missing required argument 'replay': 'this_process' lets the table "
                             "keep what was used, 'report_only' leaves that to a database");
    }
    if (!PyUnicode_Check(given)) {
        refuse_type("replay", "a str: 'this_process' or 'report_only'", given);
    }
    const std::string_view name = read_code(given);
    if (name == "this_process") {
        return table_replay::this_process;
    }
    if (name == "report_only") {
        return table_replay::report_only;
    }
    throw config_error(CSEAL_E_UNSUPPORTED, "replay must be this_process or report_only");
}

inline const char* replay_text(const table& of) noexcept
{
    return of.replay == table_replay::this_process ? "this_process" : "report_only";
}

/// Runs a call that changes rows, or waits for one. The table's rule about numbers is told in the words of `rule`.
template <class Call>
void changing(const char* rule, Call&& call)
{
    try {
        without_gil(call);
    } catch (const config_error& fault) {
        throw fault.code() == CSEAL_E_RANGE ? config_error(CSEAL_E_RANGE, rule) : fault;
    }
}

inline std::size_t size_of(const table& of)
{
    std::size_t n = 0;
    without_gil([&] { n = of.rows.size(); });
    return n;
}

template <class Rows>
std::uint32_t append(table& to, PyObject* keys, PyObject* key_len, PyObject* states)
{
    const held_keys read = read_keys(keys, key_len, to.hash);
    std::vector<std::int64_t> together;
    if (is_given(states)) {
        const column given = Rows::read_states(states);
        check_length(given.n, Rows::states_name, read.n, "keys");
        together.resize(read.n);
        for (std::size_t i = 0; i < read.n; ++i) {
            std::memcpy(&together[i], given.base + i * given.stride, sizeof together[i]);
        }
    }
    std::uint32_t first = 0;
    changing(Rows::add_rule,
             [&] { first = to.rows.add(read.keys, read.n, is_given(states) ? together.data() : nullptr); });
    return first;
}

}  // namespace counterseal::python
