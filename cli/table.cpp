// SPDX-License-Identifier: Apache-2.0
#include "table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <utility>

#include "printable.hpp"

namespace counterseal::cli {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t last_s =
    253'402'300'799;  // of the year 9999, the last one that ISO 8601 writes with four digits

std::size_t n_characters(std::string_view text)
{
    std::size_t n = 0;
    for_each_character(text, [&](std::string_view) { ++n; });
    return n;
}

}  // namespace

table::table(std::vector<std::string> heads)
{
    rows_.push_back(std::move(heads));
}

void table::row(const std::vector<std::string>& cells)
{
    std::vector<std::string> shown;
    shown.reserve(cells.size());
    for (const std::string& cell : cells) {
        shown.push_back(cell.empty() ? "-" : printable(cell));
    }
    rows_.push_back(std::move(shown));
}

void table::write_to(session& run) const
{
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], n_characters(row[i]));
        }
    }
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) {
                line.append(widths[i] - n_characters(row[i]) + 2, ' ');
            }
        }
        run.line(line);
    }
}

std::string time_text(std::int64_t us)
{
    const std::time_t seconds = us / second_us;
    std::tm parts{};
    static_cast<void>(::gmtime_r(&seconds, &parts));
    std::array<char, 32> text{};
    const std::size_t len = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), len};
}

std::int64_t time_named(const std::string& text, const char* what)
{
    std::int64_t seconds = -1;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (fault != std::errc{} || end != text.data() + text.size()) {
        std::tm parts{};
        const char* const rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
        seconds = rest != nullptr && *rest == '\0' ? ::timegm(&parts) : -1;
        // strptime() takes the 31st of February and a year of one digit: what is written back has to be the same.
        if (seconds >= 0 && time_text(seconds * second_us) != text) {
            seconds = -1;
        }
    }
    if (seconds < 0 || seconds > last_s) {
        throw usage_error(std::string(what) + " must be a time in UTC as 2026-11-28T18:00:00Z, or Unix seconds");
    }
    return seconds * second_us;
}

}  // namespace counterseal::cli
