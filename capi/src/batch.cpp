// SPDX-License-Identifier: Apache-2.0
#include "counterseal/batch.h"

#include "capi/src/guard.hpp"
#include "capi/src/key_table.hpp"
#include "capi/src/otp.hpp"
#include "core/bulk/generate.hpp"
#include "core/bulk/verify.hpp"

using namespace counterseal;
using capi::guarded;
using capi::options_fault;
using core::status;

namespace {

// sizeof in release 0.1 with pointers of 8 bytes; a constant of the ABI.
constexpr std::size_t batch_first_size = 16 + 16 * sizeof(void*);
static_assert(sizeof(cseal_batch) == batch_first_size || sizeof(void*) != 8);

constexpr cseal_batch defaults{sizeof(cseal_batch),
                               CSEAL_CODES_U32,
                               0,
                               nullptr,
                               4,
                               nullptr,
                               4,
                               6,
                               nullptr,
                               0,
                               nullptr,
                               8,
                               nullptr,
                               8,
                               nullptr,
                               0,
                               0,
                               nullptr,
                               4};

template <class T>
core::column<T> column_of(const void* base, std::size_t stride) noexcept
{
    return {static_cast<const std::uint8_t*>(base), stride};
}

/// Where the rows of a call have their keys.
struct home {
    const cseal_key_table* table;
    bool is_raw;
    std::uint32_t algorithm;

    [[nodiscard]] status check() const noexcept
    {
        if (is_raw) {
            return capi::known_algorithm(algorithm) ? status::ok : status::e_unsupported;
        }
        return table != nullptr ? status::ok : status::e_argument;
    }

    /// With the kernel that is best for so many rows; also of what check() refuses.
    [[nodiscard]] core::row_home of(const core::batch& in) const noexcept
    {
        core::row_home rows{&in, table != nullptr ? &table->rows : nullptr};
        if (table != nullptr) {
            rows.hash = table->rows.hash();
        } else if (is_raw && capi::known_algorithm(algorithm)) {
            rows.hash = static_cast<core::hash_id>(algorithm);
        }
        rows.kernel = &core::best_bulk_kernel(rows.hash, in.n_rows, core::cpu_features());
        return rows;
    }
};

/// Runs `body` and scrubs as much as such rows need.
template <class Body>
cseal_status guarded_rows(const core::row_home& rows, Body&& body) noexcept
{
    if (rows.in->n_rows > core::few_rows) {
        return guarded<capi::batch_depth>(body);
    }
    return rows.kernel->is_shallow ? guarded<capi::shallow_depth>(body) : guarded<capi::few_depth>(body);
}

home in_table(const cseal_key_table* table) noexcept
{
    return {table, false, 0};
}

home in_batch(std::uint32_t algorithm) noexcept
{
    return {nullptr, true, algorithm};
}

/// Reads what the caller gave and calls core(home, options, answers); whatever goes wrong, no answer is left open.
template <class Options, class CoreOptions, class Core>
cseal_status answer(const home& where, const cseal_batch* batch, const Options* options, const core::batch_answers& out,
                    std::int64_t unused, CoreOptions read_options, Core&& core) noexcept
{
    core::batch in;
    const auto fault_of_batch = capi::read(batch, in);
    const core::row_home rows = where.of(in);
    const auto s = static_cast<status>(guarded_rows(rows, [&] {
        if (fault_of_batch.rule != nullptr) {
            return fault_of_batch.code;
        }
        if (const status known = where.check(); known != status::ok) {
            return known;
        }
        if (const auto fault = capi::read(options, read_options); fault.rule != nullptr) {
            return fault.code;
        }
        return core(rows, read_options, out);
    }));
    if (s != status::batch_done) {
        core::start_answers(in, out, unused);
    }
    return static_cast<cseal_status>(s);
}

cseal_status totp_verify(const home& where, const cseal_batch* batch, const cseal_totp_options* options, int8_t* status,
                         int64_t* step) noexcept
{
    return answer(where, batch, options, {status, step, nullptr}, -1, core::totp_options{}, core::totp_verify_batch);
}

cseal_status hotp_verify(const home& where, const cseal_batch* batch, const cseal_hotp_options* options, int8_t* status,
                         uint64_t* next_counter) noexcept
{
    // The same bits; a signed and an unsigned integer of one size may alias.
    return answer(where, batch, options, {status, reinterpret_cast<std::int64_t*>(next_counter), nullptr}, 0,
                  core::hotp_options{}, core::hotp_verify_batch);
}

home table_or_batch(const cseal_key_table* table, std::uint32_t algorithm) noexcept
{
    return table != nullptr ? in_table(table) : in_batch(algorithm);
}

}  // namespace

