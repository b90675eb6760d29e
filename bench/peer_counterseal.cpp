// SPDX-License-Identifier: Apache-2.0
// Counterseal through its C ABI, with the kernel that it picks for this CPU.
#include <memory>
#include <stdexcept>
#include <vector>

#include "bench/row.hpp"
#include "counterseal/otp.h"

namespace counterseal::bench {
namespace {

std::uint32_t algorithm_of(hash h)
{
    constexpr std::uint32_t numbers[] = {CSEAL_SHA1, CSEAL_SHA256, CSEAL_SHA512};
    return numbers[static_cast<std::size_t>(h)];
}

answer answer_of(cseal_status status)
{
    return status == CSEAL_OK ? answer::match : status == CSEAL_WRONG ? answer::miss : answer::fault;
}

class raw {
public:
    explicit raw(hash h) : all_{users_of(h)}, algorithm_{algorithm_of(h)} {}

    answer operator()(std::size_t i, const char* code) const
    {
        std::int64_t step = 0;
        const auto secret = all_.secret(i);
        return answer_of(
            cseal_totp_verify_raw(secret.data(), secret.size(), algorithm_, code, n_digits, -1, now_s, nullptr, &step));
    }

private:
    const users& all_;
    std::uint32_t algorithm_;
};

class prepared {
public:
    explicit prepared(hash h)
    {
        const users& all = users_of(h);
        for (std::size_t i = 0; i < n_users; ++i) {
            cseal_otp_key* key = nullptr;
            const auto secret = all.secret(i);
            if (cseal_otp_key_new(secret.data(), secret.size(), algorithm_of(h), &key) != CSEAL_OK) {
                throw std::runtime_error{"cseal_otp_key_new failed"};
            }
            keys_.emplace_back(key);
        }
    }

    answer operator()(std::size_t i, const char* code) const
    {
        std::int64_t step = 0;
        return answer_of(cseal_totp_verify(keys_[i].get(), code, n_digits, -1, now_s, nullptr, &step));
    }

private:
    struct free_key {
        void operator()(cseal_otp_key* key) const noexcept { cseal_otp_key_free(key); }
    };
    std::vector<std::unique_ptr<cseal_otp_key, free_key>> keys_;
};

}  // namespace

void add_counterseal_rows()
{
    for (const hash h : all_hashes) {
        add_peer_row(h, "raw", "counterseal", [](hash of) { return raw{of}; });
        add_peer_row(h, "prepared", "counterseal", [](hash of) { return prepared{of}; });
    }
}

}  // namespace counterseal::bench
