// SPDX-License-Identifier: Apache-2.0
#include "factor.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "counter.hpp"
#include "material.hpp"

namespace counterseal::node {
namespace {

// Secret, midstates, heap overhead.
constexpr std::int64_t weight = 1024;

/// Nothing where the value does not fit its form; throws config_error where the text is no secret.
template <std::size_t N>
std::optional<secret> read_secret(const call<N>& from, std::string_view form, bool repair,
                                  std::vector<std::string>& notices)
{
    const napi_env env = from.env();
    const napi_value value = from[0];
    if (form == "raw") {
        const auto bytes = bytes_of(env, value);
        return bytes ? std::optional<secret>(std::in_place, *bytes) : std::nullopt;
    }
    if (form == "random") {
        std::uint32_t bits = 0;
        return read(env, value, bits) ? std::optional<secret>(from.provider().generate(bits)) : std::nullopt;
    }
    text given;
    if (!given.read(env, value)) {
        return std::nullopt;
    }
    if (form == "hex") {
        return secret::from_hex(given.view());
    }
    if (!repair) {
        return secret::from_base32(given.view());
    }
    std::uint32_t repairs = 0;
    secret mended = secret::from_typed_base32(given.view(), repairs);
    notices = repair_notices(repairs);
    return mended;
}

seed seed_with(const factor& of, std::span<const std::uint8_t> key)
{
    seed made(key, of.numbers);
    made.set(seed_text::issuer, of.issuer);
    made.set(seed_text::account, of.account);
    return made;
}

/// A seed to ask about all but the key: a verifier takes longer keys than a seed does.
seed outline_of(const factor& of)
{
    constexpr std::size_t longest = 1024;
    const auto key = of.shared.bytes();
    return seed_with(of, key.first(std::min(key.size(), longest)));
}

/// The first six arguments of both kinds: secret, form, repair, algorithm, issuer, account.
template <std::size_t N>
napi_value make(const call<N>& from, const totp_options& totp, const hotp_options& hotp, seed_info numbers,
                std::optional<token_id> token = {})
{
    const napi_env env = from.env();
    text form;
    bool repair = false;
    text hash;
    text issuer;
    text account;
    if (!form.read(env, from[1]) || !read(env, from[2], repair) || !hash.read(env, from[3]) ||
        !issuer.read(env, from[4]) || !account.read(env, from[5])) {
        return from.misused();
    }
    numbers.hash = algorithm_named(hash.view());
    totp.validate();
    hotp.validate();
    std::vector<std::string> notices;
    std::optional<secret> shared = read_secret(from, form.view(), repair, notices);
    if (!shared) {
        return from.misused();
    }
    otp_key key(*shared, numbers.hash);
    auto made = std::make_unique<factor>(factor{std::move(*shared),
                                                std::move(key),
                                                totp,
                                                hotp,
                                                numbers,
                                                std::string(issuer.view()),
                                                std::string(account.view()),
                                                std::move(notices),
                                                {},
                                                std::move(token)});
    if (!made->issuer.empty() || !made->account.empty()) {
        static_cast<void>(outline_of(*made));  // a label that no URI could carry is refused now
    }
    return owned_by_script<weight>(env, std::move(made));
}

}  // namespace

napi_value hand_over(napi_env env, std::unique_ptr<factor> made)
{
    return owned_by_script<weight>(env, std::move(made));
}

namespace {

/// The identifier that a YubiKey's OATH-HOTP slot types.
std::optional<token_id> token_of(const seed& from)
{
    const std::string id = from.info().kind == seed_kind::hotp ? from.text(seed_text::public_id) : std::string();
    return id.empty() ? std::nullopt : std::optional<token_id>(id);
}

}  // namespace

std::unique_ptr<factor> factor_of(const seed& from)
{
    const seed_info numbers = from.info();
    secret key_bytes = from.key();
    otp_key key(key_bytes, numbers.hash);
    totp_options totp;
    totp.encoder = numbers.encoder;
    totp.digits = numbers.digits;
    totp.period_s = numbers.period_s;
    totp.long_period = true;
    totp.t0_s = numbers.t0_s;
    auto made =
        std::make_unique<factor>(factor{std::move(key_bytes), std::move(key), totp, hotp_options{numbers.digits, 0},
                                        numbers, from.text(seed_text::issuer), from.text(seed_text::account),
                                        from.warnings(), from.text(seed_text::label_prefix), token_of(from)});
    // What was noticed comes before what is unusual, and that is asked again each time.
    made->notices.resize(made->notices.size() - outline_of(*made).warnings().size());
    return made;
}

seed factor::as_seed() const
{
    return seed_with(*this, shared.bytes());
}

napi_value make_totp(napi_env env, napi_callback_info info)
{
    const call<11> from(env, info);
    totp_options options;
    std::int64_t t0_s = 0;
    text encoder;
    if (!read(env, from[6], options.digits) || !read(env, from[7], options.period_s) || !read(env, from[8], t0_s) ||
        !read(env, from[9], options.long_period) || !encoder.read(env, from[10])) {
        return from.misused();
    }
    options.t0_s = static_cast<std::uint64_t>(t0_s);
    return from.guarded([&] {
        options.encoder = encoder_named(encoder.view());
        seed_info numbers;
        numbers.encoder = options.encoder;
        numbers.digits = options.digits;
        numbers.period_s = options.period_s;
        numbers.t0_s = options.t0_s;
        return make(from, options, {}, numbers);
    });
}

napi_value make_hotp(napi_env env, napi_callback_info info)
{
    const call<9> from(env, info);
    hotp_options options;
    counter first;
    if (!read(env, from[6], options.digits) || !read(env, from[7], first)) {
        return from.misused();
    }
    return from.guarded([&] {
        text id;
        if (!id.read(env, from[8])) {
            return from.misused();
        }
        std::optional<token_id> token;
        if (!id.view().empty()) {
            token.emplace(id.view());
        }
        seed_info numbers;
        numbers.kind = seed_kind::hotp;
        numbers.digits = options.digits;
        numbers.counter = first.value;
        return make(from, {}, options, numbers, std::move(token));
    });
}

napi_value from_uri(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    text given;
    text kind;
    if (!given.read(env, from[0]) || !kind.read(env, from[1])) {
        return from.misused();
    }
    return from.guarded([&] {
        const seed read = parse_uri(given.view());
        const seed_info numbers = read.info();
        if ((numbers.kind == seed_kind::totp) != (kind.view() == "totp")) {
            throw config_error(CSEAL_E_ARGUMENT, numbers.kind == seed_kind::totp
                                                     ? "uri must be of HOTP: TOTP.fromUri reads this"
                                                     : "uri must be of TOTP: HOTP.fromUri reads this");
        }
        return hand_over(env, factor_of(read));
    });
}

napi_value describe(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const factor* self = nullptr;
    if (!read(env, from[0], self)) {
        return from.misused();
    }
    constexpr const char* algorithms[] = {"SHA1", "SHA256", "SHA512"};
    const seed_info& numbers = self->numbers;
    std::array<napi_value, 10> parts{};
    const auto put_text = [&](std::size_t at, std::string_view shown) {
        napi_create_string_utf8(env, shown.data(), shown.size(), &parts[at]);
    };
    put_text(0, algorithms[static_cast<std::uint32_t>(numbers.hash) - 1]);
    napi_create_uint32(env, numbers.digits, &parts[1]);
    napi_create_uint32(env, numbers.period_s, &parts[2]);
    napi_create_bigint_uint64(env, numbers.counter, &parts[3]);
    put_text(4, numbers.encoder == encoder::steam ? "steam" : "decimal");
    put_text(5, self->issuer);
    put_text(6, self->account);
    put_text(7, self->label_prefix);
    napi_create_int64(env, static_cast<std::int64_t>(numbers.t0_s), &parts[8]);
    put_text(9, self->token ? std::string_view(self->token->text()) : std::string_view{});
    napi_value list = nullptr;
    if (napi_create_array_with_length(env, parts.size(), &list) != napi_ok) {
        return nullptr;
    }
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
        napi_set_element(env, list, i, parts[i]);
    }
    return list;
}

