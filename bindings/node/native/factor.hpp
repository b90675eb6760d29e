// SPDX-License-Identifier: Apache-2.0
// What a TOTP or HOTP object of JavaScript owns.
#pragma once

#include "call.hpp"
#include "counterseal/counterseal.hpp"

namespace counterseal::node {

/// Held by an External in a private field, so no script reaches it; wiped when that is collected or the thread ends.
struct factor {
    secret shared;  // kept for revealBase32 alone
    otp_key key;
    totp_options totp;
    hotp_options hotp;
};

inline bool read(napi_env env, napi_value value, const factor*& into) noexcept
{
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<const factor*>(data);
    return into != nullptr;
}

/// (secret, form, algorithm, digits, period, t0, longPeriod) => handle
napi_value make_totp(napi_env env, napi_callback_info info);

/// (secret, form, algorithm, digits) => handle
napi_value make_hotp(napi_env env, napi_callback_info info);

/// (handle) => base32 text
napi_value reveal(napi_env env, napi_callback_info info);

/// (handle) => whether the secret has less than 128 bits
napi_value short_secret(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
