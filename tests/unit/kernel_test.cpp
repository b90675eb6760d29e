// SPDX-License-Identifier: Apache-2.0
// Every kernel against whole-message HMAC, against another HMAC and against the portable kernel.
#include "core/hmac/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>

#include "core/hmac/hmac.hpp"
#include "tests/unit/support/independent_hmac.hpp"
#include "tests/unit/support/kernels.hpp"
#include "tests/unit/support/random.hpp"
#include "tests/unit/support/words.hpp"

namespace counterseal::core {
namespace {

using test::random_source;

constexpr std::uint64_t max64 = std::numeric_limits<std::uint64_t>::max();
constexpr truncation_words untouched{{1, 2, 3, 4, 5}, 6};

class kernel : public test::each_kernel {
protected:
    static hmac_key prepared(const hmac_kernel& by, bytes_view secret)
    {
        hmac_key key;
        hmac_prepare(key, by, secret);
        return key;
    }

    /// What the kernel answers for n counters, having written nothing after them.
    static std::vector<truncation_words> counters(const hmac_key& key, std::uint64_t first, std::size_t n)
    {
        std::vector<truncation_words> out(n + 2, untouched);
        key.kernel->counters(key.mid, first, n, out.data());
        EXPECT_EQ(out[n], untouched) << "written behind the end";
        EXPECT_EQ(out[n + 1], untouched) << "written behind the end";
        out.resize(n);
        return out;
    }

    static truncation_words by_message(const hmac_key& key, std::uint64_t counter)
    {
        std::array<std::uint8_t, 8> message;
        store_be<std::uint64_t>(message.data(), counter);
        std::vector<std::uint8_t> digest(key.kernel->digest_len);
        hmac_message(key, message, digest.data());
        return test::words_of(digest);
    }

    static truncation_words by_another(hash_id hash, bytes_view secret, std::uint64_t counter)
    {
        std::array<std::uint8_t, 8> message;
        store_be<std::uint64_t>(message.data(), counter);
        return test::words_of(test::independent_hmac(hash, secret, message));
    }
};

FOR_EACH_KERNEL(kernel);

/// First counters at which a carry crosses 32 bits, or the number wraps, at every place of the group.
std::vector<std::uint64_t> hard_firsts()
{
    std::vector<std::uint64_t> firsts = {0, 1, 2, 3, 255, 256, 0x0123456789abcdef, 0x8000000000000000};
    for (std::uint64_t before = 0; before <= 26; ++before) {
        firsts.push_back((std::uint64_t{1} << 32) - before);
        firsts.push_back((std::uint64_t{0xfedcba98} << 32) - before);
        firsts.push_back((std::uint64_t{1} << 63) - before);
        firsts.push_back(max64 - before);
    }
    return firsts;
}

TEST_P(kernel, counters_equal_messages_at_hard_places)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (const std::uint64_t first : hard_firsts()) {
        const auto key = prepared(tested(), random.bytes(20));
        for (std::size_t n = 0; n <= 25; ++n) {
            const auto out = counters(key, first, n);
            for (std::size_t i = 0; i < n; ++i) {
                ASSERT_EQ(out[i], by_message(key, first + i)) << first << " + " << i << " of " << n;
            }
        }
    }
}

TEST_P(kernel, counters_equal_messages_at_random)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (int round = 0; round < 40; ++round) {
        const auto key = prepared(tested(), random.bytes(random.between(1, 200)));
        for (std::size_t n = 0; n <= 25; ++n) {
            const std::uint64_t first = random.next() >> random.below(64);
            const auto out = counters(key, first, n);
            for (std::size_t i = 0; i < n; ++i) {
                ASSERT_EQ(out[i], by_message(key, first + i)) << first << " + " << i << " of " << n;
            }
        }
    }
}

TEST_P(kernel, counters_equal_another_hmac)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (const std::uint64_t first : hard_firsts()) {
        const auto secret = random.bytes(random.between(1, 150));
        const auto out = counters(prepared(tested(), secret), first, 7);
        for (std::size_t i = 0; i < out.size(); ++i) {
            ASSERT_EQ(out[i], by_another(tested().hash, secret, first + i)) << first << " + " << i;
        }
    }
}

