// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=1024 -len_control=0
// Key tables and batches: a short life of one table, and batches with raw keys in between. Every batch has to equal its
// rows one after another, and a refused call has to leave everything alone.
#include "counterseal/batch.h"

#include "counterseal/key_table.h"
#include "tests/fuzz/support/batch_draw.hpp"

using namespace counterseal::fuzz;

namespace {

constexpr std::size_t most_calls = 12;

[[nodiscard]] bool is_one_of(cseal_status s, const faults& all)
{
    return std::ranges::find(all, s) != all.end();
}

/// A table, and the list that it has to equal.
class table_under_test {
public:
    explicit table_under_test(choices& choose)
    {
        batch_memory memory(choose, 0);
        cseal_key_table_options options{};
        static_cast<void>(cseal_key_table_options_init(&options, sizeof options));
        options.algorithm = 1 + static_cast<std::uint32_t>(choose.below(3));
        options.kind = 1 + static_cast<std::uint32_t>(choose.below(2));
        options.replay = 1 + static_cast<std::uint32_t>(choose.below(2));
        model.algorithm = options.algorithm;
        model.is_totp = options.kind == CSEAL_TABLE_TOTP;
        model.moves = options.replay == CSEAL_REPLAY_THIS_PROCESS;
        if (choose.one_in(32)) {
            expect_refused(memory, options);
        }
        FUZZ_EXPECT(cseal_key_table_new(&options, &handle) == CSEAL_OK);
    }
    ~table_under_test() { cseal_key_table_free(handle); }
    table_under_test(const table_under_test&) = delete;
    table_under_test& operator=(const table_under_test&) = delete;

    void expect_as_model() const
    {
        std::size_t n = SIZE_MAX;
        FUZZ_EXPECT(cseal_key_table_size(handle, &n) == CSEAL_OK && n == model.rows.size());
        const auto states = std::make_unique<std::int64_t[]>(n);
        FUZZ_EXPECT(cseal_key_table_states(handle, 0, states.get(), n) == CSEAL_OK);
        for (std::size_t i = 0; i < n; ++i) {
            FUZZ_EXPECT(states[i] == model.rows[i].state);
        }
    }

