// SPDX-License-Identifier: Apache-2.0
#include "bench/store_file.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace counterseal::bench {
namespace {

std::string folder()
{
    const char* const given = std::getenv("COUNTERSEAL_BENCH_STORES");
    return given == nullptr ? "/var/tmp" : given;
}

}  // namespace

std::string new_name()
{
    static int n = 0;
    return "counterseal_bench_" + std::to_string(getpid()) + "_" + std::to_string(n++);
}

store_file::store_file(const std::string& name) : path_{folder() + "/" + name + ".db"} {}

store_file::~store_file()
{
    std::error_code ignored;
    for (const char* companion : {"", "-wal", "-shm"}) {
        std::filesystem::remove(path_ + companion, ignored);
    }
}

}  // namespace counterseal::bench
