// SPDX-License-Identifier: Apache-2.0
// Where the rows of a key table lie, beyond what a batch shows.
#include "core/bulk/key_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/bulk/verify.hpp"
#include "tests/unit/support/batch_model.hpp"
#include "tests/unit/support/kernels.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t n_many = (std::size_t{1} << 17) + 70;  // one piece of memory does not hold them
constexpr std::uint64_t now_s = 1'700'000'000;

/// A table of one key for all, but of its own for some rows around the end of the first piece.
class many_rows : public testing::TestWithParam<hash_id> {
protected:
    void SetUp() override
    {
        const std::vector<std::uint8_t> same(20, 1);
        std::uint32_t first = 99;
        ASSERT_EQ(table.add({same.data(), 0, same.size(), {}}, 1000, {}, first), status::ok);
        ASSERT_EQ(table.add({same.data(), 0, same.size(), {}}, n_many - 1000, {}, first), status::ok);
        ASSERT_EQ(first, 1000);
        for (const std::uint32_t row : rows) {
            own.keys.push_back({static_cast<std::uint8_t>(row), static_cast<std::uint8_t>(row >> 8), 2, 3});
            ASSERT_EQ(table.replace(row, own.keys.back(), -1), status::ok);
        }
    }

    const std::vector<std::uint32_t> rows{0, 31'999, 32'768, (1U << 17) - 1, 1U << 17, 131'073, n_many - 1};
    test::plain_table own{GetParam(), {}, {}};
    key_table table{GetParam(), table_kind::totp, table_replay::this_process};
};

TEST_P(many_rows, each_has_its_own_key_and_state)
{
    std::vector<std::uint32_t> codes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::string code(6, '0');
        ASSERT_EQ(totp_generate(mac_of(own.prepared(i)), now_s, {}, code.data()), status::ok);
        codes.push_back(static_cast<std::uint32_t>(std::stoul(code)));
    }
    std::vector<std::int8_t> statuses(rows.size(), 99);
    batch in;
    in.n_rows = rows.size();
    in.rows = test::column_of(rows);
    in.codes = test::column_of(codes);
    in.times = {reinterpret_cast<const std::uint8_t*>(&now_s), 0};
    for (const status expected : {status::ok, status::replayed}) {
        ASSERT_EQ(totp_verify_batch({&in, &table, {}, nullptr}, {}, {statuses.data(), nullptr, nullptr}),
                  status::batch_done);
        for (const std::int8_t verdict : statuses) {
            EXPECT_EQ(verdict, static_cast<std::int8_t>(expected));
        }
    }
    for (std::uint32_t row = 0; row < n_many; ++row) {
        const bool is_own = std::ranges::find(rows, row) != rows.end();
        ASSERT_EQ(table.state(row).load(), is_own ? static_cast<std::int64_t>(now_s / 30) : -1) << row;
    }
}

TEST_P(many_rows, a_removed_one_is_wiped_and_its_neighbours_are_not)
{
    const auto is_zero = [&](std::size_t row) {
        const std::uint8_t* const mid = table.mid(row);
        return std::all_of(mid, mid + bulk_mid_len(GetParam()), [](std::uint8_t byte) { return byte == 0; });
    };
    for (const std::uint32_t row : {std::uint32_t{5}, std::uint32_t{1} << 17}) {
        ASSERT_EQ(table.remove(row), status::ok);
        EXPECT_TRUE(is_zero(row));
        EXPECT_EQ(table.state(row).load(), key_table::removed);
        for (const std::size_t beside : {row - 1, row + 1}) {
            EXPECT_FALSE(is_zero(beside));
            EXPECT_EQ(table.state(beside).load(), -1);
        }
    }
}

#if defined(__linux__)
/// What the system says of the memory at an address: two letters for each property (proc(5), VmFlags).
std::string properties_at(const void* address)
{
    std::ifstream maps("/proc/self/smaps");
    bool is_inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        std::istringstream words(line);
        if (words >> std::hex >> begin >> dash >> end && dash == '-') {
            const auto wanted = reinterpret_cast<std::uintptr_t>(address);
            is_inside = begin <= wanted && wanted < end;
        } else if (is_inside && line.starts_with("VmFlags:")) {
            return line + " ";
        }
    }
    return {};
}

TEST_P(many_rows, lie_outside_core_dumps_and_forks_on_huge_pages)
{
    const std::string small = [] {
        const std::uint8_t key = 1;
        std::uint32_t first = 0;
        key_table few(GetParam(), table_kind::totp, table_replay::this_process);
        EXPECT_EQ(few.add({&key, 0, 1, {}}, 1, {}, first), status::ok);
        return properties_at(few.mid(0));
    }();
    const std::string first = properties_at(table.mid(0));
    const std::string last = properties_at(table.mid(n_many - 1));
    for (const std::string& one : {small, first, last}) {
        EXPECT_NE(one.find(" dd "), std::string::npos) << one;
        EXPECT_NE(one.find(" wf "), std::string::npos) << one;
    }
    // Only what is seen to fill: a page of two megabytes for a handful of rows would be waste.
    EXPECT_NE(first.find(" hg "), std::string::npos) << first;
    EXPECT_EQ(last.find(" hg "), std::string::npos) << last;
    EXPECT_EQ(small.find(" hg "), std::string::npos) << small;
}
#endif

INSTANTIATE_TEST_SUITE_P(, many_rows, testing::Values(hash_id::sha1, hash_id::sha256, hash_id::sha512),
                         [](const auto& of) { return text_of(of.param); });

}  // namespace
}  // namespace counterseal::core
