// SPDX-License-Identifier: Apache-2.0
#include "core/base/cpu.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace counterseal::core {
namespace {

TEST(cpu, is_detected)
{
    EXPECT_NE(cpu_features() & cpu_detected, 0U);
}

TEST(cpu, has_only_features_with_a_name)
{
    EXPECT_EQ(cpu_features() & ~(cpu_detected | cpu_sha_ni | cpu_avx2 | cpu_avx512 | cpu_arm_sha2 | cpu_arm_sha512),
              0U);
}

TEST(cpu, answers_every_thread_the_same)
{
    const std::uint32_t features = cpu_features();
    std::atomic<int> n_same{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] { n_same += cpu_features() == features ? 1 : 0; });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(n_same, 8);
}

#if defined(__x86_64__)
/// The feature names that Linux reports for the first processor.
std::set<std::string> flags_of_linux()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("flags")) {
            std::istringstream words(line.substr(line.find(':') + 1));
            return {std::istream_iterator<std::string>(words), {}};
        }
    }
    return {};
}

TEST(cpu, agrees_with_linux)
{
    const auto flags = flags_of_linux();
    if (flags.empty()) {
        GTEST_SKIP() << "not run: no flags in /proc/cpuinfo";
    }
    const auto all = [&](std::initializer_list<const char*> names) {
        for (const char* name : names) {
            if (!flags.contains(name)) {
                return false;
            }
        }
        return true;
    };
    EXPECT_EQ((cpu_features() & cpu_sha_ni) != 0, all({"sha_ni", "ssse3", "sse4_1"}));
    EXPECT_EQ((cpu_features() & cpu_avx2) != 0, all({"avx2", "bmi2"}));
    EXPECT_EQ((cpu_features() & cpu_avx512) != 0, all({"avx512f", "avx512bw", "avx512dq", "avx512vl"}));
}
#elif defined(__AARCH64EL__) && defined(__linux__)
/// AT_HWCAP of the auxiliary vector, from the file, whose bits are those of Linux's asm/hwcap.h.
std::uint64_t hwcap_of_linux()
{
    constexpr std::uint64_t at_hwcap = 16;
    std::ifstream file("/proc/self/auxv", std::ios::binary);
    std::uint64_t entry[2];
    while (file.read(reinterpret_cast<char*>(entry), sizeof entry)) {
        if (entry[0] == at_hwcap) {
            return entry[1];
        }
    }
    return 0;
}

TEST(cpu, agrees_with_linux)
{
    const std::uint64_t hwcap = hwcap_of_linux();
    ASSERT_NE(hwcap, 0U) << "every ARMv8 CPU has some feature";
    const auto bit = [&](int i) { return (hwcap >> i & 1) != 0; };
    EXPECT_EQ((cpu_features() & cpu_arm_sha2) != 0, bit(5) && bit(6));
    EXPECT_EQ((cpu_features() & cpu_arm_sha512) != 0, bit(17) && bit(21));
}
#endif

}  // namespace
}  // namespace counterseal::core
