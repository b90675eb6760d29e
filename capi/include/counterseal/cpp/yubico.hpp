// SPDX-License-Identifier: Apache-2.0
// Yubico OTP and HOTP with a token identifier over yubico.h.
#ifndef COUNTERSEAL_CPP_YUBICO_HPP
#define COUNTERSEAL_CPP_YUBICO_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "counterseal/cpp/crypto.hpp"
#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/otp.hpp"
#include "counterseal/cpp/secret.hpp"
#include "counterseal/yubico.h"

namespace counterseal {

/// What rises with every Yubico OTP. {-1, -1}: never used.
struct yubico_use {
    std::int64_t counter = -1;
    std::int64_t session_use = -1;
};

/// The answer to a Yubico OTP: true only if accepted.
struct yubico_verdict {
    cseal_status status;
    yubico_use last;  // what to store
    explicit operator bool() const noexcept { return status == CSEAL_OK; }
};

/// One YubiKey's slot; ready for any number of threads.
class yubico_otp {
public:
    /// key: 16 bytes; private_id: 6 bytes; public_id: modhex in either case, up to 32 characters. Throws config_error.
    yubico_otp(std::span<const std::uint8_t> key, std::string_view public_id, std::span<const std::uint8_t> private_id)
        : key_(key), private_id_(private_id), public_id_(public_id)
    {
        check({});
        for (char& c : public_id_) {
            c = static_cast<char>(c | 0x20);  // modhex has letters only
        }
    }

    /// cseal_yubico_verify.
    [[nodiscard]] yubico_verdict verify(const crypto& provider, std::string_view otp, const yubico_use& last) const
    {
        yubico_verdict verdict{CSEAL_E_INTERNAL, last};
        const auto key = key_.bytes();
        const auto private_id = private_id_.bytes();
        verdict.status =
            cseal_yubico_verify(provider.get(), key.data(), key.size(), private_id.data(), private_id.size(),
                                public_id_.data(), public_id_.size(), otp.data(), otp.size(), last.counter,
                                last.session_use, &verdict.last.counter, &verdict.last.session_use);
        if (verdict.status < 0) {
            check(last);
            throw error(verdict.status, cseal_status_meaning(verdict.status));
        }
        return verdict;
    }

    /// In small letters, as public_id_of() gives it.
    [[nodiscard]] const std::string& public_id() const noexcept { return public_id_; }

    /// The public identifier at the front of a typed OTP, in small letters; nothing where it is no OTP.
    [[nodiscard]] static std::optional<std::string> public_id_of(std::string_view otp)
    {
        std::array<char, CSEAL_YUBICO_PUBLIC_ID_MAX> id{};
        std::size_t len = 0;
        const cseal_status status = cseal_yubico_public_id(otp.data(), otp.size(), id.data(), id.size(), &len);
        if (status < 0) {
            throw error(status, cseal_status_meaning(status));
        }
        return status == CSEAL_OK ? std::optional<std::string>({id.data(), len}) : std::nullopt;
    }

private:
    void check(const yubico_use& last) const
    {
        const char* rule = nullptr;
        const cseal_status status =
            cseal_yubico_check(key_.bytes().size(), private_id_.bytes().size(), public_id_.data(), public_id_.size(),
                               last.counter, last.session_use, &rule);
        if (status != CSEAL_OK) {
            throw config_error(status, rule != nullptr ? rule : cseal_status_meaning(status));
        }
    }

    secret key_;
    secret private_id_;
    std::string public_id_;
};

/// The identifier that a HOTP token types before its digits.
class token_id {
public:
    /// Throws config_error where it is not 12 letters or digits.
    explicit token_id(std::string_view text) : text_(text)
    {
        // The identifier of the text and a code: all of it, if it is one.
        const auto found = token_id_of(text_ + "000000", 6);
        if (text.size() != CSEAL_TOKEN_ID_LEN || !found || found->size() != text.size()) {
            throw config_error(CSEAL_E_ARGUMENT, "token_id must be 12 ASCII letters or digits");
        }
        text_ = *found;
    }

    /// cseal_hotp_verify_with_id.
    [[nodiscard]] hotp_verdict verify(const otp_key& key, std::string_view code, std::uint64_t next_counter,
                                      const hotp_options& options = {}) const
    {
        const cseal_hotp_options c = options.c();
        hotp_verdict verdict{CSEAL_E_INTERNAL, next_counter};
        verdict.status = cseal_hotp_verify_with_id(key.get(), text_.data(), text_.size(), code.data(), code.size(),
                                                   next_counter, &c, &verdict.next_counter);
        if (verdict.status < 0) {
            static_cast<void>(key.verify_hotp({}, next_counter, options));  // throws with the rule that was broken
            throw error(verdict.status, cseal_status_meaning(verdict.status));
        }
        return verdict;
    }

    /// cseal_hotp_resync_with_id.
    [[nodiscard]] hotp_verdict resync(const otp_key& key, std::string_view code1, std::string_view code2,
                                      std::uint64_t next_counter, const hotp_options& options = {6, 50}) const
    {
        const cseal_hotp_options c = options.c();
        hotp_verdict verdict{CSEAL_E_INTERNAL, next_counter};
        verdict.status = cseal_hotp_resync_with_id(key.get(), text_.data(), text_.size(), code1.data(), code1.size(),
                                                   code2.data(), code2.size(), next_counter, &c, &verdict.next_counter);
        if (verdict.status < 0) {
            static_cast<void>(key.verify_hotp({}, next_counter, options));  // throws with the rule that was broken
            throw error(verdict.status, cseal_status_meaning(verdict.status));
        }
        return verdict;
    }

    /// In small letters, as token_id_of() gives it.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// The identifier in front of a typed code, in small letters; empty where the code stands alone, nothing where it
    /// is no code of that many digits. Throws config_error for digits.
    [[nodiscard]] static std::optional<std::string> token_id_of(std::string_view code, std::uint32_t digits = 6)
    {
        std::array<char, CSEAL_TOKEN_ID_LEN> id{};
        std::size_t len = 0;
        const cseal_status status = cseal_hotp_token_id(code.data(), code.size(), digits, id.data(), id.size(), &len);
        if (status < 0) {
            hotp_options{digits, 0}.validate();
            throw error(status, cseal_status_meaning(status));
        }
        return status == CSEAL_OK ? std::optional<std::string>({id.data(), len}) : std::nullopt;
    }

private:
    std::string text_;
};

}  // namespace counterseal

#endif
