// SPDX-License-Identifier: Apache-2.0
// What Yubico's personalization tools log. The "traditional" form names its kind in the first field; the "Yubico" form
// has a serial there and tells the kind by the private identity: 12 hex digits, "0" for OATH, none for a static
// password.
#include <algorithm>
#include <string>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/codec/codec.hpp"
#include "core/enroll/seed_file.hpp"
#include "core/enroll/seed_text.hpp"
#include "core/enroll/table.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t aes_key_len = 16;
constexpr std::size_t private_id_len = 6;
constexpr std::size_t max_public_id_len = 32;  // modhex characters
constexpr std::size_t token_id_len = 12;

/// Where the fields of a form stand.
struct columns {
    std::size_t public_id, private_id, key, length;
};
constexpr columns traditional{3, 4, 5, 11};
constexpr columns yubico{1, 2, 3, no_column};

bool is_modhex(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return modhex_shape(c) == 'C' && c == lower(c); });
}

seed_row yubico_row(const csv_record& record, const columns& at)
{
    seed made;
    made.kind = seed_kind::yubico;
    std::optional<secure_bytes> key = key_from_hex(field_of(record, at.key));
    if (!key || key->size() != aes_key_len) {
        return refused(record, at.key, "key must be 32 hex digits");
    }
    std::optional<secure_bytes> private_id = key_from_hex(field_of(record, at.private_id));
    if (!private_id || private_id->size() != private_id_len) {
        return refused(record, at.private_id, "private identity must be 12 hex digits");
    }
    const std::string_view public_id = field_of(record, at.public_id);
    if (!is_modhex(public_id) || public_id.size() > max_public_id_len || public_id.size() % 2 != 0) {
        return refused(record, at.public_id, "public identity must be modhex, at most 32 characters");
    }
    made.key = std::move(*key);
    made.private_id = std::move(*private_id);
    made.text(seed_text::public_id) = public_id;
    return {std::move(made), {}};
}

seed_row hotp_row(const csv_record& record, const columns& at)
{
    seed made;
    made.kind = seed_kind::hotp;
    std::optional<secure_bytes> key = key_from_hex(field_of(record, at.key));
    if (!key) {
        return refused(record, at.key, "key must be hex");
    }
    made.key = std::move(*key);
    const std::string_view token_id = field_of(record, at.public_id);
    if (token_id.size() == token_id_len) {
        made.text(seed_text::public_id) = token_id;
    } else if (!token_id.empty() && token_id != "0") {
        return refused(record, at.public_id, "token identifier must have 12 characters");
    }
    const auto length = decimal_from(field_of(record, at.length));
    if (length == 6 || length == 8) {
        made.digits = static_cast<std::uint32_t>(*length);
    } else {
        made.notices.emplace_back("the file does not say how many digits a code has: 6 was taken");
    }
    return {std::move(made), {}};
}

seed_row row_of(const csv_record& record)
{
    const std::string_view first = field_of(record, 0);
    const bool named = first == "Yubico OTP" || first == "OATH-HOTP" || first == "Static Password";
    const columns& at = named ? traditional : yubico;
    if (record.fields.size() <= at.key) {
        return refused(record, no_column, "a line must have at least the fields up to the key");
    }
    const std::string_view private_id = field_of(record, at.private_id);
    if (first == "Static Password" || (!named && private_id.empty())) {
        return refused(record, no_column, "a static password is no second factor");
    }
    const bool oath = first == "OATH-HOTP" || (!named && private_id == "0");
    seed_row row = oath ? hotp_row(record, at) : yubico_row(record, at);
    if (!row.value) {
        return row;
    }
    row.value->text(seed_text::manufacturer) = "Yubico";
    if (!named) {
        row.value->text(seed_text::serial) = first;
    }
    if (problem fault = check(*row.value); fault.code != status::ok) {
        return refused(record, no_column, fault.text);
    }
    row.why = problem_at(record, no_column, status::ok, "");
    return row;
}

}  // namespace

std::optional<std::vector<seed_row>> read_yubico_csv(std::string_view data, problem& why)
{
    csv_reader reader(data, csv_notes::hash);
    const auto is_note = [](const csv_record& record) {
        return field_of(record, 0).starts_with('#') || field_of(record, 0).starts_with("LOGGING START");
    };
    return read_rows(reader, why, is_note, row_of);
}

}  // namespace counterseal::core
