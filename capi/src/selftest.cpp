// SPDX-License-Identifier: Apache-2.0
#include "counterseal/selftest.h"

#include "capi/src/guard.hpp"
#include "core/selftest/selftest.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

cseal_status cseal_selftest(const char** answer, const char** kernel)
{
    return guarded<capi::parser_depth>([&] {
        core::selftest_fault fault;
        status s = status::e_unsupported;
        if (const auto provider = core::crypto::open(""); provider != nullptr) {
            fault = core::selftest(core::known_answers(), *provider);
            s = fault.answer == nullptr ? status::ok : status::e_selftest;
        }
        static_cast<void>(capi::start_output(answer, fault.answer));
        static_cast<void>(capi::start_output(kernel, fault.target));
        return s;
    });
}
