// SPDX-License-Identifier: Apache-2.0
// Batches on a kernel that is named instead of picked.
#include <cstring>
#include <string>

#include "bench/batch_row.hpp"
#include "bench/row.hpp"
#include "core/base/cpu.hpp"
#include "core/bulk/verify.hpp"

namespace counterseal::bench {
namespace {

const core::bulk_kernel* kernel_of(hash h, const char* target)
{
    for (const core::bulk_kernel* kernel : core::all_bulk_kernels()) {
        if (static_cast<std::uint32_t>(kernel->hash) == algorithm_of(h) && std::strcmp(kernel->target, target) == 0 &&
            (kernel->needs & ~core::cpu_features()) == 0) {
            return kernel;
        }
    }
    return nullptr;
}

class prepared {
public:
    prepared(const users& all, const core::bulk_kernel& kernel)
        : table_{std::make_unique<core::key_table>(kernel.hash, core::table_kind::totp,
                                                   core::table_replay::report_only)},
          kernel_{kernel},
          status_(all.size()),
          step_(all.size())
    {
        std::uint32_t first = 0;
        (void)table_->add({all.secret(0).data(), all.secret(0).size(), all.secret(0).size(), {}}, all.size(), {},
                          first);
    }

    std::int64_t operator()(const std::vector<std::uint32_t>& codes)
    {
        core::batch in;
        in.n_rows = codes.size();
        in.codes.base = reinterpret_cast<const std::uint8_t*>(codes.data());
        in.times = {reinterpret_cast<const std::uint8_t*>(&now_s), 0};
        const auto done = core::totp_verify_batch({&in, table_.get(), {}, &kernel_}, core::totp_options{},
                                                  {status_.data(), step_.data(), nullptr});
        return done == core::status::batch_done ? std::count(status_.begin(), status_.end(), 0) : -1;
    }

private:
    std::unique_ptr<core::key_table> table_;
    const core::bulk_kernel& kernel_;
    std::vector<std::int8_t> status_;
    std::vector<std::int64_t> step_;
};

}  // namespace

void add_batch_target_rows()
{
    for (const hash h : all_hashes) {
        for (const char* target : {"portable", "shani", "avx2", "avx512"}) {
            if (h == hash::sha512 && std::strcmp(target, "shani") == 0) {
                continue;  // the SHA extensions of this name have no SHA-512
            }
            const std::string name = std::string{"totp_verify_target/"} + name_of(h) + "/" + target;
            if (const core::bulk_kernel* kernel = kernel_of(h, target); kernel != nullptr) {
                add_batch_row(name, h, [kernel](const users& all) { return prepared{all, *kernel}; });
            } else {
                benchmark::RegisterBenchmark(name.c_str(), [](benchmark::State& state) {
                    state.SkipWithError("not run: this CPU or this build has no such kernel");
                });
            }
        }
    }
}

}  // namespace counterseal::bench
