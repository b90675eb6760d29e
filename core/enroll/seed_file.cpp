// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/seed_file.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/enroll/migration.hpp"
#include "core/enroll/table.hpp"
#include "core/enroll/uri.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::string_view without_mark(std::string_view data) noexcept
{
    return data.starts_with(byte_order_mark) ? data.substr(byte_order_mark.size()) : data;
}

/// What spreadsheets call Unicode text. XML may be that, too.
bool is_utf16(std::string_view data) noexcept
{
    return data.starts_with("\xff\xfe") || data.starts_with("\xfe\xff");
}

/// The format that one line shows; automatic where it shows none.
seed_format format_of_line(const std::string& line)
{
    const auto holds = [&](const char* word) { return line.find(word) != std::string::npos; };
    if (line.starts_with("otpauth")) {
        return seed_format::uri_list;
    }
    if (holds("logintotp")) {
        return seed_format::bitwarden_csv;
    }
    if (holds("secretkey") && holds("serialnumber")) {
        return seed_format::entra_csv;
    }
    const bool starts_with_number = !line.empty() && '0' <= line.front() && line.front() <= '9';
    if (line.starts_with("yubicootp,") || line.starts_with("oath-hotp,") || line.starts_with("staticpassword,") ||
        (starts_with_number && std::ranges::count(line, ',') >= 6)) {
        return seed_format::yubico_csv;
    }
    return std::ranges::count(line, ',') >= 2 ? seed_format::oath_csv : seed_format::automatic;
}

/// Migration URIs of one list that belong together must all be there.
class batches {
public:
    /// The rows of a batch, with what is wrong with it as a row of its own.
    void add(const migration_batch& batch, std::size_t line_at, std::uint32_t line, std::vector<seed_row>& rows)
    {
        if (batch.size <= 1) {
            return;
        }
        const auto [known, is_new] = number_of_.try_emplace(batch.id, seen_.size());
        if (is_new) {
            seen_.push_back({batch.size, line_at, line, {}});
        }
        seen& mine = seen_[known->second];
        if (batch.size != mine.size || batch.index < 0 || batch.index >= batch.size) {
            rows.push_back(fault("the migration code does not fit the others of its batch", line_at, line));
        } else if (!mine.indices.insert(batch.index).second) {
            rows.push_back(fault("the migration code is there twice", line_at, line));
        }
    }

    /// The first hundred codes that are missing: a URI may claim to be one of two thousand million.
    void report_missing(std::vector<seed_row>& rows) const
    {
        std::size_t n_to_report = 100;
        for (const seen& one : seen_) {
            for (std::int32_t i = 0; i < one.size && n_to_report != 0; ++i) {
                if (!one.indices.contains(i)) {
                    rows.push_back(fault(
                        "migration code " + std::to_string(i + 1) + " of " + std::to_string(one.size) + " is missing",
                        one.line_at, one.line));
                    --n_to_report;
                }
            }
        }
    }

private:
    struct seen {
        std::int32_t size;
        std::size_t line_at;
        std::uint32_t line;
        std::set<std::int32_t> indices;
    };

    static seed_row fault(std::string rule, std::size_t line_at, std::uint32_t line)
    {
        return {std::nullopt, {status::malformed, std::move(rule), line_at, line, 1}};
    }

    std::vector<seen> seen_;                         // in the order of the file
    std::map<std::int32_t, std::size_t> number_of_;  // by the number that a batch shares
};

/// Where a problem inside a line stands in the file.
problem placed(problem why, std::size_t line_at, std::uint32_t line)
{
    const std::uint64_t within = why.byte == problem::nowhere ? 0 : why.byte;
    why.byte = line_at + within;
    why.line = line;
    why.column = static_cast<std::uint32_t>(within + 1);
    return why;
}

void read_uri_line(std::string_view text, std::size_t at, std::uint32_t line, batches& together,
                   std::vector<seed_row>& rows)
{
    problem why;
    const std::size_t indent = std::min(text.find_first_not_of(" \t\r\v\f"), text.size());
    if (!is_migration_uri(text.substr(indent))) {
        std::optional<seed> one = parse_uri(text, why);
        rows.push_back({std::move(one), placed(std::move(why), at, line)});
        return;
    }
    std::optional<migration_batch> batch = parse_migration(text, why);
    if (!batch) {
        rows.push_back({std::nullopt, placed(std::move(why), at, line)});
        return;
    }
    for (seed_row& row : batch->rows) {
        row.why = placed(std::move(row.why), at, line);
        rows.push_back(std::move(row));
    }
    together.add(*batch, at, line, rows);
}

}  // namespace

