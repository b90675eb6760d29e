// SPDX-License-Identifier: Apache-2.0
// Passkeys and security keys over webauthn.h, which describes the JSON texts.
#ifndef COUNTERSEAL_CPP_WEBAUTHN_HPP
#define COUNTERSEAL_CPP_WEBAUTHN_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "counterseal/cpp/crypto.hpp"
#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/seed.hpp"
#include "counterseal/webauthn.h"

namespace counterseal {

/// What a ceremony came to: true only if accepted.
struct webauthn_verdict {
    cseal_status status = CSEAL_E_INTERNAL;
    std::uint32_t step = 0;         // of the specification's section that refused; 0: none did
    const char* refusal = nullptr;  // its name, for logs
    std::string record{};           // what to store; empty unless accepted
    std::string answer{};           // JSON, for logs and decisions
    explicit operator bool() const noexcept { return status == CSEAL_OK; }
};

/// The exact bytes of a registration.
struct webauthn_registration_bytes {
    std::optional<std::span<const std::uint8_t>> credential_id;
    std::span<const std::uint8_t> client_data;
    std::span<const std::uint8_t> attestation_object;
};

/// The exact bytes of a login.
struct webauthn_authentication_bytes {
    std::span<const std::uint8_t> credential_id;
    std::span<const std::uint8_t> client_data;
    std::span<const std::uint8_t> authenticator_data;
    std::span<const std::uint8_t> signature;
    std::optional<std::span<const std::uint8_t>> user_handle;
};

/// A credential's public key, prepared; any number of threads may use it.
class webauthn_key {
public:
    /// From a stored record. Throws problem_error.
    webauthn_key(const crypto& provider, std::string_view record)
    {
        problem fault;
        cseal_webauthn_key* made = nullptr;
        const cseal_status status = cseal_webauthn_key_new(provider.get(), record.data(), record.size(), &fault, &made);
        if (status != CSEAL_OK) {
            fault.raise(status);
        }
        handle_.reset(made);
    }

    [[nodiscard]] const cseal_webauthn_key* get() const noexcept { return handle_.get(); }

private:
    struct free_key {
        void operator()(cseal_webauthn_key* handle) const noexcept { cseal_webauthn_key_free(handle); }
    };
    std::unique_ptr<cseal_webauthn_key, free_key> handle_;
};

/// What a relying party expects of every ceremony; any number of threads may use it. Whatever a caller gets wrong
/// throws problem_error, whatever a response gets wrong is a verdict.
class webauthn {
public:
    webauthn(const crypto& provider, std::string_view settings)
    {
        problem fault;
        cseal_webauthn* made = nullptr;
        const cseal_status status = cseal_webauthn_new(provider.get(), settings.data(), settings.size(), &fault, &made);
        if (status != CSEAL_OK) {
            fault.raise(status);
        }
        handle_.reset(made);
    }

    /// cseal_webauthn_registration_options.
    [[nodiscard]] std::string registration_options(std::string_view request) const
    {
        return options(cseal_webauthn_registration_options, request);
    }

    /// cseal_webauthn_authentication_options.
    [[nodiscard]] std::string authentication_options(std::string_view request) const
    {
        return options(cseal_webauthn_authentication_options, request);
    }

    /// cseal_webauthn_related_origins.
    [[nodiscard]] std::string related_origins() const
    {
        return written(problem(), [&](char* out, std::size_t cap, std::size_t* len, problem*) {
            return cseal_webauthn_related_origins(handle_.get(), out, cap, len);
        });
    }

    /// cseal_webauthn_credential_id; nothing where it is no such response.
    [[nodiscard]] static std::optional<std::string> credential_id(std::string_view response)
    {
        std::string id(CSEAL_WEBAUTHN_ID_MAX, '\0');
        std::size_t len = 0;
        const auto read = [&] {
            return cseal_webauthn_credential_id(response.data(), response.size(),
                                                reinterpret_cast<std::uint8_t*>(id.data()), id.size(), &len);
        };
        cseal_status status = read();
        if (status == CSEAL_E_CAPACITY) {
            id.resize(len);
            status = read();
        }
        if (status < 0) {
            throw error(status, cseal_status_meaning(status));
        }
        id.resize(len);
        return status == CSEAL_OK ? std::optional(std::move(id)) : std::nullopt;
    }

    /// cseal_webauthn_verify_registration.
    [[nodiscard]] webauthn_verdict verify_registration(std::string_view expected, std::string_view response) const
    {
        return verdict([&](problem* fault, webauthn_verdict& v, texts& to) {
            return cseal_webauthn_verify_registration(handle_.get(), expected.data(), expected.size(), response.data(),
                                                      response.size(), fault, &v.step, &v.refusal, to.record.data(),
                                                      to.record.size(), &to.record_len, to.answer.data(),
                                                      to.answer.size(), &to.answer_len);
        });
    }

