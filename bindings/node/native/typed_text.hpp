// SPDX-License-Identifier: Apache-2.0
// What a person typed, read without calling any script.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "node_api.h"

namespace counterseal::node {

/// The text of a JavaScript string, on the stack if it is short. Anything that is no string is empty text, which no
/// code is. All that a code can hold is ASCII: any other unit, lone surrogates among them, becomes a byte that is in no
/// text.
class typed_text {
public:
    typed_text(napi_env env, napi_value value)
    {
        char16_t units[sizeof near_];
        std::size_t len = 0;
        if (napi_get_value_string_utf16(env, value, units, sizeof near_, &len) != napi_ok) {
            return;
        }
        if (len + 1 == sizeof near_) {  // with the NUL that Node-API adds it is full: there may be more
            read_long(env, value);
            return;
        }
        narrow(units, len, near_);
        view_ = {near_, len};
    }
    typed_text(const typed_text&) = delete;
    typed_text& operator=(const typed_text&) = delete;

    [[nodiscard]] std::string_view view() const noexcept { return view_; }

private:
    static void narrow(const char16_t* units, std::size_t len, char* into) noexcept
    {
        for (std::size_t i = 0; i < len; ++i) {
            into[i] = units[i] < 0x80 ? static_cast<char>(units[i]) : '\xff';
        }
    }

    void read_long(napi_env env, napi_value value)
    {
        std::size_t len = 0;
        napi_get_value_string_utf16(env, value, nullptr, 0, &len);
        std::u16string units(len + 1, u'\0');
        napi_get_value_string_utf16(env, value, units.data(), units.size(), &len);
        far_.resize(len);
        narrow(units.data(), len, far_.data());
        view_ = far_;
    }

    char near_[64];
    std::string far_;
    std::string_view view_;
};

}  // namespace counterseal::node
