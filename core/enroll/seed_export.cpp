// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/seed_export.hpp"

#include <string>

#include "core/codec/codec.hpp"
#include "core/enroll/migration.hpp"
#include "core/enroll/seed_text.hpp"
#include "core/enroll/uri.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view entra_header = "upn,serial number,secret key,time interval,manufacturer,model\r\n";
constexpr std::size_t entra_key_len = 80;  // 128 base32 characters

constexpr seed_text entra_texts[] = {seed_text::user, seed_text::serial, seed_text::manufacturer, seed_text::model};

/// A spreadsheet runs what starts with one of these, and the file is opened in one sooner or later.
bool is_formula(const std::string& text)
{
    return !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
}

problem check_entra(const seed& of)
{
    const auto refuse = [](const char* rule) { return problem{status::e_unsupported, rule}; };
    if (of.kind != seed_kind::totp || of.encoder != code_encoder::decimal) {
        return refuse("kind must be TOTP: Entra ID takes no other");
    }
    if (of.algorithm != hash_id::sha1) {
        return refuse("algorithm must be SHA1: an Entra CSV cannot say it");
    }
    if (of.digits != 6) {
        return refuse("digits must be 6: an Entra CSV cannot say them");
    }
    if (of.period_s != 30 && of.period_s != 60) {
        return refuse("period must be 30 or 60: Entra ID takes no other");
    }
    if (of.t0_s != 0) {
        return refuse("t0 must be 0: an Entra CSV cannot say it");
    }
    if (of.key.size() > entra_key_len) {
        return refuse("secret must have at most 80 bytes: Entra ID takes no more");
    }
    if (of.text(seed_text::serial).empty()) {
        return refuse("serial must be given: Entra ID asks for it");
    }
    for (const seed_text which : entra_texts) {
        if (is_formula(of.text(which))) {
            return refuse("texts must not start with = + - or @: a spreadsheet would run them");
        }
        if (trimmed(of.text(which)) != of.text(which)) {
            return refuse("texts must not have blanks at their ends: who reads a CSV drops them");
        }
    }
    return {};
}

/// A field, quoted where RFC 4180 section 2 asks for it.
void append_field(secure_text& to, const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        append(to, text);
        return;
    }
    to.push_back('"');
    for (const char c : text) {
        append(to, c == '"' ? std::string_view("\"\"") : std::string_view(&c, 1));
    }
    to.push_back('"');
}

void append_entra_line(secure_text& to, const seed& of)
{
    append_field(to, of.text(seed_text::user));
    append(to, ",");
    append_field(to, of.text(seed_text::serial));
    append(to, ",");
    const std::size_t before = to.size();
    to.resize(before + base32_len(of.key.size()));
    base32_encode(of.key.data(), of.key.size(), to.data() + before);
    append(to, of.period_s == 60 ? ",60," : ",30,");
    append_field(to, of.text(seed_text::manufacturer));
    append(to, ",");
    append_field(to, of.text(seed_text::model));
    append(to, "\r\n");
}

}  // namespace

bool can_write(seed_format format) noexcept
{
    return format == seed_format::uri_list || format == seed_format::migration || format == seed_format::entra_csv;
}

problem check_export(seed_format format, const seed& of)
{
    if (problem fault = check(of); fault.code != status::ok) {
        return fault;
    }
    if (format == seed_format::entra_csv) {
        return check_entra(of);
    }
    secure_text uri;
    if (format == seed_format::uri_list) {
        return build_uri(of, false, uri);
    }
    return check_migration(of);
}

secure_text write_seeds(seed_format format, const std::vector<const seed*>& seeds, std::int32_t batch_id)
{
    secure_text text;
    if (format == seed_format::entra_csv) {
        append(text, entra_header);
        for (const seed* one : seeds) {
            append_entra_line(text, *one);
        }
    } else if (format == seed_format::uri_list) {
        for (const seed* one : seeds) {
            static_cast<void>(build_uri(*one, false, text));
            append(text, "\n");
        }
    } else {
        std::vector<secure_text> uris;
        static_cast<void>(build_migration(seeds, batch_id, uris));
        for (const secure_text& uri : uris) {
            append(text, view(uri));
            append(text, "\n");
        }
    }
    return text;
}

}  // namespace counterseal::core