TEST_P(kernel, counters_equal_the_portable_kernel)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (std::size_t n = 0; n <= 25; ++n) {
        const auto secret = random.bytes(random.between(1, 200));
        const std::uint64_t first = random.next();
        EXPECT_EQ(counters(prepared(tested(), secret), first, n),
                  counters(prepared(test::portable(tested().hash), secret), first, n));
    }
}

TEST_P(kernel, every_key_length)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    for (std::size_t len = 0; len <= 300; ++len) {
        const auto secret = random.bytes(len);
        const std::uint64_t first = random.next();
        const auto out = counters(prepared(tested(), secret), first, 4);
        for (std::size_t i = 0; i < out.size(); ++i) {
            ASSERT_EQ(out[i], by_another(tested().hash, secret, first + i)) << "key of " << len << " bytes";
        }
    }
}

TEST_P(kernel, midstates_equal_the_portable_kernel)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    const hmac_kernel& portable = test::portable(tested().hash);
    const std::size_t used = tested().hash == hash_id::sha1 ? 20 : tested().digest_len;
    for (std::size_t offset = 0; offset < 16; ++offset) {  // the block may stand anywhere
        const auto memory = random.bytes(offset + tested().block_len);
        midstates mine{};
        midstates theirs{};
        tested().key_block(mine, memory.data() + offset);
        portable.key_block(theirs, memory.data() + offset);
        EXPECT_TRUE(std::equal(mine.inner.bytes, mine.inner.bytes + used, theirs.inner.bytes));
        EXPECT_TRUE(std::equal(mine.outer.bytes, mine.outer.bytes + used, theirs.outer.bytes));
        EXPECT_FALSE(std::equal(mine.inner.bytes, mine.inner.bytes + used, mine.outer.bytes));
    }
}

TEST_P(kernel, compresses_any_number_of_blocks)
{
    SCOPED_TRACE(random_source::how_to_repeat());
    random_source random;
    const hmac_kernel& portable = test::portable(tested().hash);
    const std::size_t used = tested().hash == hash_id::sha1 ? 20 : tested().digest_len;
    for (std::size_t n_blocks = 0; n_blocks <= 9; ++n_blocks) {
        const std::size_t offset = n_blocks % 7;
        const auto memory = random.bytes(offset + n_blocks * tested().block_len);
        const auto start = random.bytes(sizeof(chain));
        chain mine;
        std::ranges::copy(start, mine.bytes);
        chain at_once = mine;
        chain one_by_one = mine;
        tested().compress(mine, memory.data() + offset, n_blocks);
        portable.compress(at_once, memory.data() + offset, n_blocks);
        for (std::size_t i = 0; i < n_blocks; ++i) {
            tested().compress(one_by_one, memory.data() + offset + i * tested().block_len, 1);
        }
        EXPECT_TRUE(std::equal(mine.bytes, mine.bytes + used, at_once.bytes)) << n_blocks;
        EXPECT_TRUE(std::equal(mine.bytes, mine.bytes + used, one_by_one.bytes)) << n_blocks;
        EXPECT_EQ(n_blocks == 0, std::equal(mine.bytes, mine.bytes + used, start.begin()));
    }
}

TEST_P(kernel, has_the_sizes_of_its_hash)
{
    switch (tested().hash) {
        case hash_id::sha1:
            EXPECT_EQ(tested().block_len, 64U);
            EXPECT_EQ(tested().digest_len, 20U);
            break;
        case hash_id::sha256:
            EXPECT_EQ(tested().block_len, 64U);
            EXPECT_EQ(tested().digest_len, 32U);
            break;
        case hash_id::sha512:
            EXPECT_EQ(tested().block_len, 128U);
            EXPECT_EQ(tested().digest_len, 64U);
            break;
    }
}

}  // namespace
}  // namespace counterseal::core
