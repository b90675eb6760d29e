// SPDX-License-Identifier: Apache-2.0
// Every bulk kernel by name, for the reason that ct_kernels.cpp gives: keys, midstates, truncated HMACs and codes are
// secret, counters and numbers of rows are not.
#include <memory>

#include "core/hmac/bulk.hpp"
#include "harness.hpp"

namespace ct {
namespace {

using namespace counterseal;

constexpr std::uint64_t first_counter = 0xfffffffe;  // the steps cross 32 bits
constexpr std::uint32_t n_digits = 8;

/// The usual secret in every row, each padded to a block of its own.
struct rows {
    rows(const core::bulk_kernel& kernel, std::size_t n)
        : first(n, first_counter), mid(n, std::vector<std::uint8_t>(core::bulk_mid_len(kernel.hash)))
    {
        std::string block(usual_secret);
        block.resize(kernel.hash == core::hash_id::sha512 ? 128 : 64);
        std::vector<const std::uint8_t*> from;
        std::vector<std::uint8_t*> to;
        for (std::size_t row = 0; row < n; ++row) {
            blocks.push_back(std::make_unique<secret_copy>("blocks", block));
            from.push_back(blocks.back()->bytes());
            to.push_back(mid[row].data());
            mids.push_back(mid[row].data());
        }
        kernel.prepare(from.data(), n, to.data());
    }

    std::vector<std::unique_ptr<secret_copy>> blocks;
    std::vector<std::uint64_t> first;
    std::vector<std::vector<std::uint8_t>> mid;
    std::vector<const std::uint8_t*> mids;
};

void check_rows(const core::bulk_kernel& kernel, std::size_t n, std::size_t stride, std::size_t steps)
{
    const auto algorithm = static_cast<std::uint32_t>(kernel.hash);
    rows of(kernel, n);
    std::vector<std::uint32_t> truncated(core::bulk_steps * kernel.max_rows);
    kernel.truncate(of.mids.data(), n, of.first.data(), stride, steps, truncated.data());
    std::vector<std::uint32_t> codes(n);
    for (std::size_t row = 0; row < n; ++row) {
        expect_secret(of.mid[row].data(), of.mid[row].size(), "the midstates are not secret");
        const std::uint64_t counter = first_counter + row % steps;
        codes[row] = static_cast<std::uint32_t>(std::stoul(open_code(algorithm, usual_secret, counter, n_digits)));
    }
    for (std::size_t step = 0; step < steps; ++step) {
        expect_secret(&truncated[step * kernel.max_rows], n * sizeof truncated[0], "the HMACs are not secret");
    }
    taint("codes", codes.data(), n * sizeof codes[0]);
    std::vector<std::uint32_t> matches(n);
    kernel.match(truncated.data(), codes.data(), n, steps, n_digits, matches.data());
    publish(matches.data(), n * sizeof matches[0]);
    for (std::size_t row = 0; row < n; ++row) {
        expect(matches[row] == std::uint32_t{1} << row % steps, "matches");
    }
}

void bulk_kernel(const entry& self)
{
    // Every number of rows that is less than a vector, a few more, and a full call.
    for (std::size_t n = 1; n <= 17; ++n) {
        for (std::size_t steps = 1; steps <= core::bulk_steps; ++steps) {
            check_rows(*self.bulk, n, 0, steps);
            check_rows(*self.bulk, n, 1, steps);
        }
    }
    check_rows(*self.bulk, self.bulk->max_rows, 1, core::bulk_steps);
}

}  // namespace

void add_bulk_kernel_entries(std::vector<entry>& to)
{
    constexpr const char* names[] = {"sha1", "sha256", "sha512"};
    for (const core::bulk_kernel* kernel : core::all_bulk_kernels()) {
        to.push_back({std::string("bulk_kernel:") + kernel->target + ":" +
                          names[static_cast<std::uint32_t>(kernel->hash) - CSEAL_SHA1],
                      "blocks codes", bulk_kernel, nullptr, kernel});
    }
}

}  // namespace ct
