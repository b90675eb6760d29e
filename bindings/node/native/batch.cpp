// SPDX-License-Identifier: Apache-2.0
#include "batch.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "call.hpp"
#include "column.hpp"
#include "material.hpp"
#include "pool.hpp"
#include "table.hpp"

namespace counterseal::node {
namespace {

/// A batch with what it reads and where its answers go.
struct request {
    table_handle table;  // else the keys of the batch
    algorithm hash = algorithm::sha1;
    cseal_batch batch = new_batch();
    bool is_hotp = false;
    std::uint64_t shared_time = 0;
    totp_options totp;
    hotp_options hotp;
    column<std::int8_t> statuses;
    column<std::uint8_t> ok;
    column<std::int64_t> values;

    /// The number of accepted rows. Throws error.
    std::uint32_t run();
};

std::uint32_t request::run()
{
    // The same bits; a signed and an unsigned integer of one size may alias.
    auto* const counters = reinterpret_cast<std::uint64_t*>(values.data);
    if (batch.times_stride == 0) {
        batch.times = &shared_time;
    }
    if (table && is_hotp) {
        table->rows.verify(batch, hotp, statuses.data, counters);
    } else if (table) {
        table->rows.verify(batch, totp, statuses.data, values.data);
    } else if (is_hotp) {
        verify_batch(hash, batch, hotp, statuses.data, counters);
    } else {
        verify_batch(hash, batch, totp, statuses.data, values.data);
    }
    std::uint32_t n_ok = 0;
    for (std::size_t i = 0; i < batch.n_rows; ++i) {
        ok.data[i] = statuses.data[i] == CSEAL_OK ? 1 : 0;
        n_ok += ok.data[i];
    }
    return n_ok;
}

bool read_times(napi_env env, napi_value value, request& into) noexcept
{
    napi_valuetype type{};
    std::int64_t shared_s = 0;
    const std::uint64_t* each = nullptr;
    if (napi_typeof(env, value, &type) != napi_ok) {
        return false;
    }
    if (type == napi_null) {
        into.is_hotp = true;
        return true;
    }
    if (type == napi_number) {
        const bool done = read(env, value, shared_s);
        into.shared_time = static_cast<std::uint64_t>(shared_s);
        return done;
    }
    into.batch.times_stride = sizeof *each;
    const bool done = read_optional(env, value, into.batch.n_rows, each);
    into.batch.times = each;
    return done;
}

bool read_states(napi_env env, napi_value value, request& into) noexcept
{
    const std::int64_t* states = nullptr;
    const bool done = read_optional(env, value, into.batch.n_rows, states);
    into.batch.states = states;
    return done;
}

bool read_codes(napi_env env, napi_value value, std::uint32_t width, request& into) noexcept
{
    if (width == 0) {
        column<const std::uint32_t> numbers;
        const bool done = read(env, value, numbers);
        into.batch.codes = numbers.data;
        into.batch.n_rows = numbers.n;
        return done;
    }
    column<const std::uint8_t> texts;
    const bool done = read(env, value, texts);
    into.batch.code_kind = CSEAL_CODES_TEXT;
    into.batch.code_width = width;
    into.batch.codes_stride = width;
    into.batch.codes = texts.data;
    into.batch.n_rows = texts.n / width;
    return done;
}

constexpr std::size_t batch_arguments = 13;

/// The thirteen arguments from `at` on.
template <std::size_t N>
bool read_batch(const call<N>& from, std::size_t at, request& into, bool& is_awaited) noexcept
{
    const napi_env env = from.env();
    std::uint32_t width = 0;
    std::int64_t t0_s = 0;
    totp_options& totp = into.totp;
    if (!read(env, from[at + 1], width) || !read_codes(env, from[at], width, into) ||
        !read_times(env, from[at + 2], into) || !read_states(env, from[at + 3], into) ||
        !read(env, from[at + 4], totp.digits) || !read(env, from[at + 5], totp.past) ||
        !read(env, from[at + 6], totp.future) || !read(env, from[at + 7], totp.period_s) ||
        !read(env, from[at + 8], t0_s) || !read(env, from[at + 9], into.statuses) ||
        !read(env, from[at + 10], into.ok) || !read(env, from[at + 11], into.values) ||
        !read(env, from[at + 12], is_awaited)) {
        return false;
    }
    totp.t0_s = static_cast<std::uint64_t>(t0_s);
    into.hotp = {totp.digits, totp.past};
    const std::size_t n = into.batch.n_rows;
    return into.statuses.n == n && into.ok.n == n && into.values.n == n;
}

/// A request that owns what it reads: JavaScript may write to its arrays, or give their memory away, while a thread is
/// reading.
class awaited final : public job {
public:
    awaited(side& caller, request&& asked) : caller_(caller), asked_(std::move(asked)) { copy_columns(); }

    ~awaited() override { cseal_wipe(copies_.get(), len_); }

    /// Keeps the answers' arrays where they are. The promise; nullptr where there is none to give.
    [[nodiscard]] napi_value promise(napi_env env, const std::array<napi_value, 3>& answers) noexcept
    {
        napi_value made = nullptr;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (napi_create_reference(env, answers[i], 1, &kept_[i]) != napi_ok) {
                return nullptr;
            }
        }
        return napi_create_promise(env, &deferred_, &made) == napi_ok ? made : nullptr;
    }

    void run() noexcept override
    {
        try {
            n_ok_ = asked_.run();
        } catch (...) {
            fault_ = std::current_exception();
        }
        asked_.table.reset();
    }

