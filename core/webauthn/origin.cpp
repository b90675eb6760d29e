// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/origin.hpp"

#include <algorithm>

namespace counterseal::core {
namespace {

constexpr std::string_view https = "https://";
constexpr std::string_view http = "http://";
constexpr std::string_view android = "android:apk-key-hash:";
constexpr std::string_view android_scheme = "android:";
constexpr std::size_t android_hash_chars = 43;  // SHA-256 in base64url
constexpr std::size_t host_max = 253;

bool is_digit(char c) noexcept
{
    return '0' <= c && c <= '9';
}

bool is_small_letter(char c) noexcept
{
    return 'a' <= c && c <= 'z';
}

/// Labels of small letters, digits, hyphens and underscores, with dots between them.
bool is_name(std::string_view host) noexcept
{
    bool is_label_empty = true;
    for (const char c : host) {
        if (c == '.' ? is_label_empty : !(is_small_letter(c) || is_digit(c) || c == '-' || c == '_')) {
            return false;
        }
        is_label_empty = c == '.';
    }
    return !is_label_empty && host.size() <= host_max;
}

bool is_ipv6(std::string_view host) noexcept
{
    return host.size() > 4 && host.front() == '[' && host.back() == ']' &&
           std::ranges::all_of(host.substr(1, host.size() - 2),
                               [](char c) { return is_digit(c) || ('a' <= c && c <= 'f') || c == ':'; });
}

bool is_port(std::string_view port, bool is_https) noexcept
{
    if (port.empty() || port.size() > 5 || port[0] == '0' || !std::ranges::all_of(port, is_digit)) {
        return false;
    }
    return (port.size() < 5 || port <= "65535") && port != (is_https ? "443" : "80");
}

/// A name that can have names below it: not an address, of which the last label is a number, and no single label.
bool has_subdomains(std::string_view host) noexcept
{
    const std::size_t dot = host.rfind('.');
    return dot != std::string_view::npos && is_name(host) && !is_digit(host[dot + 1]);
}

bool is_below(std::string_view host, std::string_view base) noexcept
{
    return host.size() > base.size() + 1 && host.ends_with(base) && host[host.size() - base.size() - 1] == '.';
}

bool belongs_to(const web_origin& origin, std::string_view expected_text, const origin_rules& rules) noexcept
{
    const std::optional<web_origin> expected = read_web_origin(expected_text);
    if (!expected || origin.is_https != expected->is_https || (!rules.any_port && origin.port != expected->port)) {
        return false;
    }
    return origin.host == expected->host || (rules.subdomains && expected->is_https && has_subdomains(expected->host) &&
                                             is_below(origin.host, expected->host));
}

}  // namespace

std::optional<web_origin> read_web_origin(std::string_view text) noexcept
{
    web_origin out;
    out.is_https = text.starts_with(https);
    if (!out.is_https && !text.starts_with(http)) {
        return std::nullopt;
    }
    text.remove_prefix(out.is_https ? https.size() : http.size());
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    const std::size_t colon = bracket != std::string_view::npos ? text.find(':', bracket) : std::string_view::npos;
    out.host = text.substr(0, colon);
    if (!is_name(out.host) && !is_ipv6(out.host)) {
        return std::nullopt;
    }
    if (colon != std::string_view::npos) {
        out.port = text.substr(colon + 1);
        if (!is_port(out.port, out.is_https)) {
            return std::nullopt;
        }
    }
    return out;
}

bool is_expectable_origin(std::string_view text) noexcept
{
    if (text.starts_with("http")) {
        return read_web_origin(text).has_value();
    }
    if (text.starts_with(android_scheme)) {
        return text.starts_with(android) && text.size() == android.size() + android_hash_chars &&
               std::ranges::all_of(text.substr(android.size()), [](char c) {
                   return is_small_letter(c) || is_digit(c) || ('A' <= c && c <= 'Z') || c == '-' || c == '_';
               });
    }
    const std::size_t colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() && is_small_letter(text[0]) &&
           std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

std::optional<std::size_t> match_origin(std::string_view origin, const origin_rules& rules) noexcept
{
    for (std::size_t i = 0; i < rules.origins.size(); ++i) {
        if (origin == rules.origins[i]) {
            return i;
        }
    }
    if (!rules.subdomains && !rules.any_port) {
        return std::nullopt;
    }
    const std::optional<web_origin> read = read_web_origin(origin);
    for (std::size_t i = 0; read && i < rules.origins.size(); ++i) {
        if (belongs_to(*read, rules.origins[i], rules)) {
            return i;
        }
    }
    return std::nullopt;
}

std::string related_origins_document(std::span<const std::string> origins)
{
    std::string out = R"({"origins":[)";
    bool is_first = true;
    for (const std::string& origin : origins) {
        const std::optional<web_origin> read = read_web_origin(origin);
        if (read && read->is_https) {  // no character of such an origin needs an escape
            out += is_first ? "\"" : ",\"";
            out += origin;
            out += '"';
            is_first = false;
        }
    }
    return out + "]}";
}

}  // namespace counterseal::core