    /// cseal_webauthn_verify_registration_raw.
    [[nodiscard]] webauthn_verdict verify_registration(std::string_view expected,
                                                       const webauthn_registration_bytes& of) const
    {
        const auto id = given(of.credential_id);
        return verdict([&](problem* fault, webauthn_verdict& v, texts& to) {
            return cseal_webauthn_verify_registration_raw(
                handle_.get(), expected.data(), expected.size(), id.data(), id.size(), of.client_data.data(),
                of.client_data.size(), of.attestation_object.data(), of.attestation_object.size(), fault, &v.step,
                &v.refusal, to.record.data(), to.record.size(), &to.record_len, to.answer.data(), to.answer.size(),
                &to.answer_len);
        });
    }

    /// cseal_webauthn_verify_authentication. key: of the record, or nullptr.
    [[nodiscard]] webauthn_verdict verify_authentication(std::string_view expected, std::string_view record,
                                                         const webauthn_key* key, std::string_view response) const
    {
        return verdict([&](problem* fault, webauthn_verdict& v, texts& to) {
            return cseal_webauthn_verify_authentication(
                handle_.get(), expected.data(), expected.size(), record.data(), record.size(),
                key != nullptr ? key->get() : nullptr, response.data(), response.size(), fault, &v.step, &v.refusal,
                to.record.data(), to.record.size(), &to.record_len, to.answer.data(), to.answer.size(), &to.answer_len);
        });
    }

    /// cseal_webauthn_verify_authentication_raw. key: of the record, or nullptr.
    [[nodiscard]] webauthn_verdict verify_authentication(std::string_view expected, std::string_view record,
                                                         const webauthn_key* key,
                                                         const webauthn_authentication_bytes& of) const
    {
        const auto user = given(of.user_handle);
        return verdict([&](problem* fault, webauthn_verdict& v, texts& to) {
            return cseal_webauthn_verify_authentication_raw(
                handle_.get(), expected.data(), expected.size(), record.data(), record.size(),
                key != nullptr ? key->get() : nullptr, of.credential_id.data(), of.credential_id.size(),
                of.client_data.data(), of.client_data.size(), of.authenticator_data.data(),
                of.authenticator_data.size(), of.signature.data(), of.signature.size(), user.data(), user.size(), fault,
                &v.step, &v.refusal, to.record.data(), to.record.size(), &to.record_len, to.answer.data(),
                to.answer.size(), &to.answer_len);
        });
    }

private:
    struct free_party {
        void operator()(cseal_webauthn* handle) const noexcept { cseal_webauthn_free(handle); }
    };

    struct texts {
        std::array<char, CSEAL_WEBAUTHN_RECORD_MAX> record;
        std::size_t record_len = 0;
        std::string answer = std::string(2048, '\0');
        std::size_t answer_len = 0;
    };

    /// What is there and empty is no NULL.
    static std::span<const std::uint8_t> given(const std::optional<std::span<const std::uint8_t>>& bytes) noexcept
    {
        static constexpr std::uint8_t nothing = 0;
        if (!bytes) {
            return {};
        }
        return bytes->data() != nullptr ? *bytes : std::span<const std::uint8_t>(&nothing, 0);
    }

    template <class Write>
    static std::string written(problem fault, Write write)
    {
        std::string text(4096, '\0');
        std::size_t len = 0;
        cseal_status status = write(text.data(), text.size(), &len, &fault);
        if (status == CSEAL_E_CAPACITY) {
            text.resize(len + 1024);
            status = write(text.data(), text.size(), &len, &fault);
        }
        if (status != CSEAL_OK) {
            fault.raise(status);
        }
        text.resize(len);
        return text;
    }

    template <class Make>
    std::string options(Make make, std::string_view request) const
    {
        return written(problem(), [&](char* out, std::size_t cap, std::size_t* len, problem* fault) {
            return make(handle_.get(), request.data(), request.size(), fault, out, cap, len);
        });
    }

    template <class Verify>
    static webauthn_verdict verdict(Verify verify)
    {
        problem fault;
        webauthn_verdict v;
        texts to;
        v.status = verify(&fault, v, to);
        if (v.status == CSEAL_E_CAPACITY) {
            to.answer.resize(to.answer_len);
            v.status = verify(&fault, v, to);
        }
        if (v.status < 0) {
            fault.raise(v.status);
        }
        v.record.assign(to.record.data(), to.record_len);
        to.answer.resize(to.answer_len);
        v.answer = std::move(to.answer);
        return v;
    }

    std::unique_ptr<cseal_webauthn, free_party> handle_;
};

}  // namespace counterseal

#endif
