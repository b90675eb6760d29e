// SPDX-License-Identifier: Apache-2.0
// Key tables and batches: keys and codes are secret, everything else in a batch is public.
#include <array>

#include "counterseal/key_table.h"
#include "harness.hpp"

namespace ct {
namespace {

constexpr std::uint64_t now_s = 1'700'000'000;
constexpr std::uint64_t now_step = now_s / 30;
constexpr std::size_t n_rows = 37;  // whole groups of lanes and a rest

cseal_batch new_batch()
{
    cseal_batch batch;
    expect(cseal_batch_init(&batch, sizeof batch) == CSEAL_OK, "init");
    return batch;
}

std::string key_of(std::size_t row)
{
    std::string key(20 + row % 13 * 10, static_cast<char>('a' + row % 26));  // up to 140 bytes: longer than a block
    key[0] = static_cast<char>(row);
    return key;
}

/// The keys of all rows, in as many bytes each as the longest.
struct keys {
    std::string packed;
    std::array<std::uint32_t, n_rows> lens{};
    static constexpr std::size_t stride = 140;

    keys()
    {
        for (std::size_t row = 0; row < n_rows; ++row) {
            std::string key = key_of(row);
            lens[row] = static_cast<std::uint32_t>(key.size());
            key.resize(stride);
            packed += key;
        }
    }

    void put(const secret_copy& bytes, cseal_batch& into) const
    {
        into.keys = bytes.bytes();
        into.keys_stride = stride;
        into.key_lens = lens.data();
    }
};

/// A table whose keys were tainted as `argument`.
class secret_table {
public:
    secret_table(std::string_view argument, std::uint32_t algorithm, std::uint32_t kind, std::uint32_t replay)
    {
        const cseal_key_table_options options{sizeof options, algorithm, kind, replay};
        expect(cseal_key_table_new(&options, &table_) == CSEAL_OK, "table");
        const keys all;
        const secret_copy bytes(argument, all.packed);
        cseal_batch rows = new_batch();
        rows.n_rows = n_rows;
        all.put(bytes, rows);
        std::uint32_t first = 99;
        expect(cseal_key_table_add(table_, &rows, &first) == CSEAL_OK && first == 0, "add");
    }
    ~secret_table() { cseal_key_table_free(table_); }
    secret_table(const secret_table&) = delete;
    secret_table& operator=(const secret_table&) = delete;
    [[nodiscard]] cseal_key_table* get() const noexcept { return table_; }

private:
    cseal_key_table* table_ = nullptr;
};

/// Row i is typed the code of counter first + i % 5, or one digit beside it, or something malformed.
struct answers {
    std::array<std::int8_t, n_rows> status;
    std::array<std::uint64_t, n_rows> value;
};

std::string typed_code(std::uint32_t algorithm, std::uint64_t first, std::size_t row)
{
    const std::string right = open_code(algorithm, key_of(row), first + row % 5, 6);
    return row % 7 == 3 ? other_code(right) : row % 7 == 5 ? "12345x" : right;
}

/// Codes of the rows as text or as numbers, tainted.
class secret_codes {
public:
    secret_codes(std::uint32_t algorithm, std::uint64_t first, bool as_text, cseal_batch& into)
        : bytes_("batch", packed(algorithm, first, as_text))
    {
        into.n_rows = n_rows;
        into.codes = bytes_.bytes();
        into.code_kind = as_text ? CSEAL_CODES_TEXT : CSEAL_CODES_U32;
        into.codes_stride = as_text ? 8 : 4;
        into.code_width = 8;
    }

private:
    static std::string packed(std::uint32_t algorithm, std::uint64_t first, bool as_text)
    {
        std::string all;
        for (std::size_t row = 0; row < n_rows; ++row) {
            std::string code = typed_code(algorithm, first, row);
            if (as_text) {
                code = row % 3 == 0 ? code.substr(0, 3) + " " + code.substr(3) : code;
                code.resize(8);
                all += code;
            } else {
                const std::uint32_t number = row % 7 == 5 ? 1'000'000 : static_cast<std::uint32_t>(std::stoul(code));
                all.append(reinterpret_cast<const char*>(&number), sizeof number);
            }
        }
        return all;
    }

