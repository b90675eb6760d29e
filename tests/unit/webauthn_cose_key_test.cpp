// SPDX-License-Identifier: Apache-2.0
// Credential public keys: every algorithm, and each way in which type, curve and algorithm can disagree.
#include "core/webauthn/cose_key.hpp"

#include <gtest/gtest.h>

#include "core/webauthn/quirk.hpp"
#include "tests/unit/support/cbor_writer.hpp"
#include "tests/unit/support/signing_key.hpp"

namespace counterseal::core {
namespace {

using test::cbor_bytes;
using test::cbor_int;
using test::cbor_map;
using test::cbor_text;
using test::cose_akp;
using test::cose_ec;
using test::cose_okp;
using test::cose_rsa;
using test::hex;
using test::joined;
using test::octets;
using test::octets_of;
using test::signing_key;
using test::unhex;

const crypto& provider()
{
    static const std::unique_ptr<const crypto> one = crypto::open("");
    return *one;
}

cose_fault fault_of(const octets& bytes, std::uint32_t quirks = 0)
{
    return read_cose_key(bytes, quirks).fault;
}

/// Whether a key of this form verifies what `signer` signs.
void expect_verifies(const octets& bytes, std::int64_t algorithm, const signing_key& signer)
{
    const cose_reading read = read_cose_key(bytes, 0);
    ASSERT_EQ(read.fault, cose_fault::none) << hex(bytes);
    EXPECT_EQ(read.key.algorithm, algorithm);
    const prepared_key made = prepare_new(provider(), read.key);
    ASSERT_EQ(made.fault, cose_fault::none);
    const octets message = octets_of("message");
    EXPECT_EQ(made.key->verify(message, signer.sign(message)), status::ok);
    EXPECT_NE(made.key->verify(octets_of("other"), signer.sign(message)), status::ok);
    EXPECT_EQ(cose_key_len(joined({bytes, octets{0xa0}}), 0), bytes.size());
}

TEST(CoseKey, EveryAlgorithmVerifies)
{
    struct on_curve {
        std::int64_t algorithm, crv;
        const char* group;
    };
    for (const auto& [algorithm, crv, group] :
         {on_curve{-7, 1, "prime256v1"}, on_curve{-9, 1, "prime256v1"}, on_curve{-35, 2, "secp384r1"},
          on_curve{-51, 2, "secp384r1"}, on_curve{-36, 3, "secp521r1"}, on_curve{-52, 3, "secp521r1"},
          on_curve{-47, 8, "secp256k1"}}) {
        SCOPED_TRACE(algorithm);
        const signing_key signer = signing_key::make_ec(group);
        expect_verifies(cose_ec(algorithm, crv, signer.x(), signer.y()), algorithm, signer);
    }
    const signing_key ed25519 = signing_key::make_ed25519();
    expect_verifies(cose_okp(-8, 6, ed25519.raw()), -8, ed25519);
    expect_verifies(cose_okp(-19, 6, ed25519.raw()), -19, ed25519);
    const signing_key ed448 = signing_key::make_ed448();
    expect_verifies(cose_okp(-53, 7, ed448.raw()), -53, ed448);
    const signing_key rsa = signing_key::make_rsa(2048);
    expect_verifies(cose_rsa(-257, rsa.modulus(), rsa.exponent()), -257, rsa);
    const signing_key pss = signing_key::make_rsa(2048, true);
    expect_verifies(cose_rsa(-37, pss.modulus(), pss.exponent()), -37, pss);
}

TEST(CoseKey, TypeCurveAndAlgorithmAreBound)
{
    const signing_key p256 = signing_key::make_ec("prime256v1");
    const octets x = p256.x();
    const octets y = p256.y();
    for (const std::int64_t crv : {0, 2, 3, 4, 6, 8}) {
        EXPECT_EQ(fault_of(cose_ec(-7, crv, x, y)), cose_fault::mismatch) << crv;
    }
    for (const std::int64_t algorithm : {-35, -36, -47, -51, -52}) {
        EXPECT_EQ(fault_of(cose_ec(algorithm, 1, x, y)), cose_fault::mismatch) << algorithm;
    }
    EXPECT_EQ(fault_of(cose_ec(-8, 6, x, y)), cose_fault::mismatch);
    EXPECT_EQ(fault_of(cose_ec(-257, 1, x, y)), cose_fault::mismatch);
    EXPECT_EQ(fault_of(cose_okp(-7, 1, x)), cose_fault::mismatch);
    EXPECT_EQ(fault_of(cose_okp(-8, 7, octets(57, 9))), cose_fault::mismatch) << "-8 is Ed25519 alone";
    EXPECT_EQ(fault_of(cose_okp(-53, 6, octets(32, 9))), cose_fault::mismatch);
    EXPECT_EQ(fault_of(cose_okp(-8, 4, x)), cose_fault::mismatch) << "X25519 signs nothing";
    EXPECT_EQ(fault_of(cose_rsa(-7, octets(256, 0xab), octets{3})), cose_fault::mismatch);
    EXPECT_EQ(fault_of(cose_rsa(-8, octets(256, 0xab), octets{3})), cose_fault::mismatch);
}

TEST(CoseKey, AlgorithmsThatAreNotOurs)
{
    const octets x(32, 1);
    for (const std::int64_t algorithm : {0, 1, -1, -6, -65535, -38, -258, -259, -46, -54}) {
        EXPECT_EQ(fault_of(cose_ec(algorithm, 1, x, x)), cose_fault::algorithm) << algorithm;
        EXPECT_EQ(scheme_of(algorithm), std::nullopt);
    }
    EXPECT_EQ(scheme_of(-9), signature_scheme::ecdsa_p256_sha256);
}

TEST(CoseKey, ExactParameters)
{
    const octets x(32, 1);
    const auto one = [](std::int64_t n, octets value) { return std::pair(cbor_int(n), std::move(value)); };
    const auto kty = one(1, cbor_int(2));
    const auto alg = one(3, cbor_int(-7));
    const auto crv = one(-1, cbor_int(1));
    const auto px = one(-2, cbor_bytes(x));
    const auto py = one(-3, cbor_bytes(x));
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, px, py})), cose_fault::none);
    EXPECT_EQ(fault_of(cbor_map({alg, crv, px, py})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({kty, crv, px, py})), cose_fault::parameters) << "alg is required";
    EXPECT_EQ(fault_of(cbor_map({kty, alg, px, py})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, py})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, px})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({kty, one(2, cbor_bytes(x)), alg, crv, px, py})), cose_fault::parameters)
        << "an optional parameter";
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, px, py, one(-4, cbor_bytes(x))})), cose_fault::parameters)
        << "a private key";
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, px, one(-3, {0xf5})})), cose_fault::parameters) << "a compressed point";
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, one(-2, cbor_text("x")), py})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({one(1, cbor_text("EC2")), alg, crv, px, py})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({one(1, {0xf5}), alg, crv, px, py})), cose_fault::parameters) << "true is no 1";
    EXPECT_EQ(fault_of(cbor_map({kty, one(3, cbor_text("ES256")), crv, px, py})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, one(-2, cbor_bytes(octets(33, 1))), py})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({kty, alg, crv, px, one(-3, cbor_bytes(octets(31, 1)))})), cose_fault::parameters);
    EXPECT_EQ(fault_of(cose_okp(-8, 6, octets(31, 1))), cose_fault::parameters);
    const octets okp_with_y = cbor_map({one(1, cbor_int(1)), one(3, cbor_int(-8)), one(-1, cbor_int(6)), px, py});
    EXPECT_EQ(fault_of(okp_with_y), cose_fault::parameters);
    EXPECT_EQ(fault_of(cbor_map({one(1, cbor_int(3)), one(3, cbor_int(-257)), px})), cose_fault::parameters);
}

