// SPDX-License-Identifier: Apache-2.0
// What a batch has to say, from the calls for one code: its rows verified one after another, in plain memory.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/fuzz/support/batch_memory.hpp"
#include "tests/fuzz/support/fuzz.hpp"

namespace counterseal::fuzz {

inline constexpr std::size_t max_batch_rows = std::size_t{1} << 31;
inline constexpr std::size_t max_batch_key_len = 4096;

/// A key table as a list.
struct model_table {
    struct row {
        std::vector<std::uint8_t> key;
        std::int64_t state;  // INT64_MIN: removed
    };

    std::uint32_t algorithm = CSEAL_SHA1;
    bool is_totp = true;
    bool moves = false;  // CSEAL_REPLAY_THIS_PROCESS
    std::vector<row> rows;

    [[nodiscard]] std::int64_t unused() const { return is_totp ? -1 : 0; }
};

using faults = std::vector<cseal_status>;

/// Why a struct with a size in front cannot be read; CSEAL_OK if it can.
template <class T>
[[nodiscard]] cseal_status fault_of_struct(const T* from)
{
    const auto size = from == nullptr ? 0 : value_at<std::uint32_t>(from, 0, 0);
    if (size < sizeof(T) || size > 4096) {
        return CSEAL_E_ARGUMENT;
    }
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(from);
    return std::all_of(bytes + sizeof(T), bytes + size, [](std::uint8_t b) { return b == 0; }) ? CSEAL_OK
                                                                                               : CSEAL_E_UNSUPPORTED;
}

/// One call of batch.h.
struct request {
    const model_table* table = nullptr;  // nullptr: there is no table, or none was given
    bool is_raw = false;
    std::uint32_t algorithm = CSEAL_SHA1;  // of raw keys
    bool is_totp = true;
    bool is_making = false;
    const cseal_batch* batch = nullptr;
    const void* options = nullptr;  // cseal_totp_options or cseal_hotp_options
    std::int8_t* status = nullptr;
    std::int64_t* value = nullptr;
    std::uint32_t* code = nullptr;

    [[nodiscard]] const auto* totp() const { return static_cast<const cseal_totp_options*>(options); }
    [[nodiscard]] const auto* hotp() const { return static_cast<const cseal_hotp_options*>(options); }
    [[nodiscard]] std::uint32_t hash() const { return table != nullptr ? table->algorithm : algorithm; }
    [[nodiscard]] bool moves() const { return table != nullptr && table->moves; }
    [[nodiscard]] std::uint32_t digits() const
    {
        const bool is_readable = is_totp ? fault_of_struct(totp()) == CSEAL_OK : fault_of_struct(hotp()) == CSEAL_OK;
        return !is_readable ? 6 : is_totp ? totp()->digits : hotp()->digits;
    }
};

/// The columns of a batch and how far each goes; keys have the lengths that are told with them.
class columns {
public:
    columns(const cseal_batch& in, std::size_t key_len) : n_{in.n_rows}
    {
        add(in.rows, in.rows_stride, 4);
        add(in.codes, in.codes_stride, in.code_kind == CSEAL_CODES_TEXT ? in.code_width : 4);
        add(in.times, in.times_stride, 8);
        add(in.ids, in.ids_stride, 8);
        add(in.key_lens, in.key_lens_stride, 4);
        add(in.keys, in.keys_stride, in.key_lens != nullptr ? 1 : key_len);
        const std::size_t n_read = read_.size();
        add(in.states, in.states_stride, 8);
        if (read_.size() > n_read) {
            states_ = read_.back();
            read_.pop_back();
        }
    }

    void add(const void* base, std::size_t stride, std::size_t value_len)
    {
        range where;
        fit_ = range_of(base, stride, value_len, n_, where) && fit_;
        read_.push_back(where);
    }

