// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=8192
// Whole authentications: AuthenticationResponseJSON through the C functions, as text and as the bytes beneath, with a
// kept key and with one that is built. The record is the one that has the response's identifier.
#include "core/webauthn/authentication.hpp"

#include <algorithm>

#include "core/webauthn/refusal.hpp"
#include "core/webauthn/response_json.hpp"
#include "tests/fuzz/support/webauthn_records.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

const std::vector<party_handle>& parties()
{
    static const std::vector<party_handle> all = [] {
        std::vector<party_handle> made;
        const std::string start = R"({"rp_id":"example.org","origins":["https://example.org"])";
        made.push_back(party_of(start + R"(,"cross_origin":true,"top_origins":["https://example.com"],)"
                                        R"("appid":"https://example.org/u2f","backup_eligibility_may_rise":true,)"
                                        R"("sign_count_may_stay":true,"may_initialize_uv":true,"subdomains":true})"));
        made.push_back(party_of(start + R"(,"backup_eligible_allowed":false,"user_verification":"required"})"));
        made.push_back(party_of(start + "}"));
        return made;
    }();
    return all;
}

/// The record of this identifier; where there is none, the first.
const stored_record& record_of(core::bytes_view id)
{
    for (const stored_record& one : stored_records()) {
        if (one.id == copy_of(id)) {
            return one;
        }
    }
    return stored_records().front();
}

const cseal_webauthn_key* kept_key(const stored_record& of)
{
    static std::vector<key_handle> keys(stored_records().size());
    key_handle& at = keys.at(static_cast<std::size_t>(&of - stored_records().data()));
    if (at == nullptr) {
        cseal_webauthn_key* made = nullptr;
        FUZZ_EXPECT(cseal_webauthn_key_new(crypto_handle(), of.text.data(), of.text.size(), nullptr, &made) ==
                    CSEAL_OK);
        at.reset(made);
    }
    return at.get();
}

constexpr std::size_t answer_max = 8192;

struct verdict {
    answer<char> text;
    std::uint32_t step = 0;
    std::string refusal;
    std::string record;

    bool operator==(const verdict&) const = default;
};

/// Asked five times it is slow: the rules of outputs are looked at once an input.
template <class Call>
verdict verified(Call call, bool is_thorough = false)
{
    verdict out;
    std::string record(CSEAL_WEBAUTHN_RECORD_MAX, '\0');
    const char* name = nullptr;
    std::size_t record_len = 0;
    const auto once = [&](char* text, std::size_t cap, std::size_t* len) {
        return call(&out.step, &name, record.data(), record.size(), &record_len, text, cap, len);
    };
    std::size_t len = 0;
    out.text = is_thorough ? ask<char>(once) : call_with<char>(once, answer_max, len);
    out.refusal = name;
    out.record = record.substr(0, record_len);
    const auto facts = std::find_if(core::all_refusals().begin(), core::all_refusals().end(),
                                    [&](const core::refusal_facts& one) { return one.name == out.refusal; });
    FUZZ_EXPECT(facts != core::all_refusals().end());
    FUZZ_EXPECT(out.text.status == static_cast<cseal_status>(facts->code));
    FUZZ_EXPECT(out.step == facts->authentication_step);
    FUZZ_EXPECT((out.text.status == CSEAL_OK) == (out.step == 0) && (out.step == 0) == !out.record.empty());
    return out;
}

/// Rules that contradict themselves accept nothing, nor does a stored key that is none.
void expect_refused(const core::authentication_json& read)
{
    static const octets challenge(16);
    static const octets long_handle(65);
    static const std::vector<std::string> origins = {"https://example.org"};
    core::authentication_rules good{.ceremony = {.challenge = challenge, .rp_id = "example.org"}};
    good.ceremony.origins.origins = origins;
    good.is_user_identified = true;
    core::authentication_rules rules[4] = {good, good, good, good};
    rules[0].ceremony.challenge = {};
    rules[1].user_handle = long_handle;
    rules[2].is_user_identified = false;
    rules[3].appid = "http://example.org";
    const core::stored_credential nothing{.id = read.credential_id, .public_key = {}};
    for (const core::authentication_rules& broken : rules) {
        const core::authentication out = core::verify_authentication(provider(), read.raw(), nothing, broken);
        FUZZ_EXPECT(out.reason == core::refusal::rules && out.broken_rule != nullptr);
    }
    static constexpr std::uint8_t spki[] = {0x30, 0x59};
    const std::string issued = challenge_in(read.client_data);
    const octets theirs = core::from_base64url(issued).value_or(challenge);
    good.ceremony.challenge = theirs;
    for (const core::bytes_view key : {core::bytes_view(spki), core::bytes_view()}) {
        const core::stored_credential stored{.id = read.credential_id, .public_key = key};
        FUZZ_EXPECT(!core::verify_authentication(provider(), read.raw(), stored, good).is_accepted());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view response = text_of(data, size);
    const core::authentication_json read = core::read_authentication_json(response);
    const stored_record& stored = record_of(read.credential_id);
    const std::string start = R"({"challenge":")" + challenge_in(read.client_data) + '"';
    static const std::vector<std::string> asked_for = {
        R"(,"user_handle":"AAECAw"})", R"(,"user_handle":"AAECAw","usernameless":true})", R"(,"allow":["AQID"]})"};
    std::size_t which = 0;
    for (const party_handle& party : parties()) {
        const std::string expected = start + asked_for.at(which++);
        const auto ask_with = [&](const cseal_webauthn_key* key) {
            return verified(
                [&](auto... to) {
                    return cseal_webauthn_verify_authentication(party.get(), expected.data(), expected.size(),
                                                                stored.text.data(), stored.text.size(), key,
                                                                response.data(), response.size(), nullptr, to...);
                },
                key != nullptr && which == 1);
        };
        const verdict v = ask_with(nullptr);
        FUZZ_EXPECT(ask_with(kept_key(stored)) == v);
        if (read.reason != core::refusal::none) {
            FUZZ_EXPECT(v.refusal == core::facts_of(read.reason).name);
            continue;
        }
        static constexpr std::uint8_t nothing = 0;
        const std::uint8_t* const handle = !read.user_handle           ? nullptr
                                           : read.user_handle->empty() ? &nothing
                                                                       : read.user_handle->data();
        const verdict raw = verified([&](auto... to) {
            return cseal_webauthn_verify_authentication_raw(
                party.get(), expected.data(), expected.size(), stored.text.data(), stored.text.size(), nullptr,
                read.credential_id.data(), read.credential_id.size(), read.client_data.data(), read.client_data.size(),
                read.authenticator_data.data(), read.authenticator_data.size(), read.signature.data(),
                read.signature.size(), handle, read.user_handle ? read.user_handle->size() : 0, nullptr, to...);
        });
        FUZZ_EXPECT(raw.refusal == v.refusal && raw.record == v.record);
    }
    expect_refused(read);
    return 0;
}