TEST(CoseKey, MlDsaHasOneParameterOfExactLength)
{
    const auto one = [](std::int64_t n, octets value) { return std::pair(cbor_int(n), std::move(value)); };
    for (const auto& [algorithm, len] : {std::pair(-48, 1312), std::pair(-49, 1952), std::pair(-50, 2592)}) {
        SCOPED_TRACE(algorithm);
        const octets pub(static_cast<std::size_t>(len), 9);
        const octets good = cose_akp(algorithm, pub);
        const cose_reading read = read_cose_key(good, 0);
        ASSERT_EQ(read.fault, cose_fault::none);
        EXPECT_EQ(read.key.algorithm, algorithm);
        EXPECT_EQ(read.key.scheme, scheme_of(algorithm));
        EXPECT_EQ(octets(read.key.first.begin(), read.key.first.end()), pub);
        EXPECT_TRUE(read.key.second.empty());
        EXPECT_EQ(cose_key_len(joined({good, octets{0xa0}}), 0), good.size());

        const auto kty = one(1, cbor_int(7));
        const auto alg = one(3, cbor_int(algorithm));
        const auto key = one(-1, cbor_bytes(pub));
        const octets shorter(pub.begin() + 1, pub.end());
        EXPECT_EQ(fault_of(cose_akp(algorithm, shorter)), cose_fault::parameters);
        EXPECT_EQ(fault_of(cose_akp(algorithm, joined({pub, octets{9}}))), cose_fault::parameters);
        EXPECT_EQ(fault_of(cose_akp(algorithm, {})), cose_fault::parameters);
        EXPECT_EQ(fault_of(cose_akp(algorithm == -50 ? -48 : algorithm - 1, pub)), cose_fault::parameters)
            << "the key of another algorithm";
        EXPECT_EQ(fault_of(cbor_map({kty, alg})), cose_fault::parameters);
        EXPECT_EQ(fault_of(cbor_map({kty, key})), cose_fault::parameters) << "alg is required";
        EXPECT_EQ(fault_of(cbor_map({kty, alg, one(-1, cbor_text("pub"))})), cose_fault::parameters);
        EXPECT_EQ(fault_of(cbor_map({kty, alg, one(-2, cbor_bytes(pub))})), cose_fault::parameters);
        EXPECT_EQ(fault_of(cbor_map({kty, one(2, cbor_bytes({})), alg, key})), cose_fault::parameters) << "a kid";
        EXPECT_EQ(fault_of(cbor_map({kty, alg, key, one(-2, cbor_bytes(octets(32, 1)))})), cose_fault::parameters)
            << "a private key";
        EXPECT_EQ(fault_of(cbor_map({alg, kty, key})), cose_fault::encoding) << "names that are not sorted";
        EXPECT_EQ(fault_of(joined({good, octets{0}})), cose_fault::encoding);
        EXPECT_EQ(fault_of(cbor_map({one(1, cbor_int(1)), alg, key})), cose_fault::mismatch);
        EXPECT_EQ(fault_of(cose_okp(algorithm, 6, pub)), cose_fault::mismatch);
        for (const std::int64_t other : {-7, -8, -19, -257}) {
            EXPECT_EQ(fault_of(cose_akp(other, pub)), cose_fault::mismatch) << other;
        }
        EXPECT_EQ(fault_of(cose_akp(-46, pub)), cose_fault::algorithm);
        const cose_fault prepared = test::has_ml_dsa() ? cose_fault::none : cose_fault::unsupported;
        EXPECT_EQ(prepare(provider(), read.key).fault, prepared);
        EXPECT_EQ(prepare_new(provider(), read.key).fault, prepared);
    }
}