    void settle(napi_env env) noexcept override
    {
        napi_value answer = nullptr;
        for (napi_ref each : kept_) {
            napi_delete_reference(env, each);
        }
        if (fault_ == nullptr) {
            if (napi_create_uint32(env, n_ok_, &answer) == napi_ok) {
                napi_resolve_deferred(env, deferred_, answer);
            }
            return;
        }
        static_cast<void>(guarded(caller_, [&]() -> napi_value { std::rethrow_exception(fault_); }));
        if (napi_get_and_clear_last_exception(env, &answer) == napi_ok) {
            napi_reject_deferred(env, deferred_, answer);
        }
    }

private:
    struct source {
        const void** from;
        std::size_t len;
    };

    void copy_columns()
    {
        cseal_batch& b = asked_.batch;
        const std::size_t n = b.n_rows;
        const void* keys = b.keys;
        const std::array<source, 7> all{{
            {&b.rows, n * sizeof(std::uint32_t)},
            {&b.codes, n * b.codes_stride},
            {&b.times, b.times_stride == 0 ? 0 : n * sizeof(std::uint64_t)},
            {&b.states, n * sizeof(std::int64_t)},
            {&b.ids, n * sizeof(std::uint64_t)},
            {&b.key_lens, n * sizeof(std::uint32_t)},
            {&keys, n * b.keys_stride},
        }};
        for (const source& each : all) {
            len_ += *each.from != nullptr ? each.len : 0;
        }
        copies_.reset(new std::uint8_t[len_]);  // without zeros
        std::uint8_t* next = copies_.get();
        for (const source& each : all) {
            if (*each.from != nullptr && each.len != 0) {
                std::memcpy(next, *each.from, each.len);
                *each.from = next;
                next += each.len;
            }
        }
        b.keys = static_cast<const std::uint8_t*>(keys);
    }

    side& caller_;
    request asked_;
    std::unique_ptr<std::uint8_t[]> copies_;
    std::size_t len_ = 0;
    std::array<napi_ref, 3> kept_{};
    napi_deferred deferred_ = nullptr;
    std::uint32_t n_ok_ = 0;
    std::exception_ptr fault_;
};

template <std::size_t N>
napi_value answer(const call<N>& from, std::size_t at, request&& asked, bool is_awaited)
{
    const napi_env env = from.env();
    napi_value made = nullptr;
    if (!is_awaited) {
        napi_create_uint32(env, asked.run(), &made);
        return made;
    }
    auto job = std::make_unique<awaited>(from.caller(), std::move(asked));
    made = job->promise(env, {from[at + 9], from[at + 10], from[at + 11]});
    if (made != nullptr) {
        from.caller().threads->submit(std::move(job));
    }
    return made;
}

}  // namespace

napi_value table_verify(napi_env env, napi_callback_info info)
{
    constexpr std::size_t at = 2;
    const call<at + batch_arguments> from(env, info);
    request asked;
    bool is_awaited = false;
    const std::uint32_t* rows = nullptr;
    if (!read(env, from[0], asked.table) || !read_batch(from, at, asked, is_awaited) ||
        !read_optional(env, from[1], asked.batch.n_rows, rows)) {
        return from.misused();
    }
    asked.batch.rows = rows;
    return from.guarded([&] { return answer(from, at, std::move(asked), is_awaited); });
}

napi_value keys_verify(napi_env env, napi_callback_info info)
{
    constexpr std::size_t at = 6;
    const call<at + batch_arguments> from(env, info);
    request asked;
    bool is_awaited = false;
    column<const std::uint8_t> keys;
    std::uint32_t stride = 0;
    std::uint32_t key_len = 0;
    const std::uint32_t* lens = nullptr;
    const std::uint64_t* ids = nullptr;
    if (!read_batch(from, at, asked, is_awaited)) {
        return from.misused();
    }
    const std::size_t n = asked.batch.n_rows;
    if (!read(env, from[1], keys) || !read(env, from[2], stride) || !read(env, from[3], key_len) ||
        !read_optional(env, from[4], n, lens) || !read_optional(env, from[5], n, ids) || keys.n < n * stride) {
        return from.misused();
    }
    return from.guarded([&] {
        text named;
        if (!named.read(env, from[0])) {
            return from.misused();
        }
        asked.hash = algorithm_named(named.view());
        asked.batch.keys = keys.data;
        asked.batch.keys_stride = stride;
        asked.batch.key_len = key_len;
        asked.batch.key_lens = lens;
        asked.batch.ids = ids;
        return answer(from, at, std::move(asked), is_awaited);
    });
}

napi_value table_generate(napi_env env, napi_callback_info info)
{
    const call<9> from(env, info);
    request asked;
    const std::uint32_t* rows = nullptr;
    std::int64_t t0_s = 0;
    column<std::uint32_t> codes;
    if (!read(env, from[7], asked.statuses) || !read(env, from[8], codes) || codes.n != asked.statuses.n) {
        return from.misused();
    }
    asked.batch.n_rows = codes.n;
    totp_options& totp = asked.totp;
    if (!read(env, from[0], asked.table) || !read_optional(env, from[1], codes.n, rows) ||
        !read_times(env, from[2], asked) || !read_states(env, from[3], asked) || !read(env, from[4], totp.digits) ||
        !read(env, from[5], totp.period_s) || !read(env, from[6], t0_s)) {
        return from.misused();
    }
    return from.guarded([&] {
        cseal_batch& batch = asked.batch;
        totp.t0_s = static_cast<std::uint64_t>(t0_s);
        batch.rows = rows;
        if (batch.times_stride == 0) {
            batch.times = &asked.shared_time;
        }
        if (asked.is_hotp) {
            asked.table->rows.generate(batch, hotp_options{totp.digits, 0}, asked.statuses.data, codes.data);
        } else {
            asked.table->rows.generate(batch, totp, asked.statuses.data, codes.data);
        }
        napi_value made = nullptr;
        napi_get_undefined(env, &made);
        return made;
    });
}

}  // namespace counterseal::node
