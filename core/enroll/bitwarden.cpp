// SPDX-License-Identifier: Apache-2.0
// Unencrypted exports of Bitwarden: an item's TOTP field is an otpauth URI, a steam:// URI or a bare base32 secret.
#include <string>
#include <utility>

#include "core/enroll/json.hpp"
#include "core/enroll/place.hpp"
#include "core/enroll/seed_file.hpp"
#include "core/enroll/seed_text.hpp"
#include "core/enroll/table.hpp"
#include "core/enroll/uri.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view steam_scheme = "steam://";

/// The seed in a TOTP field, with the item's name and user where the field says none.
std::optional<seed> seed_in(std::string_view totp, std::string_view name, std::string_view user, problem& why)
{
    std::optional<seed> made;
    if (totp.starts_with("otpauth://")) {
        made = parse_uri(totp, why);
        why.byte = problem::nowhere;  // it is one of the field
    } else {
        const bool steam = totp.starts_with(steam_scheme);
        std::optional<secure_bytes> key = key_from_base32(totp.substr(steam ? steam_scheme.size() : 0));
        if (key) {
            made.emplace();
            made->key = std::move(*key);
            made->encoder = steam ? code_encoder::steam : code_encoder::decimal;
        } else {
            why = {status::malformed, "totp must be an otpauth URI, steam:// or base32"};
        }
    }
    if (!made) {
        return std::nullopt;
    }
    if (made->text(seed_text::issuer).empty()) {
        made->text(seed_text::issuer) = name;
    }
    if (made->text(seed_text::account).empty()) {
        made->text(seed_text::account) = user;
    }
    if (problem fault = check(*made); fault.code != status::ok) {
        why = {status::malformed, std::move(fault.text)};
        return std::nullopt;
    }
    return made;
}

}  // namespace

std::optional<std::vector<seed_row>> read_bitwarden_csv(std::string_view data, problem& why)
{
    csv_reader reader(data);
    const std::optional<csv_record> header = read_header(reader, why);
    if (!header) {
        return std::nullopt;
    }
    const auto at = find_columns(*header, {"name", "loginusername", "logintotp"});
    if (at[2] == no_column) {
        why = problem_at(*header, no_column, status::malformed, "the header must name login_totp");
        return std::nullopt;
    }
    const auto has_no_factor = [&](const csv_record& record) { return field_of(record, at[2]).empty(); };
    return read_rows(reader, why, has_no_factor, [&](const csv_record& record) {
        seed_row row;
        row.value = seed_in(field_of(record, at[2]), field_of(record, at[0]), field_of(record, at[1]), row.why);
        row.why = problem_at(record, row.value ? no_column : at[2], row.why.code, row.why.text);
        return row;
    });
}

std::optional<std::vector<seed_row>> read_bitwarden_json(std::string_view data, problem& why)
{
    const std::optional<json> file = read_json(data, why);
    if (!file) {
        return std::nullopt;
    }
    const auto encrypted = file->is_object() ? file->find("encrypted") : file->end();
    if (encrypted != file->end() && *encrypted != json(false)) {
        why = {status::malformed, "the Bitwarden export is encrypted: export it as plain JSON", 0, 1, 1};
        return std::nullopt;
    }
    const json* items = array_of(*file, "items");
    if (items == nullptr || items->size() > max_seed_rows) {
        why = {status::malformed, "the file is no Bitwarden export: items is missing or too long", 0, 1, 1};
        return std::nullopt;
    }
    std::vector<seed_row> rows;
    place_counter places(data);
    for (const json& item : *items) {
        const auto login = item.is_object() ? item.find("login") : item.end();
        const std::string totp = login != item.end() ? text_of(*login, "totp") : std::string();
        if (totp.empty()) {
            continue;
        }
        seed_row row;
        row.value = seed_in(totp, text_of(item, "name"), text_of(*login, "username"), row.why);
        row.why.byte = byte_of(item);
        places.place(row.why);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace counterseal::core