    cseal_key_table* handle = nullptr;
    model_table model;

private:
    static void expect_refused(batch_memory& memory, cseal_key_table_options options)
    {
        choices& choose = memory.choose();
        constexpr std::array<std::uint32_t, 3> wrong = {0, 4, UINT32_MAX};
        constexpr std::array fields = {&cseal_key_table_options::algorithm, &cseal_key_table_options::kind,
                                       &cseal_key_table_options::replay};
        auto* table = reinterpret_cast<cseal_key_table*>(&options);
        const auto field = choose.of(fields);
        options.*field = choose.of(wrong);
        const cseal_status why = options.replay == 0 ? CSEAL_E_ARGUMENT : CSEAL_E_UNSUPPORTED;
        FUZZ_EXPECT(cseal_key_table_new(&options, &table) == why && table == nullptr);
        const auto* const bad = sized(memory, options);
        const cseal_status s = fault_of_struct(bad);
        FUZZ_EXPECT(cseal_key_table_new(bad, &table) == (s == CSEAL_OK ? why : s) && table == nullptr);
        FUZZ_EXPECT(cseal_key_table_new(nullptr, &table) == CSEAL_E_ARGUMENT && table == nullptr);
        FUZZ_EXPECT(cseal_key_table_new(&options, nullptr) == CSEAL_E_ARGUMENT);
        FUZZ_EXPECT(cseal_key_table_options_init(&options, 3) == CSEAL_E_ARGUMENT);
    }
};

void add(choices& choose, table_under_test& table)
{
    batch_memory memory(choose, 0);
    drawn_request drawn(memory, nullptr);
    drawn.of.is_totp = table.model.is_totp;
    drawn.draw_keys();
    if (choose.below(2) == 1) {
        drawn.draw_states();
    }
    if (drawn.in.n_rows > max_batch_rows && !table.model.rows.empty() && drawn.in.keys_stride == 0 &&
        drawn.in.key_lens == nullptr && drawn.in.states == nullptr) {
        drawn.in.n_rows = max_batch_rows;  // as many as a batch may have, more than the table
    }
    drawn.finish();
    const cseal_batch* const batch = drawn.of.batch;
    faults why = faults_of_batch(batch);
    const bool is_first_row_wanted = !choose.one_in(64);
    if (!is_first_row_wanted) {
        why.push_back(CSEAL_E_ARGUMENT);
    }
    if (why.empty() && batch->n_rows > max_batch_rows - table.model.rows.size()) {
        why.push_back(CSEAL_E_RANGE);
    } else if (why.empty()) {
        why = faults_of_keys(*batch);
        for (std::size_t i = 0; batch->states != nullptr && i < batch->n_rows; ++i) {
            if (value_at<std::int64_t>(batch->states, batch->states_stride, i) < table.model.unused()) {
                why.push_back(CSEAL_E_RANGE);
            }
        }
    }
    const std::size_t size = table.model.rows.size();
    std::uint32_t first_row = UINT32_MAX;
    const cseal_status s = cseal_key_table_add(table.handle, batch, is_first_row_wanted ? &first_row : nullptr);
    FUZZ_EXPECT(why.empty() ? s == CSEAL_OK && first_row == size : is_one_of(s, why));
    for (std::size_t i = 0; s == CSEAL_OK && i < batch->n_rows; ++i) {
        const std::uint8_t* const key = batch->keys + i * batch->keys_stride;
        table.model.rows.push_back({{key, key + key_len_at(*batch, i)},
                                    batch->states == nullptr
                                        ? table.model.unused()
                                        : value_at<std::int64_t>(batch->states, batch->states_stride, i)});
    }
}

void replace(choices& choose, table_under_test& table)
{
    batch_memory memory(choose, 0);
    constexpr std::array<std::size_t, 8> lens = {20, 32, 64, 129, 1, 4097, 0, SIZE_MAX};
    constexpr std::array<std::int64_t, 8> states = {-1, 0, 5, INT64_MAX, INT64_MAX - 3, -2, INT64_MIN, 7};
    const auto row = static_cast<std::uint32_t>(choose.below(table.model.rows.size() % 250 + 2));
    const std::size_t len = choose.of(lens);
    const std::size_t len_there = len > 4096 ? 0 : len;
    const std::int64_t state = choose.of(states);
    std::uint8_t* const key = memory.place(len_there);
    std::generate_n(key, len_there, [&] { return choose.byte(); });
    const bool is_there = !choose.one_in(32);
    faults why;
    if (!is_there || len == 0) {
        why.push_back(CSEAL_E_ARGUMENT);
    }
    if (row >= table.model.rows.size() || len > max_batch_key_len || state < table.model.unused()) {
        why.push_back(CSEAL_E_RANGE);
    }
    const cseal_status s = cseal_key_table_replace(table.handle, row, is_there ? key : nullptr, len, state);
    FUZZ_EXPECT(why.empty() ? s == CSEAL_OK : is_one_of(s, why));
    if (s == CSEAL_OK) {
        table.model.rows[row] = {{key, key + len}, state};
    }
}

void remove(choices& choose, table_under_test& table)
{
    const std::size_t row = choose.below(table.model.rows.size() % 250 + 2);
    const bool is_there = row < table.model.rows.size();
    FUZZ_EXPECT(cseal_key_table_remove(table.handle, static_cast<std::uint32_t>(row)) ==
                (is_there ? CSEAL_OK : CSEAL_E_RANGE));
    if (is_there) {
        table.model.rows[row].state = INT64_MIN;
    }
}

/// States of some rows, which may be more than there are.
void read_states(choices& choose, const table_under_test& table)
{
    const std::size_t first = choose.below(table.model.rows.size() % 250 + 2);
    const std::size_t n = choose.below(20);
    const auto states = std::make_unique<std::int64_t[]>(n);
    const bool is_there = first <= table.model.rows.size() && n <= table.model.rows.size() - first;
    const auto from = static_cast<std::uint32_t>(first);
    FUZZ_EXPECT(cseal_key_table_states(table.handle, from, n == 0 ? nullptr : states.get(), n) ==
                (is_there ? CSEAL_OK : CSEAL_E_RANGE));
    for (std::size_t i = 0; i < n; ++i) {
        FUZZ_EXPECT(states[i] == (is_there ? table.model.rows[first + i].state : 0));
    }
    FUZZ_EXPECT(cseal_key_table_states(table.handle, from, states.get(), SIZE_MAX) == CSEAL_E_RANGE);
    FUZZ_EXPECT(cseal_key_table_states(table.handle, from, nullptr, 1) == CSEAL_E_ARGUMENT);
    FUZZ_EXPECT(cseal_key_table_size(table.handle, nullptr) == CSEAL_E_ARGUMENT);
}

cseal_status call(const request& of, cseal_key_table* table)
{
    auto* const next = reinterpret_cast<std::uint64_t*>(of.value);
    if (of.is_making) {
        return of.is_totp ? cseal_totp_generate_batch(table, of.algorithm, of.batch, of.totp(), of.status, of.code)
                          : cseal_hotp_generate_batch(table, of.algorithm, of.batch, of.hotp(), of.status, of.code);
    }
    if (of.is_raw) {
        return of.is_totp ? cseal_totp_verify_batch_raw(of.algorithm, of.batch, of.totp(), of.status, of.value)
                          : cseal_hotp_verify_batch_raw(of.algorithm, of.batch, of.hotp(), of.status, next);
    }
    return of.is_totp ? cseal_totp_verify_batch(table, of.batch, of.totp(), of.status, of.value)
                      : cseal_hotp_verify_batch(table, of.batch, of.hotp(), of.status, next);
}

void expect_rows(const request& of, const std::vector<row_answer>& rows)
{
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const row_answer& row = rows[i];
        const bool is_status = of.status[i] == row.status || of.status[i] == row.or_status;
        const bool is_value = of.value == nullptr || (row.lowest <= of.value[i] && of.value[i] <= row.highest);
        const bool is_code = of.code == nullptr || of.code[i] == row.code;
        if (!is_status || !is_value || !is_code) {
            std::fprintf(stderr, "row %zu of %zu: status %d instead of %d, value %lld of %lld to %lld, code %u of %u\n",
                         i, rows.size(), of.status[i], row.status,
                         of.value == nullptr ? 0 : static_cast<long long>(of.value[i]),
                         static_cast<long long>(row.lowest), static_cast<long long>(row.highest),
                         of.code == nullptr ? 0 : of.code[i], row.code);
        }
        FUZZ_EXPECT(is_status && is_value && is_code);
    }
}

