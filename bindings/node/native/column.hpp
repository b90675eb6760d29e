// SPDX-License-Identifier: Apache-2.0
// Typed arrays of JavaScript as columns of a batch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "node_api.h"

namespace counterseal::node {

/// Where the elements of a typed array lie, without the sign that JavaScript gives them.
template <class T>
struct column {
    T* data = nullptr;
    std::size_t n = 0;
};

namespace detail {

template <class T>
constexpr bool holds(napi_typedarray_type type) noexcept
{
    switch (type) {
        case napi_uint8_array:
        case napi_int8_array: return sizeof(T) == 1;
        case napi_uint32_array: return sizeof(T) == 4;
        case napi_bigint64_array:
        case napi_biguint64_array: return sizeof(T) == 8;
        default: return false;
    }
}

}  // namespace detail

template <class T>
bool read(napi_env env, napi_value value, column<T>& into) noexcept
{
    napi_typedarray_type type{};
    void* data = nullptr;
    if (napi_get_typedarray_info(env, value, &type, &into.n, &data, nullptr, nullptr) != napi_ok ||
        !detail::holds<T>(type)) {
        return false;
    }
    into.data = static_cast<T*>(data);
    return true;
}

/// Null is a column that is not there; one that is there has n elements.
template <class T>
bool read_optional(napi_env env, napi_value value, std::size_t n, const T*& into) noexcept
{
    napi_valuetype type{};
    column<T> there;
    if (napi_typeof(env, value, &type) == napi_ok && type == napi_null) {
        into = nullptr;
        return true;
    }
    if (!read(env, value, there) || there.n != n) {
        return false;
    }
    into = there.data;
    return true;
}

}  // namespace counterseal::node
