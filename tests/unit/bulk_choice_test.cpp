// SPDX-License-Identifier: Apache-2.0
// Which bulk kernel is taken for how many rows.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/support/bulk_kernels.hpp"

namespace counterseal::core {
namespace {

constexpr hash_id hashes[] = {hash_id::sha1, hash_id::sha256, hash_id::sha512};
constexpr std::uint32_t feature_sets[] = {0,
                                          cpu_detected,
                                          cpu_detected | cpu_sha_ni,
                                          cpu_detected | cpu_avx2,
                                          cpu_detected | cpu_sha_ni | cpu_avx2,
                                          cpu_detected | cpu_avx2 | cpu_avx512,
                                          ~0U};

TEST(bulk_choice, the_list_holds_what_was_compiled)
{
    std::multiset<std::string> names;
    for (const auto* kernel : all_bulk_kernels()) {
        names.insert(text_of(*kernel));
    }
    std::multiset<std::string> expected = {"portable_sha1", "portable_sha256", "portable_sha512"};
#if defined(__x86_64__)
    for (const char* name : {"avx512_sha1", "avx512_sha256", "avx512_sha512", "shani_sha1", "shani_sha256", "avx2_sha1",
                             "avx2_sha256", "avx2_sha512"}) {
        expected.insert(name);
    }
#elif defined(__AARCH64EL__)
    for (const char* name : {"armv8_sha1", "armv8_sha256", "armv8_sha512"}) {
        expected.insert(name);
    }
#endif
    EXPECT_EQ(names, expected);
}

TEST(bulk_choice, last_of_each_hash_runs_everywhere)
{
    for (const hash_id hash : hashes) {
        const bulk_kernel* last = nullptr;
        for (const auto* kernel : all_bulk_kernels()) {
            last = kernel->hash == hash ? kernel : last;
        }
        ASSERT_NE(last, nullptr);
        EXPECT_STREQ(last->target, "portable");
        EXPECT_EQ(last->needs, 0U);
    }
}

TEST(bulk_choice, is_of_the_hash_and_can_run)
{
    for (const hash_id hash : hashes) {
        for (const std::uint32_t features : feature_sets) {
            for (std::size_t n = 0; n <= bulk_max_rows + 1; ++n) {
                const bulk_kernel& best = best_bulk_kernel(hash, n, features);
                ASSERT_EQ(best.hash, hash);
                ASSERT_EQ(best.needs & ~features, 0U) << text_of(best) << " with " << features;
            }
        }
    }
}

TEST(bulk_choice, without_features_is_portable)
{
    for (const hash_id hash : hashes) {
        EXPECT_STREQ(best_bulk_kernel(hash, 1, 0).target, "portable");
        EXPECT_STREQ(best_bulk_kernel(hash, bulk_max_rows, cpu_detected).target, "portable");
    }
}

#if defined(__x86_64__)
TEST(bulk_choice, few_rows_and_many)
{
    const auto target = [](hash_id hash, std::size_t n, std::uint32_t features) {
        return std::string(best_bulk_kernel(hash, n, features).target);
    };
    for (const hash_id hash : {hash_id::sha1, hash_id::sha256}) {
        EXPECT_EQ(target(hash, 1, ~0U), "shani");
        EXPECT_EQ(target(hash, 3, ~0U), "shani");
        EXPECT_EQ(target(hash, 16, ~0U), "avx512");
        EXPECT_EQ(target(hash, bulk_max_rows, ~0U), "avx512");
        EXPECT_EQ(target(hash, 1, cpu_avx2 | cpu_sha_ni), "shani");
    }
    EXPECT_EQ(target(hash_id::sha256, bulk_max_rows, cpu_avx2 | cpu_sha_ni), "shani");
    EXPECT_EQ(target(hash_id::sha512, bulk_max_rows, ~0U), "avx512");
    EXPECT_EQ(target(hash_id::sha512, bulk_max_rows, cpu_avx2 | cpu_sha_ni), "avx2");
}
#endif

}  // namespace
}  // namespace counterseal::core
