// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/response_json.hpp"

#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/enroll/json_document.hpp"

namespace counterseal::core {
namespace {

using octets = std::vector<std::uint8_t>;

/// Nothing: there is no such member, or it is no strict base64url.
std::optional<octets> octets_at(json_view object, std::string_view name)
{
    const std::optional<json_view> found = object.find(name);
    return found && found->is(json_kind::text) ? from_base64url(*found->text()) : std::nullopt;
}

std::optional<json_view> object_at(json_view object, std::string_view name)
{
    const std::optional<json_view> found = object.find(name);
    return found && found->is(json_kind::object) ? found : std::nullopt;
}

/// What both responses have in front of their own members.
class envelope {
public:
    explicit envelope(std::string_view text)
        : whole_(text.size() <= response_json_max ? text : std::string_view()),
          reason_{whole_.is_good() && whole_.root().is(json_kind::object) ? read() : refusal::response_json}
    {
    }

    [[nodiscard]] refusal reason() const noexcept { return reason_; }

    /// Needs that there is no reason to refuse.
    [[nodiscard]] json_view response() const { return *whole_.root().find("response"); }

    octets credential_id{};
    client_outputs extensions{};

private:
    refusal read()
    {
        const json_view whole = whole_.root();
        std::optional<octets> id = octets_at(whole, "id");
        // Section 5.1: id is the base64url form of rawId, and no bytes have two forms.
        const std::optional<json_view> raw_id = whole.find("rawId");
        if (!id || !raw_id || raw_id->text() != whole.find("id")->text() || !object_at(whole, "response")) {
            return refusal::response_member;
        }
        credential_id = *std::move(id);
        if (const auto type = whole.find("type"); !type || type->text() != "public-key") {
            return refusal::credential_type;
        }
        const std::optional<json_view> results = object_at(whole, "clientExtensionResults");
        std::optional<client_outputs> outputs = results ? read_client_outputs(*results) : std::nullopt;
        if (!outputs) {
            return refusal::extension_outputs;
        }
        extensions = *std::move(outputs);
        return refusal::none;
    }

    json_document whole_;
    refusal reason_;
};

/// False: there are some, and they are no texts.
bool read_transports(json_view response, std::vector<std::string>& out)
{
    const std::optional<json_view> found = response.find("transports");
    if (!found) {
        return true;
    }
    if (!found->is(json_kind::array)) {
        return false;
    }
    for (const json_view one : *found) {
        if (!one.is(json_kind::text)) {
            return false;
        }
        out.emplace_back(*one.text());
    }
    return true;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> read_credential_id(std::string_view text)
{
    envelope read(text);
    return read.reason() == refusal::none ? std::optional(std::move(read.credential_id)) : std::nullopt;
}

registration_json read_registration_json(std::string_view text)
{
    registration_json out;
    envelope read(text);
    out.reason = read.reason();
    if (out.reason != refusal::none) {
        return out;
    }
    const json_view response = read.response();
    std::optional<octets> client_data = octets_at(response, "clientDataJSON");
    std::optional<octets> object = octets_at(response, "attestationObject");
    if (!client_data || !object || !read_transports(response, out.transports)) {
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
    envelope read(text);
    out.reason = read.reason();
    if (out.reason != refusal::none) {
        return out;
    }
    const json_view response = read.response();
    std::optional<octets> client_data = octets_at(response, "clientDataJSON");
    std::optional<octets> data = octets_at(response, "authenticatorData");
    std::optional<octets> signature = octets_at(response, "signature");
    const std::optional<json_view> handle = response.find("userHandle");
    const bool has_handle = handle && !handle->is(json_kind::nothing);
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
