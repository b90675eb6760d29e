// SPDX-License-Identifier: Apache-2.0
#include "counterseal/yubico.h"

#include <algorithm>
#include <string_view>

#include "capi/src/handles.hpp"
#include "capi/src/otp.hpp"
#include "core/yubico/otp.hpp"
#include "core/yubico/token_id.hpp"

using namespace counterseal;
using capi::guarded;
using capi::start_output;
using capi::text_of;
using core::status;

namespace {

static_assert(CSEAL_YUBICO_KEY_LEN == core::yubico_key_len && CSEAL_TOKEN_ID_LEN == core::token_id_len);
static_assert(CSEAL_YUBICO_PRIVATE_ID_LEN == core::yubico_private_id_len);
static_assert(CSEAL_YUBICO_PUBLIC_ID_MAX == core::yubico_public_id_max);

/// An identifier in small letters. All of it is letters and digits, of which digits have the bit already.
status write_folded(capi::output<char>& to, std::string_view id) noexcept
{
    char folded[CSEAL_YUBICO_PUBLIC_ID_MAX];
    std::transform(id.begin(), id.end(), folded, [](char c) { return static_cast<char>(c | 0x20); });
    return to.write(std::string_view(folded, id.size()));
}

/// Calls verify(mac, options) for a call with a token identifier; new_next_counter was started.
template <class Verify>
status with_token_id(const cseal_otp_key* key, const char* token_id, std::size_t token_id_len,
                     const cseal_hotp_options* options, const cseal_hotp_options& defaults,
                     std::uint64_t* new_next_counter, Verify&& verify) noexcept
{
    if (key == nullptr || !capi::readable(token_id, token_id_len) ||
        !core::is_token_id(text_of(token_id, token_id_len))) {
        return status::e_argument;
    }
    core::hotp_options read_options;
    if (const auto fault = capi::read(options, read_options, defaults); fault.rule != nullptr) {
        return fault.code;
    }
    const core::hotp_verdict verdict = verify(core::mac_of(key->mac), read_options);
    *new_next_counter = verdict.next_counter;
    return verdict.code;
}

}  // namespace

cseal_status cseal_yubico_check(size_t key_len, size_t private_id_len, const char* public_id, size_t public_id_len,
                                int64_t last_counter, int64_t last_session_use, const char** rule)
{
    return guarded<capi::no_secrets>([&] {
        if (!start_output(rule, static_cast<const char*>(nullptr)) || !capi::readable(public_id, public_id_len)) {
            return status::e_argument;
        }
        const auto verdict = core::check_yubico(key_len, private_id_len, text_of(public_id, public_id_len),
                                                {last_counter, last_session_use});
        *rule = verdict.rule;
        return verdict.code;
    });
}

cseal_status cseal_yubico_verify(const cseal_crypto* crypto, const uint8_t* key, size_t key_len,
                                 const uint8_t* private_id, size_t private_id_len, const char* public_id,
                                 size_t public_id_len, const char* otp, size_t otp_len, int64_t last_counter,
                                 int64_t last_session_use, int64_t* counter, int64_t* session_use)
{
    return guarded([&] {
        const bool outputs = start_output(counter, last_counter);
        if (!start_output(session_use, last_session_use) || !outputs || crypto == nullptr || key == nullptr ||
            private_id == nullptr || !capi::readable(public_id, public_id_len) || !capi::readable(otp, otp_len)) {
            return status::e_argument;
        }
        const core::yubico_factor of{{key, key_len}, {private_id, private_id_len}, text_of(public_id, public_id_len)};
        const auto verdict =
            core::yubico_verify(*crypto->provider, of, text_of(otp, otp_len), {last_counter, last_session_use});
        *counter = verdict.last.counter;
        *session_use = verdict.last.session_use;
        return verdict.code;
    });
}

cseal_status cseal_yubico_public_id(const char* otp, size_t otp_len, char* out, size_t out_cap, size_t* out_len)
{
    return guarded([&] {
        capi::output<char> id(out, out_cap, out_len);
        if (!id.usable() || !capi::readable(otp, otp_len)) {
            return status::e_argument;
        }
        const auto found = core::yubico_public_id(text_of(otp, otp_len));
        return found.code == status::ok ? write_folded(id, found.text) : found.code;
    });
}

cseal_status cseal_hotp_verify_with_id(const cseal_otp_key* key, const char* token_id, size_t token_id_len,
                                       const char* code, size_t code_len, uint64_t next_counter,
                                       const cseal_hotp_options* options, uint64_t* new_next_counter)
{
    return guarded([&] {
        if (!start_output(new_next_counter, next_counter) || !capi::readable(code, code_len)) {
            return status::e_argument;
        }
        return with_token_id(key, token_id, token_id_len, options, capi::hotp_defaults, new_next_counter,
                             [&](const core::counter_mac& mac, const core::hotp_options& read_options) {
                                 return core::hotp_verify_with_id(mac, {token_id, token_id_len},
                                                                  text_of(code, code_len), next_counter, read_options);
                             });
    });
}

cseal_status cseal_hotp_resync_with_id(const cseal_otp_key* key, const char* token_id, size_t token_id_len,
                                       const char* code1, size_t code1_len, const char* code2, size_t code2_len,
                                       uint64_t next_counter, const cseal_hotp_options* options,
                                       uint64_t* new_next_counter)
{
    return guarded([&] {
        if (!start_output(new_next_counter, next_counter) || !capi::readable(code1, code1_len) ||
            !capi::readable(code2, code2_len)) {
            return status::e_argument;
        }
        return with_token_id(key, token_id, token_id_len, options, capi::resync_defaults, new_next_counter,
                             [&](const core::counter_mac& mac, const core::hotp_options& read_options) {
                                 return core::hotp_resync_with_id(mac, {token_id, token_id_len},
                                                                  text_of(code1, code1_len), text_of(code2, code2_len),
                                                                  next_counter, read_options);
                             });
    });
}

cseal_status cseal_hotp_token_id(const char* code, size_t code_len, uint32_t digits, char* out, size_t out_cap,
                                 size_t* out_len)
{
    return guarded([&] {
        capi::output<char> id(out, out_cap, out_len);
        if (!id.usable() || !capi::readable(code, code_len)) {
            return status::e_argument;
        }
        const auto found = core::typed_token_id(text_of(code, code_len), digits);
        return found.code == status::ok ? write_folded(id, found.id) : found.code;
    });
}