napi_value uri(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    const factor* self = nullptr;
    bool strip_colons = false;
    if (!read(env, from[0], self) || !read(env, from[1], strip_colons)) {
        return from.misused();
    }
    return from.guarded([&] {
        std::string built = build_uri(self->as_seed(), strip_colons);
        napi_value shown = nullptr;
        napi_create_string_latin1(env, built.data(), built.size(), &shown);
        cseal_wipe(built.data(), built.size());
        return shown;
    });
}

napi_value qr(napi_env env, napi_callback_info info)
{
    const call<2> from(env, info);
    const factor* self = nullptr;
    text kind;
    if (!read(env, from[0], self) || !kind.read(env, from[1])) {
        return from.misused();
    }
    return from.guarded([&] {
        const qr_kind drawn = qr_kind_named(kind.view());
        std::string built = build_uri(self->as_seed());
        const std::string between = self->issuer.empty() || self->account.empty() ? "" : ": ";
        std::string file = render_qr(built, self->issuer + between + self->account, drawn);
        napi_value shown = nullptr;
        if (drawn == qr_kind::png) {
            napi_create_buffer_copy(env, file.size(), file.data(), nullptr, &shown);
        } else {
            napi_create_string_utf8(env, file.data(), file.size(), &shown);
        }
        cseal_wipe(built.data(), built.size());
        cseal_wipe(file.data(), file.size());
        return shown;
    });
}

napi_value reveal(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const factor* self = nullptr;
    if (!read(env, from[0], self)) {
        return from.misused();
    }
    return from.guarded([&] {
        std::string base32 = self->shared.base32();
        napi_value shown = nullptr;
        napi_create_string_latin1(env, base32.data(), base32.size(), &shown);
        cseal_wipe(base32.data(), base32.size());
        return shown;
    });
}

napi_value warnings(napi_env env, napi_callback_info info)
{
    const call<1> from(env, info);
    const factor* self = nullptr;
    if (!read(env, from[0], self)) {
        return from.misused();
    }
    return from.guarded([&] {
        std::vector<std::string> all = self->notices;
        for (std::string& one : outline_of(*self).warnings()) {
            all.push_back(std::move(one));
        }
        napi_value list = nullptr;
        if (napi_create_array_with_length(env, all.size(), &list) != napi_ok) {
            return list;
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            napi_value one = nullptr;
            napi_create_string_utf8(env, all[i].data(), all[i].size(), &one);
            napi_set_element(env, list, static_cast<std::uint32_t>(i), one);
        }
        return list;
    });
}

}  // namespace counterseal::node
