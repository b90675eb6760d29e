// SPDX-License-Identifier: Apache-2.0
// The steps that refusals name, as the sections of WebAuthn Level 3 count them: 7.1 for registration, 7.2 for
// authentication; 0 where a ceremony has no such step.
#include "core/webauthn/refusal.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "core/webauthn/authentication.hpp"
#include "core/webauthn/registration.hpp"

namespace counterseal::core {
namespace {

using steps = std::pair<int, int>;

TEST(Refusal, NamesTheStepOfItsSection)
{
    // Read from the sections, not from the table that is tested.
    const std::map<std::string, steps> wanted = {
        {"none", {0, 0}},
        {"rules", {1, 1}},
        {"response_json", {3, 3}},
        {"response_member", {3, 3}},
        {"credential_type", {3, 3}},
        {"extension_outputs", {4, 4}},
        {"credential_not_allowed", {0, 5}},
        {"user_handle_missing", {0, 6}},
        {"user_handle", {0, 6}},
        {"user_credential", {0, 6}},
        {"client_data_encoding", {5, 8}},
        {"client_data_json", {6, 9}},
        {"type", {7, 10}},
        {"challenge", {8, 11}},
        {"origin", {9, 12}},
        {"cross_origin", {10, 13}},
        {"top_origin", {11, 14}},
        {"attestation_object", {13, 0}},
        {"authenticator_data", {13, 15}},
        {"no_attested_credential", {13, 0}},
        {"credential_id_differs", {13, 0}},
        {"rp_id", {14, 15}},
        {"user_presence", {15, 16}},
        {"user_verification", {16, 17}},
        {"backup_state", {17, 18}},
        {"backup_eligible", {18, 18}},
        {"backup_eligibility_changed", {0, 19}},
        {"public_key", {20, 0}},
        {"algorithm_unsupported", {20, 0}},
        {"algorithm_not_listed", {20, 0}},
        {"attestation_format", {21, 0}},
        {"attestation_statement", {22, 0}},
        {"attestation_algorithm", {22, 0}},
        {"attestation_certificate", {22, 0}},
        {"attestation_aaguid", {22, 0}},
        {"attestation_signature", {22, 0}},
        {"attestation_missing", {24, 0}},
        {"attestation_untrusted", {24, 0}},
        {"credential_id_length", {25, 0}},
        {"credential_id_taken", {26, 0}},
        {"stored_key", {0, 21}},
        {"stored_key_spki", {0, 21}},
        {"signature_encoding", {0, 21}},
        {"signature", {0, 21}},
        {"sign_count", {0, 22}},
        {"provider", {22, 21}},
    };
    for (const refusal_facts& facts : all_refusals()) {
        const auto found = wanted.find(facts.name);
        ASSERT_NE(found, wanted.end()) << facts.name;
        EXPECT_EQ(steps(facts.registration_step, facts.authentication_step), found->second) << facts.name;
        const bool is_refused = facts.registration_step != 0 || facts.authentication_step != 0;
        EXPECT_EQ(is_refused, facts.code != status::ok) << facts.name;
    }
    EXPECT_EQ(all_refusals().size(), wanted.size());
}

TEST(Refusal, NothingIsAcceptedBeforeItWasLookedAt)
{
    EXPECT_FALSE(registration().is_accepted());
    EXPECT_FALSE(authentication().is_accepted());
}

}  // namespace
}  // namespace counterseal::core