std::optional<std::vector<seed_row>> read_uri_list(std::string_view data, problem& why)
{
    std::vector<seed_row> rows;
    batches together;
    std::uint32_t line = 0;
    for (std::size_t at = 0; at < data.size();) {
        const std::size_t end = std::min(data.find('\n', at), data.size());
        const std::string_view text = data.substr(at, end - at);
        ++line;
        const bool is_note = text.starts_with('#') || std::ranges::all_of(text, is_blank);
        if (!is_note && rows.size() >= max_seed_rows) {
            why = {status::malformed, too_many_seeds, at, line, 1};
            return std::nullopt;
        }
        if (!is_note) {
            read_uri_line(text, at, line, together, rows);
        }
        at = end + 1;
    }
    together.report_missing(rows);
    return rows;
}

seed_format detect_format(std::string_view given)
{
    std::string_view data = without_mark(given);
    while (!data.empty() && is_blank(data.front())) {
        data.remove_prefix(1);
    }
    if (data.starts_with('<')) {
        return seed_format::pskc;
    }
    if (data.starts_with('{')) {
        const auto holds = [&](std::string_view word) { return data.find(word) != std::string_view::npos; };
        return holds("\"services\"") || holds("\"servicesEncrypted\"") ? seed_format::twofas
               : holds("\"encrypted\"") || holds("\"items\"")          ? seed_format::bitwarden_json
                                                                       : seed_format::aegis;
    }
    // Notes may stand before the first line that shows anything.
    constexpr int lines_to_look_at = 20;
    constexpr std::size_t bytes_to_look_at = 200;
    for (int i = 0; i < lines_to_look_at && !data.empty(); ++i) {
        const std::size_t end = std::min(data.find('\n'), data.size());
        const std::string line = normalised(data.substr(0, std::min(end, bytes_to_look_at)));
        if (line.starts_with("#version")) {
            return seed_format::oath_csv;
        }
        if (const seed_format shown = format_of_line(line); !line.starts_with('#') && shown != seed_format::automatic) {
            return shown;
        }
        data.remove_prefix(std::min(end + 1, data.size()));
    }
    return seed_format::automatic;
}

namespace {

/// The rows of a file without its byte order mark; sets `format` where it had to be found out.
std::optional<std::vector<seed_row>> read_any(const crypto& provider, std::string_view data, seed_format& format,
                                              const seed_file_keys& keys, problem& why)
{
    if (std::ranges::all_of(data, is_blank)) {
        why = {status::malformed, "the file is empty", 0, 1, 1};
        return std::nullopt;
    }
    if (is_utf16(data) && format != seed_format::pskc) {
        why = {status::malformed, "the file must be UTF-8 and is UTF-16: save it again as UTF-8", 0, 1, 1};
        return std::nullopt;
    }
    if (format == seed_format::automatic) {
        format = detect_format(data);
    }
    std::optional<std::vector<seed_row>> rows;
    switch (format) {
        case seed_format::uri_list: rows = read_uri_list(data, why); break;
        case seed_format::pskc: rows = read_pskc(provider, data, keys, why); break;
        case seed_format::entra_csv: rows = read_entra_csv(data, why); break;
        case seed_format::oath_csv: rows = read_oath_csv(data, why); break;
        case seed_format::yubico_csv: rows = read_yubico_csv(data, why); break;
        case seed_format::aegis: rows = read_aegis(data, why); break;
        case seed_format::twofas: rows = read_twofas(data, why); break;
        case seed_format::bitwarden_json: rows = read_bitwarden_json(data, why); break;
        case seed_format::bitwarden_csv: rows = read_bitwarden_csv(data, why); break;
        default: why = {status::malformed, "the file looks like no format that is known: name its format", 0, 1, 1};
    }
    if (rows && rows->empty()) {
        why = {status::malformed, "the file holds no seed", 0, 1, 1};
        rows.reset();
    }
    return rows;
}

}  // namespace

std::optional<seed_file> read_seed_file(const crypto& provider, std::string_view given, seed_format format,
                                        const seed_file_keys& keys, problem& why)
{
    if (given.size() > max_seed_file_len) {
        why = {status::malformed, "a file must have at most 16 MiB", max_seed_file_len};
        return std::nullopt;
    }
    const std::string_view data = without_mark(given);
    std::optional<std::vector<seed_row>> rows = read_any(provider, data, format, keys, why);
    // The readers know nothing of a byte order mark. It is no column, as in an editor, but it is bytes of the file.
    const std::size_t mark_len = given.size() - data.size();
    const auto place_in_file = [&](problem& of) { of.byte += of.byte == problem::nowhere ? 0 : mark_len; };
    if (!rows) {
        place_in_file(why);
        return std::nullopt;
    }
    for (seed_row& row : *rows) {
        place_in_file(row.why);
    }
    return seed_file{format, std::move(*rows)};
}

}  // namespace counterseal::core
