// SPDX-License-Identifier: Apache-2.0
// A test for each bulk kernel that was compiled in. One that this CPU cannot run is reported by name as not run.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "core/base/cpu.hpp"
#include "core/hmac/bulk.hpp"
#include "tests/unit/support/kernels.hpp"

namespace counterseal::core {

inline std::string text_of(const bulk_kernel& kernel)
{
    return std::string(kernel.target) + "_" + text_of(kernel.hash);
}

/// What googletest prints for a parameter.
inline void PrintTo(const bulk_kernel* kernel, std::ostream* out)
{
    *out << text_of(*kernel);
}

}  // namespace counterseal::core

namespace counterseal::test {

class each_bulk_kernel : public testing::TestWithParam<const core::bulk_kernel*> {
protected:
    void SetUp() override
    {
        if ((tested().needs & ~core::cpu_features()) != 0) {
            GTEST_SKIP() << "not run: this CPU lacks what the bulk kernel " << core::text_of(tested()) << " needs";
        }
    }

    static const core::bulk_kernel& tested() { return *GetParam(); }
};

inline std::string bulk_kernel_name(const testing::TestParamInfo<const core::bulk_kernel*>& info)
{
    return core::text_of(*info.param);
}

}  // namespace counterseal::test

/// Runs every TEST_P of `suite`, a class derived from each_bulk_kernel, on every bulk kernel.
#define FOR_EACH_BULK_KERNEL(suite)                                                             \
    INSTANTIATE_TEST_SUITE_P(, suite, testing::ValuesIn(counterseal::core::all_bulk_kernels()), \
                             counterseal::test::bulk_kernel_name)
