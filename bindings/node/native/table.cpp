// SPDX-License-Identifier: Apache-2.0
#include "table.hpp"

#include <array>
#include <utility>

#include "column.hpp"
#include "material.hpp"

namespace counterseal::node {
namespace {

/// Owned by an External. Its weight grows with the table, which the collector should know.
struct owner {
    table_handle table;
    std::int64_t row_len;
    std::int64_t weight = 0;
};

void add_weight(napi_env env, owner& of, std::int64_t len) noexcept
{
    std::int64_t total = 0;
    of.weight += len;
    napi_adjust_external_memory(env, len, &total);
}

void release(napi_env env, void* data, void*)
{
    auto* const of = static_cast<owner*>(data);
    add_weight(env, *of, -of->weight);
    delete of;
}

owner* owner_of(napi_env env, napi_value value) noexcept
{
    void* data = nullptr;
    return napi_get_value_external(env, value, &data) == napi_ok ? static_cast<owner*>(data) : nullptr;
}

/// The keys were looked at by the JavaScript side: only the states are left to be out of their bounds.
[[noreturn]] void refuse_states(const error& fault, table_kind kind, const char* totp, const char* hotp)
{
    if (fault.code() != CSEAL_E_RANGE) {
        throw fault;
    }
    throw config_error(fault.code(), kind == table_kind::totp ? totp : hotp);
}

constexpr std::int64_t row_len_of(algorithm hash) noexcept
{
    switch (hash) {
        case algorithm::sha1: return 64;
        case algorithm::sha256: return 72;
        default: return 136;
    }
}

napi_value nothing(napi_env env) noexcept
{
    napi_value made = nullptr;
    napi_get_undefined(env, &made);
    return made;
}

}  // namespace

bool read(napi_env env, napi_value value, table_handle& into) noexcept
{
    const owner* const of = owner_of(env, value);
    if (of == nullptr) {
        return false;
    }
    into = of->table;
    return true;
}

napi_value make_table(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    bool is_hotp = false;
    bool this_process = false;
    if (!read(env, from[1], is_hotp) || !read(env, from[2], this_process)) {
        return from.misused();
    }
    return from.guarded([&] {
        text named;
        if (!named.read(env, from[0])) {
            return from.misused();
        }
        const algorithm hash = algorithm_named(named.view());
        const table_replay replay = this_process ? table_replay::this_process : table_replay::report_only;
        const table_kind kind = is_hotp ? table_kind::hotp : table_kind::totp;
        auto made = std::make_unique<owner>(
            owner{std::make_shared<held_table>(held_table{kind, key_table(replay, hash, kind)}), row_len_of(hash)});
        napi_value handle = nullptr;
        if (napi_create_external(env, made.get(), release, nullptr, &handle) == napi_ok) {
            static_cast<void>(made.release());
        }
        return handle;
    });
}

napi_value table_add(napi_env env, napi_callback_info info)
{
    const call<7> from(env, info);
    owner* const self = owner_of(env, from[0]);
    std::uint32_t n = 0;
    std::uint32_t stride = 0;
    std::uint32_t key_len = 0;
    column<const std::uint8_t> keys;
    const std::uint32_t* lens = nullptr;
    const std::int64_t* states = nullptr;
    if (self == nullptr || !read(env, from[1], n) || !read(env, from[2], keys) || !read(env, from[3], stride) ||
        !read(env, from[4], key_len) || !read_optional(env, from[5], n, lens) ||
        !read_optional(env, from[6], n, states) || keys.n < std::size_t{n} * stride) {
        return from.misused();
    }
    return from.guarded([&] {
        std::uint32_t first = 0;
        try {
            first =
                self->table->rows.add({.base = keys.data, .stride = stride, .len = key_len, .lens = lens}, n, states);
        } catch (const error& fault) {
            refuse_states(fault, self->table->kind, "lastSteps must be -1 (never used) or steps",
                          "nextCounters must be below 2^63");
        }
        add_weight(env, *self, self->row_len * n);
        napi_value made = nullptr;
        napi_create_uint32(env, first, &made);
        return made;
    });
}

napi_value table_replace(napi_env env, napi_callback_info info)
{
    const call<4> from(env, info);
    owner* const self = owner_of(env, from[0]);
    std::uint32_t row = 0;
    std::int64_t state = 0;
    bool is_lossless = false;
    const auto key = bytes_of(env, from[2]);
    if (self == nullptr || !key || !read(env, from[1], row) ||
        napi_get_value_bigint_int64(env, from[3], &state, &is_lossless) != napi_ok) {
        return from.misused();
    }
    return from.guarded([&] {
        if (!is_lossless) {
            state = INT64_MIN;  // out of bounds like the one that was meant
        }
        try {
            self->table->rows.replace(row, *key, state);
        } catch (const error& fault) {
            refuse_states(fault, self->table->kind, "row must be one of the table, and lastStep -1 or a step",
                          "row must be one of the table, and nextCounter below 2^63");
        }
        return nothing(env);
    });
}

napi_value table_remove(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    owner* const self = owner_of(env, from[0]);
    std::uint32_t row = 0;
    if (self == nullptr || !read(env, from[1], row)) {
        return from.misused();
    }
    return from.guarded([&] {
        try {
            self->table->rows.remove(row);
        } catch (const error& fault) {
            constexpr const char* rule = "row must be one of the table";
            refuse_states(fault, self->table->kind, rule, rule);
        }
        return nothing(env);
    });
}

napi_value table_size(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    owner* const self = owner_of(env, from[0]);
    if (self == nullptr) {
        return from.misused();
    }
    return from.guarded([&] {
        napi_value made = nullptr;
        napi_create_double(env, static_cast<double>(self->table->rows.size()), &made);
        return made;
    });
}

napi_value table_states(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    owner* const self = owner_of(env, from[0]);
    std::uint32_t first = 0;
    column<std::int64_t> into;
    if (self == nullptr || !read(env, from[1], first) || !read(env, from[2], into)) {
        return from.misused();
    }
    return from.guarded([&] {
        try {
            self->table->rows.states(first, {into.data, into.n});
        } catch (const error& fault) {
            constexpr const char* rule = "first and n must name rows of the table";
            refuse_states(fault, self->table->kind, rule, rule);
        }
        return nothing(env);
    });
}

}  // namespace counterseal::node
