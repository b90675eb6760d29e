// SPDX-License-Identifier: Apache-2.0
#include "verify.hpp"

#include <cstdint>
#include <string>

#include "call.hpp"
#include "counter.hpp"
#include "factor.hpp"
#include "typed_text.hpp"

namespace counterseal::node {
namespace {

napi_value refusal(napi_env env, cseal_status status) noexcept
{
    napi_value made = nullptr;
    napi_create_int32(env, -status, &made);
    return made;
}

napi_value to_script(napi_env env, std::string& code) noexcept
{
    napi_value made = nullptr;
    napi_create_string_latin1(env, code.data(), code.size(), &made);
    cseal_wipe(code.data(), code.size());
    return made;
}

napi_value to_script(napi_env env, const counter& asked, const hotp_verdict& verdict) noexcept
{
    return verdict ? asked.to_script(env, verdict.next_counter) : refusal(env, verdict.status);
}

}  // namespace

napi_value totp_at(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    const factor* self = nullptr;
    std::int64_t now_s = 0;
    if (!read(env, from[0], self) || !read(env, from[1], now_s)) {
        return from.misused();
    }
    return from.guarded([&] {
        std::string code = self->key.totp(static_cast<std::uint64_t>(now_s), self->totp);
        return to_script(env, code);
    });
}

napi_value totp_verify(napi_env env, napi_callback_info info)
{
    const call<6> from(env, info);
    const factor* self = nullptr;
    std::int64_t last_step = 0;
    std::int64_t now_s = 0;
    std::uint32_t past = 0;
    std::uint32_t future = 0;
    if (!read(env, from[0], self) || !read(env, from[2], last_step) || !read(env, from[3], now_s) ||
        !read(env, from[4], past) || !read(env, from[5], future)) {
        return from.misused();
    }
    return from.guarded([&] {
        totp_options options = self->totp;
        options.past = past;
        options.future = future;
        const typed_text typed(env, from[1]);
        const auto verdict = self->key.verify_totp(typed.view(), last_step, static_cast<std::uint64_t>(now_s), options);
        if (!verdict) {
            return refusal(env, verdict.status);
        }
        napi_value step = nullptr;
        napi_create_int64(env, verdict.step, &step);
        return step;
    });
}

napi_value hotp_at(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    const factor* self = nullptr;
    counter asked;
    if (!read(env, from[0], self) || !read(env, from[1], asked)) {
        return from.misused();
    }
    return from.guarded([&] {
        std::string code = self->key.hotp(asked.value, self->hotp);
        return to_script(env, code);
    });
}

napi_value hotp_verify(napi_env env, napi_callback_info info)
{
    const call<4> from(env, info);
    const factor* self = nullptr;
    counter asked;
    std::uint32_t look_ahead = 0;
    if (!read(env, from[0], self) || !read(env, from[2], asked) || !read(env, from[3], look_ahead)) {
        return from.misused();
    }
    return from.guarded([&] {
        const typed_text typed(env, from[1]);
        const hotp_options options{self->hotp.digits, look_ahead};
        return to_script(env, asked,
                         self->token ? self->token->verify(self->key, typed.view(), asked.value, options)
                                     : self->key.verify_hotp(typed.view(), asked.value, options));
    });
}

napi_value hotp_resync(napi_env env, napi_callback_info info)
{
    const call<5> from(env, info);
    const factor* self = nullptr;
    counter asked;
    std::uint32_t look_ahead = 0;
    if (!read(env, from[0], self) || !read(env, from[3], asked) || !read(env, from[4], look_ahead)) {
        return from.misused();
    }
    return from.guarded([&] {
        const typed_text first(env, from[1]);
        const typed_text second(env, from[2]);
        const hotp_options options{self->hotp.digits, look_ahead};
        return to_script(env, asked,
                         self->token ? self->token->resync(self->key, first.view(), second.view(), asked.value, options)
                                     : self->key.resync_hotp(first.view(), second.view(), asked.value, options));
    });
}

}  // namespace counterseal::node
