// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=3000
// Attestation statements: an attestation object, and behind it the 32 bytes of the client data's hash. A statement that
// is valid speaks of these bytes and no others.
#include "core/webauthn/attestation.hpp"

#include <algorithm>

#include "tests/fuzz/support/webauthn.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

constexpr std::int64_t at_s = 1800000000;  // in 2027: the certificates of section 16 are valid from 2024 on

struct object {
    std::string_view format;
    core::cbor_value statement;
    core::bytes_view data;
};

std::optional<object> read(core::bytes_view bytes)
{
    const auto map = core::cbor_value::read(bytes);
    const auto format = map ? map->find("fmt") : std::nullopt;
    const auto statement = map ? map->find("attStmt") : std::nullopt;
    const auto data = map ? map->find("authData") : std::nullopt;
    if (!format || !format->text() || !statement || !data || !data->bytes()) {
        return std::nullopt;
    }
    return object{*format->text(), *statement, *data->bytes()};
}

void expect_path(const core::attestation_verdict& verdict)
{
    static const core::trust_anchors none = core::trust_anchors::from_der(provider(), {}).value();
    const std::span<const core::certificate> path = verdict.path;
    FUZZ_EXPECT(!path.empty() && path.size() <= 8);
    FUZZ_EXPECT(!none.vouch_for(path[0], path.subspan(1), at_s));
}

void expect_bound(const object& of, const core::attested& about)
{
    const core::attestation_verdict verdict = core::verify_attestation(of.format, of.statement, about);
    FUZZ_EXPECT(core::facts_of(verdict.reason).registration_step ==
                (verdict.reason == core::refusal::none                 ? 0
                 : verdict.reason == core::refusal::attestation_format ? 21
                                                                       : 22));
    if (verdict.reason != core::refusal::none) {
        FUZZ_EXPECT(verdict.path.empty());
        return;
    }
    FUZZ_EXPECT(of.format == "none" || of.format == "packed" || of.format == "fido-u2f");
    FUZZ_EXPECT((of.format == "none") == (verdict.type == core::attestation_type::none));
    if (of.format == "none") {
        FUZZ_EXPECT(of.statement.size() == 0);
        return;
    }
    FUZZ_EXPECT((verdict.type == core::attestation_type::certified) == of.statement.find("x5c").has_value());
    if (verdict.type == core::attestation_type::certified) {
        expect_path(verdict);
    }
    core::sha256_digest other = about.client_data_hash;
    other[0] ^= 1;
    const core::attested of_another{
        about.by, about.authenticator_bytes, about.data, about.credential, about.key, about.prepared, other};
    FUZZ_EXPECT(core::verify_attestation(of.format, of.statement, of_another).reason ==
                core::refusal::attestation_signature);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    core::sha256_digest hash{};
    if (size < hash.size()) {
        return 0;
    }
    std::copy_n(bytes + size - hash.size(), hash.size(), hash.begin());
    const std::optional<object> of = read({bytes, size - hash.size()});
    const auto data = of ? core::read_authenticator_data(of->data, 0) : std::nullopt;
    if (!data || !data->credential) {
        return 0;
    }
    const core::cose_reading key = core::read_cose_key(data->credential->public_key, 0);
    if (key.fault != core::cose_fault::none) {
        return 0;
    }
    const core::prepared_key prepared = core::prepare_new(provider(), key.key);
    if (prepared.key) {
        expect_bound(*of, {provider(), of->data, *data, *data->credential, key.key, *prepared.key, hash});
    }
    return 0;
}
