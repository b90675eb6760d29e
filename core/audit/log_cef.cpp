// SPDX-License-Identifier: Apache-2.0
#include "core/audit/event_facts.hpp"
#include "core/audit/log_format.hpp"

namespace counterseal::core {
namespace {

constexpr int authpriv = 10;
constexpr int informational = 6;
constexpr int warning = 4;

/// A field of the header: what ends one is escaped, and there is no way to write a line end.
std::string header_field(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '\\') {
            out += '\\';
        }
        out += is_control(c) ? ' ' : c;
    }
    return out;
}

/// A value behind a key: what begins the next one is escaped.
void append(std::string& to, std::string_view key, std::string_view text)
{
    if (text.empty()) {
        return;
    }
    to += to.ends_with('|') ? "" : " ";
    to += key;
    to += '=';
    for (const char c : text) {
        if (c == '\n') {
            to += "\\n";
        } else if (c == '\r') {
            to += "\\r";
        } else if (is_control(c)) {
            to += ' ';
        } else {
            if (c == '=' || c == '\\') {
                to += '\\';
            }
            to += c;
        }
    }
}

/// MSGID: 1 to 32 printable ASCII characters.
std::string message_id(std::string_view type)
{
    std::string out(type.substr(0, 32));
    for (char& c : out) {
        c = c > ' ' && c < '\x7f' ? c : '_';
    }
    return out.empty() ? "-" : out;
}

}  // namespace

std::string cef_line(const log_record& of, std::string_view version)
{
    const event_facts facts = facts_of(of.type);
    const int priority = authpriv * 8 + (facts.severity >= 4 ? warning : informational);
    std::string out = "<";
    out += std::to_string(priority);
    out += ">1 ";
    out += rfc3339(of.at_us);
    out += " - counterseal - ";
    out += message_id(of.type);
    out += " - CEF:0|Counterseal|counterseal|";
    out += header_field(version);
    out += '|';
    out += header_field(of.type);
    out += '|';
    out += header_field(facts.title);
    out += '|';
    out += std::to_string(facts.severity);
    out += '|';
    append(out, "rt", std::to_string(of.at_us / 1000));
    append(out, "externalId", std::to_string(of.seq));
    append(out, "outcome", facts.is_success ? "success" : "failure");
    append(out, "suser", of.actor.empty() ? of.subject : of.actor);
    append(out, "duser", of.is_erased ? "(erased)" : of.subject);
    append(out, "reason", of.reason);
    append(out, "cs1Label", "tenant");
    append(out, "cs1", of.tenant);
    if (!of.factor.empty()) {
        append(out, "cs2Label", "factor");
        append(out, "cs2", of.factor);
    }
    if (facts.what == event_class::authentication) {
        const std::string amr = joined(methods_of(of.detail).amr);
        append(out, "cs3Label", amr.empty() ? "" : "amr");
        append(out, "cs3", amr);
    }
    append(out, "msg", of.detail);
    return out + '\n';
}

}  // namespace counterseal::core
