// SPDX-License-Identifier: Apache-2.0
// A key table of the crowd, through the C ABI.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "bench/users.hpp"
#include "counterseal/key_table.h"

namespace counterseal::bench {

inline cseal_batch new_batch()
{
    cseal_batch batch;
    if (cseal_batch_init(&batch, sizeof batch) != CSEAL_OK) {
        throw std::runtime_error{"cseal_batch_init failed"};
    }
    return batch;
}

struct free_table {
    void operator()(cseal_key_table* table) const noexcept { cseal_key_table_free(table); }
};
using table_ptr = std::unique_ptr<cseal_key_table, free_table>;

inline table_ptr new_table(hash h, std::uint32_t kind, std::uint32_t replay)
{
    const cseal_key_table_options options{sizeof options, algorithm_of(h), kind, replay};
    cseal_key_table* table = nullptr;
    if (cseal_key_table_new(&options, &table) != CSEAL_OK) {
        throw std::runtime_error{"cseal_key_table_new failed"};
    }
    return table_ptr{table};
}

inline void add_rows(cseal_key_table* table, const std::uint8_t* keys, std::size_t key_len, std::size_t n)
{
    cseal_batch rows = new_batch();
    rows.keys = keys;
    rows.keys_stride = key_len;
    rows.key_len = key_len;
    rows.n_rows = n;
    std::uint32_t first = 0;
    if (cseal_key_table_add(table, &rows, &first) != CSEAL_OK) {
        throw std::runtime_error{"cseal_key_table_add failed"};
    }
}

inline table_ptr table_of(const users& all, std::uint32_t kind, std::uint32_t replay)
{
    table_ptr table = new_table(all.by(), kind, replay);
    add_rows(table.get(), all.secret(0).data(), all.secret(0).size(), all.size());
    return table;
}

/// Where a batch answers.
struct answers {
    std::vector<std::int8_t> status;
    std::vector<std::int64_t> step;

    explicit answers(std::size_t n) : status(n), step(n) {}

    /// -1 unless the batch was done.
    [[nodiscard]] std::int64_t accepted(cseal_status done, std::size_t n) const
    {
        return done == CSEAL_BATCH_DONE
                   ? std::count(status.begin(), status.begin() + static_cast<std::ptrdiff_t>(n), CSEAL_OK)
                   : -1;
    }
};

}  // namespace counterseal::bench
