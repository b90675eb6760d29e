// SPDX-License-Identifier: Apache-2.0
// Keys built from their numbers verify what OpenSSL signed, and keys that are none are refused when they are built.
#include "core/crypto/verification_key.hpp"

#include <gtest/gtest.h>

#include "core/crypto/edwards.hpp"
#include "tests/unit/support/hex_bytes.hpp"
#include "tests/unit/support/signing_key.hpp"

namespace counterseal::core {
namespace {

using test::octets;
using test::octets_of;
using test::signing_key;
using test::unhex;

const crypto& provider()
{
    static const std::unique_ptr<const crypto> one = crypto::open("");
    return *one;
}

void expect_verifies(const signing_key& signer, const built_key& built)
{
    ASSERT_EQ(built.code, status::ok);
    const verification_key& key = *built.key;
    const octets message = octets_of("authenticator data, then a hash");
    const octets signature = signer.sign(message);
    EXPECT_EQ(key.verify(message, signature), status::ok);
    EXPECT_EQ(key.verify(message, signature), status::ok) << "a kept key verifies again";
    EXPECT_EQ(key.verify(octets_of("another"), signature), status::wrong);
    EXPECT_NE(key.verify(message, {}), status::ok);
    octets longer = signature;
    longer.push_back(0);
    EXPECT_NE(key.verify(message, longer), status::ok) << "one byte behind the signature";
    for (std::size_t at = 0; at < signature.size(); at += 7) {
        octets changed = signature;
        changed[at] ^= 1;
        EXPECT_NE(key.verify(message, changed), status::ok) << at;
        EXPECT_NE(key.verify(message, octets(signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(at))),
                  status::ok);
    }
}

struct curve_case {
    signature_scheme scheme;
    const char* group;
};
constexpr curve_case curves[] = {{signature_scheme::ecdsa_p256_sha256, "prime256v1"},
                                 {signature_scheme::ecdsa_p384_sha384, "secp384r1"},
                                 {signature_scheme::ecdsa_p521_sha512, "secp521r1"},
                                 {signature_scheme::ecdsa_secp256k1_sha256, "secp256k1"}};

TEST(VerificationKey, EcdsaOnEachCurve)
{
    for (const auto& [scheme, group] : curves) {
        SCOPED_TRACE(group);
        const signing_key signer = signing_key::make_ec(group);
        expect_verifies(signer, verification_key::from_point(provider(), scheme, signer.x(), signer.y()));
        expect_verifies(signer, verification_key::from_openssl(provider(), scheme, signer.get()));
    }
}

TEST(VerificationKey, EdwardsCurves)
{
    const signing_key ed25519 = signing_key::make_ed25519();
    expect_verifies(ed25519, verification_key::from_raw(provider(), signature_scheme::ed25519, ed25519.raw()));
    expect_verifies(ed25519, verification_key::from_openssl(provider(), signature_scheme::ed25519, ed25519.get()));
    const signing_key ed448 = signing_key::make_ed448();
    expect_verifies(ed448, verification_key::from_raw(provider(), signature_scheme::ed448, ed448.raw()));
    EXPECT_EQ(verification_key::from_raw(provider(), signature_scheme::ed25519, ed448.raw()).code, status::malformed);
    EXPECT_EQ(verification_key::from_raw(provider(), signature_scheme::rsa_pkcs1_sha256, {}).code, status::malformed);
}

struct ml_dsa_case {
    signature_scheme scheme;
    const char* type;
    std::size_t key_len, signature_len;  // FIPS 204 table 2
};
constexpr ml_dsa_case ml_dsa[] = {{signature_scheme::ml_dsa_44, "ML-DSA-44", 1312, 2420},
                                  {signature_scheme::ml_dsa_65, "ML-DSA-65", 1952, 3309},
                                  {signature_scheme::ml_dsa_87, "ML-DSA-87", 2592, 4627}};

TEST(VerificationKey, MlDsaIsUnsupportedWhereOpensslHasNone)
{
    for (const ml_dsa_case& one : ml_dsa) {
        SCOPED_TRACE(one.type);
        const auto code = [&](std::size_t len) {
            return verification_key::from_raw(provider(), one.scheme, octets(len, 1)).code;
        };
        EXPECT_EQ(part_len(one.scheme), one.key_len);
        EXPECT_EQ(is_provided(provider(), one.scheme), test::has_ml_dsa());
        EXPECT_EQ(code(one.key_len), test::has_ml_dsa() ? status::ok : status::e_unsupported);
        EXPECT_EQ(code(one.key_len - 1), status::malformed);
        EXPECT_EQ(code(one.key_len + 1), status::malformed);
        EXPECT_EQ(code(0), status::malformed);
    }
    EXPECT_TRUE(is_provided(provider(), signature_scheme::ed25519));
}

TEST(VerificationKey, MlDsa)
{
    if (!test::has_ml_dsa()) {
        GTEST_SKIP() << "not run: this OpenSSL has no ML-DSA";
    }
    for (const ml_dsa_case& one : ml_dsa) {
        SCOPED_TRACE(one.type);
        const signing_key signer = signing_key::make_ml_dsa(one.type);
        const built_key built = verification_key::from_raw(provider(), one.scheme, signer.raw());
        expect_verifies(signer, built);
        expect_verifies(signer, verification_key::from_openssl(provider(), one.scheme, signer.get()));
        const octets message = octets_of("m");
        octets signature = signer.sign(message);
        ASSERT_EQ(signature.size(), one.signature_len);
        signature.push_back(0);
        EXPECT_EQ(built.key->verify(message, signature), status::wrong);
        signature.resize(one.signature_len - 1);
        EXPECT_EQ(built.key->verify(message, signature), status::wrong);
        EXPECT_EQ(verification_key::from_openssl(provider(), signature_scheme::ed25519, signer.get()).code,
                  status::malformed);
    }
}

TEST(VerificationKey, Rsa)
{
    const signing_key plain = signing_key::make_rsa(2048);
    expect_verifies(plain, verification_key::from_rsa(provider(), signature_scheme::rsa_pkcs1_sha256, plain.modulus(),
                                                      plain.exponent()));
    expect_verifies(plain, verification_key::from_openssl(provider(), signature_scheme::rsa_pkcs1_sha256, plain.get()));
    signing_key pss = signing_key::make_rsa(2048, true);
    const built_key built =
        verification_key::from_rsa(provider(), signature_scheme::rsa_pss_sha256, pss.modulus(), pss.exponent());
    expect_verifies(pss, built);
    pss.salt_len = 20;
    const octets message = octets_of("m");
    EXPECT_EQ(built.key->verify(message, pss.sign(message)), status::wrong) << "RFC 8230 fixes the salt's length";
    EXPECT_EQ(built.key->verify(message, plain.sign(message)), status::wrong) << "another padding, another key";
}

TEST(VerificationKey, PointsOffTheCurveAreRefused)
{
    for (const auto& [scheme, group] : curves) {
        SCOPED_TRACE(group);
        const signing_key signer = signing_key::make_ec(group);
        const octets x = signer.x();
        const octets y = signer.y();
        const octets zero(x.size(), 0);
        const octets ones(x.size(), 0xff);
        octets other_y = y;
        other_y.back() ^= 1;
        for (const auto& [px, py] : {std::pair(x, zero), std::pair(zero, zero), std::pair(x, ones), std::pair(ones, y),
                                     std::pair(x, other_y), std::pair(y, x)}) {
            EXPECT_EQ(verification_key::from_point(provider(), scheme, px, py).code, status::malformed);
        }
        const octets short_x(x.begin() + 1, x.end());
        octets long_x = x;
        long_x.insert(long_x.begin(), 0);
        EXPECT_EQ(verification_key::from_point(provider(), scheme, short_x, y).code, status::malformed);
        EXPECT_EQ(verification_key::from_point(provider(), scheme, long_x, y).code, status::malformed);
        EXPECT_EQ(verification_key::from_point(provider(), scheme, x, {}).code, status::malformed);
    }
    const signing_key k1 = signing_key::make_ec("secp256k1");
    EXPECT_EQ(verification_key::from_point(provider(), signature_scheme::ecdsa_p256_sha256, k1.x(), k1.y()).code,
              status::malformed)
        << "a point of another curve";
    EXPECT_EQ(verification_key::from_openssl(provider(), signature_scheme::ecdsa_p256_sha256, k1.get()).code,
              status::malformed);
    EXPECT_EQ(verification_key::from_openssl(provider(), signature_scheme::rsa_pss_sha256, k1.get()).code,
              status::malformed);
}

TEST(VerificationKey, RsaKeysThatAreNotSane)
{
    const auto code = [](const octets& n, const octets& e) {
        return verification_key::from_rsa(provider(), signature_scheme::rsa_pkcs1_sha256, n, e).code;
    };
    octets n(256, 0xab);
    const octets e = {1, 0, 1};
    EXPECT_EQ(code(n, e), status::ok);
    EXPECT_EQ(code(n, {3}), status::ok);
    EXPECT_EQ(code(n, {1}), status::malformed) << "everything is its own signature";
    EXPECT_EQ(code(n, {0}), status::malformed);
    EXPECT_EQ(code(n, {}), status::malformed);
    EXPECT_EQ(code(n, {2}), status::malformed);
    EXPECT_EQ(code(n, {0, 1, 0, 1}), status::malformed) << "a zero in front";
    EXPECT_EQ(code(n, {1, 0, 0, 0, 1}), status::malformed);
    n.back() = 0xaa;
    EXPECT_EQ(code(n, e), status::malformed) << "even";
    n.back() = 0xab;
    n.insert(n.begin(), 0);
    EXPECT_EQ(code(n, e), status::malformed) << "a zero in front";
    octets small(256, 0xab);
    small[0] = 0x7f;
    EXPECT_EQ(code(small, e), status::malformed) << "2047 bits";
    EXPECT_EQ(code(octets(128, 0xab), e), status::malformed);
    EXPECT_EQ(code(octets(1024, 0xab), e), status::ok);
    EXPECT_EQ(code(octets(1025, 0xab), e), status::malformed);
    EXPECT_EQ(code({}, e), status::malformed);
    const signing_key weak = signing_key::make_rsa(1024);
    EXPECT_EQ(verification_key::from_openssl(provider(), signature_scheme::rsa_pkcs1_sha256, weak.get()).code,
              status::malformed);
}

TEST(VerificationKey, ExactDer)
{
    const auto is_exact = [](std::string_view text) { return is_exact_der(unhex(text), 32); };
    EXPECT_TRUE(is_exact("3006 020101 020101"));
    EXPECT_TRUE(is_exact("3008 02020080 02020080"));
    EXPECT_TRUE(
        is_exact_der(unhex("30818a 0243 00ff" + std::string(130, '1') + "0243 00ff" + std::string(130, '1')), 66));
    EXPECT_TRUE(is_exact("3025 0220 7f" + std::string(62, '1') + "020101"));
    for (const char* text : {"",
                             "30",
                             "3000",
                             "3006020101020101 00",
                             "3005020101020101",
                             "3007020101020101",
                             "3106020101020101",
                             "308106020101020101",
                             "30820006020101020101",
                             "3080020101020101 0000",
                             "3006 020100 020101",
                             "3006 020101 020100",
                             "3006 020181 020101",
                             "3007 02020001 020101",
                             "3007 020101 02020001",
                             "3006 030101 020101",
                             "3003 020101",
                             "3005 0200 020101",
                             "3009 020101 020101 020101",
                             "3004 0281 0101",
                             "3007 02810101 020101"}) {
        EXPECT_FALSE(is_exact(text)) << text;
    }
    EXPECT_FALSE(is_exact("3026 0221 01" + std::string(64, '1') + "020101")) << "more than the field holds";
    EXPECT_FALSE(is_exact("3025 0220 ff" + std::string(62, '1') + "020101")) << "negative";
}

TEST(VerificationKey, HighSIsAsGoodAsLowS)
{
    const signing_key signer = signing_key::make_ec("prime256v1");
    const auto built =
        verification_key::from_point(provider(), signature_scheme::ecdsa_p256_sha256, signer.x(), signer.y());
    ASSERT_EQ(built.code, status::ok);
    const octets message = octets_of("m");
    const octets signature = signer.sign(message);
    const unsigned char* at = signature.data();
    ECDSA_SIG* const read = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature.size()));
    BIGNUM* order = nullptr;
    BN_hex2bn(&order, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    BIGNUM* const r = BN_dup(ECDSA_SIG_get0_r(read));
    BIGNUM* const s = BN_new();
    BN_sub(s, order, ECDSA_SIG_get0_s(read));
    ECDSA_SIG_set0(read, r, s);
    unsigned char* out = nullptr;
    const int len = i2d_ECDSA_SIG(read, &out);
    EXPECT_EQ(built.key->verify(message, bytes_view(out, static_cast<std::size_t>(len))), status::ok);
    OPENSSL_free(out);
    BN_free(order);
    ECDSA_SIG_free(read);
}

TEST(Edwards, PointsOfKeysAreSound)
{
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(is_sound_edwards(signature_scheme::ed25519, signing_key::make_ed25519().raw()));
        EXPECT_TRUE(is_sound_edwards(signature_scheme::ed448, signing_key::make_ed448().raw()));
    }
    EXPECT_FALSE(is_sound_edwards(signature_scheme::ed25519, octets(31, 9)));
    EXPECT_FALSE(is_sound_edwards(signature_scheme::ed448, octets(32, 9)));
}