/// The states that were given, or what stands for none, where answers had a place of their own.
std::vector<std::int64_t> values_of_refused(const request& of, std::size_t n)
{
    const cseal_batch& in = *of.batch;
    std::vector<std::int64_t> out(n, of.is_totp ? -1 : 0);
    range states;
    if (in.states != nullptr && range_of(in.states, in.states_stride, 8, n, states)) {
        for (std::size_t i = 0; i < n; ++i) {
            out[i] = value_at<std::int64_t>(in.states, in.states_stride, i);
        }
    }
    return out;
}

/// Whether values lie over no other answer and not askew over the states.
bool are_values_alone(const request& of, std::size_t n)
{
    range values;
    range statuses;
    range states;
    range_of(of.value, 8, 8, n, values);
    range_of(of.status, 1, 1, n, statuses);
    range_of(of.batch->states, of.batch->states_stride, 8, n, states);
    return !values.is_over(statuses) &&
           (!values.is_over(states) || (of.value == of.batch->states && of.batch->states_stride == 8));
}

void describe(const request& of, cseal_status s, const faults& why)
{
    std::fprintf(stderr, "%s %s %s of %zu rows said %d; reasons to refuse it:", of.is_raw ? "raw" : "table",
                 of.is_totp ? "totp" : "hotp", of.is_making ? "generate" : "verify",
                 of.batch == nullptr ? 0 : of.batch->n_rows, s);
    for (const cseal_status each : why) {
        std::fprintf(stderr, " %d", each);
    }
    if (fault_of_struct(of.batch) == CSEAL_OK) {
        const cseal_batch& in = *of.batch;
        std::fprintf(stderr, "\ncodes %p+%zu, times %p+%zu, states %p+%zu, ids %p+%zu, keys %p+%zu of %zu, lens %p+%zu",
                     in.codes, in.codes_stride, in.times, in.times_stride, in.states, in.states_stride, in.ids,
                     in.ids_stride, static_cast<const void*>(in.keys), in.keys_stride, in.key_len, in.key_lens,
                     in.key_lens_stride);
    }
    std::fprintf(stderr, "\nstatus %p, value %p, code %p, options %p\n", static_cast<void*>(of.status),
                 static_cast<void*>(of.value), static_cast<void*>(of.code), of.options);
}

