// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/extension_inputs.hpp"

#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/webauthn/authenticator_data.hpp"
#include "core/webauthn/document.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t appid_max = 2048;
constexpr std::size_t blob_max = std::size_t{64} * 1024;
constexpr std::size_t prf_input_max = 1024;
constexpr std::size_t prf_credentials_max = 1000;

void copy_flag(document& from, const char* name, json& out)
{
    if (const std::optional<bool> value = from.flag_if(name)) {
        out[name] = *value;
    }
}

void copy_text(document& from, const char* name, json& out)
{
    if (std::optional<std::string> value = from.text_if(name, appid_max)) {
        out[name] = *std::move(value);
    }
}

void copy_bytes(document& from, const char* name, std::size_t most, json& out)
{
    if (const auto value = from.bytes_if(name, 0, most)) {
        out[name] = to_base64url<std::string>(*value);
    }
}

/// Section 10.1.4.
void read_prf_values(document& parent, json_view given, const std::string& name, json& out)
{
    document values(given, name);
    json read = json::object();
    read["first"] = to_base64url<std::string>(values.bytes("first", 0, prf_input_max));
    copy_bytes(values, "second", prf_input_max, read);
    parent.take(values.finish());
    out = std::move(read);
}

void read_prf(document& parent, json_view given, ceremony_kind kind, json& out)
{
    document prf(given, "extensions.prf");
    json read = json::object();
    if (const auto eval = prf.object_if("eval")) {
        read_prf_values(prf, *eval, "extensions.prf.eval", read["eval"]);
    }
    if (const auto by = prf.object_if("evalByCredential")) {
        if (kind == ceremony_kind::registration) {
            prf.refuse("evalByCredential", "is for authentication");
        }
        json all = json::object();
        for (const json_view values : *by) {
            const std::string id(values.name());
            const auto bytes = from_base64url(id);
            if (!bytes || bytes->empty() || bytes->size() > credential_id_max || all.size() == prf_credentials_max) {
                prf.refuse("evalByCredential", "must name credentials in strict base64url, at most 1000 of them");
                break;
            }
            read_prf_values(prf, values, "extensions.prf.evalByCredential." + id, all[id]);
        }
        read["evalByCredential"] = std::move(all);
    }
    parent.take(prf.finish());
    out = std::move(read);
}

/// Section 10.1.5.
void read_large_blob(document& parent, json_view given, ceremony_kind kind, json& out)
{
    document blob(given, "extensions.largeBlob");
    json read = json::object();
    if (kind == ceremony_kind::registration) {
        const auto support = blob.choice("support", {"required", "preferred"});
        if (support) {
            read["support"] = *support == 0 ? "required" : "preferred";
        }
    } else {
        copy_flag(blob, "read", read);
        copy_bytes(blob, "write", blob_max, read);
        if (read.contains("write") && read.value("read", false)) {
            blob.refuse("write", "cannot be asked for together with read");
        }
    }
    parent.take(blob.finish());
    out = std::move(read);
}

/// CTAP 2.1 section 12.1.
void read_cred_protect(document& all, json& out)
{
    constexpr const char* policies[] = {"userVerificationOptional", "userVerificationOptionalWithCredentialIDList",
                                        "userVerificationRequired"};
    const auto policy = all.choice("credentialProtectionPolicy", {policies[0], policies[1], policies[2]});
    if (policy) {
        out["credentialProtectionPolicy"] = policies[*policy];
    }
    const std::optional<bool> enforced = all.flag_if("enforceCredentialProtectionPolicy");
    if (enforced && !policy) {
        all.refuse("enforceCredentialProtectionPolicy", "needs credentialProtectionPolicy");
    }
    if (enforced) {
        out["enforceCredentialProtectionPolicy"] = *enforced;
    }
}

}  // namespace

problem read_extension_inputs(json_view given, ceremony_kind kind, json& out)
{
    document all(given, "extensions");
    json read = json::object();
    if (kind == ceremony_kind::registration) {
        copy_text(all, "appidExclude", read);
        copy_flag(all, "credProps", read);
        copy_flag(all, "minPinLength", read);
        copy_flag(all, "hmacCreateSecret", read);
        read_cred_protect(all, read);
    } else {
        copy_text(all, "appid", read);
    }
    if (const auto blob = all.object_if("largeBlob")) {
        read_large_blob(all, *blob, kind, read["largeBlob"]);
    }
    if (const auto prf = all.object_if("prf")) {
        read_prf(all, *prf, kind, read["prf"]);
    }
    problem fault = all.finish();
    if (fault.code == status::ok) {
        out = std::move(read);
    }
    return fault;
}

}  // namespace counterseal::core
