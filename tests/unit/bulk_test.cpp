// SPDX-License-Identifier: Apache-2.0
// Every bulk kernel against the portable kernel of single keys, and against the tables of the RFCs in every lane.
#include "core/hmac/bulk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "core/hmac/hmac.hpp"
#include "core/otp/truncate.hpp"
#include "tests/unit/support/bulk_kernels.hpp"
#include "tests/unit/support/kernels.hpp"
#include "tests/unit/support/random.hpp"

namespace counterseal::core {
namespace {

using test::random_source;

constexpr std::uint32_t untouched = 0xa5a5a5a5;

using records = std::vector<std::vector<std::uint8_t>>;

std::vector<const std::uint8_t*> pointers_to(const records& all)
{
    std::vector<const std::uint8_t*> pointers;
    for (const auto& one : all) {
        pointers.push_back(one.data());
    }
    return pointers;
}

/// Rows with keys of their own, each record in memory of just its size, so that a sanitizer sees who reads behind it.
class rows {
public:
    explicit rows(const bulk_kernel& kernel) : portable_{test::portable(kernel.hash)} {}

    void add(bytes_view secret)
    {
        const std::size_t half = bulk_mid_len(portable_.hash) / 2;
        hmac_key key;
        hmac_prepare(key, portable_, secret);
        keys_.push_back(key);
        std::vector<std::uint8_t> mid(key.mid.inner.bytes, key.mid.inner.bytes + half);
        mid.insert(mid.end(), key.mid.outer.bytes, key.mid.outer.bytes + half);
        mids_.push_back(mid);
        std::vector<std::uint8_t> block(portable_.block_len);
        std::ranges::copy(secret, block.begin());
        blocks_.push_back(block);
    }

    void add_random(std::size_t n, random_source& random)
    {
        for (std::size_t i = 0; i < n; ++i) {
            add(random.bytes(random.between(0, portable_.block_len)));
        }
    }

    [[nodiscard]] std::size_t n() const { return keys_.size(); }
    [[nodiscard]] const records& mids() const { return mids_; }
    [[nodiscard]] const records& blocks() const { return blocks_; }

    /// What truncation must give, by a single key's kernel.
    [[nodiscard]] std::uint32_t truncated(std::size_t row, std::uint64_t counter) const
    {
        truncation_words words;
        portable_.counters(keys_[row].mid, counter, 1, &words);
        return truncate(words);
    }

private:
    const hmac_kernel& portable_;
    std::vector<hmac_key> keys_;
    records mids_;
    records blocks_;
};

class bulk : public test::each_bulk_kernel {
protected:
    /// Numbers of rows at which blocks of lanes are full, nearly full, or just begun.
    static std::vector<std::size_t> counts()
    {
        std::vector<std::size_t> all;
        for (std::size_t n = 0; n <= 40; ++n) {
            all.push_back(n);
        }
        all.push_back(tested().max_rows - 1);
        all.push_back(tested().max_rows);
        return all;
    }

    /// Truncates and compares with the single keys; nothing may be written behind the rows and steps asked for.
    static void check_truncation(const rows& of, const std::vector<std::uint64_t>& first, std::size_t stride,
                                 std::size_t steps)
    {
        const std::size_t max_rows = tested().max_rows;
        std::vector<std::uint32_t> out(bulk_steps * max_rows + 1, untouched);
        const auto mids = pointers_to(of.mids());
        tested().truncate(mids.data(), of.n(), first.data(), stride, steps, out.data());
        for (std::size_t step = 0; step <= bulk_steps; ++step) {
            for (std::size_t row = 0; row < (step < bulk_steps ? max_rows : 1); ++row) {
                const bool is_asked = step < steps && row < of.n();
                const std::uint32_t wanted = is_asked ? of.truncated(row, first[row * stride] + step) : untouched;
                ASSERT_EQ(out[step * max_rows + row], wanted) << "row " << row << " of " << of.n() << ", step " << step
                                                              << " of " << steps << ", stride " << stride;
            }
        }
    }

