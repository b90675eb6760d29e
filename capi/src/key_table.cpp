// SPDX-License-Identifier: Apache-2.0
#include "capi/src/key_table.hpp"

#include "capi/src/guard.hpp"
#include "capi/src/otp.hpp"
#include "core/bulk/batch.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

// sizeof in release 0.1; a constant of the ABI.
constexpr std::size_t options_first_size = 16;

constexpr cseal_key_table_options defaults{sizeof(cseal_key_table_options), CSEAL_SHA1, CSEAL_TABLE_TOTP, 0};

static_assert(core::key_table::removed == INT64_MIN, "what cseal_key_table_states promises");

status check(const cseal_key_table_options& options) noexcept
{
    if (options.replay == 0) {
        return status::e_argument;
    }
    const bool known = capi::known_algorithm(options.algorithm) && CSEAL_TABLE_TOTP <= options.kind &&
                       options.kind <= CSEAL_TABLE_HOTP && options.replay <= CSEAL_REPLAY_REPORT_ONLY;
    return known ? status::ok : status::e_unsupported;
}

/// Calls body(rows) unless there is no table, or it belongs to the process that this one was forked from.
template <std::size_t Depth = capi::code_depth, class Table, class Body>
cseal_status with_rows(Table* table, Body&& body) noexcept
{
    return guarded<Depth>([&] {
        if (table == nullptr) {
            return status::e_argument;
        }
        return table->rows.is_forked() ? status::e_forked : body(table->rows);
    });
}

}  // namespace

cseal_status cseal_key_table_options_init(cseal_key_table_options* options, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<options_first_size>(options, struct_size, defaults); });
}

cseal_status cseal_key_table_new(const cseal_key_table_options* options, cseal_key_table** table)
{
    return guarded([&] {
        if (table == nullptr) {
            return status::e_argument;
        }
        *table = nullptr;
        if (options == nullptr) {
            return status::e_argument;
        }
        cseal_key_table_options all = defaults;
        if (const status s = capi::read_options<options_first_size>(options, all); s != status::ok) {
            return s;
        }
        if (const status s = check(all); s != status::ok) {
            return s;
        }
        *table = new cseal_key_table{core::key_table(static_cast<core::hash_id>(all.algorithm),
                                                     static_cast<core::table_kind>(all.kind),
                                                     static_cast<core::table_replay>(all.replay))};
        return status::ok;
    });
}

void cseal_key_table_free(cseal_key_table* table)
{
    delete table;
}

cseal_status cseal_key_table_add(cseal_key_table* table, const cseal_batch* batch, uint32_t* first_row)
{
    return with_rows<capi::batch_depth>(table, [&](core::key_table& rows) {
        core::batch in;
        if (first_row == nullptr) {
            return status::e_argument;
        }
        if (const auto fault = capi::read(batch, in); fault.rule != nullptr) {
            return fault.code;
        }
        if (const auto fault = core::check_batch(in); fault.rule != nullptr) {
            return fault.code;
        }
        return rows.add(in.keys, in.n_rows, in.states, *first_row);
    });
}

cseal_status cseal_key_table_replace(cseal_key_table* table, uint32_t row, const uint8_t* secret, size_t secret_len,
                                     int64_t state)
{
    return with_rows<capi::few_depth>(table, [&](core::key_table& rows) {
        return capi::readable(secret, secret_len) ? rows.replace(row, capi::bytes_of(secret, secret_len), state)
                                                  : status::e_argument;
    });
}

cseal_status cseal_key_table_remove(cseal_key_table* table, uint32_t row)
{
    return with_rows(table, [&](core::key_table& rows) { return rows.remove(row); });
}

cseal_status cseal_key_table_size(const cseal_key_table* table, size_t* n_rows)
{
    return with_rows(table, [&](const core::key_table& rows) {
        if (n_rows == nullptr) {
            return status::e_argument;
        }
        const auto unchanged = rows.share();
        *n_rows = rows.size();
        return status::ok;
    });
}

cseal_status cseal_key_table_states(const cseal_key_table* table, uint32_t first_row, int64_t* states,
                                    size_t states_cap)
{
    return with_rows(table, [&](const core::key_table& rows) {
        if (!capi::readable(states, states_cap)) {
            return status::e_argument;
        }
        const auto unchanged = rows.share();
        if (first_row > rows.size() || states_cap > rows.size() - first_row) {
            return status::e_range;
        }
        for (std::size_t i = 0; i < states_cap; ++i) {
            states[i] = rows.state(first_row + i).load(std::memory_order_relaxed);
        }
        return status::ok;
    });
}
