// SPDX-License-Identifier: Apache-2.0
#include "capi/src/otp.hpp"

#include "capi/src/guard.hpp"
#include "core/base/cpu.hpp"
#include "core/ct/wipe.hpp"
#include "core/otp/code_form.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/totp.hpp"
#include "core/otp/truncate.hpp"

using namespace counterseal;
using capi::guarded;
using capi::hotp_defaults;
using capi::known_algorithm;
using capi::options_fault;
using capi::read;
using capi::resync_defaults;
using capi::start_output;
using core::status;

namespace {

constexpr std::size_t shortest_good_secret = 16;  // RFC 4226 section 4, R6

// sizeof in release 0.1; a constant of the ABI.
constexpr std::size_t totp_options_first_size = 40;
constexpr std::size_t hotp_options_first_size = 16;

constexpr cseal_totp_options totp_defaults{sizeof(cseal_totp_options), 6, 30, 1, 1, 0, 0, CSEAL_ENCODER_DECIMAL, 0};

/// As guarded(), where a key may be used: what its kernel keeps in registers needs no scrubbing of the stack.
template <class Body>
cseal_status guarded_with(const cseal_otp_key* key, Body&& body) noexcept
{
    const bool is_small = key != nullptr && (key->mac.kernel->needs & core::cpu_sha_ni) != 0;
    return is_small ? guarded<capi::shani_depth>(body) : guarded(body);
}

status check_secret(const std::uint8_t* secret, std::size_t secret_len, std::uint32_t algorithm) noexcept
{
    if (secret == nullptr || secret_len == 0) {
        return status::e_argument;
    }
    return known_algorithm(algorithm) ? status::ok : status::e_unsupported;
}

/// Needs what check_secret() accepts.
void prepare(core::hmac_key& out, const std::uint8_t* secret, std::size_t secret_len, std::uint32_t algorithm) noexcept
{
    const core::hmac_kernel& kernel = core::best_kernel(static_cast<core::hash_id>(algorithm), core::cpu_features());
    core::hmac_prepare(out, kernel, {secret, secret_len});
}

/// Calls body(mac) with a key that lives as long as the call.
template <class Body>
status with_raw_key(const std::uint8_t* secret, std::size_t secret_len, std::uint32_t algorithm, Body&& body) noexcept
{
    if (const status s = check_secret(secret, secret_len, algorithm); s != status::ok) {
        return s;
    }
    core::hmac_key key;
    const core::wiped_at_end wipe_key{key};
    prepare(key, secret, secret_len, algorithm);
    return body(core::mac_of(key));
}

status totp_verify(const core::counter_mac& mac, const char* code, std::size_t code_len, std::int64_t last_step,
                   std::uint64_t now_s, const cseal_totp_options* options, std::int64_t* step) noexcept
{
    core::totp_options read_options;
    if (const auto fault = read(options, read_options); fault.rule != nullptr) {
        return fault.code;
    }
    const auto verdict = core::totp_verify(mac, capi::text_of(code, code_len), last_step, now_s, read_options);
    *step = verdict.step;
    return verdict.code;
}

status hotp_verify(const core::counter_mac& mac, const char* code, std::size_t code_len, std::uint64_t next_counter,
                   const cseal_hotp_options* options, std::uint64_t* new_next_counter) noexcept
{
    core::hotp_options read_options;
    if (const auto fault = read(options, read_options); fault.rule != nullptr) {
        return fault.code;
    }
    const auto verdict = core::hotp_verify(mac, capi::text_of(code, code_len), next_counter, read_options);
    *new_next_counter = verdict.next_counter;
    return verdict.code;
}

/// Runs make(char*), which writes `len` characters, into a caller's buffer.
template <class Make>
status write_made(std::size_t len, char* code, std::size_t code_cap, std::size_t* code_len, Make&& make) noexcept
{
    char made[core::max_digits];
    const core::wiped_at_end wipe_made{made};
    if (const status s = make(made); s != status::ok) {
        return s;
    }
    *code_len = len;
    if (len > code_cap) {
        return status::e_capacity;
    }
    std::memcpy(code, made, len);
    return status::ok;
}

bool start_code(char* code, std::size_t code_cap, std::size_t* code_len) noexcept
{
    capi::clear_output(code, code_cap);
    return start_output(code_len, std::size_t{0}) && capi::readable(code, code_cap);
}

}  // namespace

