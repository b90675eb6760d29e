// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/credential_column.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/enroll/json_object.hpp"
#include "core/webauthn/document.hpp"

namespace counterseal::core {
namespace {

constexpr std::int64_t version = 1;
constexpr std::size_t public_key_max = 4096;
constexpr std::uint8_t asn1_sequence = 0x30;

/// As the registry of transports writes them: small letters and hyphens.
bool is_transport(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= transport_max &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

}  // namespace

stored_credential kept_credential::view() const noexcept
{
    stored_credential out{.id = id, .public_key = public_key};
    out.sign_count = sign_count;
    out.uv_initialized = uv_initialized;
    out.backup_eligible = backup_eligible;
    out.is_u2f = is_u2f;
    return out;
}

void kept_credential::take(const credential_state& now) noexcept
{
    sign_count = now.sign_count;
    uv_initialized = now.uv_initialized;
    backup_eligible = now.backup_eligible;
    backup_state = now.backup_state;
}

kept_credential keep(const registration& accepted, const std::vector<std::string>& transports)
{
    const credential_record& record = accepted.record;
    kept_credential out{.id = record.id, .public_key = record.public_key, .aaguid = record.aaguid};
    out.sign_count = record.sign_count;
    out.uv_initialized = record.uv_initialized;
    out.backup_eligible = record.backup_eligible;
    out.backup_state = record.backup_state;
    out.is_u2f = accepted.format == "fido-u2f";
    for (const std::string& one : transports) {
        if (is_transport(one) && out.transports.size() < transports_max &&
            std::ranges::find(out.transports, one) == out.transports.end()) {
            out.transports.push_back(one);
        }
    }
    return out;
}

std::string write_credential(const kept_credential& of)
{
    std::string transports;
    for (const std::string& one : of.transports) {
        transports += transports.empty() ? '[' : ',';
        append_quoted(transports, one);
    }
    // By name, as it always was: hosts compare columns.
    json_object out;
    out.base64url("aaguid", of.aaguid);
    if (of.backup_eligible) {
        out.flag("backup_eligible", *of.backup_eligible);
    } else {
        out.null("backup_eligible");
    }
    out.flag("backup_state", of.backup_state);
    out.base64url("id", of.id);
    out.base64url("public_key", of.public_key);
    out.number("sign_count", of.sign_count);
    out.add("transports", transports.empty() ? "[]" : transports + ']');
    out.flag("u2f", of.is_u2f);
    out.flag("uv_initialized", of.uv_initialized);
    out.number("version", version);
    return std::move(out).finish();
}

std::optional<kept_credential> read_credential(std::string_view text, problem& why)
{
    document from(text, credential_column_max, "credential");
    if (!from.integer_if("version", version, version)) {
        from.refuse("version", "is missing");
    }
    kept_credential out;
    out.id = from.bytes("id", 1, credential_id_max);
    out.public_key = from.bytes("public_key", 1, public_key_max);
    if (!out.public_key.empty() && out.public_key.front() == asn1_sequence) {
        from.refuse("public_key", "must be a COSE key, not a SubjectPublicKeyInfo");
    }
    if (const auto aaguid = from.bytes_if("aaguid", aaguid_len, aaguid_len)) {
        std::ranges::copy(*aaguid, out.aaguid.begin());
    }
    out.sign_count = static_cast<std::uint32_t>(from.integer_if("sign_count", 0, UINT32_MAX).value_or(0));
    out.uv_initialized = from.flag("uv_initialized", false);
    out.backup_eligible = from.flag_if("backup_eligible");
    out.backup_state = from.flag("backup_state", false);
    out.is_u2f = from.flag("u2f", false);
    out.transports = from.texts("transports", transports_max, transport_max);
    if (!std::ranges::all_of(out.transports, is_transport)) {
        from.refuse("transports", "must be written in small letters and hyphens");
    }
    if (out.backup_eligible == false && out.backup_state) {
        from.refuse("backup_state", "cannot be true where backup_eligible is false");
    }
    why = from.finish();
    return why.code == status::ok ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace counterseal::core
