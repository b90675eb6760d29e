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
    EXPECT_EQ(cpu_features() & ~(cpu_detected | cpu_sha_ni | cpu_avx2), 0U);
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
        GTEST_SKIP() << "not run: no x86 flags in /proc/cpuinfo";
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
}

}  // namespace
}  // namespace counterseal::core