options_fault capi::read(const cseal_totp_options* from, core::totp_options& into) noexcept
{
    cseal_totp_options all = totp_defaults;
    if (const status s = capi::read_options<totp_options_first_size>(from, all); s != status::ok) {
        return {s, "options must come from cseal_totp_options_init and hold nothing this version does not know"};
    }
    if ((all.flags & ~CSEAL_TOTP_LONG_PERIOD) != 0) {
        return {status::e_unsupported, "flags holds a bit that this version does not know"};
    }
    if (all.reserved != 0) {
        return {status::e_unsupported, "reserved must be 0"};
    }
    into = {all.digits,
            all.period_s,
            all.past,
            all.future,
            (all.flags & CSEAL_TOTP_LONG_PERIOD) != 0,
            all.t0_s,
            static_cast<core::code_encoder>(all.encoder)};
    return {};
}

bool capi::known_algorithm(std::uint32_t algorithm) noexcept
{
    return CSEAL_SHA1 <= algorithm && algorithm <= CSEAL_SHA512;
}

options_fault capi::read(const cseal_hotp_options* from, core::hotp_options& into,
                         const cseal_hotp_options& defaults) noexcept
{
    cseal_hotp_options all = defaults;
    if (const status s = capi::read_options<hotp_options_first_size>(from, all); s != status::ok) {
        return {s, "options must come from cseal_hotp_options_init and hold nothing this version does not know"};
    }
    if (all.reserved != 0) {
        return {status::e_unsupported, "reserved must be 0"};
    }
    into = {all.digits, all.look_ahead};
    return {};
}

cseal_status cseal_totp_options_init(cseal_totp_options* options, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<totp_options_first_size>(options, struct_size, totp_defaults); });
}

cseal_status cseal_hotp_options_init(cseal_hotp_options* options, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<hotp_options_first_size>(options, struct_size, hotp_defaults); });
}

cseal_status cseal_totp_check(int64_t last_step, uint64_t now_s, const cseal_totp_options* options, const char** rule)
{
    return guarded<capi::no_secrets>([&] {
        if (rule == nullptr) {
            return status::e_argument;
        }
        core::totp_options read_options;
        auto fault = read(options, read_options);
        if (fault.rule == nullptr) {
            const auto verdict = core::check(read_options, now_s, last_step);
            fault = {verdict.code, verdict.rule};
        }
        *rule = fault.rule;
        return fault.code;
    });
}

cseal_status cseal_hotp_check(uint64_t next_counter, const cseal_hotp_options* options, const char** rule)
{
    return guarded<capi::no_secrets>([&] {
        if (rule == nullptr) {
            return status::e_argument;
        }
        core::hotp_options read_options;
        auto fault = read(options, read_options);
        if (fault.rule == nullptr) {
            const auto verdict = core::check(read_options, next_counter);
            fault = {verdict.code, verdict.rule};
        }
        *rule = fault.rule;
        return fault.code;
    });
}

cseal_status cseal_otp_key_new(const uint8_t* secret, size_t secret_len, uint32_t algorithm, cseal_otp_key** key)
{
    return guarded([&] {
        if (key == nullptr) {
            return status::e_argument;
        }
        *key = nullptr;
        if (const status s = check_secret(secret, secret_len, algorithm); s != status::ok) {
            return s;
        }
        auto* made = new cseal_otp_key;
        prepare(made->mac, secret, secret_len, algorithm);
        made->short_secret = secret_len < shortest_good_secret;
        *key = made;
        return status::ok;
    });
}

void cseal_otp_key_free(cseal_otp_key* key)
{
    if (key != nullptr) {
        core::wipe(key, sizeof *key);
        delete key;
    }
}

cseal_status cseal_otp_key_warnings(const cseal_otp_key* key, uint32_t* warnings)
{
    return guarded<capi::no_secrets>([&] {
        if (!start_output(warnings, std::uint32_t{0}) || key == nullptr) {
            return status::e_argument;
        }
        *warnings = key->short_secret ? CSEAL_WARN_SHORT_SECRET : 0;
        return status::ok;
    });
}

