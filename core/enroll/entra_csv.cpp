// SPDX-License-Identifier: Apache-2.0
// The CSV by which Microsoft Entra ID takes hardware OATH tokens: upn, serial number, secret key (base32), time
// interval, manufacturer, model. TOTP with SHA-1 and 6 digits; nothing in the file could say otherwise.
#include <string>
#include <utility>

#include "core/enroll/seed_file.hpp"
#include "core/enroll/seed_text.hpp"
#include "core/enroll/table.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t longest_secret = 128;  // characters

struct columns {
    std::size_t upn, serial, secret, interval, manufacturer, model;
};

seed_row row_of(const csv_record& record, const columns& at)
{
    seed made;
    const std::string_view secret = field_of(record, at.secret);
    std::optional<secure_bytes> key = key_from_base32(secret);
    if (!key || secret.size() > longest_secret) {
        return refused(record, at.secret, "secret key must be base32, at most 128 characters");
    }
    made.key = std::move(*key);
    const auto interval = decimal_from(field_of(record, at.interval));
    if (interval != 30 && interval != 60) {
        return refused(record, at.interval, "time interval must be 30 or 60");
    }
    made.period_s = static_cast<std::uint32_t>(*interval);
    const std::pair<seed_text, std::size_t> texts[] = {
        {seed_text::user, at.upn},
        {seed_text::account, at.upn},
        {seed_text::serial, at.serial},
        {seed_text::model, at.model},
        {seed_text::manufacturer, at.manufacturer},
    };
    for (const auto& [which, column] : texts) {
        made.text(which) = field_of(record, column);
        if (!is_plain_text(made.text(which))) {
            return refused(record, column, "text must be UTF-8 without control characters, at most 1024 bytes");
        }
    }
    if (made.text(seed_text::serial).empty()) {
        return refused(record, at.serial, "serial number must be given");
    }
    return {std::move(made), problem_at(record, no_column, status::ok, "")};
}

}  // namespace

std::optional<std::vector<seed_row>> read_entra_csv(std::string_view data, problem& why)
{
    csv_reader reader(data);
    const std::optional<csv_record> header = read_header(reader, why);
    if (!header) {
        return std::nullopt;
    }
    const auto found =
        find_columns(*header, {"upn", "serialnumber", "secretkey", "timeinterval", "manufacturer", "model"});
    const columns at{found[0], found[1], found[2], found[3], found[4], found[5]};
    if (at.serial == no_column || at.secret == no_column || at.interval == no_column) {
        why = problem_at(*header, no_column, status::malformed,
                         "the header must name serial number, secret key and time interval, with commas between");
        return std::nullopt;
    }
    const auto is_note = [](const csv_record&) { return false; };
    return read_rows(reader, why, is_note, [&](const csv_record& record) {
        return record.fields.size() == header->fields.size()
                   ? row_of(record, at)
                   : refused(record, no_column, "a line must have as many fields as the header");
    });
}

}  // namespace counterseal::core
