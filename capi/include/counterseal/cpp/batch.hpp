// SPDX-License-Identifier: Apache-2.0
// Key tables and batches over key_table.h and batch.h.
#ifndef COUNTERSEAL_CPP_BATCH_HPP
#define COUNTERSEAL_CPP_BATCH_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "counterseal/batch.h"
#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/otp.hpp"
#include "counterseal/key_table.h"

namespace counterseal {

enum class table_kind : std::uint32_t { totp = CSEAL_TABLE_TOTP, hotp = CSEAL_TABLE_HOTP };

enum class table_replay : std::uint32_t {
    this_process = CSEAL_REPLAY_THIS_PROCESS,
    report_only = CSEAL_REPLAY_REPORT_ONLY
};

/// Keys as they lie in memory: key i begins at base + i * stride and has `len` bytes, or lens[i] where there are lens.
struct key_column {
    const std::uint8_t* base = nullptr;
    std::size_t stride = 0;
    std::size_t len = 0;
    const std::uint32_t* lens = nullptr;
};

/// A batch with its defaults and no columns (cseal_batch).
[[nodiscard]] inline cseal_batch new_batch() noexcept
{
    cseal_batch batch;
    static_cast<void>(cseal_batch_init(&batch, sizeof batch));
    return batch;
}

namespace detail {

/// Throws config_error or error with what is known about why a batch was refused as a whole.
inline void throw_unless_done(cseal_status status, const cseal_batch& batch)
{
    if (status == CSEAL_BATCH_DONE) {
        return;
    }
    const char* rule = nullptr;
    if (cseal_batch_check(&batch, &rule) != CSEAL_OK && rule != nullptr) {
        throw config_error(status, rule);
    }
    switch (status) {
        case CSEAL_E_ARGUMENT:
            throw config_error(status,
                               "a column that is needed is missing, a key is empty, or the table is of another kind");
        case CSEAL_E_RANGE: throw config_error(status, "keys must have at most 4096 bytes");
        case CSEAL_E_UNSUPPORTED: throw config_error(status, "batches take codes of digits");
        default: throw error(status, cseal_status_meaning(status));
    }
}

/// The time that is right for check(): that of all rows, or one that no option refuses.
[[nodiscard]] inline std::uint64_t shared_time(const cseal_batch& batch, std::uint64_t t0_s) noexcept
{
    return batch.times != nullptr && batch.times_stride == 0 && batch.n_rows != 0
               ? *static_cast<const std::uint64_t*>(batch.times)
               : t0_s;
}

inline void check(const cseal_batch& batch, const totp_options& options)
{
    const cseal_totp_options c = options.c();
    const char* rule = nullptr;
    if (const cseal_status s = cseal_totp_check(-1, shared_time(batch, options.t0_s), &c, &rule); s != CSEAL_OK) {
        throw config_error(s, rule);
    }
}

inline void check(const hotp_options& options)
{
    const cseal_hotp_options c = options.c();
    const char* rule = nullptr;
    if (const cseal_status s = cseal_hotp_check(0, &c, &rule); s != CSEAL_OK) {
        throw config_error(s, rule);
    }
}

}  // namespace detail

/// Prepared keys of many users with their last used steps or next counters.
class key_table {
public:
    explicit key_table(table_replay replay, algorithm hash = algorithm::sha1, table_kind kind = table_kind::totp)
    {
        const cseal_key_table_options options{sizeof options, static_cast<std::uint32_t>(hash),
                                              static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(replay)};
        cseal_key_table* made = nullptr;
        if (const cseal_status s = cseal_key_table_new(&options, &made); s != CSEAL_OK) {
            throw error(s, cseal_status_meaning(s));
        }
        handle_.reset(made);
    }

    /// Appends n rows and returns the number of the first. `states` may be nullptr: never used. Throws config_error;
    /// then nothing was added.
    std::uint32_t add(const key_column& keys, std::size_t n, const std::int64_t* states = nullptr)
    {
        std::uint32_t first = 0;
        cseal_batch rows = new_batch();
        rows.n_rows = n;
        rows.keys = keys.base;
        rows.keys_stride = keys.stride;
        rows.key_len = keys.len;
        rows.key_lens = keys.lens;
        rows.states = states;
        throw_unless_ok(cseal_key_table_add(handle_.get(), &rows, &first));
        return first;
    }