    [[nodiscard]] bool fit() const { return fit_; }
    [[nodiscard]] const range& states() const { return states_; }
    [[nodiscard]] bool are_under(const range& answer) const
    {
        return std::ranges::any_of(read_, [&](const range& each) { return each.is_over(answer); });
    }

private:
    std::size_t n_;
    bool fit_ = true;
    std::vector<range> read_;
    range states_;
};

/// What cseal_batch_check has to refuse.
inline faults faults_of_batch(const cseal_batch* batch)
{
    if (const cseal_status s = fault_of_struct(batch); s != CSEAL_OK) {
        return {s};
    }
    faults out;
    if (batch->n_rows > max_batch_rows) {
        return {CSEAL_E_RANGE};
    }
    if (batch->code_kind != CSEAL_CODES_U32 && batch->code_kind != CSEAL_CODES_TEXT) {
        out.push_back(CSEAL_E_UNSUPPORTED);
    }
    if (batch->code_kind == CSEAL_CODES_TEXT && (batch->code_width == 0 || batch->code_width > CSEAL_CODE_WIDTH_MAX)) {
        out.push_back(CSEAL_E_RANGE);
    }
    if (!columns(*batch, batch->key_len).fit()) {
        out.push_back(CSEAL_E_RANGE);
    }
    return out;
}

inline std::size_t key_len_at(const cseal_batch& in, std::size_t i)
{
    return in.key_lens != nullptr ? value_at<std::uint32_t>(in.key_lens, in.key_lens_stride, i) : in.key_len;
}

/// Of keys that all columns fit around.
inline faults faults_of_keys(const cseal_batch& in)
{
    faults out;
    if (in.keys == nullptr && in.n_rows != 0) {
        return {CSEAL_E_ARGUMENT};
    }
    for (std::size_t i = 0; i < in.n_rows; ++i) {
        if (key_len_at(in, i) == 0) {
            out.push_back(CSEAL_E_ARGUMENT);
        } else if (key_len_at(in, i) > max_batch_key_len) {
            out.push_back(CSEAL_E_RANGE);
        }
    }
    return out;
}

/// Answers may lie over nothing that is read, but for values in the place of states.
inline bool are_answers_over_something(const request& of, const columns& read)
{
    const cseal_batch& in = *of.batch;
    range answers[3];
    range_of(of.status, 1, 1, in.n_rows, answers[0]);
    range_of(of.code, 4, 4, in.n_rows, answers[1]);
    range_of(of.value, 8, 8, in.n_rows, answers[2]);
    for (std::size_t i = 0; i < 3; ++i) {
        range last_of_keys;
        for (std::size_t row = 0; of.is_raw && in.keys != nullptr && row < in.n_rows; ++row) {
            range_of(in.keys + row * in.keys_stride, 0, key_len_at(in, row), 1, last_of_keys);
            if (answers[i].is_over(last_of_keys)) {
                return true;
            }
        }
        if (read.are_under(answers[i]) || answers[i].is_over(answers[(i + 1) % 3])) {
            return true;
        }
    }
    const bool is_in_place = of.value == in.states && in.states_stride == 8;
    return answers[0].is_over(read.states()) || answers[1].is_over(read.states()) ||
           (answers[2].is_over(read.states()) && !is_in_place);
}

/// What the options are refused for at this time, but for Steam codes.
inline cseal_status fault_of_options(const request& of, std::optional<std::uint64_t> now, bool& is_steam)
{
    const char* rule = nullptr;
    is_steam = false;
    if (!of.is_totp) {
        cseal_hotp_options options{};
        if (of.options == nullptr || fault_of_struct(of.hotp()) != CSEAL_OK) {
            return of.options == nullptr ? CSEAL_OK : fault_of_struct(of.hotp());
        }
        std::memcpy(&options, of.options, sizeof options);
        options.struct_size = sizeof options;
        options.look_ahead = of.is_making ? 0 : options.look_ahead;
        return cseal_hotp_check(0, &options, &rule);
    }
    cseal_totp_options options{};
    static_cast<void>(cseal_totp_options_init(&options, sizeof options));
    if (of.options != nullptr) {
        if (const cseal_status s = fault_of_struct(of.totp()); s != CSEAL_OK) {
            return s;
        }
        std::memcpy(&options, of.options, sizeof options);
        options.struct_size = sizeof options;
    }
    options.past = of.is_making ? 0 : options.past;
    options.future = of.is_making ? 0 : options.future;
    is_steam = options.encoder == CSEAL_ENCODER_STEAM;
    return cseal_totp_check(-1, now.value_or(options.t0_s), &options, &rule);
}

/// What the whole call may be refused for, in any order; none: it has to be answered.
inline faults faults_of(const request& of)
{
    faults out = faults_of_batch(of.batch);
    const auto refuse = [&](bool is_fault, cseal_status why) {
        if (is_fault) {
            out.push_back(why);
        }
    };
    refuse(of.is_raw && (of.algorithm < CSEAL_SHA1 || of.algorithm > CSEAL_SHA512), CSEAL_E_UNSUPPORTED);
    refuse(!of.is_raw && of.table == nullptr, CSEAL_E_ARGUMENT);
    refuse(of.table != nullptr && of.table->is_totp != of.is_totp, CSEAL_E_ARGUMENT);
    const bool is_readable = faults_of_batch(of.batch).empty();
    const bool has_time =
        is_readable && of.is_totp && of.batch->times != nullptr && of.batch->n_rows != 0 && of.batch->times_stride == 0;
    const auto now = has_time ? std::optional(value_at<std::uint64_t>(of.batch->times, 0, 0)) : std::nullopt;
    bool is_steam = false;
    const cseal_status s = fault_of_options(of, now, is_steam);
    refuse(s != CSEAL_OK, s);
    refuse(is_steam, CSEAL_E_UNSUPPORTED);
    if (!is_readable || of.batch->n_rows == 0) {
        return out;
    }
    const cseal_batch& in = *of.batch;
    refuse(of.status == nullptr, CSEAL_E_ARGUMENT);
    refuse((in.codes == nullptr) != of.is_making, CSEAL_E_ARGUMENT);
    refuse((of.code != nullptr) != of.is_making, CSEAL_E_ARGUMENT);
    refuse(of.is_totp && in.times == nullptr, CSEAL_E_ARGUMENT);
    refuse(of.is_raw && in.states == nullptr && !(of.is_making && of.is_totp), CSEAL_E_ARGUMENT);
    refuse(!of.is_making && of.value == nullptr && !of.moves(), CSEAL_E_ARGUMENT);
    if (of.is_raw) {
        const faults keys = faults_of_keys(in);
        out.insert(out.end(), keys.begin(), keys.end());
    }
    refuse(are_answers_over_something(of, columns(in, in.key_len)), CSEAL_E_ARGUMENT);
    return out;
}

}  // namespace counterseal::fuzz