    secret_copy bytes_;
};

/// `width` counters from the first one were looked at.
void check(const answers& got, std::uint64_t first, std::uint64_t width, std::uint64_t given, bool is_hotp)
{
    for (std::size_t row = 0; row < n_rows; ++row) {
        const bool is_right = row % 7 != 3 && row % 7 != 5 && row % 5 < width;
        const auto want = static_cast<std::int8_t>(is_right ? CSEAL_OK : row % 7 == 5 ? CSEAL_MALFORMED : CSEAL_WRONG);
        expect(got.status[row] == want, "status of row " + std::to_string(row));
        expect(got.value[row] == (is_right ? first + row % 5 + (is_hotp ? 1 : 0) : given),
               "value of row " + std::to_string(row));
    }
}

constexpr cseal_totp_options totp_options{sizeof(cseal_totp_options), 6, 30, 1, 2, 0, 0, CSEAL_ENCODER_DECIMAL, 0};
constexpr cseal_hotp_options hotp_options{sizeof(cseal_hotp_options), 6, 3, 0};

void verify_totp(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        for (const bool as_text : {false, true}) {
            const secret_table table("table", algorithm, CSEAL_TABLE_TOTP, CSEAL_REPLAY_THIS_PROCESS);
            cseal_batch batch = new_batch();
            const secret_codes codes(algorithm, now_step - 1, as_text, batch);
            batch.times = &now_s;
            answers got{};
            auto* const steps = reinterpret_cast<std::int64_t*>(got.value.data());
            expect(cseal_totp_verify_batch(table.get(), &batch, &totp_options, got.status.data(), steps) ==
                       CSEAL_BATCH_DONE,
                   "batch");
            check(got, now_step - 1, 4, ~std::uint64_t{0}, false);
            expect(cseal_totp_verify_batch(table.get(), &batch, &totp_options, got.status.data(), steps) ==
                       CSEAL_BATCH_DONE,
                   "batch again");
            expect(got.status[0] == CSEAL_REPLAYED, "replay");
        }
    }
}

void verify_totp_raw(const entry&)
{
    const keys all;
    for (const std::uint32_t algorithm : algorithms) {
        const secret_copy bytes("batch", all.packed);
        cseal_batch batch = new_batch();
        const secret_codes codes(algorithm, now_step - 1, false, batch);
        const std::array<std::uint64_t, n_rows> times = [] {
            std::array<std::uint64_t, n_rows> same{};
            same.fill(now_s);
            return same;
        }();
        const std::int64_t never = -1;
        all.put(bytes, batch);
        batch.times = times.data();
        batch.times_stride = sizeof times[0];
        batch.states = &never;
        batch.states_stride = 0;
        answers got{};
        expect(cseal_totp_verify_batch_raw(algorithm, &batch, &totp_options, got.status.data(),
                                           reinterpret_cast<std::int64_t*>(got.value.data())) == CSEAL_BATCH_DONE,
               "batch");
        check(got, now_step - 1, 4, ~std::uint64_t{0}, false);
    }
}

void verify_hotp(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        const secret_table table("table", algorithm, CSEAL_TABLE_HOTP, CSEAL_REPLAY_THIS_PROCESS);
        cseal_batch batch = new_batch();
        const secret_codes codes(algorithm, 0, true, batch);
        answers got{};
        expect(cseal_hotp_verify_batch(table.get(), &batch, &hotp_options, got.status.data(), got.value.data()) ==
                   CSEAL_BATCH_DONE,
               "batch");
        check(got, 0, 4, 0, true);
    }
}

void verify_hotp_raw(const entry&)
{
    const keys all;
    for (const std::uint32_t algorithm : algorithms) {
        const secret_copy bytes("batch", all.packed);
        cseal_batch batch = new_batch();
        const secret_codes codes(algorithm, 5, false, batch);
        const std::int64_t next = 5;
        std::array<std::uint64_t, n_rows> ids{};
        for (std::size_t row = 0; row < n_rows; ++row) {
            ids[row] = row;
        }
        all.put(bytes, batch);
        batch.states = &next;
        batch.states_stride = 0;
        batch.ids = ids.data();
        answers got{};
        expect(cseal_hotp_verify_batch_raw(algorithm, &batch, &hotp_options, got.status.data(), got.value.data()) ==
                   CSEAL_BATCH_DONE,
               "batch");
        check(got, 5, 4, 5, true);
    }
}

/// Codes that were made are secret until somebody types them.
void check_made(std::uint32_t algorithm, std::uint64_t counter, std::array<std::uint32_t, n_rows>& made)
{
    expect_secret(made.data(), sizeof made[0], "the code is not secret");
    publish(made.data(), sizeof made);
    for (std::size_t row = 0; row < n_rows; ++row) {
        expect(made[row] == std::stoul(open_code(algorithm, key_of(row), counter, 6)), "code");
    }
}

