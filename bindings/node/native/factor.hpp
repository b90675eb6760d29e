// SPDX-License-Identifier: Apache-2.0
// What a TOTP or HOTP object of JavaScript owns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "call.hpp"
#include "counterseal/counterseal.hpp"

namespace counterseal::node {

/// Held by an External in a private field, so no script reaches it; wiped when that is collected or the thread ends.
struct factor {
    secret shared;  // kept for what shows it on purpose
    otp_key key;
    totp_options totp;
    hotp_options hotp;
    seed_info numbers;
    std::string issuer;  // empty: none
    std::string account;
    std::vector<std::string> notices;  // what was repaired or unusual when it was read
    std::string label_prefix;          // of a URI whose label names another issuer
    std::optional<token_id> token;     // of HOTP

    /// As a seed: what URIs and warnings are made from.
    [[nodiscard]] seed as_seed() const;
};

/// The factor of a seed of TOTP or HOTP.
[[nodiscard]] std::unique_ptr<factor> factor_of(const seed& from);

/// The handle that owns a factor from now on; nullptr where JavaScript has no room for it.
[[nodiscard]] napi_value hand_over(napi_env env, std::unique_ptr<factor> made);

inline bool read(napi_env env, napi_value value, const factor*& into) noexcept
{
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<const factor*>(data);
    return into != nullptr;
}

/// (secret, form, repair, algorithm, issuer, account, digits, period, t0, longPeriod, encoder) => handle
napi_value make_totp(napi_env env, napi_callback_info info);

/// (secret, form, repair, algorithm, issuer, account, digits, counter, tokenId) => handle
napi_value make_hotp(napi_env env, napi_callback_info info);

/// (uri, "totp" or "hotp") => handle
napi_value from_uri(napi_env env, napi_callback_info info);

/// (handle) => [algorithm, digits, period, counter, encoder, issuer, account, labelPrefix, t0, tokenId]
napi_value describe(napi_env env, napi_callback_info info);

/// (handle, stripColons) => text
napi_value uri(napi_env env, napi_callback_info info);

/// (handle, kind) => text, or a Buffer for "png"
napi_value qr(napi_env env, napi_callback_info info);

/// (handle) => base32 text
napi_value reveal(napi_env env, napi_callback_info info);

/// (handle) => what is unusual, one text each
napi_value warnings(napi_env env, napi_callback_info info);

}  // namespace counterseal::node
