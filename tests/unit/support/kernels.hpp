// SPDX-License-Identifier: Apache-2.0
// A test for each kernel that was compiled in. One that this CPU cannot run is reported by name as not run.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "core/base/cpu.hpp"
#include "core/hmac/kernel.hpp"

namespace counterseal::core {

inline std::string text_of(hash_id hash)
{
    switch (hash) {
        case hash_id::sha1: return "sha1";
        case hash_id::sha256: return "sha256";
        case hash_id::sha512: return "sha512";
    }
    return "unknown";
}

inline std::string text_of(const hmac_kernel& kernel)
{
    return std::string(kernel.target) + "_" + text_of(kernel.hash);
}

/// What googletest prints for a parameter.
inline void PrintTo(const hmac_kernel* kernel, std::ostream* out)
{
    *out << text_of(*kernel);
}

}  // namespace counterseal::core

namespace counterseal::test {

/// The kernel of the same hash that runs everywhere.
inline const core::hmac_kernel& portable(core::hash_id hash)
{
    return core::best_kernel(hash, core::cpu_detected);
}

class each_kernel : public testing::TestWithParam<const core::hmac_kernel*> {
protected:
    void SetUp() override
    {
        if (!core::can_run(tested(), core::cpu_features())) {
            GTEST_SKIP() << "not run: this CPU lacks what the kernel " << core::text_of(tested()) << " needs";
        }
    }

    static const core::hmac_kernel& tested() { return *GetParam(); }
};

inline std::string kernel_name(const testing::TestParamInfo<const core::hmac_kernel*>& info)
{
    return core::text_of(*info.param);
}

}  // namespace counterseal::test

/// Runs every TEST_P of `suite`, a class derived from each_kernel, on every kernel.
#define FOR_EACH_KERNEL(suite)                                                             \
    INSTANTIATE_TEST_SUITE_P(, suite, testing::ValuesIn(counterseal::core::all_kernels()), \
                             counterseal::test::kernel_name)
