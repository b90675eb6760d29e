// SPDX-License-Identifier: Apache-2.0
#include "ocra.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "call.hpp"
#include "counter.hpp"
#include "typed_text.hpp"

namespace counterseal::node {
namespace {

// Tells the collector that a handle of a few bytes holds more than that.
constexpr std::int64_t weight = 512;

using bytes = std::span<const std::uint8_t>;

bool read(napi_env env, napi_value value, bytes& into) noexcept
{
    napi_typedarray_type type{};
    std::size_t len = 0;
    void* data = nullptr;
    const bool known = napi_get_typedarray_info(env, value, &type, &len, &data, nullptr, nullptr) == napi_ok;
    into = {static_cast<const std::uint8_t*>(data), len};
    return known && type == napi_uint8_array;
}

bool read(napi_env env, napi_value value, const ocra*& into) noexcept
{
    void* data = nullptr;
    if (napi_get_value_external(env, value, &data) != napi_ok) {
        return false;
    }
    into = static_cast<const ocra*>(data);
    return into != nullptr;
}

void release(napi_env env, void* data, void*)
{
    delete static_cast<ocra*>(data);
    std::int64_t total = 0;
    napi_adjust_external_memory(env, -weight, &total);
}

napi_value list_of(napi_env env, std::span<const napi_value> parts) noexcept
{
    napi_value list = nullptr;
    if (napi_create_array_with_length(env, parts.size(), &list) != napi_ok) {
        return nullptr;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        napi_set_element(env, list, static_cast<std::uint32_t>(i), parts[i]);
    }
    return list;
}

}  // namespace

napi_value make_ocra(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    bytes key;
    if (!read(env, from[1], key)) {
        return from.misused();
    }
    return from.guarded([&]() -> napi_value {
        const typed_text suite(env, from[0]);
        auto made = std::make_unique<ocra>(suite.view(), key);
        napi_value handle = nullptr;
        if (napi_create_external(env, made.get(), release, nullptr, &handle) != napi_ok) {
            return nullptr;
        }
        static_cast<void>(made.release());
        std::int64_t total = 0;
        napi_adjust_external_memory(env, weight, &total);
        return handle;
    });
}

napi_value ocra_describe(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const ocra* self = nullptr;
    if (!read(env, from[0], self)) {
        return from.misused();
    }
    return from.guarded([&] {
        const cseal_ocra_info suite = self->info();
        std::array<napi_value, 5> parts{};
        napi_create_uint32(env, suite.digits, &parts[0]);
        napi_get_boolean(env, suite.has_counter != 0, &parts[1]);
        napi_get_boolean(env, suite.pin_algorithm != 0, &parts[2]);
        napi_get_boolean(env, suite.session_len != 0, &parts[3]);
        napi_get_boolean(env, suite.time_step_s != 0, &parts[4]);
        return list_of(env, parts);
    });
}

napi_value ocra_generate(napi_env env, napi_callback_info info)
{
    const call<6> from(env, info);
    const ocra* self = nullptr;
    bytes pin_hash;
    bytes session;
    counter at;
    std::int64_t now_s = 0;
    if (!read(env, from[0], self) || !read(env, from[2], pin_hash) || !read(env, from[3], session) ||
        !read(env, from[4], at) || !read(env, from[5], now_s)) {
        return from.misused();
    }
    return from.guarded([&] {
        const typed_text question(env, from[1]);
        std::string code =
            self->generate({question.view(), pin_hash, session}, at.value, static_cast<std::uint64_t>(now_s));
        napi_value made = nullptr;
        napi_create_string_latin1(env, code.data(), code.size(), &made);
        cseal_wipe(code.data(), code.size());
        return made;
    });
}

napi_value ocra_verify(napi_env env, napi_callback_info info)
{
    const call<11> from(env, info);
    const ocra* self = nullptr;
    bytes pin_hash;
    bytes session;
    counter next;
    std::int64_t last_step = 0;
    std::int64_t now_s = 0;
    ocra_options options;
    if (!read(env, from[0], self) || !read(env, from[3], pin_hash) || !read(env, from[4], session) ||
        !read(env, from[5], next) || !read(env, from[6], last_step) || !read(env, from[7], now_s) ||
        !read(env, from[8], options.look_ahead) || !read(env, from[9], options.past) ||
        !read(env, from[10], options.future)) {
        return from.misused();
    }
    return from.guarded([&] {
        const typed_text typed(env, from[1]);
        const typed_text question(env, from[2]);
        const auto verdict = self->verify(typed.view(), {question.view(), pin_hash, session}, next.value, last_step,
                                          static_cast<std::uint64_t>(now_s), options);
        if (!verdict) {
            napi_value status = nullptr;
            napi_create_int32(env, verdict.status, &status);
            return status;
        }
        std::array<napi_value, 2> stored{nullptr, next.to_script(env, verdict.next_counter)};
        napi_create_int64(env, verdict.step, &stored[0]);
        return list_of(env, stored);
    });
}

}  // namespace counterseal::node
