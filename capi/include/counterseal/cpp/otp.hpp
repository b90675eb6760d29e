// SPDX-License-Identifier: Apache-2.0
// HOTP and TOTP over otp.h.
#ifndef COUNTERSEAL_CPP_OTP_HPP
#define COUNTERSEAL_CPP_OTP_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/secret.hpp"
#include "counterseal/otp.h"

namespace counterseal {

enum class algorithm : std::uint32_t { sha1 = CSEAL_SHA1, sha256 = CSEAL_SHA256, sha512 = CSEAL_SHA512 };

enum class encoder : std::uint32_t { decimal = CSEAL_ENCODER_DECIMAL, steam = CSEAL_ENCODER_STEAM };

/// "decimal" or "steam". Throws config_error for anything else.
[[nodiscard]] inline encoder encoder_named(std::string_view name)
{
    if (name == "decimal") {
        return encoder::decimal;
    }
    if (name == "steam") {
        return encoder::steam;
    }
    throw config_error(CSEAL_E_UNSUPPORTED, "encoder must be decimal or steam");
}

/// "SHA1", "SHA256" or "SHA512", as otpauth URIs write them. Throws config_error for anything else.
[[nodiscard]] inline algorithm algorithm_named(std::string_view name)
{
    if (name == "SHA1") {
        return algorithm::sha1;
    }
    if (name == "SHA256") {
        return algorithm::sha256;
    }
    if (name == "SHA512") {
        return algorithm::sha512;
    }
    throw config_error(CSEAL_E_UNSUPPORTED, "algorithm must be SHA1, SHA256 or SHA512");
}

/// How TOTP codes are made and how far clocks may differ (cseal_totp_options).
struct totp_options {
    std::uint32_t digits = 6;
    std::uint32_t period_s = 30;
    std::uint32_t past = 1;
    std::uint32_t future = 1;
    bool long_period = false;
    std::uint64_t t0_s = 0;
    counterseal::encoder encoder = counterseal::encoder::decimal;

    [[nodiscard]] cseal_totp_options c() const noexcept
    {
        return {sizeof(cseal_totp_options),
                digits,
                period_s,
                past,
                future,
                long_period ? CSEAL_TOTP_LONG_PERIOD : 0U,
                t0_s,
                static_cast<std::uint32_t>(encoder),
                0};
    }

    /// Throws config_error where a call with these options would be refused whatever its other arguments.
    void validate() const;
};

/// How HOTP codes are made and how far a token may be ahead (cseal_hotp_options).
struct hotp_options {
    std::uint32_t digits = 6;
    std::uint32_t look_ahead = 0;

    [[nodiscard]] cseal_hotp_options c() const noexcept { return {sizeof(cseal_hotp_options), digits, look_ahead, 0}; }

