// SPDX-License-Identifier: Apache-2.0
// Key tables: adding, replacing and wiping keys.
#include "batches.hpp"

namespace timing {

cseal_batch new_batch()
{
    cseal_batch batch;
    expect(cseal_batch_init(&batch, sizeof batch) == CSEAL_OK, "a batch");
    batch.n_rows = n_rows;
    return batch;
}

std::shared_ptr<cseal_key_table> new_table(std::uint32_t kind)
{
    const cseal_key_table_options options{sizeof options, CSEAL_SHA1, kind, CSEAL_REPLAY_REPORT_ONLY};
    cseal_key_table* table = nullptr;
    expect(cseal_key_table_new(&options, &table) == CSEAL_OK, "a table");
    return {table, cseal_key_table_free};
}

cseal_status add_keys(cseal_key_table* table, const batch_input& in)
{
    cseal_batch batch = new_batch();
    batch.keys = in.keys.front().data();
    batch.keys_stride = key_len;
    batch.key_len = key_len;
    std::uint32_t first = 0;
    return cseal_key_table_add(table, &batch, &first);
}

void add_table_rows(std::vector<row>& to)
{
    const auto make = [](random& chance, std::size_t of_class, batch_input& in) {
        for (auto& key : in.keys) {
            fixed_or_random(chance, of_class, key);
        }
    };
    row r{.kind = "secret",
          .function = "cseal_key_table_add",
          .what = "16 keys of SHA-1",
          .classes = {"one key", "random keys"},
          .want = {CSEAL_OK, CSEAL_OK}};
    struct growing {
        std::shared_ptr<cseal_key_table> table;
        std::size_t n_calls = 0;
    };
    // A table that grows without end would outgrow the caches; one for each call would cost most of the time.
    const auto state = std::make_shared<growing>();
    to.push_back(typed<batch_input>(
        r, make,
        [state](const batch_input&) {
            if (state->n_calls++ % 256 == 0) {
                state->table = new_table(CSEAL_TABLE_TOTP);
            }
        },
        [state](const batch_input& in) { return add_keys(state->table.get(), in); },
        [](const batch_input&, std::int32_t answer) { return answer; }));

    const auto table = new_table(CSEAL_TABLE_TOTP);
    expect(add_keys(table.get(), batch_input{}) == CSEAL_OK, "rows");
    r.function = "cseal_key_table_replace";
    r.what = "a key of SHA-1";
    to.push_back(typed<batch_input>(r, make, [table](const batch_input& in) {
        return cseal_key_table_replace(table.get(), 3, in.keys.front().data(), key_len, -1);
    }));

    const auto freed = std::make_shared<std::shared_ptr<cseal_key_table>>();
    r.function = "cseal_key_table_free";
    r.what = "16 keys of SHA-1";
    r.share = 10;
    to.push_back(typed<batch_input>(
        r, make,
        [freed](const batch_input& in) {
            *freed = new_table(CSEAL_TABLE_TOTP);
            (void)add_keys(freed->get(), in);
        },
        [freed](const batch_input&) {
            freed->reset();
            return CSEAL_OK;
        },
        [](const batch_input&, std::int32_t answer) { return answer; }));
}

}  // namespace timing