    static std::vector<std::uint32_t> matches(const std::vector<std::uint32_t>& truncated,
                                              const std::vector<std::uint32_t>& codes, std::size_t steps,
                                              std::uint32_t digits)
    {
        std::vector<std::uint32_t> out(codes.size() + 1, untouched);
        tested().match(truncated.data(), codes.data(), codes.size(), steps, digits, out.data());
        EXPECT_EQ(out.back(), untouched) << "written behind the end";
        out.pop_back();
        return out;
    }
};

FOR_EACH_BULK_KERNEL(bulk);

TEST_P(bulk, prepares_what_a_single_key_is)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (const std::size_t n : counts()) {
        rows of(tested());
        of.add_random(n, random);
        const std::size_t mid_len = bulk_mid_len(tested().hash);
        records made(tested().max_rows + 1, std::vector<std::uint8_t>(mid_len, 0xa5));
        std::vector<std::uint8_t*> to;
        for (auto& one : made) {
            to.push_back(one.data());
        }
        const auto blocks = pointers_to(of.blocks());
        tested().prepare(blocks.data(), n, to.data());
        for (std::size_t row = 0; row < made.size(); ++row) {
            ASSERT_EQ(made[row], row < n ? of.mids()[row] : std::vector<std::uint8_t>(mid_len, 0xa5))
                << "row " << row << " of " << n;
        }
    }
}

TEST_P(bulk, truncates_what_a_single_key_does)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (const std::size_t n : counts()) {
        rows of(tested());
        of.add_random(n, random);
        std::vector<std::uint64_t> first(n + 1);
        for (auto& counter : first) {
            counter = random.next() >> random.below(64);
        }
        for (std::size_t stride = 0; stride <= 1; ++stride) {
            for (std::size_t steps = 1; steps <= bulk_steps; ++steps) {
                check_truncation(of, first, stride, steps);
            }
        }
    }
}

TEST_P(bulk, counts_across_32_and_64_bits)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    rows of(tested());
    of.add_random(37, random);
    for (const std::uint64_t border :
         {std::uint64_t{0}, std::uint64_t{1} << 32, std::uint64_t{1} << 63, std::uint64_t{0xfedcba98} << 32}) {
        for (std::uint64_t before = 0; before <= bulk_steps; ++before) {
            std::vector<std::uint64_t> first(of.n());
            for (std::size_t row = 0; row < of.n(); ++row) {
                first[row] = border - (before + row) % (bulk_steps + 1);  // also 0 - 1: the number wraps
            }
            check_truncation(of, first, 0, bulk_steps);
            check_truncation(of, first, 1, bulk_steps);
        }
    }
}

TEST_P(bulk, matches_what_a_division_finds)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    const std::size_t max_rows = tested().max_rows;
    constexpr std::uint32_t max31 = 0x7fffffff;
    for (std::uint32_t digits = 6; digits <= 10; ++digits) {
        std::uint64_t modulus = 1;
        for (std::uint32_t i = 0; i < digits; ++i) {
            modulus *= 10;
        }
        for (const std::size_t n : counts()) {
            std::vector<std::uint32_t> truncated(bulk_steps * max_rows);
            for (auto& value : truncated) {
                const std::uint32_t near = static_cast<std::uint32_t>(modulus % max31 * random.below(3));
                const std::uint32_t values[] = {random.next32() & max31, static_cast<std::uint32_t>(random.below(3)),
                                                max31 - static_cast<std::uint32_t>(random.below(3)),
                                                (near + static_cast<std::uint32_t>(random.below(3)) - 1) & max31};
                value = values[random.below(4)];
            }
            std::vector<std::uint32_t> codes(n);
            for (std::size_t row = 0; row < n; ++row) {
                const std::uint32_t hit = truncated[random.below(bulk_steps) * max_rows + row];
                const auto code = static_cast<std::uint32_t>(hit % modulus);
                // A right one; right but for a multiple, so too large; one beside it; any; what no code is.
                const std::uint32_t kinds[] = {code,
                                               code,
                                               static_cast<std::uint32_t>(code + modulus),
                                               hit,
                                               code + 1,
                                               code - 1,
                                               random.next32(),
                                               0xffffffff};
                codes[row] = kinds[random.below(8)];
                if (random.below(4) == 0) {  // two steps with the same code
                    truncated[max_rows + row] = truncated[row];
                }
            }
            for (std::size_t steps = 1; steps <= bulk_steps; ++steps) {
                const auto found = matches(truncated, codes, steps, digits);
                for (std::size_t row = 0; row < n; ++row) {
                    std::uint32_t wanted = 0;
                    for (std::size_t step = 0; step < steps; ++step) {
                        const bool equal = truncated[step * max_rows + row] % modulus == codes[row];
                        wanted |= std::uint32_t{equal} << step;
                    }
                    ASSERT_EQ(found[row], wanted)
                        << digits << " digits, row " << row << " of " << n << ", code " << codes[row];
                }
            }
        }
    }
}

