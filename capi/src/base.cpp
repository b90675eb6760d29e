// SPDX-License-Identifier: Apache-2.0
#include "counterseal/base.h"

#include "capi/src/guard.hpp"
#include "core/codec/codec.hpp"
#include "core/ct/wipe.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

cseal_status cseal_version(uint32_t* major, uint32_t* minor, uint32_t* patch)
{
    const auto put = [](uint32_t* out, uint32_t part) {
        if (out != nullptr) {
            *out = part;
        }
    };
    put(major, CSEAL_VERSION_MAJOR);
    put(minor, CSEAL_VERSION_MINOR);
    put(patch, CSEAL_VERSION_PATCH);
    return CSEAL_OK;
}

const char* cseal_status_name(cseal_status number)
{
    const char* name = core::name_of(number);
    return name != nullptr ? name : "UNKNOWN";
}

const char* cseal_status_meaning(cseal_status number)
{
    const char* meaning = core::meaning_of(number);
    return meaning != nullptr ? meaning : "unknown status";
}

void cseal_wipe(void* data, size_t data_len)
{
    if (data != nullptr) {
        core::wipe(data, data_len);
    }
}

namespace {

template <class Decode>
cseal_status decode_with(Decode decode, const char* text, size_t text_len, uint8_t* out, size_t out_cap,
                         size_t* out_len, size_t* error_index)
{
    return guarded([&] {
        capi::clear_output(out, out_cap);
        if (out_len != nullptr) {
            *out_len = 0;
        }
        if (error_index != nullptr) {
            *error_index = text_len;
        }
        if (!capi::readable(text, text_len) || !capi::readable(out, out_cap) || out_len == nullptr) {
            return status::e_argument;
        }
        const core::decoded result = decode(capi::text_of(text, text_len), out, out_cap);
        *out_len = result.len;
        if (error_index != nullptr) {
            *error_index = result.error_index;
        }
        return result.code;
    });
}

}  // namespace

cseal_status cseal_base32_decode(const char* text, size_t text_len, uint8_t* out, size_t out_cap, size_t* out_len,
                                 size_t* error_index)
{
    return decode_with(core::base32_decode, text, text_len, out, out_cap, out_len, error_index);
}

cseal_status cseal_base32_repair(const char* text, size_t text_len, uint32_t* repairs, char* out, size_t out_cap,
                                 size_t* out_len)
{
    return guarded([&] {
        capi::clear_output(out, out_cap);
        if (out_len != nullptr) {
            *out_len = 0;
        }
        if (repairs != nullptr) {
            *repairs = 0;
        }
        if (!capi::readable(text, text_len) || !capi::readable(out, out_cap) || repairs == nullptr ||
            out_len == nullptr) {
            return status::e_argument;
        }
        if (text_len > out_cap) {
            *out_len = text_len;
            return status::e_capacity;
        }
        const core::repaired done = core::base32_repair(capi::text_of(text, text_len), out);
        *out_len = done.len;
        *repairs = done.repairs;
        return status::ok;
    });
}

cseal_status cseal_hex_decode(const char* text, size_t text_len, uint8_t* out, size_t out_cap, size_t* out_len,
                              size_t* error_index)
{
    return decode_with(core::hex_decode, text, text_len, out, out_cap, out_len, error_index);
}

cseal_status cseal_base32_encode(const uint8_t* secret, size_t secret_len, char* text, size_t text_cap,
                                 size_t* text_len)
{
    return guarded([&] {
        capi::clear_output(text, text_cap);
        if (text_len != nullptr) {
            *text_len = 0;
        }
        if (!capi::readable(secret, secret_len) || !capi::readable(text, text_cap) || text_len == nullptr) {
            return status::e_argument;
        }
        if (secret_len > std::size_t{1} << 30) {
            return status::e_range;
        }
        *text_len = core::base32_len(secret_len);
        if (*text_len > text_cap) {
            return status::e_capacity;
        }
        core::base32_encode(secret, secret_len, text);
        return status::ok;
    });
}
