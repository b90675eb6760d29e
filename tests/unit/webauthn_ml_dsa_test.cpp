// SPDX-License-Identifier: Apache-2.0
// Passkeys with ML-DSA, from the settings to the login: accepted where OpenSSL has it, refused at each step elsewhere.
#include <gtest/gtest.h>

#include "core/enroll/json.hpp"
#include "core/webauthn/credential_column.hpp"
#include "core/webauthn/options.hpp"
#include "tests/unit/support/webauthn_statement.hpp"

namespace counterseal::core {
namespace {

using test::cose_akp;
using test::joined;
using test::octets;
using test::octets_of;
using test::registering;
using test::signing_key;

constexpr std::int64_t asked_for[] = {cose::ml_dsa_87, cose::ml_dsa_65, cose::ml_dsa_44};
constexpr std::string_view settings =
    R"({"rp_id":"example.org","origins":["https://example.org"],"algorithms":[-50,-49,-48]})";

struct ml_dsa_case {
    std::int64_t algorithm;
    const char* type;
    std::size_t key_len;
};
constexpr ml_dsa_case cases[] = {
    {cose::ml_dsa_44, "ML-DSA-44", 1312}, {cose::ml_dsa_65, "ML-DSA-65", 1952}, {cose::ml_dsa_87, "ML-DSA-87", 2592}};

authentication logged_in(const signing_key& signer, const octets& cose, const octets& behind = {})
{
    test::said says;
    says.type = "webauthn.get";
    const octets data = says.authenticator_data({});
    const octets client = octets_of(says.client_data());
    const octets id(16, 0x1d);
    const octets signature = joined({signer.sign(joined({data, test::sha256(client)})), behind});
    authentication_rules rules{.ceremony = test::ceremony_rules()};
    rules.is_user_identified = true;
    return verify_authentication(test::provider(), {id, client, data, signature}, {.id = id, .public_key = cose},
                                 rules);
}

TEST(MlDsa, IsUnsupportedWhereOpensslHasNone)
{
    if (test::has_ml_dsa()) {
        GTEST_SKIP() << "not run: this OpenSSL has ML-DSA";
    }
    problem why;
    EXPECT_FALSE(read_relying_party(test::provider(), settings, why));
    EXPECT_EQ(why.code, status::e_unsupported);
    EXPECT_EQ(why.text, "algorithms must be numbers of COSE algorithms that are verified here, such as -7");
    for (const ml_dsa_case& one : cases) {
        SCOPED_TRACE(one.type);
        registering r;
        r.cose = cose_akp(one.algorithm, octets(one.key_len, 1));
        r.rules.algorithms = asked_for;
        const registration out = r.run();
        EXPECT_EQ(out.reason, refusal::algorithm_unsupported) << facts_of(out.reason).name;
        EXPECT_TRUE(out.record.id.empty());
        EXPECT_EQ(logged_in(test::passkey(), r.cose).reason, refusal::stored_key);
    }
}

TEST(MlDsa, IsOfferedOnlyWhereItIsAskedFor)
{
    if (!test::has_ml_dsa()) {
        GTEST_SKIP() << "not run: this OpenSSL has no ML-DSA";
    }
    const auto offered = [](std::string_view from) {
        problem why;
        const auto party = read_relying_party(test::provider(), from, why);
        EXPECT_TRUE(party) << why.text;
        const auto options =
            registration_options(test::provider(), party.value(), R"({"user_id":"AAEC","user_name":"ada"})", why);
        const json made = json::parse(options.value());
        std::vector<std::int64_t> out;
        for (const json& one : made.at("pubKeyCredParams")) {
            out.push_back(one.at("alg").get<std::int64_t>());
        }
        return out;
    };
    EXPECT_EQ(offered(settings), std::vector(std::begin(asked_for), std::end(asked_for)));
    EXPECT_EQ(offered(R"({"rp_id":"example.org"})"), (std::vector<std::int64_t>{-19, -8, -7, -257}));
}

TEST(MlDsa, RegistersIsStoredAndLogsIn)
{
    if (!test::has_ml_dsa()) {
        GTEST_SKIP() << "not run: this OpenSSL has no ML-DSA";
    }
    for (const ml_dsa_case& one : cases) {
        SCOPED_TRACE(one.type);
        const signing_key signer = signing_key::make_ml_dsa(one.type);
        test::packed self;
        self.algorithm = one.algorithm;
        self.signer = &signer;
        registering r;
        self.apply(r);
        r.cose = cose_akp(one.algorithm, signer.raw());
        r.id = octets(credential_id_max, 0x1d);
        EXPECT_EQ(r.run().reason, refusal::algorithm_not_listed);
        r.rules.algorithms = asked_for;
        const registration out = r.run();
        ASSERT_EQ(out.reason, refusal::none) << facts_of(out.reason).name;
        EXPECT_EQ(out.algorithm, one.algorithm);
        EXPECT_EQ(out.type, attestation_type::self);

        const kept_credential kept =
            keep(out, std::vector<std::string>(transports_max, std::string(transport_max, 'x')));
        const std::string column = write_credential(kept);
        EXPECT_LE(column.size(), credential_column_max);
        problem why;
        EXPECT_EQ(read_credential(column, why), kept) << why.text;

        EXPECT_EQ(logged_in(signer, kept.public_key).reason, refusal::none);
        EXPECT_EQ(logged_in(signer, kept.public_key, {0}).reason, refusal::signature);
        EXPECT_EQ(logged_in(signing_key::make_ml_dsa(one.type), kept.public_key).reason, refusal::signature);
        self.change = [](octets signature) {
            signature.back() ^= 1;
            return signature;
        };
        self.apply(r);
        EXPECT_EQ(r.run().reason, refusal::attestation_signature);
    }
}

TEST(MlDsa, KeysOfCertificatesVouch)
{
    if (!test::has_ml_dsa()) {
        GTEST_SKIP() << "not run: this OpenSSL has no ML-DSA";
    }
    for (const ml_dsa_case& one : cases) {
        SCOPED_TRACE(one.type);
        const signing_key model = signing_key::make_ml_dsa(one.type);
        test::packed statement;
        statement.algorithm = one.algorithm;
        statement.signer = &model;
        statement.path = {make_certificate(model, test::authority(), {})};
        const trust_anchors anchors = test::anchors_of(test::root());
        EXPECT_EQ(run(statement, &anchors, true).trust, attestation_trust::anchored);
        statement.algorithm = one.algorithm == cose::ml_dsa_44 ? cose::ml_dsa_65 : cose::ml_dsa_44;
        EXPECT_EQ(run(statement, &anchors, true).reason, refusal::attestation_algorithm);
    }
}

}  // namespace
}  // namespace counterseal::core
