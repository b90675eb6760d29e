// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=8192
// Whole registrations: RegistrationResponseJSON through the C functions, as text and as the bytes beneath.
#include "core/webauthn/registration.hpp"

#include <algorithm>
#include <array>

#include "core/webauthn/refusal.hpp"
#include "core/webauthn/response_json.hpp"
#include "tests/fuzz/support/webauthn_records.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

/// The parties of the vectors: one that takes what it can, and one that is strict about everything.
const std::array<party_handle, 3>& parties()
{
    static const std::string start = std::string(R"({"rp_id":"example.org","algorithms":)") + all_algorithms;
    static const std::array<party_handle, 3> all = {
        party_of(start +
                 R"(,"origins":["https://example.org"],"cross_origin":true,"top_origins":["https://example.com"],)"
                 R"("appid_exclude":"https://example.org/u2f","quirks":["ed25519_text_labels"]})"),
        party_of(R"({"rp_id":"example.org","origins":["https://example.org"],"algorithms":[-7],)"
                 R"("backup_eligible_allowed":false,"user_verification":"required"})"),
        party_of(start + R"(,"origins":["https://example.org"],"attestation_required":true,"anchors":[")" +
                 section_16_anchor() + R"("]})")};
    return all;
}

constexpr std::size_t answer_max = 8192;

struct verdict {
    answer<char> text;
    std::uint32_t step = 0;
    std::string refusal;
    std::string record;
};

void expect_consistent(const verdict& v)
{
    const auto facts = std::find_if(core::all_refusals().begin(), core::all_refusals().end(),
                                    [&](const core::refusal_facts& one) { return one.name == v.refusal; });
    FUZZ_EXPECT(facts != core::all_refusals().end());
    FUZZ_EXPECT(v.text.status == static_cast<cseal_status>(facts->code));
    FUZZ_EXPECT(v.step == facts->registration_step);
    FUZZ_EXPECT((v.text.status == CSEAL_OK) == (v.step == 0) && (v.step == 0) == !v.record.empty());
    FUZZ_EXPECT(v.text.status == CSEAL_OK || v.text.status == CSEAL_WRONG || v.text.status == CSEAL_MALFORMED);
    FUZZ_EXPECT(v.record.size() <= CSEAL_WEBAUTHN_RECORD_MAX);
}

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
    expect_consistent(out);
    return out;
}

/// What is stored can be read and used.
void expect_usable(const verdict& v)
{
    cseal_webauthn_key* made = nullptr;
    FUZZ_EXPECT(cseal_webauthn_key_new(crypto_handle(), v.record.data(), v.record.size(), nullptr, &made) == CSEAL_OK);
    const key_handle key(made);
}

/// What is registered already is not registered again.
void expect_taken(const core::registration_json& read, const std::string& expected)
{
    const std::string taken = expected.substr(0, expected.size() - 1) + R"(,"taken":["AQID",")" +
                              core::to_base64url<std::string>(read.credential_id) + R"("]})";
    const verdict v = verified([&](auto... to) {
        return cseal_webauthn_verify_registration_raw(
            parties()[0].get(), taken.data(), taken.size(), nullptr, 0, read.client_data.data(),
            read.client_data.size(), read.attestation_object.data(), read.attestation_object.size(), nullptr, to...);
    });
    FUZZ_EXPECT(v.refusal == "credential_id_taken");
}

/// Rules that contradict themselves accept nothing, whatever the response is.
void expect_rules(const core::registration_json& read)
{
    static const octets challenge(16);
    static const std::vector<std::string> origins = {"https://example.org"};
    core::registration_rules good{.ceremony = {.challenge = challenge, .rp_id = "example.org"}};
    good.ceremony.origins.origins = origins;
    core::registration_rules rules[4] = {good, good, good, good};
    rules[0].ceremony.challenge = {};
    rules[1].algorithms = {};
    rules[2].attestation_required = true;
    static const octets der = test::section_16_root();
    static const core::bytes_view root(der);
    static const core::trust_anchors anchors = core::trust_anchors::from_der(provider(), std::span(&root, 1)).value();
    rules[3].anchors = &anchors;
    for (const core::registration_rules& broken : rules) {
        const core::registration out = core::verify_registration(provider(), read.raw(), broken);
        FUZZ_EXPECT(out.reason == core::refusal::rules && out.broken_rule != nullptr && out.record.id.empty());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view response = text_of(data, size);
    const core::registration_json read = core::read_registration_json(response);
    const std::string expected = R"({"challenge":")" + challenge_in(read.client_data) + R"(","at":1800000000})";
    const auto id = ask<std::uint8_t>([&](std::uint8_t* out, std::size_t cap, std::size_t* len) {
        return cseal_webauthn_credential_id(response.data(), response.size(), out, cap, len);
    });
    for (const party_handle& party : parties()) {
        const verdict v = verified(
            [&](auto... to) {
                return cseal_webauthn_verify_registration(party.get(), expected.data(), expected.size(),
                                                          response.data(), response.size(), nullptr, to...);
            },
            party == parties()[0]);
        if (v.text.status == CSEAL_OK) {
            expect_usable(v);
            expect_taken(read, expected);
            FUZZ_EXPECT(id.status == CSEAL_OK && id.out == read.credential_id);
        }
        if (read.reason != core::refusal::none) {
            FUZZ_EXPECT(v.refusal == core::facts_of(read.reason).name);
            continue;
        }
        const verdict raw = verified([&](auto... to) {
            return cseal_webauthn_verify_registration_raw(
                party.get(), expected.data(), expected.size(), read.credential_id.data(), read.credential_id.size(),
                read.client_data.data(), read.client_data.size(), read.attestation_object.data(),
                read.attestation_object.size(), nullptr, to...);
        });
        FUZZ_EXPECT(raw.refusal == v.refusal);
    }
    expect_rules(read);
    return 0;
}
