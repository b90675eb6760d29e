// SPDX-License-Identifier: Apache-2.0
// Seeds over seed.h: a secret with everything a phone or a verifier has to know beside it.
#ifndef COUNTERSEAL_CPP_SEED_HPP
#define COUNTERSEAL_CPP_SEED_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "counterseal/cpp/error.hpp"
#include "counterseal/cpp/otp.hpp"
#include "counterseal/cpp/secret.hpp"
#include "counterseal/seed.h"

namespace counterseal {

/// What is wrong with something that was read, and where (cseal_problem).
struct problem : cseal_problem {
    problem() noexcept : cseal_problem{} { struct_size = sizeof(cseal_problem); }

    /// Throws what the problem says: a problem_error, or error where memory or the provider failed.
    [[noreturn]] void raise(cseal_status answer) const;
};

/// A config_error that knows where in the input the fault is.
class problem_error : public config_error {
public:
    problem_error(cseal_status code, const problem& where) : config_error(code, where.text), where_(where) {}

    [[nodiscard]] const problem& where() const noexcept { return where_; }

private:
    problem where_;
};

inline void problem::raise(cseal_status answer) const
{
    if (text[0] != '\0') {
        throw problem_error(answer, *this);
    }
    throw error(answer, cseal_status_meaning(answer));
}

enum class seed_kind : std::uint32_t {
    totp = CSEAL_SEED_TOTP,
    hotp = CSEAL_SEED_HOTP,
    ocra = CSEAL_SEED_OCRA,
    yubico = CSEAL_SEED_YUBICO
};

enum class seed_text : std::uint32_t {
    issuer = CSEAL_SEED_ISSUER,
    account = CSEAL_SEED_ACCOUNT,
    label_prefix = CSEAL_SEED_LABEL_PREFIX,
    user = CSEAL_SEED_USER,
    serial = CSEAL_SEED_SERIAL,
    manufacturer = CSEAL_SEED_MANUFACTURER,
    model = CSEAL_SEED_MODEL,
    suite = CSEAL_SEED_SUITE,
    public_id = CSEAL_SEED_PUBLIC_ID,
    key_id = CSEAL_SEED_KEY_ID
};

/// "issuer" and so on, as the argument is called.
[[nodiscard]] inline const char* name_of(seed_text which) noexcept
{
    constexpr const char* names[] = {"issuer",       "account", "label_prefix", "user",      "serial",
                                     "manufacturer", "model",   "suite",        "public_id", "key_id"};
    return names[static_cast<std::uint32_t>(which) - 1];
}

/// The numbers of a seed (cseal_seed_info).
struct seed_info {
    seed_kind kind = seed_kind::totp;
    algorithm hash = algorithm::sha1;
    counterseal::encoder encoder = counterseal::encoder::decimal;
    std::uint32_t digits = 6;
    std::uint32_t period_s = 30;
    std::uint64_t t0_s = 0;
    std::uint64_t counter = 0;
};

class seed {
public:
    /// Throws config_error that names the number that breaks a rule.
    explicit seed(std::span<const std::uint8_t> key, const seed_info& info = {})
    {
        const cseal_seed_info c{sizeof(cseal_seed_info),
                                static_cast<std::uint32_t>(info.kind),
                                static_cast<std::uint32_t>(info.hash),
                                static_cast<std::uint32_t>(info.encoder),
                                info.digits,
                                info.period_s,
                                info.t0_s,
                                info.counter,
                                0,
                                0};
        problem why;
        cseal_seed* made = nullptr;
        if (const cseal_status status = cseal_seed_new(key.data(), key.size(), &c, &why, &made); status != CSEAL_OK) {
            why.raise(status);
        }
        handle_.reset(made);
    }

    /// Takes a handle that the C ABI made.
    explicit seed(cseal_seed* made) noexcept : handle_(made) {}

    [[nodiscard]] seed_info info() const
    {
        const cseal_seed_info c = read();
        return {static_cast<seed_kind>(c.kind),
                static_cast<algorithm>(c.algorithm),
                static_cast<counterseal::encoder>(c.encoder),
                c.digits,
                c.period_s,
                c.t0_s,
                c.counter};
    }

    /// Empty where the seed has no such text.
    [[nodiscard]] std::string text(seed_text which) const
    {
        return take<std::string>([&](char* out, std::size_t cap, std::size_t* len) {
            return cseal_seed_text_get(handle_.get(), static_cast<std::uint32_t>(which), out, cap, len);
        });
    }

    /// Throws config_error where the text is no UTF-8, has control characters or more than 1024 bytes.
    void set(seed_text which, std::string_view to)
    {
        const cseal_status status =
            cseal_seed_text_set(handle_.get(), static_cast<std::uint32_t>(which), to.data(), to.size());
        if (status == CSEAL_E_ARGUMENT) {
            throw config_error(
                status, std::string(name_of(which)) + " must be UTF-8 without control characters, at most 1024 bytes");
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
    }

    [[nodiscard]] secret key() const { return read_secret(CSEAL_SEED_KEY); }
    [[nodiscard]] secret private_id() const { return read_secret(CSEAL_SEED_PRIVATE_ID); }

    /// Throws config_error for an empty one.
    void set_private_id(std::span<const std::uint8_t> to)
    {
        const cseal_status status = cseal_seed_secret_set(handle_.get(), CSEAL_SEED_PRIVATE_ID, to.data(), to.size());
        if (status != CSEAL_OK) {
            throw config_error(status, "private_id must have 1 to 1024 bytes");
        }
    }

    /// What was repaired or unusual, one sentence each (cseal_seed_warning_get).
    [[nodiscard]] std::vector<std::string> warnings() const
    {
        std::vector<std::string> all;
        const std::uint32_t n = read().n_warnings;
        for (std::uint32_t i = 0; i < n; ++i) {
            all.push_back(take<std::string>([&](char* out, std::size_t cap, std::size_t* len) {
                return cseal_seed_warning_get(handle_.get(), i, out, cap, len);
            }));
        }
        return all;
    }

    [[nodiscard]] const cseal_seed* get() const noexcept { return handle_.get(); }

private:
    /// Asks for the length, then for the value.
    template <class Text, class Get>
    [[nodiscard]] static Text take(Get get)
    {
        std::size_t len = 0;
        cseal_status status = get(nullptr, 0, &len);
        Text made(len, '\0');
        if (status == CSEAL_E_CAPACITY) {
            status = get(made.data(), made.size(), &len);
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        return made;
    }

    [[nodiscard]] cseal_seed_info read() const
    {
        cseal_seed_info c{};
        static_cast<void>(cseal_seed_info_init(&c, sizeof c));
        if (const cseal_status status = cseal_seed_info_get(handle_.get(), &c); status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        return c;
    }

    [[nodiscard]] secret read_secret(std::uint32_t which) const
    {
        std::uint8_t bytes[1024];
        std::size_t len = 0;
        const cseal_status status = cseal_seed_secret_get(handle_.get(), which, bytes, sizeof bytes, &len);
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        secret made({bytes, len});
        cseal_wipe(bytes, sizeof bytes);
        return made;
    }

    struct free_seed {
        void operator()(cseal_seed* handle) const noexcept { cseal_seed_free(handle); }
    };
    std::unique_ptr<cseal_seed, free_seed> handle_;
};

}  // namespace counterseal

#endif