    void replace(std::uint32_t row, std::span<const std::uint8_t> secret, std::int64_t state)
    {
        throw_unless_ok(cseal_key_table_replace(handle_.get(), row, secret.data(), secret.size(), state));
    }

    void remove(std::uint32_t row) { throw_unless_ok(cseal_key_table_remove(handle_.get(), row)); }

    [[nodiscard]] std::size_t size() const
    {
        std::size_t n = 0;
        throw_unless_ok(cseal_key_table_size(handle_.get(), &n));
        return n;
    }

    /// Reads states.size() states from `first` on; INT64_MIN for a removed row.
    void states(std::uint32_t first, std::span<std::int64_t> states) const
    {
        throw_unless_ok(cseal_key_table_states(handle_.get(), first, states.data(), states.size()));
    }

    /// Verifies TOTP codes; status and step have room for batch.n_rows (step: nullptr where the table keeps it).
    void verify(const cseal_batch& batch, const totp_options& options, std::int8_t* status, std::int64_t* step)
    {
        detail::check(batch, options);
        const cseal_totp_options c = options.c();
        detail::throw_unless_done(cseal_totp_verify_batch(handle_.get(), &batch, &c, status, step), batch);
    }

    /// Verifies HOTP codes.
    void verify(const cseal_batch& batch, const hotp_options& options, std::int8_t* status, std::uint64_t* next_counter)
    {
        detail::check(options);
        const cseal_hotp_options c = options.c();
        detail::throw_unless_done(cseal_hotp_verify_batch(handle_.get(), &batch, &c, status, next_counter), batch);
    }

    /// Makes TOTP codes.
    void generate(const cseal_batch& batch, const totp_options& options, std::int8_t* status, std::uint32_t* code) const
    {
        detail::check(batch, options);
        const cseal_totp_options c = options.c();
        detail::throw_unless_done(cseal_totp_generate_batch(handle_.get(), 0, &batch, &c, status, code), batch);
    }

    /// Makes HOTP codes.
    void generate(const cseal_batch& batch, const hotp_options& options, std::int8_t* status, std::uint32_t* code) const
    {
        detail::check(options);
        const cseal_hotp_options c = options.c();
        detail::throw_unless_done(cseal_hotp_generate_batch(handle_.get(), 0, &batch, &c, status, code), batch);
    }

private:
    struct deleter {
        void operator()(cseal_key_table* table) const noexcept { cseal_key_table_free(table); }
    };

    static void throw_unless_ok(cseal_status status)
    {
        switch (status) {
            case CSEAL_OK: return;
            case CSEAL_E_ARGUMENT: throw config_error(status, "keys must not be empty");
            case CSEAL_E_RANGE:
                throw config_error(status,
                                   "row must be one of the table, keys must have at most 4096 bytes, and states "
                                   "must be -1 (TOTP only) or a step or counter below 2^63");
            default: throw error(status, cseal_status_meaning(status));
        }
    }

    std::unique_ptr<cseal_key_table, deleter> handle_;
};

/// Verifies TOTP codes against the raw keys of the batch. Without ids, rows of one key are not seen.
inline void verify_batch(algorithm hash, const cseal_batch& batch, const totp_options& options, std::int8_t* status,
                         std::int64_t* step)
{
    detail::check(batch, options);
    const cseal_totp_options c = options.c();
    detail::throw_unless_done(cseal_totp_verify_batch_raw(static_cast<std::uint32_t>(hash), &batch, &c, status, step),
                              batch);
}

/// Verifies HOTP codes against the raw keys of the batch. Without ids, rows of one key are not seen.
inline void verify_batch(algorithm hash, const cseal_batch& batch, const hotp_options& options, std::int8_t* status,
                         std::uint64_t* next_counter)
{
    detail::check(options);
    const cseal_hotp_options c = options.c();
    detail::throw_unless_done(
        cseal_hotp_verify_batch_raw(static_cast<std::uint32_t>(hash), &batch, &c, status, next_counter), batch);
}

}  // namespace counterseal

#endif
