// SPDX-License-Identifier: Apache-2.0
// OATH Toolkit's liboath. It has no prepared form of a key, hence only raw rows.
#include <oath.h>

#include <stdexcept>

#include "bench/row.hpp"

namespace counterseal::bench {
namespace {

class raw {
public:
    explicit raw(const users& all)
        : all_{all}, flags_{all.by() == hash::sha256 ? OATH_TOTP_HMAC_SHA256 : OATH_TOTP_HMAC_SHA512}
    {
        if (oath_init() != OATH_OK) {
            throw std::runtime_error{"oath_init failed"};
        }
        is_sha1_ = all.by() == hash::sha1;
    }

    answer operator()(std::size_t i, const char* code) const
    {
        const auto secret = all_.secret(i);
        const auto* text = reinterpret_cast<const char*>(secret.data());
        constexpr auto now = static_cast<time_t>(now_s);
        // The SHA-1 call is the one that nearly everybody uses; the other hashes are reached by flags only.
        const int position =
            is_sha1_ ? oath_totp_validate(text, secret.size(), now, period_s, 0, 1, code)
                     : oath_totp_validate4(text, secret.size(), now, period_s, 0, 1, nullptr, nullptr, flags_, code);
        return position >= 0 ? answer::match : position == OATH_INVALID_OTP ? answer::miss : answer::fault;
    }

private:
    const users& all_;
    int flags_;
    bool is_sha1_ = false;
};

}  // namespace

void add_liboath_rows()
{
    for (const hash h : all_hashes) {
        add_peer_rows(h, "raw", "liboath", [](const users& all) { return raw{all}; });
    }
}

}  // namespace counterseal::bench