cseal_status cseal_totp_verify(const cseal_otp_key* key, const char* code, size_t code_len, int64_t last_step,
                               uint64_t now_s, const cseal_totp_options* options, int64_t* step)
{
    return guarded_with(key, [&] {
        if (!start_output(step, last_step) || key == nullptr || !capi::readable(code, code_len)) {
            return status::e_argument;
        }
        return totp_verify(core::mac_of(key->mac), code, code_len, last_step, now_s, options, step);
    });
}

cseal_status cseal_totp_verify_raw(const uint8_t* secret, size_t secret_len, uint32_t algorithm, const char* code,
                                   size_t code_len, int64_t last_step, uint64_t now_s,
                                   const cseal_totp_options* options, int64_t* step)
{
    return guarded([&] {
        if (!start_output(step, last_step) || !capi::readable(code, code_len)) {
            return status::e_argument;
        }
        return with_raw_key(secret, secret_len, algorithm, [&](const core::counter_mac& mac) {
            return totp_verify(mac, code, code_len, last_step, now_s, options, step);
        });
    });
}

cseal_status cseal_totp_generate(const cseal_otp_key* key, uint64_t now_s, const cseal_totp_options* options,
                                 char* code, size_t code_cap, size_t* code_len)
{
    return guarded_with(key, [&] {
        if (!start_code(code, code_cap, code_len) || key == nullptr) {
            return status::e_argument;
        }
        core::totp_options read_options;
        if (const auto fault = read(options, read_options); fault.rule != nullptr) {
            return fault.code;
        }
        return write_made(core::code_form(read_options).length(), code, code_cap, code_len, [&](char* out) {
            return core::totp_generate(core::mac_of(key->mac), now_s, read_options, out);
        });
    });
}

cseal_status cseal_hotp_verify(const cseal_otp_key* key, const char* code, size_t code_len, uint64_t next_counter,
                               const cseal_hotp_options* options, uint64_t* new_next_counter)
{
    return guarded_with(key, [&] {
        if (!start_output(new_next_counter, next_counter) || key == nullptr || !capi::readable(code, code_len)) {
            return status::e_argument;
        }
        return hotp_verify(core::mac_of(key->mac), code, code_len, next_counter, options, new_next_counter);
    });
}

cseal_status cseal_hotp_verify_raw(const uint8_t* secret, size_t secret_len, uint32_t algorithm, const char* code,
                                   size_t code_len, uint64_t next_counter, const cseal_hotp_options* options,
                                   uint64_t* new_next_counter)
{
    return guarded([&] {
        if (!start_output(new_next_counter, next_counter) || !capi::readable(code, code_len)) {
            return status::e_argument;
        }
        return with_raw_key(secret, secret_len, algorithm, [&](const core::counter_mac& mac) {
            return hotp_verify(mac, code, code_len, next_counter, options, new_next_counter);
        });
    });
}

cseal_status cseal_hotp_resync(const cseal_otp_key* key, const char* code1, size_t code1_len, const char* code2,
                               size_t code2_len, uint64_t next_counter, const cseal_hotp_options* options,
                               uint64_t* new_next_counter)
{
    return guarded_with(key, [&] {
        if (!start_output(new_next_counter, next_counter) || key == nullptr || !capi::readable(code1, code1_len) ||
            !capi::readable(code2, code2_len)) {
            return status::e_argument;
        }
        core::hotp_options read_options;
        if (const auto fault = read(options, read_options, resync_defaults); fault.rule != nullptr) {
            return fault.code;
        }
        const auto verdict = core::hotp_resync(core::mac_of(key->mac), capi::text_of(code1, code1_len),
                                               capi::text_of(code2, code2_len), next_counter, read_options);
        *new_next_counter = verdict.next_counter;
        return verdict.code;
    });
}

cseal_status cseal_hotp_generate(const cseal_otp_key* key, uint64_t counter, const cseal_hotp_options* options,
                                 char* code, size_t code_cap, size_t* code_len)
{
    return guarded_with(key, [&] {
        if (!start_code(code, code_cap, code_len) || key == nullptr) {
            return status::e_argument;
        }
        core::hotp_options read_options;
        if (const auto fault = read(options, read_options); fault.rule != nullptr) {
            return fault.code;
        }
        return write_made(read_options.digits, code, code_cap, code_len, [&](char* out) {
            return core::hotp_generate(core::mac_of(key->mac), counter, read_options, out);
        });
    });
}
