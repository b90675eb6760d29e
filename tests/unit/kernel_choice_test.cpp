// SPDX-License-Identifier: Apache-2.0
// Which kernel is taken: the list of kernel.cpp, and the choice from it.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/support/kernels.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint32_t every_feature = cpu_detected | cpu_sha_ni | cpu_avx2 | cpu_arm_sha2 | cpu_arm_sha512;
constexpr hash_id hashes[] = {hash_id::sha1, hash_id::sha256, hash_id::sha512};

TEST(kernel_choice, names_are_unique)
{
    std::set<std::string> names;
    for (const auto* kernel : all_kernels()) {
        EXPECT_TRUE(names.insert(text_of(*kernel)).second) << text_of(*kernel);
    }
}

TEST(kernel_choice, the_list_holds_what_was_compiled)
{
    std::set<std::string> names;
    for (const auto* kernel : all_kernels()) {
        names.insert(text_of(*kernel));
    }
#if defined(__x86_64__)
    const std::set<std::string> expected = {"portable_sha1", "portable_sha256", "portable_sha512", "shani_sha1",
                                            "shani_sha256",  "avx2_sha1",       "avx2_sha256",     "avx2_sha512"};
#elif defined(__AARCH64EL__)
    const std::set<std::string> expected = {"portable_sha1", "portable_sha256", "portable_sha512",
                                            "armv8_sha1",    "armv8_sha256",    "armv8_sha512"};
#else
    const std::set<std::string> expected = {"portable_sha1", "portable_sha256", "portable_sha512"};
#endif
    EXPECT_EQ(names, expected);
}

TEST(kernel_choice, last_of_each_hash_runs_everywhere)
{
    for (const hash_id hash : hashes) {
        const hmac_kernel* last = nullptr;
        for (const auto* kernel : all_kernels()) {
            last = kernel->hash == hash ? kernel : last;
        }
        ASSERT_NE(last, nullptr);
        EXPECT_STREQ(last->target, "portable");
        EXPECT_EQ(last->needs, 0U);
    }
}

TEST(kernel_choice, targets_need_what_they_are_named_for)
{
    for (const auto* kernel : all_kernels()) {
        const std::string target = kernel->target;
        const std::uint32_t of_armv8 = kernel->hash == hash_id::sha512 ? cpu_arm_sha512 : cpu_arm_sha2;
        const std::uint32_t needs = target == "shani"   ? cpu_sha_ni
                                    : target == "avx2"  ? cpu_avx2
                                    : target == "armv8" ? of_armv8
                                                        : 0U;
        EXPECT_EQ(kernel->needs, needs) << text_of(*kernel);
    }
}

TEST(kernel_choice, runs_only_with_all_it_needs)
{
    hmac_kernel kernel = *all_kernels().front();
    kernel.needs = cpu_sha_ni | cpu_avx2;
    EXPECT_TRUE(can_run(kernel, every_feature));
    EXPECT_FALSE(can_run(kernel, cpu_detected | cpu_sha_ni));
    EXPECT_FALSE(can_run(kernel, cpu_detected | cpu_avx2));
    EXPECT_FALSE(can_run(kernel, cpu_detected));
    EXPECT_FALSE(can_run(kernel, 0));
    kernel.needs = 0;
    EXPECT_TRUE(can_run(kernel, 0));
}

TEST(kernel_choice, is_of_the_hash_and_can_run)
{
    for (const hash_id hash : hashes) {
        for (const std::uint32_t features :
             {0U, cpu_detected + 0U, cpu_detected | cpu_sha_ni, cpu_detected | cpu_avx2, cpu_detected | cpu_arm_sha2,
              cpu_detected | cpu_arm_sha512, every_feature, ~0U, cpu_features()}) {
            const hmac_kernel& best = best_kernel(hash, features);
            EXPECT_EQ(best.hash, hash);
            EXPECT_TRUE(can_run(best, features)) << text_of(best) << " with " << features;
        }
    }
}

#if defined(__x86_64__)
TEST(kernel_choice, best_first)
{
    const auto target = [](hash_id hash, std::uint32_t features) {
        return std::string(best_kernel(hash, features).target);
    };
    EXPECT_EQ(target(hash_id::sha1, every_feature), "shani");
    EXPECT_EQ(target(hash_id::sha256, every_feature), "shani");
    EXPECT_EQ(target(hash_id::sha512, every_feature), "avx2");
    EXPECT_EQ(target(hash_id::sha1, cpu_detected | cpu_avx2), "avx2");
    EXPECT_EQ(target(hash_id::sha512, cpu_detected | cpu_sha_ni), "portable");
}
#elif defined(__AARCH64EL__)
TEST(kernel_choice, best_first)
{
    const auto target = [](hash_id hash, std::uint32_t features) {
        return std::string(best_kernel(hash, features).target);
    };
    for (const hash_id hash : hashes) {
        EXPECT_EQ(target(hash, every_feature), "armv8");
    }
    EXPECT_EQ(target(hash_id::sha256, cpu_detected | cpu_arm_sha2), "armv8");
    EXPECT_EQ(target(hash_id::sha512, cpu_detected | cpu_arm_sha2), "portable");
    EXPECT_EQ(target(hash_id::sha1, cpu_detected | cpu_arm_sha512), "portable");
}
#endif

TEST(kernel_choice, without_features_is_portable)
{
    for (const hash_id hash : hashes) {
        EXPECT_STREQ(best_kernel(hash, cpu_detected).target, "portable");
        EXPECT_STREQ(best_kernel(hash, 0).target, "portable");
    }
}

}  // namespace
}  // namespace counterseal::core
