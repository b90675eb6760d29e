// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/codec/codec.hpp"
#include "core/enroll/migration.hpp"
#include "core/enroll/migration_fields.hpp"
#include "core/enroll/percent.hpp"
#include "protozero/pbf_reader.hpp"

namespace counterseal::core {
namespace {

namespace field = migration_fields;

constexpr std::size_t max_rows = 1000;
constexpr std::string_view scheme = "otpauth-migration://";

/// What OtpParameters holds, before it is looked at.
struct parameters {
    protozero::data_view secret;
    protozero::data_view name;
    protozero::data_view issuer;
    std::int32_t algorithm = 0;
    std::int32_t digits = 0;
    std::int32_t type = 0;
    std::int64_t counter = 0;
};

std::string_view text_of(protozero::data_view from) noexcept
{
    return {from.data(), from.size()};
}

/// Throws protozero::exception where the bytes are no such message. A field of another wire type is another field.
parameters read_parameters(protozero::pbf_reader message)
{
    using protozero::pbf_wire_type;
    using protozero::tag_and_type;
    parameters found;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(field::secret, pbf_wire_type::length_delimited): found.secret = message.get_view(); break;
            case tag_and_type(field::name, pbf_wire_type::length_delimited): found.name = message.get_view(); break;
            case tag_and_type(field::issuer, pbf_wire_type::length_delimited): found.issuer = message.get_view(); break;
            case tag_and_type(field::algorithm, pbf_wire_type::varint): found.algorithm = message.get_int32(); break;
            case tag_and_type(field::digits, pbf_wire_type::varint): found.digits = message.get_int32(); break;
            case tag_and_type(field::type, pbf_wire_type::varint): found.type = message.get_int32(); break;
            case tag_and_type(field::counter, pbf_wire_type::varint): found.counter = message.get_int64(); break;
            default: message.skip();
        }
    }
    return found;
}

seed_row refused(status code, std::string rule)
{
    return {std::nullopt, {code, std::move(rule)}};
}

/// Without an issuer, or with the issuer in front of it, the name is "issuer:account".
void read_label(const parameters& from, seed& into)
{
    std::string& issuer = into.text(seed_text::issuer);
    std::string& account = into.text(seed_text::account);
    issuer = text_of(from.issuer);
    account = text_of(from.name);
    const std::size_t colon = issuer.empty() ? account.find(':') : issuer.size();
    const bool prefixed =
        colon < account.size() && account[colon] == ':' && (issuer.empty() || account.starts_with(issuer));
    if (prefixed) {
        issuer = account.substr(0, colon);
        account.erase(0, colon + 1);
        account.erase(0, account.find_first_not_of(' '));
    }
}

seed_row row_of(const parameters& from)
{
    seed made;
    if (from.type < 0 || from.type > field::totp) {
        return refused(status::e_unsupported, "type must be HOTP or TOTP");
    }
    made.kind = from.type == field::hotp ? seed_kind::hotp : seed_kind::totp;
    if (from.algorithm == field::md5) {
        return refused(status::e_unsupported, "algorithm must not be MD5: its digest is too short to truncate");
    }
    if (from.algorithm < 0 || from.algorithm > field::sha512) {
        return refused(status::e_unsupported, "algorithm must be SHA1, SHA256 or SHA512");
    }
    made.algorithm = static_cast<hash_id>(std::max(from.algorithm, field::sha1));
    if (from.digits < 0 || from.digits > field::seven_digits) {
        return refused(status::e_unsupported, "digits must be 6 or 8");
    }
    if (from.digits == field::seven_digits) {
        made.notices.emplace_back("digits was read as 7, which Google Authenticator does not have");
    }
    made.digits = from.digits == field::eight_digits ? 8 : from.digits == field::seven_digits ? 7 : 6;
    if (from.counter < 0) {
        return refused(status::malformed, "counter must not be negative");
    }
    made.counter = made.kind == seed_kind::hotp ? static_cast<std::uint64_t>(from.counter) : 0;
    made.key.assign(from.secret.data(), from.secret.data() + from.secret.size());
    read_label(from, made);
    if (problem fault = check(made); fault.code != status::ok) {
        return refused(status::malformed, std::move(fault.text));
    }
    return {std::move(made), {}};
}

/// Throws protozero::exception. False where there are too many entries.
bool read_payload(protozero::pbf_reader message, migration_batch& into)
{
    using protozero::pbf_wire_type;
    using protozero::tag_and_type;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(field::otp_parameters, pbf_wire_type::length_delimited):
                if (into.rows.size() == max_rows) {
                    return false;
                }
                into.rows.push_back(row_of(read_parameters(message.get_message())));
                break;
            case tag_and_type(field::version, pbf_wire_type::varint): into.version = message.get_int32(); break;
            case tag_and_type(field::batch_size, pbf_wire_type::varint): into.size = message.get_int32(); break;
            case tag_and_type(field::batch_index, pbf_wire_type::varint): into.index = message.get_int32(); break;
            case tag_and_type(field::batch_id, pbf_wire_type::varint): into.id = message.get_int32(); break;
            default: message.skip();
        }
    }
    return true;
}

std::nullopt_t refuse(problem& why, const char* rule, std::size_t at)
{
    why = {status::malformed, rule, at};
    return std::nullopt;
}

}  // namespace

bool is_migration_uri(std::string_view text) noexcept
{
    return equal_ignoring_case(text.substr(0, scheme.size()), scheme);
}

std::optional<migration_batch> parse_migration(std::string_view uri, problem& why)
{
    std::size_t first = 0;
    while (first < uri.size() && is_blank(uri[first])) {
        ++first;
    }
    if (uri.size() > max_migration_len) {
        return refuse(why, "URI must have at most 65536 bytes", max_migration_len);
    }
    if (!is_migration_uri(uri.substr(first))) {
        return refuse(why, "URI must start with otpauth-migration://", first);
    }
    constexpr std::string_view parameter = "data=";
    const std::size_t name_at = uri.find(parameter, first + scheme.size());
    if (name_at == std::string_view::npos || (uri[name_at - 1] != '?' && uri[name_at - 1] != '&')) {
        return refuse(why, "data must be given", uri.size());
    }
    const std::size_t data_at = name_at + parameter.size();
    const std::string_view encoded = uri.substr(data_at, uri.find_first_of("&#", data_at) - data_at);
    std::size_t bad = 0;
    std::optional<secure_text> base64 = percent_decode(encoded, '+', bad);
    if (!base64) {
        return refuse(why, "data must have two hex digits after each %", data_at + bad);
    }
    while (!base64->empty() && is_blank(base64->back())) {
        base64->pop_back();
    }
    std::ranges::replace(*base64, ' ', '+');  // what a form decoder makes of +
    secure_bytes payload(base64->size());
    const decoded read = base64_decode(view(*base64), payload.data(), payload.size());
    if (read.code != status::ok) {
        return refuse(why, "data must be base64", data_at);
    }
    migration_batch batch;
    try {
        if (!read_payload({reinterpret_cast<const char*>(payload.data()), read.len}, batch)) {
            return refuse(why, "data must hold at most 1000 accounts", data_at);
        }
    } catch (const protozero::exception&) {
        return refuse(why, "data must be a migration message: it is damaged or cut", data_at);
    }
    if (batch.rows.empty()) {
        return refuse(why, "data must hold an account", data_at);
    }
    return batch;
}

}  // namespace counterseal::core
