// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/options.hpp"

#include <array>
#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/webauthn/document.hpp"
#include "core/webauthn/extension_inputs.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t request_max = std::size_t{1024} * 1024;
constexpr std::size_t challenge_len = 32;
constexpr std::size_t user_id_max = 64;  // section 5.4.3
constexpr std::size_t name_max = 256;
constexpr std::size_t descriptors_max = 1000;
constexpr std::size_t words_max = 16;
constexpr std::size_t word_max = 32;
constexpr std::int64_t timeout_max_s = 86'400;
constexpr std::int64_t timeout_s = 300;

std::string challenge_of(const crypto& by, document& from)
{
    if (const auto given = from.bytes_if("challenge", challenge_min, challenge_max)) {
        return to_base64url<std::string>(*given);
    }
    std::array<std::uint8_t, challenge_len> made{};
    if (const status s = by.random(made); s != status::ok) {
        from.take({s, "the provider gave no random bytes"});
    }
    return to_base64url<std::string>(made);
}

/// PublicKeyCredentialDescriptorJSON (section 5.8.3). A bare identifier will do.
json descriptors(document& from, const char* name)
{
    json out = json::array();
    const auto given = from.array_if(name, descriptors_max);
    if (!given) {
        return out;
    }
    for (const json_view one : *given) {
        document credential(one, name);
        json made = {{"type", "public-key"},
                     {"id", to_base64url<std::string>(credential.bytes("id", 1, credential_id_max))}};
        if (std::vector<std::string> transports = credential.texts("transports", words_max, word_max);
            !transports.empty()) {
            made["transports"] = std::move(transports);
        }
        from.take(credential.finish());
        out.push_back(std::move(made));
    }
    return out;
}

void copy_words(document& from, const char* name, const char* as, json& out)
{
    if (std::vector<std::string> words = from.texts(name, words_max, word_max); !words.empty()) {
        out[as] = std::move(words);
    }
}

/// What both ceremonies have.
void fill(const crypto& by, document& from, ceremony_kind kind, json& out)
{
    out["challenge"] = challenge_of(by, from);
    out["timeout"] = from.integer_if("timeout_s", 1, timeout_max_s).value_or(timeout_s) * 1000;
    constexpr const char* hints[] = {"security-key", "client-device", "hybrid"};  // section 5.8.7
    if (std::vector<std::string> given = from.texts("hints", words_max, word_max); !given.empty()) {
        for (const std::string& hint : given) {
            if (std::ranges::find(hints, hint) == std::end(hints)) {
                from.refuse("hints", R"(must be "security-key", "client-device" or "hybrid")");
            }
        }
        out["hints"] = std::move(given);
    }
    if (const auto extensions = from.object_if("extensions")) {
        from.take(read_extension_inputs(*extensions, kind, out["extensions"]));
    }
}

json algorithms_of(const relying_party& party)
{
    json out = json::array();
    for (const std::int64_t algorithm : party.algorithms) {
        out.push_back({{"type", "public-key"}, {"alg", algorithm}});
    }
    return out;
}

json selection(document& from, const relying_party& party)
{
    json out = {{"userVerification", name_of(party.user_verification)}};
    const auto resident = static_cast<requirement>(from.choice("resident_key", {"required", "preferred", "discouraged"})
                                                       .value_or(static_cast<std::size_t>(requirement::preferred)));
    out["residentKey"] = name_of(resident);
    out["requireResidentKey"] = resident == requirement::required;  // what clients of Level 1 read
    if (const auto attachment = from.choice("attachment", {"platform", "cross-platform"})) {
        out["authenticatorAttachment"] = *attachment == 0 ? "platform" : "cross-platform";
    }
    return out;
}

std::optional<std::string> finish(document& from, const json& out, problem& why)
{
    why = from.finish();
    return why.code == status::ok ? std::optional(out.dump()) : std::nullopt;
}

}  // namespace

std::optional<std::string> registration_options(const crypto& by, const relying_party& party, std::string_view request,
                                                problem& why)
{
    document from(request, request_max, "request");
    json out = json::object();
    fill(by, from, ceremony_kind::registration, out);
    out["rp"] = {{"id", party.rp_id}, {"name", party.rp_name}};
    const std::string user_id = to_base64url<std::string>(from.bytes("user_id", 1, user_id_max));
    const std::string user_name = from.text("user_name", name_max);
    out["user"] = {{"id", user_id},
                   {"name", user_name},
                   {"displayName", from.text_if("user_display_name", name_max).value_or(user_name)}};
    out["pubKeyCredParams"] = algorithms_of(party);
    out["excludeCredentials"] = descriptors(from, "exclude");
    out["authenticatorSelection"] = selection(from, party);
    constexpr const char* conveyances[] = {"none", "indirect", "direct", "enterprise"};
    out["attestation"] =
        conveyances[from.choice("attestation", {"none", "indirect", "direct", "enterprise"}).value_or(0)];
    copy_words(from, "attestation_formats", "attestationFormats", out);
    return finish(from, out, why);
}

std::optional<std::string> authentication_options(const crypto& by, const relying_party& party,
                                                  std::string_view request, problem& why)
{
    document from(request, request_max, "request");
    json out = json::object();
    fill(by, from, ceremony_kind::authentication, out);
    out["rpId"] = party.rp_id;
    out["allowCredentials"] = descriptors(from, "allow");
    out["userVerification"] = name_of(party.user_verification);
    return finish(from, out, why);
}

}  // namespace counterseal::core