TEST_P(bulk, equal_neighbours_both_match)
{
    const std::size_t max_rows = tested().max_rows;
    std::vector<std::uint32_t> truncated(bulk_steps * max_rows, 999'999);
    const std::vector<std::uint32_t> codes(max_rows, 123'456);
    for (std::size_t row = 0; row < max_rows; ++row) {
        truncated[row] = 123'456;
        truncated[max_rows + row] = 2'123'456;
        truncated[2 * max_rows + row] = row % 2 == 0 ? 1'123'456 : 123'457;
    }
    const auto found = matches(truncated, codes, bulk_steps, 6);
    for (std::size_t row = 0; row < max_rows; ++row) {
        EXPECT_EQ(found[row], row % 2 == 0 ? 7U : 3U);
    }
}

struct rfc_value {
    std::uint64_t counter;
    std::uint32_t code;
};

/// In every lane the whole table, the rows starting at different places of it.
void expect_table(const bulk_kernel& kernel, const char* secret, std::size_t secret_len, std::uint32_t digits,
                  const std::vector<rfc_value>& table)
{
    rows of(kernel);
    for (std::size_t row = 0; row < 33; ++row) {
        of.add({reinterpret_cast<const std::uint8_t*>(secret), secret_len});
    }
    const auto mids = pointers_to(of.mids());
    for (std::size_t shift = 0; shift < table.size(); ++shift) {
        std::vector<std::uint64_t> first;
        std::vector<std::uint32_t> codes;
        for (std::size_t row = 0; row < of.n(); ++row) {
            first.push_back(table[(row + shift) % table.size()].counter);
            codes.push_back(table[(row + shift) % table.size()].code);
        }
        std::vector<std::uint32_t> out(bulk_steps * kernel.max_rows);
        std::vector<std::uint32_t> found(of.n());
        kernel.truncate(mids.data(), of.n(), first.data(), 1, 1, out.data());
        kernel.match(out.data(), codes.data(), of.n(), 1, digits, found.data());
        EXPECT_EQ(found, std::vector<std::uint32_t>(of.n(), 1)) << "a counter a row";
        kernel.truncate(mids.data(), of.n(), first.data(), 0, 1, out.data());
        std::ranges::fill(codes, codes.front());
        kernel.match(out.data(), codes.data(), of.n(), 1, digits, found.data());
        EXPECT_EQ(found, std::vector<std::uint32_t>(of.n(), 1)) << "one counter for all";
    }
}

TEST_P(bulk, tables_of_the_rfcs)
{
    // RFC 4226 appendix D, and RFC 6238 appendix B with the times divided by 30.
    switch (tested().hash) {
        case hash_id::sha1:
            expect_table(tested(), "12345678901234567890", 20, 6,
                         {{0, 755224},
                          {1, 287082},
                          {2, 359152},
                          {3, 969429},
                          {4, 338314},
                          {5, 254676},
                          {6, 287922},
                          {7, 162583},
                          {8, 399871},
                          {9, 520489}});
            expect_table(tested(), "12345678901234567890", 20, 8,
                         {{1, 94287082},
                          {0x23523EC, 7081804},
                          {0x23523ED, 14050471},
                          {0x273EF07, 89005924},
                          {0x3F940AA, 69279037},
                          {0x27BC86AA, 65353130}});
            break;
        case hash_id::sha256:
            expect_table(tested(), "12345678901234567890123456789012", 32, 8,
                         {{1, 46119246},
                          {0x23523EC, 68084774},
                          {0x23523ED, 67062674},
                          {0x273EF07, 91819424},
                          {0x3F940AA, 90698825},
                          {0x27BC86AA, 77737706}});
            break;
        case hash_id::sha512:
            expect_table(tested(), "1234567890123456789012345678901234567890123456789012345678901234", 64, 8,
                         {{1, 90693936},
                          {0x23523EC, 25091201},
                          {0x23523ED, 99943326},
                          {0x273EF07, 93441116},
                          {0x3F940AA, 38618901},
                          {0x27BC86AA, 47863826}});
            break;
    }
}

TEST_P(bulk, has_the_sizes_of_its_hash)
{
    EXPECT_EQ(bulk_mid_len(hash_id::sha1), 40U);
    EXPECT_EQ(bulk_mid_len(hash_id::sha256), 64U);
    EXPECT_EQ(bulk_mid_len(hash_id::sha512), 128U);
    EXPECT_GT(tested().max_rows, 0U);
    EXPECT_LE(tested().max_rows, bulk_max_rows);
    EXPECT_EQ(tested().max_rows % 16, 0U);
}

}  // namespace
}  // namespace counterseal::core
