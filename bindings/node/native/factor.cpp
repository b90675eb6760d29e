// SPDX-License-Identifier: Apache-2.0
#include "factor.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace counterseal::node {
namespace {

// Tells the collector that a handle of a few bytes holds more than that: secret, midstates, heap overhead.
constexpr std::int64_t weight = 1024;

/// Text from JavaScript, wiped when it goes: it may be a secret.
class text {
public:
    [[nodiscard]] bool read(napi_env env, napi_value value)
    {
        std::size_t len = 0;
        if (napi_get_value_string_utf8(env, value, nullptr, 0, &len) != napi_ok) {
            return false;
        }
        bytes_.resize(len + 1);  // Node-API writes a NUL too
        const bool done = napi_get_value_string_utf8(env, value, bytes_.data(), bytes_.size(), &len) == napi_ok;
        len_ = done ? len : 0;
        return done;
    }

    text() = default;
    text(const text&) = delete;
    text& operator=(const text&) = delete;
    ~text() { cseal_wipe(bytes_.data(), bytes_.size()); }

    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), len_}; }

private:
    std::string bytes_;
    std::size_t len_ = 0;
};

/// Nothing where the value does not fit its form; throws config_error where the text is no secret.
std::optional<secret> read_secret(napi_env env, napi_value value, std::string_view form)
{
    if (form == "raw") {
        napi_typedarray_type type{};
        std::size_t len = 0;
        void* bytes = nullptr;
        const bool known = napi_get_typedarray_info(env, value, &type, &len, &bytes, nullptr, nullptr) == napi_ok;
        if (!known || type != napi_uint8_array) {
            return std::nullopt;
        }
        return secret({static_cast<const std::uint8_t*>(bytes), len});
    }
    text given;
    if (!given.read(env, value)) {
        return std::nullopt;
    }
    return form == "hex" ? secret::from_hex(given.view()) : secret::from_base32(given.view());
}

void release(napi_env env, void* data, void*)
{
    delete static_cast<factor*>(data);
    std::int64_t total = 0;
    napi_adjust_external_memory(env, -weight, &total);
}

/// The first three arguments of both kinds: secret, form, algorithm.
template <std::size_t N>
napi_value make(const call<N>& from, const totp_options& totp, const hotp_options& hotp)
{
    const napi_env env = from.env();
    text form;
    text hash;
    if (!form.read(env, from[1]) || !hash.read(env, from[2])) {
        return from.misused();
    }
    const algorithm known = algorithm_named(hash.view());
    totp.validate();
    hotp.validate();
    std::optional<secret> shared = read_secret(env, from[0], form.view());
    if (!shared) {
        return from.misused();
    }
    otp_key key(*shared, known);
    auto made = std::make_unique<factor>(std::move(*shared), std::move(key), totp, hotp);
    napi_value handle = nullptr;
    if (napi_create_external(env, made.get(), release, nullptr, &handle) != napi_ok) {
        return nullptr;
    }
    static_cast<void>(made.release());
    std::int64_t total = 0;
    napi_adjust_external_memory(env, weight, &total);
    return handle;
}

}  // namespace

napi_value make_totp(napi_env env, napi_callback_info info)
{
    const call<7> from(env, info);
    totp_options options;
    std::int64_t t0_s = 0;
    if (!read(env, from[3], options.digits) || !read(env, from[4], options.period_s) || !read(env, from[5], t0_s) ||
        !read(env, from[6], options.long_period)) {
        return from.misused();
    }
    options.t0_s = static_cast<std::uint64_t>(t0_s);
    return from.guarded([&] { return make(from, options, {}); });
}

napi_value make_hotp(napi_env env, napi_callback_info info)
{
    const call<4> from(env, info);
    hotp_options options;
    if (!read(env, from[3], options.digits)) {
        return from.misused();
    }
    return from.guarded([&] { return make(from, {}, options); });
}

napi_value reveal(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const factor* self = nullptr;
    if (!read(env, from[0], self)) {
        return from.misused();
    }
    return from.guarded([&] {
        std::string base32 = self->shared.base32();
        napi_value shown = nullptr;
        napi_create_string_latin1(env, base32.data(), base32.size(), &shown);
        cseal_wipe(base32.data(), base32.size());
        return shown;
    });
}

napi_value short_secret(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const factor* self = nullptr;
    if (!read(env, from[0], self)) {
        return from.misused();
    }
    napi_value answer = nullptr;
    napi_get_boolean(env, self->key.short_secret(), &answer);
    return answer;
}

}  // namespace counterseal::node
