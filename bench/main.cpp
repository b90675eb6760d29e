// SPDX-License-Identifier: Apache-2.0
// Adds the rows, writes down what they ran on, and hands over to Google Benchmark.
#include <benchmark/benchmark.h>
#include <oath.h>
#include <openssl/crypto.h>

#include <fstream>
#include <sstream>
#include <string>

#include "bench/row.hpp"
#include "counterseal/counterseal.h"

namespace {

/// The value of the first line of /proc/cpuinfo that starts with `key`, or nothing elsewhere than on Linux.
std::string cpuinfo(const std::string& key)
{
    std::ifstream file{"/proc/cpuinfo"};
    for (std::string line; std::getline(file, line);) {
        if (const auto colon = line.find(": "); line.starts_with(key) && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return {};
}

/// Those flags of the CPU that a kernel of ours or of a peer might use.
std::string flags_of_interest()
{
    std::istringstream all{cpuinfo("flags")};
    std::string some;
    for (std::string flag; all >> flag;) {
        for (const char* wanted : {"ssse3", "avx", "avx2", "bmi2", "sha_ni", "avx512f", "avx512vl", "sha512"}) {
            if (flag == wanted) {
                some += (some.empty() ? "" : " ") + flag;
            }
        }
    }
    return some;
}

void describe()
{
    std::uint32_t version[3] = {};
    if (cseal_version(&version[0], &version[1], &version[2]) != CSEAL_OK) {
        return;
    }
    const std::string ours =
        std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2]);
    benchmark::AddCustomContext("cpu_model", cpuinfo("model name"));
    benchmark::AddCustomContext("cpu_family_model", cpuinfo("cpu family") + "/" + cpuinfo("model\t"));
    benchmark::AddCustomContext("cpu_flags", flags_of_interest());
#if defined(__clang__)
    benchmark::AddCustomContext("compiler", __VERSION__);
#else
    benchmark::AddCustomContext("compiler", "gcc " __VERSION__);
#endif
    benchmark::AddCustomContext("counterseal", ours);
    benchmark::AddCustomContext("openssl", OpenSSL_version(OPENSSL_VERSION_STRING));
    benchmark::AddCustomContext("liboath", oath_check_version(nullptr));
}

}  // namespace

int main(int argc, char** argv)
{
    describe();
    counterseal::bench::add_counterseal_rows();
    counterseal::bench::add_liboath_rows();
    counterseal::bench::add_openssl_rows();
    counterseal::bench::add_target_rows();
    counterseal::bench::add_batch_rows();
    counterseal::bench::add_batch_target_rows();
    counterseal::bench::add_ipsec_mb_rows();
    counterseal::bench::add_bulk_kernel_rows();
    counterseal::bench::add_engine_rows();
    counterseal::bench::add_webauthn_rows();
    counterseal::bench::add_audit_rows();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
