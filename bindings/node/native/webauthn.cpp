// SPDX-License-Identifier: Apache-2.0
#include "webauthn.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "call.hpp"
#include "material.hpp"

namespace counterseal::node {
namespace {

constexpr std::int64_t party_weight = 2048;
constexpr std::int64_t key_weight = 4096;

template <class Value>
bool read(napi_env env, napi_value value, const Value*& into) noexcept
{
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<const Value*>(data);
    return into != nullptr;
}

napi_value to_script(napi_env env, std::string_view text) noexcept
{
    napi_value made = nullptr;
    napi_create_string_utf8(env, text.data(), text.size(), &made);
    return made;
}

napi_value to_script(napi_env env, const webauthn_verdict& verdict) noexcept
{
    napi_value made = nullptr;
    napi_value status = nullptr;
    if (napi_create_array_with_length(env, 3, &made) != napi_ok ||
        napi_create_int32(env, verdict.status, &status) != napi_ok ||
        napi_set_element(env, made, 0, status) != napi_ok ||
        napi_set_element(env, made, 1, to_script(env, verdict.record)) != napi_ok ||
        napi_set_element(env, made, 2, to_script(env, verdict.answer)) != napi_ok) {
        return nullptr;
    }
    return made;
}

}  // namespace

napi_value make_party(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    return from.guarded([&] {
        text settings;
        if (!settings.read(env, from[0])) {
            return from.misused();
        }
        return owned_by_script<party_weight>(env, std::make_unique<webauthn>(from.provider(), settings.view()));
    });
}

napi_value make_credential_key(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    return from.guarded([&] {
        text record;
        if (!record.read(env, from[0])) {
            return from.misused();
        }
        return owned_by_script<key_weight>(env, std::make_unique<webauthn_key>(from.provider(), record.view()));
    });
}

napi_value party_options(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    const webauthn* self = nullptr;
    bool is_registration = false;
    return from.guarded([&] {
        text request;
        if (!read(env, from[0], self) || !read(env, from[1], is_registration) || !request.read(env, from[2])) {
            return from.misused();
        }
        return to_script(env, is_registration ? self->registration_options(request.view())
                                              : self->authentication_options(request.view()));
    });
}

napi_value party_origins(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const webauthn* self = nullptr;
    if (!read(env, from[0], self)) {
        return from.misused();
    }
    return from.guarded([&] { return to_script(env, self->related_origins()); });
}

napi_value verify_registration(napi_env env, napi_callback_info info)
{
    const call<3> from(env, info);
    const webauthn* self = nullptr;
    return from.guarded([&] {
        text expected;
        text response;
        if (!read(env, from[0], self) || !expected.read(env, from[1]) || !response.read(env, from[2])) {
            return from.misused();
        }
        return to_script(env, self->verify_registration(expected.view(), response.view()));
    });
}

napi_value verify_authentication(napi_env env, napi_callback_info info)
{
    const call<5> from(env, info);
    const webauthn* self = nullptr;
    const webauthn_key* key = nullptr;
    return from.guarded([&] {
        text expected;
        text record;
        text response;
        if (!read(env, from[0], self) || !expected.read(env, from[1]) || !record.read(env, from[2]) ||
            !read(env, from[3], key) || !response.read(env, from[4])) {
            return from.misused();
        }
        return to_script(env, self->verify_authentication(expected.view(), record.view(), key, response.view()));
    });
}

napi_value credential_id(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    return from.guarded([&] {
        text response;
        if (!response.read(env, from[0])) {
            return from.misused();
        }
        const std::optional<std::string> id = webauthn::credential_id(response.view());
        if (!id) {
            napi_value nothing = nullptr;
            napi_get_null(env, &nothing);
            return nothing;
        }
        napi_value made = nullptr;
        napi_create_buffer_copy(env, id->size(), id->data(), nullptr, &made);
        return made;
    });
}

}  // namespace counterseal::node
