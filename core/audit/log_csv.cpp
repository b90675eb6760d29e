// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/audit/event_facts.hpp"
#include "core/audit/log_format.hpp"

namespace counterseal::core {
namespace {

/// What a spreadsheet takes for a formula's beginning; the wide ones, too, which some programs read like the others.
bool is_like_a_formula(std::string_view text) noexcept
{
    static constexpr std::string_view narrow = "=+-@\t\r\n|%";
    static constexpr std::string_view wide[] = {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    return (!text.empty() && narrow.find(text.front()) != std::string_view::npos) ||
           std::ranges::any_of(wide, [&](std::string_view one) { return text.starts_with(one); });
}

void append_field(std::string& to, std::string_view text)
{
    to += to.empty() ? "\"" : ",\"";
    if (is_like_a_formula(text)) {
        to += '\'';
    }
    for (const char c : text) {
        if (c == '"') {
            to += "\"\"";
        } else {
            // A line end within quotes is allowed, and misread by whoever splits at lines.
            to += is_control(c) ? ' ' : c;
        }
    }
    to += '"';
}

}  // namespace

std::string csv_header()
{
    return "\"seq\",\"time\",\"tenant\",\"type\",\"outcome\",\"severity\",\"subject\",\"factor_id\",\"actor\","
           "\"reason\",\"detail\"\r\n";
}

std::string csv_line(const log_record& of)
{
    const event_facts facts = facts_of(of.type);
    std::string out;
    append_field(out, std::to_string(of.seq));
    append_field(out, rfc3339(of.at_us));
    append_field(out, of.tenant);
    append_field(out, of.type);
    append_field(out, facts.is_success ? "success" : "failure");
    append_field(out, std::to_string(facts.severity));
    append_field(out, of.is_erased ? "(erased)" : of.subject);
    append_field(out, of.factor);
    append_field(out, of.is_erased ? "(erased)" : of.actor);
    append_field(out, of.is_erased ? "(erased)" : of.reason);
    append_field(out, of.detail);
    return out + "\r\n";
}

}  // namespace counterseal::core
