// SPDX-License-Identifier: Apache-2.0
#include "core/hmac/kernel.hpp"

#include "core/hmac/kernels.hpp"

namespace counterseal::core {
namespace {

constexpr const hmac_kernel* kernels[] = {
#if defined(__x86_64__)
    &shani_sha1,    &shani_sha256,    &avx2_sha1,       &avx2_sha256, &avx2_sha512,
#elif defined(__AARCH64EL__)
    &armv8_sha1,    &armv8_sha256,    &armv8_sha512,
#endif
    &portable_sha1, &portable_sha256, &portable_sha512,
};

}  // namespace

std::span<const hmac_kernel* const> all_kernels() noexcept
{
    return kernels;
}

bool can_run(const hmac_kernel& kernel, std::uint32_t features) noexcept
{
    return (kernel.needs & ~features) == 0;
}

const hmac_kernel& best_kernel(hash_id hash, std::uint32_t features) noexcept
{
    for (const hmac_kernel* kernel : kernels) {
        if (kernel->hash == hash && can_run(*kernel, features)) {
            return *kernel;
        }
    }
    return portable_sha1;  // not reached: every hash has a portable kernel, which runs anywhere
}

}  // namespace counterseal::core
