// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/extension_outputs.hpp"

#include <utility>

#include "core/enroll/base64url.hpp"

namespace counterseal::core {
namespace {

/// Reads members and remembers whether one was of another type.
class reader {
public:
    explicit reader(const json& object) noexcept : object_{object} {}

    std::optional<bool> flag(const char* name)
    {
        const json* const value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        is_good_ = is_good_ && value->is_boolean();
        return value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
    }

    const json* object(const char* name)
    {
        const json* const value = find(name);
        is_good_ = is_good_ && (value == nullptr || value->is_object());
        return value != nullptr && value->is_object() ? value : nullptr;
    }

    std::optional<std::vector<std::uint8_t>> bytes(const char* name)
    {
        const json* const value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        auto out = value->is_string() ? from_base64url(value->get_ref<const std::string&>()) : std::nullopt;
        is_good_ = is_good_ && out.has_value();
        return out;
    }

    [[nodiscard]] bool is_good() const noexcept { return is_good_; }

private:
    const json* find(const char* name) const
    {
        const auto found = object_.find(name);
        return found != object_.end() ? &*found : nullptr;
    }

    const json& object_;
    bool is_good_ = true;
};

void put(json& out, const char* name, const std::optional<bool>& value)
{
    if (value) {
        out[name] = *value;
    }
}

}  // namespace

std::optional<client_outputs> read_client_outputs(const json& results)
{
    client_outputs out;
    reader all(results);
    out.appid = all.flag("appid");
    out.appid_excluded = all.flag("appidExclude");
    out.hmac_secret_created = all.flag("hmacCreateSecret");
    bool is_good = true;
    if (const json* const props = all.object("credProps"); props != nullptr) {
        reader part(*props);
        out.is_resident_key = part.flag("rk");
        is_good = is_good && part.is_good();
    }
    if (const json* const blob = all.object("largeBlob"); blob != nullptr) {
        reader part(*blob);
        out.blob_supported = part.flag("supported");
        out.blob_written = part.flag("written");
        out.blob = part.bytes("blob");
        is_good = is_good && part.is_good();
    }
    if (const json* const prf = all.object("prf"); prf != nullptr) {
        reader part(*prf);
        out.prf_enabled = part.flag("enabled");
        out.has_prf_results = part.object("results") != nullptr;
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

json to_json(const client_outputs& client, const authenticator_outputs& authenticator)
{
    json out = json::object();
    if (client.is_resident_key) {
        out["credProps"] = {{"rk", *client.is_resident_key}};
    }
    put(out, "appid", client.appid);
    put(out, "appidExclude", client.appid_excluded);
    put(out, "hmacCreateSecret", client.hmac_secret_created);
    if (client.blob_supported || client.blob_written || client.blob) {
        json& blob = out["largeBlob"] = json::object();
        put(blob, "supported", client.blob_supported);
        put(blob, "written", client.blob_written);
        if (client.blob) {
            blob["blob"] = to_base64url<std::string>(*client.blob);
        }
    }
    if (client.prf_enabled || client.has_prf_results) {
        json& prf = out["prf"] = json::object();
        put(prf, "enabled", client.prf_enabled);
        prf["hasResults"] = client.has_prf_results;
    }
    if (authenticator.cred_protect) {
        out["credProtect"] = *authenticator.cred_protect;
    }
    if (authenticator.min_pin_length) {
        out["minPinLength"] = *authenticator.min_pin_length;
    }
    put(out, "hmacSecret", authenticator.hmac_secret);
    return out;
}

}  // namespace counterseal::core
