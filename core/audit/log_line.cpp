// SPDX-License-Identifier: Apache-2.0
#include "core/audit/log_line.hpp"

#include "core/enroll/base64.hpp"
#include "core/enroll/json.hpp"

#include <charconv>

namespace counterseal::core {
namespace {

constexpr std::string_view entry_starts = R"({"entry":)";
constexpr std::string_view person_follows = R"(,"person":)";
constexpr std::string_view nothing = "null";
constexpr std::string_view tenant_follows = R"({"v":1,"tenant":)";
constexpr std::string_view seq_follows = R"(,"seq":)";
constexpr std::string_view purged_starts = R"({"purged":)";
constexpr std::string_view time_follows = R"(,"at_us":)";
constexpr std::string_view type_follows = R"(,"type":)";
constexpr std::string_view leaf_follows = R"(,"leaf":)";

void append_member(std::string& to, std::string_view name, std::string_view text)
{
    to += name;
    to += text.empty() ? std::string(nothing) : quoted(text);
}

bool take(std::string_view& from, std::string_view what) noexcept
{
    if (!from.starts_with(what)) {
        return false;
    }
    from.remove_prefix(what.size());
    return true;
}

/// A text in quotes at the start; it may hold escaped ones.
std::string_view take_quoted(std::string_view& from) noexcept
{
    if (!from.starts_with('"')) {
        return {};
    }
    for (std::size_t i = 1; i < from.size(); ++i) {
        if (from[i] == '\\') {
            ++i;
        } else if (from[i] == '"') {
            const std::string_view out = from.substr(0, i + 1);
            from.remove_prefix(i + 1);
            return out;
        }
    }
    return {};
}

template <class Number>
bool take_number(std::string_view& from, Number& out) noexcept
{
    const auto [end, fault] = std::from_chars(from.data(), from.data() + from.size(), out);
    from.remove_prefix(static_cast<std::size_t>(end - from.data()));
    return fault == std::errc();
}

/// Tenant and number.
bool take_head(std::string_view& from, log_line_parts& out) noexcept
{
    if (!take(from, tenant_follows)) {
        return false;
    }
    out.tenant = take_quoted(from);
    return !out.tenant.empty() && take(from, seq_follows) && take_number(from, out.seq);
}

/// What it was, behind the time.
bool take_type(std::string_view& from, log_line_parts& out) noexcept
{
    std::int64_t at_us = 0;
    if (!take(from, time_follows) || !take_number(from, at_us) || !take(from, type_follows)) {
        return false;
    }
    if (take(from, nothing)) {
        return true;
    }
    const std::string_view quoted = take_quoted(from);
    if (quoted.size() < 2) {
        return false;
    }
    out.type = quoted.substr(1, quoted.size() - 2);
    return true;
}

}  // namespace

std::string person_text(const log_person& of)
{
    std::string out = R"({"salt":")" + to_base64<std::string>(of.salt) + '"';
    append_member(out, R"(,"subject":)", of.subject);
    append_member(out, R"(,"actor":)", of.actor);
    append_member(out, R"(,"reason":)", of.reason);
    return out + '}';
}

std::string entry_text(const log_entry& of, const sha256_digest& person)
{
    std::string out(tenant_follows);
    out += quoted(of.tenant);
    out += seq_follows;
    out += std::to_string(of.seq);
    out += time_follows;
    out += std::to_string(of.at_us);
    append_member(out, type_follows, of.type);
    append_member(out, R"(,"factor_id":)", of.factor);
    out += R"(,"detail":)";
    out += of.detail.empty() ? nothing : of.detail;
    out += person_follows;
    out += '"' + to_base64<std::string>(person) + R"("})";
    return out;
}

std::string log_line(std::string_view entry, std::string_view person)
{
    std::string out(entry_starts);
    out += entry;
    out += person_follows;
    out += person.empty() ? nothing : person;
    out += "}\n";
    return out;
}

std::string purged_line(std::string_view tenant, std::int64_t seq, const sha256_digest& leaf)
{
    std::string out(purged_starts);
    out += tenant_follows;
    out += quoted(tenant);
    out += seq_follows;
    out += std::to_string(seq);
    out += leaf_follows;
    out += '"' + to_base64<std::string>(leaf) + "\"}}\n";
    return out;
}

std::optional<log_line_parts> read_log_line(std::string_view line) noexcept
{
    log_line_parts out{};
    if (take(line, purged_starts)) {
        if (!take_head(line, out) || !take(line, leaf_follows)) {
            return std::nullopt;
        }
        const std::string_view quoted = take_quoted(line);
        if (quoted.size() < 3 || line != "}}") {
            return std::nullopt;
        }
        out.leaf = quoted.substr(1, quoted.size() - 2);
        return out;
    }
    // In a text a quote is escaped, so that none holds what begins the second part.
    const std::size_t second = line.rfind(person_follows);
    if (!take(line, entry_starts) || second == std::string_view::npos || !line.ends_with('}')) {
        return std::nullopt;
    }
    out.entry = line.substr(0, second - entry_starts.size());
    out.person = line.substr(out.entry.size() + person_follows.size());
    out.person.remove_suffix(1);
    if (out.person == nothing) {
        out.person = {};
    } else if (!out.person.starts_with('{') || !out.person.ends_with('}')) {
        return std::nullopt;
    }

    std::string_view rest = out.entry;
    if (!take_head(rest, out) || !take_type(rest, out)) {
        return std::nullopt;
    }
    const std::size_t hash = out.entry.rfind(person_follows);
    if (hash == std::string_view::npos || hash < out.entry.size() - rest.size()) {
        return std::nullopt;
    }
    rest = out.entry.substr(hash + person_follows.size());
    const std::string_view quoted = take_quoted(rest);
    if (quoted.size() < 2 || rest != "}") {
        return std::nullopt;
    }
    out.person_hash = quoted.substr(1, quoted.size() - 2);
    return out;
}

}  // namespace counterseal::core
