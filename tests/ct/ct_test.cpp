// SPDX-License-Identifier: Apache-2.0
// The taint runner: every C function that takes a secret, and every kernel by name, with secrets that a checker
// follows: memcheck, or MemorySanitizer where this is compiled for it.
//
//   valgrind --error-exitcode=99 ct_test [name...]    runs all entries, or those whose name starts with one of these
//   ct_test --list                                    "function argument argument...", a line for each entry
//
// An entry fails as LEAK (the checker reported a branch or an address that depends on a secret, or a secret came out
// public) or as WRONG (a result is not right, or an argument it lists was never tainted). Exit status: 0 only if
// something ran and nothing failed; 2 where no checker watches.
#include <algorithm>
#include <cstdio>
#include <sstream>
#include <utility>

#include "checker.hpp"
#include "core/base/cpu.hpp"
#include "harness.hpp"
#include "report.hpp"

namespace ct {
namespace {

report::findings current;

std::vector<entry> all_entries()
{
    std::vector<entry> entries;
    add_text_entries(entries);
    add_key_entries(entries);
    add_totp_entries(entries);
    add_batch_entries(entries);
    add_hotp_entries(entries);
    add_ocra_entries(entries);
    add_yubico_entries(entries);
    add_kernel_entries(entries);
    add_bulk_kernel_entries(entries);
    return entries;
}

void print_kernels_of_the_c_abi()
{
    using namespace counterseal::core;
    for (const hash_id hash : {hash_id::sha1, hash_id::sha256, hash_id::sha512}) {
        std::printf("the C ABI runs %s for hash %u\n", best_kernel(hash, cpu_features()).target,
                    static_cast<unsigned>(hash));
    }
}

/// Runs one entry and prints what it found.
bool finds_nothing(const entry& e)
{
    e.run(e);
    report::findings found = report::take();
    std::istringstream secrets(e.secrets);
    for (std::string argument; secrets >> argument;) {
        if (!found.tainted.contains(argument)) {
            found.wrong.insert("'" + argument + "' was never tainted");
        }
    }
    for (const std::string& what : found.leaked) {
        std::printf("LEAK  %s: %s\n", e.name.c_str(), what.c_str());
    }
    for (const std::string& what : found.wrong) {
        std::printf("WRONG %s: %s\n", e.name.c_str(), what.c_str());
    }
    return found.leaked.empty() && found.wrong.empty();
}

bool passes(const entry& e)
{
    const checker::seen seen = checker::watch(finds_nothing, e);
    if (seen.n_reports != 0) {
        std::printf("LEAK  %s: %lu reports of %s\n", e.name.c_str(), seen.n_reports, checker::name);
    } else if (seen.is_good) {
        std::printf("ok    %s (%s)\n", e.name.c_str(), e.secrets.c_str());
    }
    return seen.is_good && seen.n_reports == 0;
}

/// Why an entry cannot run here, or nullptr.
const char* obstacle(const entry& e)
{
    const std::uint32_t needs = e.kernel != nullptr ? e.kernel->needs : e.bulk != nullptr ? e.bulk->needs : 0;
    if ((needs & ~counterseal::core::cpu_features()) != 0) {
        return "the CPU does not have it";
    }
    if (!checker::follows_libraries && e.name.starts_with("cseal_yubico_")) {
        return "OpenSSL, through which its secrets go, is not compiled for this checker";
    }
    return nullptr;
}

}  // namespace

namespace report {

void tainted(std::string_view argument)
{
    current.tainted.emplace(argument);
}
void wrong(std::string_view what)
{
    current.wrong.emplace(what);
}
void leaked(std::string_view what)
{
    current.leaked.emplace(what);
}
findings take()
{
    return std::exchange(current, {});
}

}  // namespace report

int run(const std::vector<std::string>& names)
{
    const std::vector<entry> entries = all_entries();
    if (!names.empty() && names.front() == "--list") {
        for (const entry& e : entries) {
            std::printf("%s %s\n", e.name.c_str(), e.secrets.c_str());
        }
        return 0;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    if (!checker::is_watching()) {
        std::puts("ct_test proves nothing outside valgrind: run it as valgrind --error-exitcode=99 ct_test");
        return 2;
    }
    print_kernels_of_the_c_abi();
    std::size_t n_run = 0;
    std::size_t n_failed = 0;
    std::size_t n_not_run = 0;
    for (const entry& e : entries) {
        const auto wanted = [&](const std::string& name) { return e.name.starts_with(name); };
        if (!names.empty() && std::none_of(names.begin(), names.end(), wanted)) {
            continue;
        }
        if (const char* why = obstacle(e)) {
            std::printf("not run: %s (%s)\n", e.name.c_str(), why);
            ++n_not_run;
            continue;
        }
        ++n_run;
        n_failed += passes(e) ? 0U : 1U;
    }
    std::printf("%zu entries, %zu failed, %zu not run\n", n_run, n_failed, n_not_run);
    return n_run == 0 || n_failed != 0 ? 1 : 0;
}

}  // namespace ct

int main(int argc, char** argv)
{
    return ct::run({argv + 1, argv + argc});
}
