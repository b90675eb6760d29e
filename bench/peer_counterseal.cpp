// SPDX-License-Identifier: Apache-2.0
// Counterseal through its C ABI, with the kernel that it picks for this CPU.
#include <memory>
#include <stdexcept>
#include <vector>

#include "bench/row.hpp"
#include "counterseal/otp.h"

namespace counterseal::bench {
namespace {

answer answer_of(cseal_status status)
{
    return status == CSEAL_OK ? answer::match : status == CSEAL_WRONG ? answer::miss : answer::fault;
}

class raw {
public:
    explicit raw(const users& all) : all_{all}, algorithm_{algorithm_of(all.by())} {}

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
    explicit prepared(const users& all)
    {
        for (std::size_t i = 0; i < all.size(); ++i) {
            cseal_otp_key* key = nullptr;
            const auto secret = all.secret(i);
            if (cseal_otp_key_new(secret.data(), secret.size(), algorithm_of(all.by()), &key) != CSEAL_OK) {
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
        const std::string family = std::string{"totp_verify/"} + name_of(h);
        add_row(family + "/raw/counterseal", h, users_of, [](const users& all) { return raw{all}; });
        add_row(family + "/prepared/counterseal", h, users_of, [](const users& all) { return prepared{all}; });
    }
}

}  // namespace counterseal::bench
