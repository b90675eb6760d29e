// SPDX-License-Identifier: Apache-2.0
// Batches against a table and against raw keys, with codes as numbers and as text.
#include "batches.hpp"

namespace timing {
namespace {

constexpr std::uint64_t first_counter = 1000;

bool is_totp(std::uint32_t kind)
{
    return kind == CSEAL_TABLE_TOTP;
}

/// The codes that the row's window has: three steps, or the counters 1000 to 1002.
std::vector<std::string> window_of(std::uint32_t kind, const std::array<std::uint8_t, key_len>& key)
{
    return codes_of(CSEAL_SHA1, key, is_totp(kind) ? now_step - 1 : first_counter, 3);
}

void type(batch_input& in, std::size_t at, const std::string& code)
{
    in.numbers[at] = static_cast<std::uint32_t>(std::stoul(code));
    std::memcpy(in.texts.data() + at * text_stride, code.data(), code.size());
}

/// The keys of a table that stays: from a seed of its own, the same in each sample.
void stay(batch_input& in)
{
    random same(7);
    for (auto& key : in.keys) {
        fill(same, key);
    }
}

auto missed(std::uint32_t kind)
{
    return [kind](random& chance, std::size_t of_class, batch_input& in) {
        random same(1);
        for (std::size_t i = 0; i < n_rows; ++i) {
            fixed_or_random(chance, of_class, in.keys[i]);
            type(in, i, wrong_everywhere(of_class == 0 ? same : chance, window_of(kind, in.keys[i])));
        }
    };
}

auto nearly(std::uint32_t kind)
{
    return [kind](random& chance, std::size_t of_class, batch_input& in) {
        stay(in);
        for (std::size_t i = 0; i < n_rows; ++i) {
            const auto window = window_of(kind, in.keys[i]);
            type(in, i, of_class == 0 ? right_in_front(window, chance() % 3) : wrong_everywhere(chance, window));
        }
    };
}

auto hit(std::uint32_t kind)
{
    return [kind](random& chance, std::size_t of_class, batch_input& in) {
        (void)chance;
        stay(in);
        for (std::size_t i = 0; i < n_rows; ++i) {
            type(in, i, window_of(kind, in.keys[i])[of_class == 0 ? 0 : 2]);
        }
    };
}

/// What a sample's batch holds besides its codes.
void set_codes(cseal_batch& batch, const batch_input& in, bool as_text)
{
    batch.code_kind = as_text ? CSEAL_CODES_TEXT : CSEAL_CODES_U32;
    batch.codes = as_text ? static_cast<const void*>(in.texts.data()) : in.numbers.data();
    batch.codes_stride = as_text ? text_stride : sizeof in.numbers[0];
}

void set_keys(cseal_batch& batch, const batch_input& in)
{
    batch.keys = in.keys.front().data();
    batch.keys_stride = key_len;
    batch.key_len = key_len;
}

struct shared_columns {
    std::int64_t never = -1;
    std::uint64_t counter = first_counter;
};
const shared_columns columns;

cseal_batch batch_of(std::uint32_t kind)
{
    cseal_batch batch = new_batch();
    batch.times = &now_s;
    batch.states = is_totp(kind) ? static_cast<const void*>(&columns.never) : &columns.counter;
    batch.states_stride = 0;
    return batch;
}

constexpr cseal_hotp_options ahead_2{sizeof(cseal_hotp_options), 6, 2, 0};

cseal_status verify(std::uint32_t kind, cseal_key_table* table, batch_input& in, bool as_text)
{
    cseal_batch batch = batch_of(kind);
    set_codes(batch, in, as_text);
    return is_totp(kind) ? cseal_totp_verify_batch(table, &batch, nullptr, in.status.data(),
                                                   reinterpret_cast<std::int64_t*>(in.values.data()))
                         : cseal_hotp_verify_batch(table, &batch, &ahead_2, in.status.data(), in.values.data());
}

cseal_status verify_raw(std::uint32_t kind, batch_input& in, bool as_text)
{
    cseal_batch batch = batch_of(kind);
    set_codes(batch, in, as_text);
    set_keys(batch, in);
    return is_totp(kind)
               ? cseal_totp_verify_batch_raw(CSEAL_SHA1, &batch, nullptr, in.status.data(),
                                             reinterpret_cast<std::int64_t*>(in.values.data()))
               : cseal_hotp_verify_batch_raw(CSEAL_SHA1, &batch, &ahead_2, in.status.data(), in.values.data());
}

cseal_status generate(std::uint32_t kind, const cseal_key_table* table, batch_input& in)
{
    cseal_batch batch = batch_of(kind);
    if (table == nullptr) {
        set_keys(batch, in);
    }
    auto* const made = reinterpret_cast<std::uint32_t*>(in.values.data());
    return is_totp(kind) ? cseal_totp_generate_batch(table, CSEAL_SHA1, &batch, nullptr, in.status.data(), made)
                         : cseal_hotp_generate_batch(table, CSEAL_SHA1, &batch, nullptr, in.status.data(), made);
}

/// The status that all rows have.
std::int32_t status_of_all(const batch_input& in, std::int32_t answer)
{
    for (const std::int8_t status : in.status) {
        if (answer != CSEAL_BATCH_DONE || status != in.status[0]) {
            return CSEAL_E_NOT_EVALUATED;
        }
    }
    return in.status[0];
}

void add_rows_of(std::vector<row>& to, std::uint32_t kind)
{
    const std::string name = is_totp(kind) ? "cseal_totp" : "cseal_hotp";
    const auto table = new_table(kind);
    batch_input kept{};
    stay(kept);
    expect(add_keys(table.get(), kept) == CSEAL_OK, "rows");
    const auto changing = new_table(kind);
    expect(add_keys(changing.get(), kept) == CSEAL_OK, "rows");

    const auto nothing = [](const batch_input&) {};
    const auto replace = [changing, kind](const batch_input& in) {
        for (std::uint32_t i = 0; i < n_rows; ++i) {
            (void)cseal_key_table_replace(changing.get(), i, in.keys[i].data(), key_len, is_totp(kind) ? -1 : 0);
        }
    };
    const std::vector<std::string> key_classes{"one key", "random keys"};
    row r{.kind = "secret", .function = name + "_verify_batch", .want = {CSEAL_WRONG, CSEAL_WRONG}};
    r.what = "16 wrong codes";
    r.classes = key_classes;
    to.push_back(typed<batch_input>(
        r, missed(kind), replace, [changing, kind](batch_input& in) { return verify(kind, changing.get(), in, false); },
        status_of_all));
    for (const bool as_text : {false, true}) {
        r.what = as_text ? "16 wrong codes, text" : "16 wrong codes, numbers";
        r.classes = {"five digits right", "no digit right"};
        r.want = {CSEAL_WRONG, CSEAL_WRONG};
        to.push_back(typed<batch_input>(
            r, nearly(kind), nothing,
            [table, kind, as_text](batch_input& in) { return verify(kind, table.get(), in, as_text); }, status_of_all));
        r.what = as_text ? "16 right codes, text" : "16 right codes, numbers";
        r.classes = {"all the first of the window", "all the last"};
        r.want = {CSEAL_OK, CSEAL_OK};
        to.push_back(typed<batch_input>(
            r, hit(kind), nothing,
            [table, kind, as_text](batch_input& in) { return verify(kind, table.get(), in, as_text); }, status_of_all));
    }
    r.function = name + "_verify_batch_raw";
    r.want = {CSEAL_WRONG, CSEAL_WRONG};
    const auto raw = [kind](batch_input& in) { return verify_raw(kind, in, false); };
    r.what = "16 wrong codes";
    r.classes = key_classes;
    to.push_back(typed<batch_input>(r, missed(kind), nothing, raw, status_of_all));
    r.classes = {"five digits right", "no digit right"};
    to.push_back(typed<batch_input>(r, nearly(kind), nothing, raw, status_of_all));

    r.function = name + "_generate_batch";
    r.want = {CSEAL_OK, CSEAL_OK};
    r.what = "16 codes, table";
    r.classes = key_classes;
    to.push_back(typed<batch_input>(
        r, missed(kind), replace, [changing, kind](batch_input& in) { return generate(kind, changing.get(), in); },
        status_of_all));
    r.what = "16 codes, raw keys";
    to.push_back(typed<batch_input>(
        r, missed(kind), nothing, [kind](batch_input& in) { return generate(kind, nullptr, in); }, status_of_all));
}

}  // namespace

void add_batch_rows(std::vector<row>& to)
{
    add_rows_of(to, CSEAL_TABLE_TOTP);
    add_rows_of(to, CSEAL_TABLE_HOTP);
}

}  // namespace timing
