// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/seed.hpp"

#include <algorithm>

#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t shortest_good_key = 16;  // RFC 4226 section 4, R6
constexpr std::size_t yubico_key_len = 16;
constexpr std::size_t yubico_private_id_len = 6;
// What a YubiKey stores of a credential's name, and what "<period>/" before it takes where the period is not 30.
constexpr std::size_t yubikey_label_len = 64;
constexpr std::size_t yubikey_label_len_with_period = 61;

const char* name_of(hash_id hash) noexcept
{
    switch (hash) {
        case hash_id::sha1: return "SHA1";
        case hash_id::sha256: return "SHA256";
        case hash_id::sha512: return "SHA512";
    }
    return "";
}

problem refuse(status code, const char* rule)
{
    return {code, rule};
}

problem check_otp(const seed& of)
{
    if (of.kind == seed_kind::hotp) {
        if (of.encoder != code_encoder::decimal) {
            return refuse(status::e_unsupported, "encoder must be decimal for HOTP");
        }
        const auto fault = check(hotp_options{of.digits, 0}, 0);
        if (fault.rule != nullptr) {
            return refuse(fault.code, fault.rule);
        }
        if (check(hotp_options{of.digits, 0}, of.counter).rule != nullptr) {
            return refuse(status::e_range, "counter must be at most 2^64 - 3: it has a successor");
        }
        return {};
    }
    totp_options options;
    options.encoder = of.encoder;
    options.digits = of.digits;
    options.period_s = of.period_s;
    options.long_period = true;
    options.t0_s = of.t0_s;
    const auto fault = check(options, of.t0_s, -1);
    return fault.rule == nullptr ? problem{} : refuse(fault.code, fault.rule);
}

void warn_of_apps(const seed& of, std::vector<std::string>& into)
{
    if (of.encoder == code_encoder::steam) {
        into.emplace_back("Steam codes are shown by few apps");
        return;
    }
    if (of.algorithm != hash_id::sha1) {
        into.emplace_back(std::string("algorithm ") + name_of(of.algorithm) +
                          ": Microsoft Authenticator, Authy and Duo Mobile compute SHA1 codes without saying so");
    }
    if (of.digits != 6) {
        into.emplace_back("digits " + std::to_string(of.digits) +
                          ": several apps show 6 digits whatever they are told");
    }
    if (of.kind == seed_kind::totp && of.period_s != 30) {
        into.emplace_back("period " + std::to_string(of.period_s) +
                          ": several apps count 30 seconds whatever they are told");
    }
}

void warn_of_label(const seed& of, std::vector<std::string>& into)
{
    const std::string& issuer = of.text(seed_text::issuer);
    const std::size_t len = of.text(seed_text::account).size() + (issuer.empty() ? 0 : issuer.size() + 1);
    const bool with_period = of.kind == seed_kind::totp && of.period_s != 30;
    const std::size_t room = with_period ? yubikey_label_len_with_period : yubikey_label_len;
    if (len > room) {
        into.emplace_back("issuer and account take " + std::to_string(len) + " bytes: a YubiKey keeps " +
                          std::to_string(room));
    }
}

}  // namespace

bool is_plain_text(std::string_view text) noexcept
{
    if (text.size() > max_text_len) {
        return false;
    }
    while (!text.empty()) {
        const auto first = static_cast<unsigned char>(text[0]);
        const std::size_t len = utf8_sequence(text);
        if (len == 0 || first < 0x20 || first == 0x7f) {
            return false;
        }
        text.remove_prefix(len);
    }
    return true;
}

problem check_numbers(const seed& of)
{
    if (of.key.empty()) {
        return refuse(status::e_argument, "secret must not be empty");
    }
    if (of.key.size() > max_key_len) {
        return refuse(status::e_range, "secret must have at most 1024 bytes");
    }
    if (of.algorithm < hash_id::sha1 || of.algorithm > hash_id::sha512) {
        return refuse(status::e_unsupported, "algorithm must be SHA1, SHA256 or SHA512");
    }
    switch (of.kind) {
        case seed_kind::totp:
        case seed_kind::hotp: return check_otp(of);
        case seed_kind::ocra: return {};  // the suite decides
        case seed_kind::yubico:
            return of.key.size() == yubico_key_len
                       ? problem{}
                       : refuse(status::e_range, "secret must have 16 bytes for a Yubico OTP (AES-128)");
    }
    return refuse(status::e_unsupported, "kind must be TOTP, HOTP, OCRA or Yubico OTP");
}

problem check(const seed& of)
{
    if (!std::ranges::all_of(of.texts, is_plain_text)) {
        return refuse(status::e_argument, "texts must be UTF-8 without control characters, at most 1024 bytes each");
    }
    if (of.kind == seed_kind::ocra && of.text(seed_text::suite).empty()) {
        return refuse(status::e_argument, "suite must be given for OCRA");
    }
    if (of.kind == seed_kind::yubico && of.private_id.size() != yubico_private_id_len) {
        return refuse(status::e_range, "private_id must have 6 bytes for a Yubico OTP");
    }
    return check_numbers(of);
}

std::vector<std::string> warnings(const seed& of)
{
    std::vector<std::string> all = of.notices;
    if (of.kind == seed_kind::yubico) {
        return all;
    }
    if (of.key.size() < shortest_good_key) {
        all.emplace_back("the secret is shorter than 128 bits (RFC 4226 section 4): give the person a new one");
    }
    if (of.kind != seed_kind::ocra) {
        warn_of_apps(of, all);
        warn_of_label(of, all);
    }
    return all;
}

}  // namespace counterseal::core
