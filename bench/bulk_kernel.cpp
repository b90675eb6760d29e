// SPDX-License-Identifier: Apache-2.0
// The bulk kernels themselves, below keys, records and the C ABI: rows of three steps, all in the cache.
#include <string>
#include <utility>
#include <vector>

#include "bench/row.hpp"
#include "core/base/cpu.hpp"
#include "core/hmac/bulk.hpp"

namespace counterseal::bench {
namespace {

enum class form { shared, per_row, prepare };

/// A full call's rows, next to each other in memory.
class rows {
public:
    explicit rows(const core::bulk_kernel& kernel)
        : kernel_{kernel},
          blocks_(kernel.max_rows * core::max_block_len, 0x5a),
          mids_(kernel.max_rows * core::bulk_mid_len(kernel.hash)),
          first_(kernel.max_rows, 56'666'666),
          codes_(kernel.max_rows, 123'456),
          truncated_(core::bulk_steps * kernel.max_rows),
          matches_(kernel.max_rows)
    {
        for (std::size_t row = 0; row < kernel.max_rows; ++row) {
            blocks_[row * core::max_block_len] = static_cast<std::uint8_t>(row);
            from_.push_back(&blocks_[row * core::max_block_len]);
            to_.push_back(&mids_[row * core::bulk_mid_len(kernel.hash)]);
            read_.push_back(to_.back());
        }
        run(form::prepare);
    }

    void run(form what)
    {
        const std::size_t n = kernel_.max_rows;
        if (what == form::prepare) {
            kernel_.prepare(from_.data(), n, to_.data());
        } else {
            kernel_.truncate(read_.data(), n, first_.data(), what == form::shared ? 0 : 1, core::bulk_steps,
                             truncated_.data());
            kernel_.match(truncated_.data(), codes_.data(), n, core::bulk_steps, 6, matches_.data());
        }
        benchmark::ClobberMemory();
    }

private:
    const core::bulk_kernel& kernel_;
    std::vector<std::uint8_t> blocks_;
    std::vector<std::uint8_t> mids_;
    std::vector<const std::uint8_t*> from_;
    std::vector<std::uint8_t*> to_;
    std::vector<const std::uint8_t*> read_;
    std::vector<std::uint64_t> first_;
    std::vector<std::uint32_t> codes_;
    std::vector<std::uint32_t> truncated_;
    std::vector<std::uint32_t> matches_;
};

}  // namespace

void add_bulk_kernel_rows()
{
    constexpr const char* hashes[] = {"sha1", "sha256", "sha512"};
    for (const core::bulk_kernel* kernel : core::all_bulk_kernels()) {
        for (const auto& [what, name] :
             {std::pair{form::shared, "shared"}, {form::per_row, "per_row"}, {form::prepare, "prepare"}}) {
            const std::string row = std::string{"bulk_kernel/"} + hashes[static_cast<std::uint32_t>(kernel->hash) - 1] +
                                    "/" + kernel->target + "/" + name;
            benchmark::RegisterBenchmark(row.c_str(), [kernel, what = what](benchmark::State& state) {
                if ((kernel->needs & ~core::cpu_features()) != 0) {
                    state.SkipWithError("not run: this CPU lacks what the kernel needs");
                    return;
                }
                rows all(*kernel);
                for (auto _ : state) {
                    all.run(what);
                }
                const auto n_rows = static_cast<double>(state.iterations()) * static_cast<double>(kernel->max_rows);
                state.SetItemsProcessed(static_cast<std::int64_t>(n_rows));
                state.counters["s_per_row"] =
                    benchmark::Counter(n_rows, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
            });
        }
    }
}

}  // namespace counterseal::bench