options_fault capi::read(const cseal_batch* from, core::batch& into) noexcept
{
    if (from == nullptr) {
        return {status::e_argument, "batch must not be NULL"};
    }
    cseal_batch all = defaults;
    if (const status s = capi::read_options<batch_first_size>(from, all); s != status::ok) {
        return {s, "batch must come from cseal_batch_init and hold nothing this version does not know"};
    }
    into.n_rows = all.n_rows;
    into.rows = column_of<std::uint32_t>(all.rows, all.rows_stride);
    into.codes_are = static_cast<core::code_kind>(all.code_kind);
    into.codes = column_of<std::uint32_t>(all.codes, all.codes_stride);
    into.code_width = all.code_width;
    into.times = column_of<std::uint64_t>(all.times, all.times_stride);
    into.states = column_of<std::int64_t>(all.states, all.states_stride);
    into.ids = column_of<std::uint64_t>(all.ids, all.ids_stride);
    into.keys = {all.keys, all.keys_stride, all.key_len, column_of<std::uint32_t>(all.key_lens, all.key_lens_stride)};
    return {};
}

cseal_status cseal_batch_init(cseal_batch* batch, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<batch_first_size>(batch, struct_size, defaults); });
}

cseal_status cseal_batch_check(const cseal_batch* batch, const char** rule)
{
    return guarded<capi::no_secrets>([&] {
        if (rule == nullptr) {
            return status::e_argument;
        }
        core::batch in;
        auto fault = capi::read(batch, in);
        if (fault.rule == nullptr) {
            const auto verdict = core::check_batch(in);
            fault = {verdict.code, verdict.rule};
        }
        *rule = fault.rule;
        return fault.code;
    });
}

cseal_status cseal_totp_verify_batch(cseal_key_table* table, const cseal_batch* batch,
                                     const cseal_totp_options* options, int8_t* status, int64_t* step)
{
    return totp_verify(in_table(table), batch, options, status, step);
}

cseal_status cseal_totp_verify_batch_raw(uint32_t algorithm, const cseal_batch* batch,
                                         const cseal_totp_options* options, int8_t* status, int64_t* step)
{
    return totp_verify(in_batch(algorithm), batch, options, status, step);
}

cseal_status cseal_hotp_verify_batch(cseal_key_table* table, const cseal_batch* batch,
                                     const cseal_hotp_options* options, int8_t* status, uint64_t* next_counter)
{
    return hotp_verify(in_table(table), batch, options, status, next_counter);
}

cseal_status cseal_hotp_verify_batch_raw(uint32_t algorithm, const cseal_batch* batch,
                                         const cseal_hotp_options* options, int8_t* status, uint64_t* next_counter)
{
    return hotp_verify(in_batch(algorithm), batch, options, status, next_counter);
}

cseal_status cseal_totp_generate_batch(const cseal_key_table* table, uint32_t algorithm, const cseal_batch* batch,
                                       const cseal_totp_options* options, int8_t* status, uint32_t* code)
{
    return answer(table_or_batch(table, algorithm), batch, options, {status, nullptr, code}, 0, core::totp_options{},
                  core::totp_generate_batch);
}

cseal_status cseal_hotp_generate_batch(const cseal_key_table* table, uint32_t algorithm, const cseal_batch* batch,
                                       const cseal_hotp_options* options, int8_t* status, uint32_t* code)
{
    return answer(table_or_batch(table, algorithm), batch, options, {status, nullptr, code}, 0, core::hotp_options{},
                  core::hotp_generate_batch);
}
