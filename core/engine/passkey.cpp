// SPDX-License-Identifier: Apache-2.0
#include "core/engine/passkey.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {
namespace {

void seal_text(const row_seal& with, factor& of, const std::string& text)
{
    seal_secret(with, of, bytes_of(text));
}

/// Only the engine seals: what is not as it writes it is a fault of its own.
json open_text(const row_seal& with, const factor& of)
{
    const secure_bytes plain = open_secret(with, of);
    json from = json::parse(plain.begin(), plain.end(), nullptr, false);
    need(from.is_object() ? status::ok : status::e_internal, "a passkey was sealed wrongly");
    return from;
}

std::vector<std::uint8_t> bytes_in(const json& from, const char* name)
{
    std::optional<std::vector<std::uint8_t>> found = from_base64url(text_of(from, name));
    need(found ? status::ok : status::e_internal, "a passkey was sealed wrongly");
    return *std::move(found);
}

}  // namespace

void seal_passkey(const row_seal& with, factor& of, const passkey& what)
{
    seal_text(
        with, of,
        json{{"record", write_credential(what.record)}, {"user_handle", to_base64url<std::string>(what.user_handle)}}
            .dump());
}

void seal_pending_passkey(const row_seal& with, factor& of, const pending_passkey& what)
{
    seal_text(with, of,
              json{{"challenge", to_base64url<std::string>(what.challenge)},
                   {"user_handle", to_base64url<std::string>(what.user_handle)}}
                  .dump());
}

passkey open_passkey(const row_seal& with, const factor& of)
{
    const json from = open_text(with, of);
    problem why;
    std::optional<kept_credential> record = read_credential(text_of(from, "record"), why);
    need(record ? status::ok : status::e_internal, "a passkey was sealed wrongly");
    record->sign_count = static_cast<std::uint32_t>(std::clamp<std::int64_t>(of.hot.last_value, 0, UINT32_MAX));
    return {*std::move(record), bytes_in(from, "user_handle")};
}

pending_passkey open_pending_passkey(const row_seal& with, const factor& of)
{
    const json from = open_text(with, of);
    return {bytes_in(from, "challenge"), bytes_in(from, "user_handle")};
}

std::vector<live_passkey> live_passkeys(const row_seal& with, const std::vector<factor>& of_subject)
{
    std::vector<live_passkey> all;
    for (const factor& one : of_subject) {
        if (one.type == factor_type::webauthn && is_live(one)) {
            all.push_back({one, open_passkey(with, one)});
        }
    }
    return all;
}

json descriptors_of(const std::vector<live_passkey>& all)
{
    json out = json::array();
    for (const live_passkey& one : all) {
        const kept_credential& record = one.what.record;
        out.push_back({{"id", to_base64url<std::string>(record.id)}, {"transports", record.transports}});
    }
    return out;
}

std::optional<factor_key> find_credential(transaction& in, std::string_view tenant, bytes_view id)
{
    static constexpr statement ask = {"SELECT subject, factor FROM credential WHERE tenant = $1 AND credential = $2"};
    rows out;
    if (in.run(ask, {tenant, id}, &out) == 0) {
        return std::nullopt;
    }
    return factor_key{std::string(tenant), out.text(0, 0), out.text(0, 1)};
}

bool enter_credential(transaction& in, const factor_key& of, bytes_view id)
{
    static constexpr statement insert = {
        "INSERT INTO credential (tenant, credential, subject, factor) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (tenant, credential) DO NOTHING"};
    return in.run(insert,
                  {std::string_view(of.tenant), id, std::string_view(of.subject), std::string_view(of.factor)}) == 1;
}

void remove_credential(transaction& in, std::string_view tenant, bytes_view id)
{
    static constexpr statement remove = {"DELETE FROM credential WHERE tenant = $1 AND credential = $2"};
    in.run(remove, {tenant, id});
}

}  // namespace counterseal::core
