// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/response_json.hpp"

#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/webauthn/strict_json.hpp"

namespace counterseal::core {
namespace {

using octets = std::vector<std::uint8_t>;

/// Nothing: there is no such member, or it is no strict base64url.
std::optional<octets> octets_at(const json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? from_base64url(found->get_ref<const std::string&>())
                                                       : std::nullopt;
}

const json* object_at(const json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? &*found : nullptr;
}

/// What both responses have in front of their own members.
struct envelope {
    refusal reason = refusal::none;
    json whole{};
    octets credential_id{};
    client_outputs extensions{};

    [[nodiscard]] const json& response() const { return whole.at("response"); }
};

envelope read_envelope(std::string_view text)
{
    envelope out;
    std::optional<json> whole = text.size() <= response_json_max ? read_strict_object(text) : std::nullopt;
    if (!whole) {
        out.reason = refusal::response_json;
        return out;
    }
    out.whole = *std::move(whole);
    std::optional<octets> id = octets_at(out.whole, "id");
    // Section 5.1: id is the base64url form of rawId.
    if (!id || octets_at(out.whole, "rawId") != id || object_at(out.whole, "response") == nullptr) {
        out.reason = refusal::response_member;
        return out;
    }
    out.credential_id = *std::move(id);
    if (text_of(out.whole, "type") != "public-key") {
        out.reason = refusal::credential_type;
        return out;
    }
    const json* const results = object_at(out.whole, "clientExtensionResults");
    std::optional<client_outputs> outputs = results != nullptr ? read_client_outputs(*results) : std::nullopt;
    if (!outputs) {
        out.reason = refusal::extension_outputs;
        return out;
    }
    out.extensions = *std::move(outputs);
    return out;
}

/// False: there are some, and they are no texts.
bool read_transports(const json& response, std::vector<std::string>& out)
{
    const auto found = response.find("transports");
    if (found == response.end()) {
        return true;
    }
    if (!found->is_array()) {
        return false;
    }
    for (const json& one : *found) {
        if (!one.is_string()) {
            return false;
        }
        out.push_back(one.get<std::string>());
    }
    return true;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> read_credential_id(std::string_view text)
{
    envelope read = read_envelope(text);
    return read.reason == refusal::none ? std::optional(std::move(read.credential_id)) : std::nullopt;
}

registration_json read_registration_json(std::string_view text)
{
    registration_json out;
    envelope read = read_envelope(text);
    out.reason = read.reason;
    if (out.reason != refusal::none) {
        return out;
    }
    std::optional<octets> client_data = octets_at(read.response(), "clientDataJSON");
    std::optional<octets> object = octets_at(read.response(), "attestationObject");
    if (!client_data || !object || !read_transports(read.response(), out.transports)) {
        out.reason = refusal::response_member;
        return out;
    }
    out.credential_id = std::move(read.credential_id);
    out.extensions = std::move(read.extensions);
    out.client_data = *std::move(client_data);
    out.attestation_object = *std::move(object);
    return out;
}

authentication_json read_authentication_json(std::string_view text)
{
    authentication_json out;
    envelope read = read_envelope(text);
    out.reason = read.reason;
    if (out.reason != refusal::none) {
        return out;
    }
    const json& response = read.response();
    std::optional<octets> client_data = octets_at(response, "clientDataJSON");
    std::optional<octets> data = octets_at(response, "authenticatorData");
    std::optional<octets> signature = octets_at(response, "signature");
    const auto handle = response.find("userHandle");
    const bool has_handle = handle != response.end() && !handle->is_null();
    if (has_handle) {
        out.user_handle = octets_at(response, "userHandle");
    }
    if (!client_data || !data || !signature || (has_handle && !out.user_handle)) {
        out.reason = refusal::response_member;
        return out;
    }
    out.credential_id = std::move(read.credential_id);
    out.extensions = std::move(read.extensions);
    out.client_data = *std::move(client_data);
    out.authenticator_data = *std::move(data);
    out.signature = *std::move(signature);
    return out;
}

}  // namespace counterseal::core