void generate_totp(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        const secret_table table("table", algorithm, CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY);
        cseal_batch batch = new_batch();
        batch.n_rows = n_rows;
        batch.times = &now_s;
        std::array<std::int8_t, n_rows> status{};
        std::array<std::uint32_t, n_rows> made{};
        expect(cseal_totp_generate_batch(table.get(), 0, &batch, &totp_options, status.data(), made.data()) ==
                   CSEAL_BATCH_DONE,
               "batch");
        check_made(algorithm, now_step, made);
        const keys all;
        const secret_copy bytes("batch", all.packed);
        all.put(bytes, batch);
        expect(cseal_totp_generate_batch(nullptr, algorithm, &batch, &totp_options, status.data(), made.data()) ==
                   CSEAL_BATCH_DONE,
               "raw batch");
        check_made(algorithm, now_step, made);
    }
}

void generate_hotp(const entry&)
{
    const keys all;
    for (const std::uint32_t algorithm : algorithms) {
        const secret_table table("table", algorithm, CSEAL_TABLE_HOTP, CSEAL_REPLAY_REPORT_ONLY);
        const secret_copy bytes("batch", all.packed);
        cseal_batch batch = new_batch();
        const std::int64_t counter = 0;
        batch.n_rows = n_rows;
        batch.states = &counter;
        batch.states_stride = 0;
        std::array<std::int8_t, n_rows> status{};
        std::array<std::uint32_t, n_rows> made{};
        expect(cseal_hotp_generate_batch(table.get(), 0, &batch, &hotp_options, status.data(), made.data()) ==
                   CSEAL_BATCH_DONE,
               "batch");
        check_made(algorithm, 0, made);
        all.put(bytes, batch);
        expect(cseal_hotp_generate_batch(nullptr, algorithm, &batch, &hotp_options, status.data(), made.data()) ==
                   CSEAL_BATCH_DONE,
               "raw batch");
        check_made(algorithm, 0, made);
    }
}

void add(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        const secret_table table("table", algorithm, CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY);
        const secret_copy key("batch", usual_secret);
        cseal_batch rows = new_batch();
        rows.n_rows = 3;
        rows.keys = key.bytes();
        rows.key_len = key.len();
        std::uint32_t first = 0;
        expect(cseal_key_table_add(table.get(), &rows, &first) == CSEAL_OK && first == n_rows, "add");
    }
}

void replace(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        const secret_table table("table", algorithm, CSEAL_TABLE_TOTP, CSEAL_REPLAY_REPORT_ONLY);
        const secret_copy key("secret", usual_secret);
        expect(cseal_key_table_replace(table.get(), 3, key.bytes(), key.len(), -1) == CSEAL_OK, "replace");
        cseal_batch batch = new_batch();
        const std::uint32_t row = 3;
        const auto code = static_cast<std::uint32_t>(std::stoul(open_code(algorithm, usual_secret, now_step, 6)));
        batch.n_rows = 1;
        batch.rows = &row;
        batch.codes = &code;
        batch.times = &now_s;
        std::int8_t status = 99;
        std::int64_t step = 99;
        expect(cseal_totp_verify_batch(table.get(), &batch, nullptr, &status, &step) == CSEAL_BATCH_DONE, "batch");
        expect(status == CSEAL_OK && static_cast<std::uint64_t>(step) == now_step, "verdict");
    }
}

}  // namespace

void add_batch_entries(std::vector<entry>& to)
{
    to.push_back({"cseal_totp_verify_batch", "table batch", verify_totp});
    to.push_back({"cseal_totp_verify_batch_raw", "batch", verify_totp_raw});
    to.push_back({"cseal_hotp_verify_batch", "table batch", verify_hotp});
    to.push_back({"cseal_hotp_verify_batch_raw", "batch", verify_hotp_raw});
    to.push_back({"cseal_totp_generate_batch", "table batch", generate_totp});
    to.push_back({"cseal_hotp_generate_batch", "table batch", generate_hotp});
    to.push_back({"cseal_key_table_add", "table batch", add});
    to.push_back({"cseal_key_table_free", "table", add});  // every entry here frees tables that hold secrets
    to.push_back({"cseal_key_table_replace", "table secret", replace});
}

}  // namespace ct
