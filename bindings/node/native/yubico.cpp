// SPDX-License-Identifier: Apache-2.0
#include "yubico.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "call.hpp"
#include "material.hpp"
#include "typed_text.hpp"

namespace counterseal::node {
namespace {

constexpr std::int64_t weight = 512;

bool read(napi_env env, napi_value value, const yubico_otp*& into) noexcept
{
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<const yubico_otp*>(data);
    return into != nullptr;
}

napi_value to_script(napi_env env, const std::optional<std::string>& id) noexcept
{
    napi_value made = nullptr;
    if (id) {
        napi_create_string_latin1(env, id->data(), id->size(), &made);
    } else {
        napi_get_null(env, &made);
    }
    return made;
}

}  // namespace

napi_value make_yubico(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    return from.guarded([&] {
        text public_id;
        const auto key = bytes_of(env, from[0]);
        const auto private_id = bytes_of(env, from[2]);
        if (!key || !private_id || !public_id.read(env, from[1])) {
            return from.misused();
        }
        return owned_by_script<weight>(env, std::make_unique<yubico_otp>(*key, public_id.view(), *private_id));
    });
}

napi_value yubico_verify(napi_env env, napi_callback_info info)
{
    const call<4> from(env, info);
    const yubico_otp* self = nullptr;
    yubico_use last;
    if (!read(env, from[0], self) || !read(env, from[2], last.counter) || !read(env, from[3], last.session_use)) {
        return from.misused();
    }
    return from.guarded([&] {
        const typed_text typed(env, from[1]);
        const yubico_verdict verdict = self->verify(from.provider(), typed.view(), last);
        napi_value made = nullptr;
        napi_create_int64(env, verdict ? verdict.last.counter * 256 + verdict.last.session_use : -verdict.status,
                          &made);
        return made;
    });
}

napi_value yubico_public_id(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const yubico_otp* self = nullptr;
    return read(env, from[0], self) ? to_script(env, self->public_id()) : from.misused();
}

napi_value yubico_public_id_of(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    return from.guarded([&] { return to_script(env, yubico_otp::public_id_of(typed_text(env, from[0]).view())); });
}

napi_value hotp_token_id_of(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    std::uint32_t digits = 0;
    if (!read(env, from[1], digits)) {
        return from.misused();
    }
    return from.guarded([&] { return to_script(env, token_id::token_id_of(typed_text(env, from[0]).view(), digits)); });
}

}  // namespace counterseal::node
