// SPDX-License-Identifier: Apache-2.0
// A ceremony that would be accepted, with the places where a mutation may change it before and after it is signed.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/support/webauthn_statement.hpp"

namespace counterseal::test {

using generator = std::mt19937_64;

inline std::size_t below(generator& random, std::size_t n)
{
    return static_cast<std::size_t>(random() % n);
}

struct credential_kind {
    const char* name;
    std::int64_t algorithm;
    const signing_key* key;
    octets cose;
};

/// ES256, ES384, EdDSA and RS256: what both peers know.
[[nodiscard]] const std::vector<credential_kind>& credential_kinds();

using change = std::function<octets(octets)>;
using text_change = std::function<std::string(std::string)>;
using cbor_pairs = std::vector<std::pair<octets, octets>>;

struct draft {
    bool is_registration = true;
    const credential_kind* kind = nullptr;
    said says{};
    octets aaguid = octets(16, 0);
    octets id = octets(16, 0x1d);
    octets cose{};
    std::string format = "none";  // none, packed, fido-u2f, or what a mutation says
    bool is_certified = false;    // packed: with x5c
    bool user_verification_required = false;
    std::uint32_t stored_count = 0;
    bool stored_eligible = false;
    certificate_plan plan{};

    // Before the authenticator signs.
    std::vector<text_change> client_said{};
    std::vector<change> data_said{};
    std::optional<std::int64_t> statement_algorithm{};
    std::vector<change> path_said{};  // the x5c item
    // After it has.
    std::vector<change> signature{};
    std::function<void(cbor_pairs&)> statement_pairs{};
    std::function<void(cbor_pairs&)> object_pairs{};
    std::vector<change> client_sent{};
    std::vector<change> data_sent{};  // the attestation object of a registration
    std::string named_id{};           // base64url; empty: the identifier's
    std::string user_handle{};        // JSON; empty: no such member
    std::vector<text_change> json{};
};

struct message {
    std::string response;
    octets client_data;
    octets object;  // of a registration
    octets data;
    octets sent_signature;
    octets id;
};

/// What a browser would send of this draft.
[[nodiscard]] message signed_message(const draft& from);

/// A draft of either ceremony, of one kind, that is accepted as it is.
[[nodiscard]] draft good_draft(generator& random);

struct mutation {
    const char* name;
    void (*apply)(draft& to, generator& random);
};

[[nodiscard]] const std::vector<mutation>& said_mutations();  // client data, authenticator data, JSON
[[nodiscard]] const std::vector<mutation>& form_mutations();  // CBOR, keys, statements, certificates, bytes

/// Bytes with one thing changed anywhere: a bit, a byte, one more, one less, a piece twice.
[[nodiscard]] octets disturbed(octets bytes, generator& random);

}  // namespace counterseal::test
