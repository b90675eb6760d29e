// SPDX-License-Identifier: Apache-2.0
// What secrets and settings come in as: text and bytes of JavaScript.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "counterseal/counterseal.hpp"
#include "node_api.h"

namespace counterseal::node {

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

/// The bytes of a Uint8Array, where they lie; nothing where the value is none.
[[nodiscard]] inline std::optional<std::span<const std::uint8_t>> bytes_of(napi_env env, napi_value value) noexcept
{
    napi_typedarray_type type{};
    std::size_t len = 0;
    void* bytes = nullptr;
    if (napi_get_typedarray_info(env, value, &type, &len, &bytes, nullptr, nullptr) != napi_ok ||
        type != napi_uint8_array) {
        return std::nullopt;
    }
    return std::span(static_cast<const std::uint8_t*>(bytes), len);
}

/// An External that owns `made`. Weight: a handle of a few bytes holds that many, which the collector should know.
template <std::int64_t Weight, class Value>
[[nodiscard]] napi_value owned_by_script(napi_env env, std::unique_ptr<Value> made) noexcept
{
    const auto release = [](napi_env from, void* data, void*) {
        delete static_cast<Value*>(data);
        std::int64_t total = 0;
        napi_adjust_external_memory(from, -Weight, &total);
    };
    napi_value handle = nullptr;
    if (napi_create_external(env, made.get(), release, nullptr, &handle) != napi_ok) {
        return nullptr;
    }
    static_cast<void>(made.release());
    std::int64_t total = 0;
    napi_adjust_external_memory(env, Weight, &total);
    return handle;
}

}  // namespace counterseal::node
