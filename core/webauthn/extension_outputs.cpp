// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/extension_outputs.hpp"

#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/enroll/json_object.hpp"

namespace counterseal::core {
namespace {

/// Reads members and remembers whether one was of another type.
class reader {
public:
    explicit reader(json_view object) noexcept : object_{object} {}

    std::optional<bool> flag(const char* name)
    {
        const std::optional<json_view> value = of_kind(name, json_kind::boolean);
        return value ? value->boolean() : std::nullopt;
    }

    std::optional<json_view> object(const char* name) { return of_kind(name, json_kind::object); }

    std::optional<std::vector<std::uint8_t>> bytes(const char* name)
    {
        const std::optional<json_view> value = of_kind(name, json_kind::text);
        auto out = value ? from_base64url(*value->text()) : std::nullopt;
        is_good_ = is_good_ && (!value || out);
        return out;
    }

    [[nodiscard]] bool is_good() const noexcept { return is_good_; }

private:
    std::optional<json_view> of_kind(const char* name, json_kind kind)
    {
        const std::optional<json_view> value = object_.find(name);
        is_good_ = is_good_ && (!value || value->is(kind));
        return value && value->is(kind) ? value : std::nullopt;
    }

    json_view object_;
    bool is_good_ = true;
};

void put(json_object& out, const char* name, const std::optional<bool>& value)
{
    if (value) {
        out.flag(name, *value);
    }
}

}  // namespace

std::optional<client_outputs> read_client_outputs(json_view results)
{
    client_outputs out;
    reader all(results);
    out.appid = all.flag("appid");
    out.appid_excluded = all.flag("appidExclude");
    out.hmac_secret_created = all.flag("hmacCreateSecret");
    bool is_good = true;
    if (const auto props = all.object("credProps")) {
        reader part(*props);
        out.is_resident_key = part.flag("rk");
        is_good = is_good && part.is_good();
    }
    if (const auto blob = all.object("largeBlob")) {
        reader part(*blob);
        out.blob_supported = part.flag("supported");
        out.blob_written = part.flag("written");
        out.blob = part.bytes("blob");
        is_good = is_good && part.is_good();
    }
    if (const auto prf = all.object("prf")) {
        reader part(*prf);
        out.prf_enabled = part.flag("enabled");
        out.has_prf_results = part.object("results").has_value();
        is_good = is_good && part.is_good();
    }
    return is_good && all.is_good() ? std::optional(std::move(out)) : std::nullopt;
}

authenticator_outputs read_authenticator_outputs(const cbor_value& extensions) noexcept
{
    authenticator_outputs out;
    if (const auto value = extensions.find("credProtect"); value && value->integer()) {
        if (*value->integer() >= 1 && *value->integer() <= 3) {
            out.cred_protect = static_cast<std::uint8_t>(*value->integer());
        }
    }
    if (const auto value = extensions.find("minPinLength"); value && value->integer()) {
        if (*value->integer() >= 0 && *value->integer() <= UINT32_MAX) {
            out.min_pin_length = static_cast<std::uint32_t>(*value->integer());
        }
    }
    if (const auto value = extensions.find("hmac-secret"); value) {
        out.hmac_secret = value->boolean();
    }
    return out;
}

std::string write_outputs(const client_outputs& client, const authenticator_outputs& authenticator)
{
    json_object out;
    if (client.is_resident_key) {
        json_object props;
        props.flag("rk", *client.is_resident_key);
        out.add("credProps", std::move(props).finish());
    }
    put(out, "appid", client.appid);
    put(out, "appidExclude", client.appid_excluded);
    put(out, "hmacCreateSecret", client.hmac_secret_created);
    if (client.blob_supported || client.blob_written || client.blob) {
        json_object blob;
        put(blob, "supported", client.blob_supported);
        put(blob, "written", client.blob_written);
        if (client.blob) {
            blob.base64url("blob", *client.blob);
        }
        out.add("largeBlob", std::move(blob).finish());
    }
    if (client.prf_enabled || client.has_prf_results) {
        json_object prf;
        put(prf, "enabled", client.prf_enabled);
        prf.flag("hasResults", client.has_prf_results);
        out.add("prf", std::move(prf).finish());
    }
    if (authenticator.cred_protect) {
        out.number("credProtect", *authenticator.cred_protect);
    }
    if (authenticator.min_pin_length) {
        out.number("minPinLength", *authenticator.min_pin_length);
    }
    put(out, "hmacSecret", authenticator.hmac_secret);
    return std::move(out).finish();
}

}  // namespace counterseal::core