void run(choices& choose, table_under_test& table)
{
    const bool is_shared = choose.one_in(6);
    batch_memory memory(choose, is_shared ? 64 + 32 * std::size_t{choose.byte()} : 0);
    const std::size_t kind = choose.below(8);
    const bool is_raw = kind % 2 == 1;
    drawn_request drawn(memory, is_raw ? nullptr : &table.model);
    request& of = drawn.of;
    of.is_raw = is_raw;
    of.is_totp = is_raw ? kind < 4 : table.model.is_totp != choose.one_in(32);
    of.is_making = choose.below(4) == 3;
    of.algorithm = choose.one_in(32) ? choose.byte() : 1 + static_cast<std::uint32_t>(choose.below(3));
    of.options = drawn_options(memory, of.is_totp, drawn.n());
    if (of.is_totp) {
        drawn.draw_times();
    }
    if (is_raw) {
        drawn.draw_keys();
    } else {
        drawn.draw_rows();
    }
    if (is_raw || choose.below(4) == 3) {
        drawn.draw_states();
    }
    if (is_raw && choose.below(3) != 2) {
        drawn.draw_ids();
    }
    if (of.is_making == choose.one_in(24)) {
        drawn.draw_codes();
    }
    drawn.draw_answers();
    drawn.finish();

    const char* rule = "";
    const faults why_batch = faults_of_batch(of.batch);
    const cseal_status checked = cseal_batch_check(of.batch, &rule);
    FUZZ_EXPECT(why_batch.empty() ? checked == CSEAL_OK && rule == nullptr
                                  : is_one_of(checked, why_batch) && rule != nullptr);
    FUZZ_EXPECT(cseal_batch_check(of.batch, nullptr) == CSEAL_E_ARGUMENT);

    const faults why = faults_of(of);
    const bool is_written = fault_of_struct(of.batch) == CSEAL_OK && of.batch->n_rows <= max_batch_rows;
    const std::size_t n = is_written ? of.batch->n_rows : 0;
    std::vector<row_answer> rows;
    std::vector<std::int64_t> values;
    if (why.empty()) {
        rows = row_by_row(of, of.table != nullptr ? &table.model : nullptr).all();
    } else if (is_written) {
        values = values_of_refused(of, n);
    }
    const batch_memory::copy before = memory.all();
    const cseal_status s = call(of, is_raw ? nullptr : table.handle);
    if (why.empty() ? s != CSEAL_BATCH_DONE : !is_one_of(s, why)) {
        describe(of, s, why);
    }
    FUZZ_EXPECT(why.empty() ? s == CSEAL_BATCH_DONE : is_one_of(s, why));
    if (why.empty()) {
        expect_rows(of, rows);
    }
    for (std::size_t i = 0; !why.empty() && i < n; ++i) {
        FUZZ_EXPECT(of.status == nullptr || of.status[i] == CSEAL_E_NOT_EVALUATED);
        FUZZ_EXPECT(of.value == nullptr || !are_values_alone(of, n) || of.value[i] == values[i]);
    }
    memory.put_back(before, of.status, n);
    memory.put_back(before, of.value, n * 8);
    memory.put_back(before, of.code, n * 4);
    FUZZ_EXPECT(memory.all() == before);
    table.expect_as_model();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    choices choose(data, size);
    table_under_test table(choose);
    const std::size_t n_calls = 2 + choose.below(most_calls - 1);
    for (std::size_t calls = 0; calls < n_calls; ++calls) {
        switch (calls == 0 ? 0 : choose.below(16)) {
            case 0: add(choose, table); break;
            case 1: replace(choose, table); break;
            case 2: remove(choose, table); break;
            case 3: read_states(choose, table); break;
            default: run(choose, table);
        }
        table.expect_as_model();
    }
    return 0;
}
