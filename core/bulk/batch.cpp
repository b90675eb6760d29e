// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/batch.hpp"

#include <algorithm>
#include <cstring>

namespace counterseal::core {
namespace {

/// The bytes that a column occupies.
struct extent {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;

    [[nodiscard]] bool overlaps(const extent& other) const noexcept { return begin < other.end && other.begin < end; }
};

/// Needs n <= max_batch_rows. False where the column would end beyond memory.
bool measure(const void* base, std::size_t stride, std::size_t element, std::size_t n, extent& out) noexcept
{
    out = {};
    if (base == nullptr || n == 0) {
        return true;
    }
    std::size_t len = 0;
    std::uintptr_t end = 0;
    if (__builtin_mul_overflow(n - 1, stride, &len) || __builtin_add_overflow(len, element, &len) ||
        __builtin_add_overflow(reinterpret_cast<std::uintptr_t>(base), len, &end)) {
        return false;
    }
    out = {reinterpret_cast<std::uintptr_t>(base), end};
    return true;
}

template <class T>
bool measure(const column<T>& of, std::size_t n, extent& out) noexcept
{
    return measure(of.base, of.stride, sizeof(T), n, out);
}

struct extents {
    extent statuses;
    extent values;
    extent codes;
    extent states;
    extent read[6];
};

/// The keys whose lengths stand in a column, which has been measured.
bool measure_keys(const key_source& keys, std::size_t n, extent& out) noexcept
{
    for (std::size_t row = 0; row < n; ++row) {
        extent key;
        if (!measure(keys.base + row * keys.stride, 0, keys.lens[row], 1, key)) {
            return false;
        }
        out.end = std::max(out.end, key.end);
    }
    return true;
}

bool measure(const batch& in, const batch_answers& out, extents& all) noexcept
{
    const std::size_t n = in.n_rows;
    const std::size_t code_len = in.codes_are == code_kind::text ? in.code_width : sizeof(std::uint32_t);
    // A key is as long as its length says, and that may lie in what has still to be measured: its first byte counts.
    const std::size_t key_len = in.keys.lens.is_there() ? 1 : in.keys.len;
    return measure(out.statuses, 1, 1, n, all.statuses) && measure(out.values, 8, 8, n, all.values) &&
           measure(out.codes, 4, 4, n, all.codes) && measure(in.states, n, all.states) &&
           measure(in.rows, n, all.read[0]) && measure(in.codes.base, in.codes.stride, code_len, n, all.read[1]) &&
           measure(in.times, n, all.read[2]) && measure(in.ids, n, all.read[3]) &&
           measure(in.keys.lens, n, all.read[4]) && measure(in.keys.base, in.keys.stride, key_len, n, all.read[5]);
}

bool lies_over_another(const batch& in, const extents& all) noexcept
{
    const extent* const answers[] = {&all.statuses, &all.values, &all.codes};
    for (const extent& column : all.read) {
        if (std::ranges::any_of(answers, [&](const extent* answer) { return answer->overlaps(column); })) {
            return true;
        }
    }
    const bool in_place = all.values.begin == all.states.begin && in.states.stride == sizeof(std::int64_t);
    return all.statuses.overlaps(all.values) || all.statuses.overlaps(all.codes) || all.codes.overlaps(all.values) ||
           all.statuses.overlaps(all.states) || all.codes.overlaps(all.states) ||
           (all.values.overlaps(all.states) && !in_place);
}

}  // namespace

verdict_on_options check_batch(const batch& in) noexcept
{
    if (in.n_rows > max_batch_rows) {
        return {status::e_range, "n_rows must be at most 2^31"};
    }
    if (in.codes_are != code_kind::number && in.codes_are != code_kind::text) {
        return {status::e_unsupported, "code_kind must be numbers or text"};
    }
    if (in.codes_are == code_kind::text && (in.code_width == 0 || in.code_width > max_code_width)) {
        return {status::e_range, "code_width must be 1 to 32 characters"};
    }
    extents all;
    if (!measure(in, {}, all)) {
        return {status::e_range, "a column must end within memory: is its stride right?"};
    }
    return all_well;
}

verdict_on_options check_answers(const batch& in, const batch_answers& out, bool are_keys_read) noexcept
{
    if (in.n_rows == 0) {
        return all_well;
    }
    if (out.statuses == nullptr) {
        return {status::e_argument, "status must not be NULL"};
    }
    if (in.codes.is_there() == (out.codes != nullptr)) {
        return {status::e_argument, "codes must be given to verify, and must not be to make some"};
    }
    extents all;
    const bool has_lens = are_keys_read && in.keys.base != nullptr && in.keys.lens.is_there();
    if (!measure(in, out, all) || (has_lens && !measure_keys(in.keys, in.n_rows, all.read[5]))) {
        return {status::e_range, "keys, status, step and code must end within memory"};
    }
    if (lies_over_another(in, all)) {
        return {status::e_argument, "status, step and code must not lie over what is read, but step over states"};
    }
    return all_well;
}

void start_answers(const batch& in, const batch_answers& out, std::int64_t unused) noexcept
{
    if (in.n_rows > max_batch_rows) {
        return;
    }
    extent states;
    const bool has_states = in.states.is_there() && measure(in.states, in.n_rows, states);
    for (std::size_t i = 0; out.values != nullptr && i < in.n_rows; ++i) {
        out.values[i] = has_states ? in.states[i] : unused;
    }
    if (out.codes != nullptr) {
        std::fill_n(out.codes, in.n_rows, 0);
    }
    // Last: what the batch was refused for may be that other answers lie over them, and 0 is ok.
    if (out.statuses != nullptr) {
        std::memset(out.statuses, static_cast<std::int8_t>(status::e_not_evaluated), in.n_rows);
    }
}

}  // namespace counterseal::core
