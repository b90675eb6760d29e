// SPDX-License-Identifier: Apache-2.0
// Counterseal on a kernel that is named instead of picked: what other CPUs would do, and what a kernel gains.
#include <cstring>
#include <string>
#include <vector>

#include "bench/row.hpp"
#include "core/base/cpu.hpp"
#include "core/otp/totp.hpp"

namespace counterseal::bench {
namespace {

core::hash_id id_of(hash h)
{
    constexpr core::hash_id ids[] = {core::hash_id::sha1, core::hash_id::sha256, core::hash_id::sha512};
    return ids[static_cast<std::size_t>(h)];
}

const core::hmac_kernel* kernel_of(hash h, const char* target)
{
    for (const core::hmac_kernel* kernel : core::all_kernels()) {
        if (kernel->hash == id_of(h) && std::strcmp(kernel->target, target) == 0 &&
            core::can_run(*kernel, core::cpu_features())) {
            return kernel;
        }
    }
    return nullptr;
}

answer verify(const core::hmac_key& key, const char* code)
{
    const auto verdict = core::totp_verify(core::mac_of(key), {code, n_digits}, -1, now_s, core::totp_options{});
    return verdict.code == core::status::ok      ? answer::match
           : verdict.code == core::status::wrong ? answer::miss
                                                 : answer::fault;
}

class raw {
public:
    raw(const users& all, const core::hmac_kernel& kernel) : all_{all}, kernel_{kernel} {}

    answer operator()(std::size_t i, const char* code) const
    {
        core::hmac_key key;
        core::hmac_prepare(key, kernel_, all_.secret(i));
        return verify(key, code);
    }

private:
    const users& all_;
    const core::hmac_kernel& kernel_;
};

class prepared {
public:
    prepared(const users& all, const core::hmac_kernel& kernel) : keys_(all.size())
    {
        for (std::size_t i = 0; i < all.size(); ++i) {
            core::hmac_prepare(keys_[i], kernel, all.secret(i));
        }
    }

    answer operator()(std::size_t i, const char* code) const { return verify(keys_[i], code); }

private:
    std::vector<core::hmac_key> keys_;
};

}  // namespace

void add_target_rows()
{
    for (const hash h : all_hashes) {
        for (const char* target : {"portable", "avx2", "shani"}) {
            if (h == hash::sha512 && std::strcmp(target, "shani") == 0) {
                continue;  // the SHA extensions of this name have no SHA-512
            }
            const std::string tail = std::string{name_of(h)} + "/" + target;
            const core::hmac_kernel* kernel = kernel_of(h, target);
            if (kernel == nullptr) {
                for (const char* family : {"totp_verify_single/", "totp_verify_single_raw/"}) {
                    benchmark::RegisterBenchmark((family + tail).c_str(), [](benchmark::State& state) {
                        state.SkipWithError("not run: this CPU or this build has no such kernel");
                    });
                }
                continue;
            }
            add_row("totp_verify_single/" + tail, h, users_of,
                    [kernel](const users& all) { return prepared{all, *kernel}; });
            add_row("totp_verify_single_raw/" + tail, h, users_of,
                    [kernel](const users& all) { return raw{all, *kernel}; });
        }
    }
}

}  // namespace counterseal::bench