TEST(CoseKey, MlDsaVerifies)
{
    if (!test::has_ml_dsa()) {
        GTEST_SKIP() << "not run: this OpenSSL has no ML-DSA";
    }
    for (const auto& [algorithm, type] :
         {std::pair(-48, "ML-DSA-44"), std::pair(-49, "ML-DSA-65"), std::pair(-50, "ML-DSA-87")}) {
        const signing_key signer = signing_key::make_ml_dsa(type);
        expect_verifies(cose_akp(algorithm, signer.raw()), algorithm, signer);
    }
}

TEST(CoseKey, Encoding)
{
    const octets x(32, 1);
    const octets good = cose_ec(-7, 1, x, x);
    EXPECT_EQ(fault_of({}), cose_fault::encoding);
    EXPECT_EQ(fault_of(joined({good, octets{0}})), cose_fault::encoding) << "a byte behind it";
    EXPECT_EQ(fault_of(unhex("80")), cose_fault::encoding);
    EXPECT_EQ(fault_of(octets_of("a text where bytes belong")), cose_fault::encoding);
    EXPECT_EQ(fault_of(cbor_map({{cbor_int(3), cbor_int(-7)}, {cbor_int(1), cbor_int(2)}})), cose_fault::encoding)
        << "names that are not sorted";
    octets twice = good;
    twice[3] = 1;  // the second label
    EXPECT_EQ(fault_of(twice), cose_fault::encoding);
    EXPECT_EQ(cose_key_len(twice, 0), std::nullopt);
    EXPECT_EQ(cose_key_len(unhex("8101"), 0), std::nullopt);
    EXPECT_EQ(cose_key_len({}, 0), std::nullopt);
}