TEST(Edwards, SmallOrderOtherEncodingsAndNoPoints)
{
    const auto is_sound = [](std::string_view text) {
        return is_sound_edwards(signature_scheme::ed25519, unhex(text));
    };
    const std::string zeros(62, '0');
    const std::string fs(60, 'f');
    for (const std::string& text : {"00" + zeros, "01" + zeros, "ec" + fs + "7f", "01" + std::string(60, '0') + "80",
                                    "00" + std::string(60, '0') + "80", "ec" + fs + "ff",
                                    std::string("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
                                    std::string("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
                                    std::string("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")}) {
        EXPECT_FALSE(is_sound(text)) << text << " has small order";
    }
    for (const char* first : {"ed", "ee", "ef", "f0", "ff"}) {
        EXPECT_FALSE(is_sound(first + fs + "7f")) << "y is not below p";
    }
    // About half of all y are on no point.
    int n_sound = 0;
    for (std::uint8_t byte = 2; byte < 102; ++byte) {
        octets y(32, 0);
        y[0] = byte;
        const bool is_point = is_sound_edwards(signature_scheme::ed25519, y);
        n_sound += is_point ? 1 : 0;
    }
    EXPECT_GT(n_sound, 30);
    EXPECT_LT(n_sound, 70);
    octets y448(57, 0);
    EXPECT_FALSE(is_sound_edwards(signature_scheme::ed448, y448));
    y448[0] = 1;
    EXPECT_FALSE(is_sound_edwards(signature_scheme::ed448, y448));
    y448[56] = 1;
    EXPECT_FALSE(is_sound_edwards(signature_scheme::ed448, y448)) << "y is not below p";
}

}  // namespace
}  // namespace counterseal::core
