// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "core/codec/codec.hpp"
#include "core/enroll/percent.hpp"
#include "core/enroll/uri.hpp"

namespace counterseal::core {
namespace {

problem refuse(status code, std::string rule)
{
    return {code, std::move(rule)};
}

problem check_label(const std::string& text, const char* name)
{
    if (text.find(':') != std::string::npos) {
        return refuse(status::e_argument,
                      std::string(name) + " must not contain a colon: it separates the two in a URI");
    }
    if (!text.empty() && (text.front() == ' ' || text.back() == ' ')) {
        return refuse(status::e_argument, std::string(name) + " must not start or end with a blank: apps drop it");
    }
    return {};
}

std::string without_colons(std::string text)
{
    std::erase(text, ':');
    return text;
}

problem check_sayable(const seed& of)
{
    if (of.kind != seed_kind::totp && of.kind != seed_kind::hotp) {
        return refuse(status::e_unsupported, "kind must be TOTP or HOTP: an otpauth URI has no other");
    }
    if (of.kind == seed_kind::totp && of.t0_s != 0) {
        return refuse(status::e_unsupported, "t0 must be 0: an otpauth URI cannot say it");
    }
    return check(of);
}

void append_parameter(secure_text& to, std::string_view name, std::string_view value)
{
    append(to, "&");
    append(to, name);
    append(to, "=");
    percent_encode(to, value);
}

void append_secret(secure_text& to, const secure_bytes& key)
{
    append(to, "?secret=");
    const std::size_t before = to.size();
    to.resize(before + base32_len(key.size()));
    base32_encode(key.data(), key.size(), to.data() + before);
}

const char* name_of(hash_id hash) noexcept
{
    return hash == hash_id::sha256 ? "SHA256" : "SHA512";
}

}  // namespace

problem build_uri(const seed& of, bool strip_colons, secure_text& out)
{
    if (problem fault = check_sayable(of); fault.code != status::ok) {
        return fault;
    }
    std::string issuer = of.text(seed_text::issuer);
    std::string account = of.text(seed_text::account);
    if (strip_colons) {
        issuer = without_colons(std::move(issuer));
        account = without_colons(std::move(account));
    }
    for (const auto& [text, name] : {std::pair{&issuer, "issuer"}, std::pair{&account, "account"}}) {
        if (problem fault = check_label(*text, name); fault.code != status::ok) {
            return fault;
        }
    }
    if (issuer.empty() && account.empty()) {
        return refuse(status::e_argument, "account must be given, or issuer: a phone has nothing else to show");
    }

    const std::size_t before = out.size();
    append(out, of.kind == seed_kind::hotp ? "otpauth://hotp/" : "otpauth://totp/");
    if (!issuer.empty()) {
        percent_encode(out, issuer);
        append(out, ":");
    }
    percent_encode(out, account);
    append_secret(out, of.key);
    if (!issuer.empty()) {
        append_parameter(out, "issuer", issuer);
    }
    if (of.algorithm != hash_id::sha1) {
        append_parameter(out, "algorithm", name_of(of.algorithm));
    }
    // Without digits, readers take an issuer called Steam for Steam codes.
    const bool steam = of.kind == seed_kind::totp && of.encoder == code_encoder::steam;
    if (!steam && (of.digits != 6 || issuer == "Steam")) {
        append_parameter(out, "digits", std::to_string(of.digits));
    }
    if (of.kind == seed_kind::hotp) {
        append_parameter(out, "counter", std::to_string(of.counter));
    } else if (of.period_s != 30) {
        append_parameter(out, "period", std::to_string(of.period_s));
    }
    if (steam) {
        append_parameter(out, "encoder", "steam");
    }
    if (out.size() - before > max_uri_len) {
        out.resize(before);
        return refuse(status::e_range, "issuer and account must leave the URI at most 8192 bytes");
    }
    return {};
}

}  // namespace counterseal::core