TEST(CoseKey, AnSpkiHasItsOwnFault)
{
    EXPECT_EQ(fault_of(unhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")), cose_fault::spki);
}

TEST(CoseKey, KeysThatAreNoneAreRefusedWhenTheyArePrepared)
{
    const signing_key p256 = signing_key::make_ec("prime256v1");
    const auto fault = [](const octets& bytes) {
        const cose_reading read = read_cose_key(bytes, 0);
        return read.fault == cose_fault::none ? prepare_new(provider(), read.key).fault : read.fault;
    };
    EXPECT_EQ(fault(cose_ec(-7, 1, p256.x(), octets(32, 0))), cose_fault::not_a_key);
    EXPECT_EQ(fault(cose_ec(-47, 8, p256.x(), p256.y())), cose_fault::not_a_key);
    EXPECT_EQ(fault(cose_okp(-8, 6, octets(32, 0))), cose_fault::not_a_key) << "small order";
    EXPECT_EQ(fault(cose_okp(-53, 7, octets(57, 0))), cose_fault::not_a_key);
    EXPECT_EQ(fault(cose_rsa(-257, octets(128, 0xab), octets{1, 0, 1})), cose_fault::not_a_key) << "1024 bits";
    EXPECT_EQ(fault(cose_rsa(-257, octets(256, 0xab), octets{1})), cose_fault::not_a_key);
    EXPECT_EQ(fault(cose_rsa(-257, octets(256, 0xaa), octets{3})), cose_fault::not_a_key) << "an even modulus";
    EXPECT_EQ(fault(cose_rsa(-37, octets(2000, 0xab), octets{3})), cose_fault::not_a_key);
    EXPECT_EQ(fault(cose_rsa(-37, {}, octets{3})), cose_fault::not_a_key);
}

TEST(CoseKey, TextLabelsAreForgivenOnlyByName)
{
    const signing_key signer = signing_key::make_ed25519();
    const octets bytes = joined({unhex("a301634f4b500327206745643235353139215820"), signer.raw()});
    EXPECT_EQ(fault_of(bytes), cose_fault::encoding);
    EXPECT_EQ(cose_key_len(bytes, 0), bytes.size() - 35) << "three pairs, as the map says";
    const auto quirks = static_cast<std::uint32_t>(quirk::ed25519_text_labels);
    const cose_reading read = read_cose_key(bytes, quirks);
    ASSERT_EQ(read.fault, cose_fault::none);
    EXPECT_EQ(read.key.algorithm, cose::eddsa);
    EXPECT_EQ(cose_key_len(joined({bytes, octets{0xa0}}), quirks), bytes.size());
    const octets message = octets_of("m");
    EXPECT_EQ(prepare_new(provider(), read.key).key->verify(message, signer.sign(message)), status::ok);
    EXPECT_EQ(fault_of(joined({bytes, octets{0}}), quirks), cose_fault::encoding);
    EXPECT_EQ(fault_of(octets(bytes.begin(), bytes.end() - 1), quirks), cose_fault::encoding);
    octets other = bytes;
    other[3] = 'X';
    EXPECT_EQ(fault_of(other, quirks), cose_fault::encoding);
    EXPECT_EQ(fault_of(cose_okp(-8, 6, signer.raw()), quirks), cose_fault::none);
}

TEST(CoseKey, EveryCutAndEveryChangedByteIsSurvived)
{
    const signing_key p256 = signing_key::make_ec("prime256v1");
    const octets good = cose_ec(-7, 1, p256.x(), p256.y());
    for (std::size_t len = 0; len < good.size(); ++len) {
        EXPECT_NE(fault_of(octets(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(len)), all_quirks),
                  cose_fault::none);
    }
    std::size_t n_sound = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            octets changed = good;
            changed[at] = static_cast<std::uint8_t>(byte);
            const cose_reading read = read_cose_key(changed, all_quirks);
            if (read.fault == cose_fault::none && changed != good) {
                n_sound += prepare(provider(), read.key).fault == cose_fault::none ? 1U : 0U;
            }
        }
    }
    EXPECT_EQ(n_sound, 1U) << "no other byte makes another key, but -7 may be written -9";
}

}  // namespace
}  // namespace counterseal::core