    /// Throws config_error where a call with these options would be refused whatever its other arguments.
    void validate() const;
};

/// The answer to a TOTP code: true only if accepted.
struct totp_verdict {
    cseal_status status;
    std::int64_t step;   // what to store as last_step
    std::int64_t delta;  // accepted step minus the current one; 0 unless accepted
    explicit operator bool() const noexcept { return status == CSEAL_OK; }
};

/// The answer to a HOTP code: true only if accepted.
struct hotp_verdict {
    cseal_status status;
    std::uint64_t next_counter;  // what to store
    explicit operator bool() const noexcept { return status == CSEAL_OK; }
};

/// A prepared key, ready for any number of threads.
class otp_key {
public:
    explicit otp_key(std::span<const std::uint8_t> bytes, algorithm hash = algorithm::sha1)
    {
        cseal_otp_key* made = nullptr;
        const cseal_status status =
            cseal_otp_key_new(bytes.data(), bytes.size(), static_cast<std::uint32_t>(hash), &made);
        if (status == CSEAL_E_ARGUMENT) {
            throw config_error(status, "secret must not be empty");
        }
        if (status == CSEAL_E_UNSUPPORTED) {
            throw config_error(status, "algorithm must be SHA1, SHA256 or SHA512");
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        handle_.reset(made);
    }
    explicit otp_key(const secret& from, algorithm hash = algorithm::sha1) : otp_key(from.bytes(), hash) {}

    /// Under 128 bits: works, and should be replaced when the person enrolls again.
    [[nodiscard]] bool short_secret() const
    {
        std::uint32_t warnings = 0;
        return cseal_otp_key_warnings(handle_.get(), &warnings) == CSEAL_OK &&
               (warnings & CSEAL_WARN_SHORT_SECRET) != 0;
    }

    /// cseal_totp_verify. last_step: the highest step accepted so far, -1 for none.
    [[nodiscard]] totp_verdict verify_totp(std::string_view code, std::int64_t last_step, std::uint64_t now_s,
                                           const totp_options& options = {}) const
    {
        const cseal_totp_options c = options.c();
        totp_verdict verdict{CSEAL_E_INTERNAL, last_step, 0};
        verdict.status =
            cseal_totp_verify(handle_.get(), code.data(), code.size(), last_step, now_s, &c, &verdict.step);
        if (verdict.status < 0) {
            refuse_totp(verdict.status, last_step, now_s, c);
        }
        if (verdict.status == CSEAL_OK) {
            verdict.delta = verdict.step - static_cast<std::int64_t>((now_s - options.t0_s) / options.period_s);
        }
        return verdict;
    }

    /// cseal_totp_generate.
    [[nodiscard]] std::string totp(std::uint64_t now_s, const totp_options& options = {}) const
    {
        cseal_totp_options c = options.c();
        c.past = c.future = 0;  // they play no part, so no error may speak of them
        char code[CSEAL_OTP_CODE_MAX];
        std::size_t len = 0;
        const cseal_status status = cseal_totp_generate(handle_.get(), now_s, &c, code, sizeof code, &len);
        if (status != CSEAL_OK) {
            refuse_totp(status, -1, now_s, c);
        }
        return {code, len};
    }

    /// cseal_hotp_verify. next_counter: the counter expected next.
    [[nodiscard]] hotp_verdict verify_hotp(std::string_view code, std::uint64_t next_counter,
                                           const hotp_options& options = {}) const
    {
        const cseal_hotp_options c = options.c();
        hotp_verdict verdict{CSEAL_E_INTERNAL, next_counter};
        verdict.status =
            cseal_hotp_verify(handle_.get(), code.data(), code.size(), next_counter, &c, &verdict.next_counter);
        if (verdict.status < 0) {
            refuse_hotp(verdict.status, next_counter, c);
        }
        return verdict;
    }

    /// cseal_hotp_resync: two codes in a row.
    [[nodiscard]] hotp_verdict resync_hotp(std::string_view code1, std::string_view code2, std::uint64_t next_counter,
                                           const hotp_options& options = {6, 50}) const
    {
        const cseal_hotp_options c = options.c();
        hotp_verdict verdict{CSEAL_E_INTERNAL, next_counter};
        verdict.status = cseal_hotp_resync(handle_.get(), code1.data(), code1.size(), code2.data(), code2.size(),
                                           next_counter, &c, &verdict.next_counter);
        if (verdict.status < 0) {
            refuse_hotp(verdict.status, next_counter, c);
        }
        return verdict;
    }

    /// cseal_hotp_generate.
    [[nodiscard]] std::string hotp(std::uint64_t counter, const hotp_options& options = {}) const
    {
        cseal_hotp_options c = options.c();
        c.look_ahead = 0;  // it plays no part
        char code[CSEAL_OTP_CODE_MAX];
        std::size_t len = 0;
        const cseal_status status = cseal_hotp_generate(handle_.get(), counter, &c, code, sizeof code, &len);
        if (status != CSEAL_OK) {
            refuse_hotp(status, 0, c);
        }
        return {code, len};
    }

    /// For calls of the C ABI that this class does not wrap; valid as long as the object.
    [[nodiscard]] const cseal_otp_key* get() const noexcept { return handle_.get(); }

private:
    friend struct totp_options;
    friend struct hotp_options;

    [[noreturn]] static void refuse(cseal_status status, const char* rule)
    {
        if (rule != nullptr) {
            throw config_error(status, rule);
        }
        throw error(status, cseal_status_meaning(status));
    }
    [[noreturn]] static void refuse_totp(cseal_status status, std::int64_t last_step, std::uint64_t now_s,
                                         const cseal_totp_options& options)
    {
        const char* rule = nullptr;
        static_cast<void>(cseal_totp_check(last_step, now_s, &options, &rule));
        refuse(status, rule);
    }
    [[noreturn]] static void refuse_hotp(cseal_status status, std::uint64_t next_counter,
                                         const cseal_hotp_options& options)
    {
        const char* rule = nullptr;
        static_cast<void>(cseal_hotp_check(next_counter, &options, &rule));
        refuse(status, rule);
    }

    struct free_key {
        void operator()(cseal_otp_key* key) const noexcept { cseal_otp_key_free(key); }
    };
    std::unique_ptr<cseal_otp_key, free_key> handle_;
};

inline void totp_options::validate() const
{
    const cseal_totp_options c_options = c();
    const char* rule = nullptr;
    if (const cseal_status status = cseal_totp_check(-1, t0_s, &c_options, &rule); status != CSEAL_OK) {
        otp_key::refuse(status, rule);
    }
}

inline void hotp_options::validate() const
{
    const cseal_hotp_options c_options = c();
    const char* rule = nullptr;
    if (const cseal_status status = cseal_hotp_check(0, &c_options, &rule); status != CSEAL_OK) {
        otp_key::refuse(status, rule);
    }
}

}  // namespace counterseal

#endif
