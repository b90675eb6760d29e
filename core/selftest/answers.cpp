// SPDX-License-Identifier: Apache-2.0
#include "core/selftest/answers.hpp"

#include <array>

namespace counterseal::core {
namespace {

template <std::size_t N>
constexpr auto repeated(char c)
{
    std::array<char, N> all{};
    all.fill(c);
    return all;
}

// Of RFC 2202 and RFC 4231.
constexpr auto bytes_0b = repeated<20>('\x0b');
constexpr auto bytes_aa = repeated<131>('\xaa');
constexpr auto bytes_dd = repeated<50>('\xdd');
constexpr std::string_view eleven_20{bytes_0b.data(), 20};
constexpr std::string_view aa_20{bytes_aa.data(), 20};
constexpr std::string_view aa_80{bytes_aa.data(), 80};
constexpr std::string_view aa_131{bytes_aa.data(), 131};
constexpr std::string_view dd_50{bytes_dd.data(), 50};
constexpr std::string_view long_key = "Test Using Larger Than Block-Size Key - Hash Key First";
constexpr std::string_view long_both_1 = "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data";
constexpr std::string_view long_both_2 =
    "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed "
    "before being used by the HMAC algorithm.";

// Of RFC 4226, RFC 6238 (with erratum 2866) and RFC 6287.
constexpr std::string_view key_64 = "1234567890123456789012345678901234567890123456789012345678901234";
constexpr std::string_view key_32 = key_64.substr(0, 32);
constexpr std::string_view key_20 = key_64.substr(0, 20);

constexpr known_answer mac(const char* name, hash_id hash, std::string_view key, std::string_view message,
                           std::string_view digest)
{
    return {answer_kind::mac, hash, name, key, message, {}, 0, digest};
}

constexpr known_answer code(const char* name, hash_id hash, std::string_view key, std::uint64_t counter,
                            std::string_view digits)
{
    return {answer_kind::code, hash, name, key, {}, {}, counter, digits};
}

constexpr known_answer rows(const char* name, hash_id hash, std::string_view key, std::uint64_t counter,
                            std::string_view digits)
{
    return {answer_kind::rows, hash, name, key, {}, {}, counter, digits};
}

constexpr known_answer ocra(const char* name, hash_id hash, std::string_view key, std::string_view suite,
                            std::string_view question, std::uint64_t counter, std::string_view digits)
{
    return {answer_kind::ocra, hash, name, key, suite, question, counter, digits};
}

constexpr known_answer text(answer_kind kind, const char* name, std::string_view given, std::string_view bytes)
{
    return {kind, hash_id::sha1, name, {}, given, {}, 0, bytes};
}

constexpr known_answer answers[] = {
    mac("RFC 2202 case 1, HMAC-SHA-1", hash_id::sha1, eleven_20, "Hi There",
        "b617318655057264e28bc0b6fb378c8ef146be00"),
    mac("RFC 2202 case 2, HMAC-SHA-1", hash_id::sha1, "Jefe", "what do ya want for nothing?",
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    mac("RFC 2202 case 3, HMAC-SHA-1", hash_id::sha1, aa_20, dd_50, "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
    mac("RFC 2202 case 6, HMAC-SHA-1", hash_id::sha1, aa_80, long_key, "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
    mac("RFC 2202 case 7, HMAC-SHA-1", hash_id::sha1, aa_80, long_both_1, "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"),
    mac("RFC 4231 case 1, HMAC-SHA-256", hash_id::sha256, eleven_20, "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    mac("RFC 4231 case 2, HMAC-SHA-256", hash_id::sha256, "Jefe", "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    mac("RFC 4231 case 3, HMAC-SHA-256", hash_id::sha256, aa_20, dd_50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    mac("RFC 4231 case 6, HMAC-SHA-256", hash_id::sha256, aa_131, long_key,
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    mac("RFC 4231 case 7, HMAC-SHA-256", hash_id::sha256, aa_131, long_both_2,
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    mac("RFC 4231 case 1, HMAC-SHA-512", hash_id::sha512, eleven_20, "Hi There",
        "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1"
        "702e696c203a126854"),
    mac("RFC 4231 case 2, HMAC-SHA-512", hash_id::sha512, "Jefe", "what do ya want for nothing?",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b"
        "4b636e070a38bce737"),
    mac("RFC 4231 case 3, HMAC-SHA-512", hash_id::sha512, aa_20, dd_50,
        "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee894"
        "2674278859e13292fb"),
    mac("RFC 4231 case 6, HMAC-SHA-512", hash_id::sha512, aa_131, long_key,
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0a"
        "ec8b915a985d786598"),
    mac("RFC 4231 case 7, HMAC-SHA-512", hash_id::sha512, aa_131, long_both_2,
        "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de044"
        "6065c97440fa8c6a58"),
    // Appendix D of RFC 4226 tells all 31 bits of a code: ten digits.
    code("RFC 4226 counter 0", hash_id::sha1, key_20, 0, "1284755224"),
    code("RFC 4226 counter 1", hash_id::sha1, key_20, 1, "1094287082"),
    code("RFC 4226 counter 9", hash_id::sha1, key_20, 9, "0645520489"),
    code("RFC 6238 time 59, SHA-1", hash_id::sha1, key_20, 1, "94287082"),
    code("RFC 6238 time 59, SHA-256", hash_id::sha256, key_32, 1, "46119246"),
    code("RFC 6238 time 59, SHA-512", hash_id::sha512, key_64, 1, "90693936"),
    code("RFC 6238 time 1111111111, SHA-1", hash_id::sha1, key_20, 37037037, "14050471"),
    code("RFC 6238 time 1111111111, SHA-256", hash_id::sha256, key_32, 37037037, "67062674"),
    code("RFC 6238 time 1111111111, SHA-512", hash_id::sha512, key_64, 37037037, "99943326"),
    code("RFC 6238 time 20000000000, SHA-1", hash_id::sha1, key_20, 666666666, "65353130"),
    code("RFC 6238 time 20000000000, SHA-256", hash_id::sha256, key_32, 666666666, "77737706"),
    code("RFC 6238 time 20000000000, SHA-512", hash_id::sha512, key_64, 666666666, "47863826"),
    rows("RFC 4226 counter 9 in a batch", hash_id::sha1, key_20, 9, "0645520489"),
    rows("RFC 6238 time 20000000000, SHA-1 in a batch", hash_id::sha1, key_20, 666666666, "65353130"),
    rows("RFC 6238 time 20000000000, SHA-256 in a batch", hash_id::sha256, key_32, 666666666, "77737706"),
    rows("RFC 6238 time 20000000000, SHA-512 in a batch", hash_id::sha512, key_64, 666666666, "47863826"),
    ocra("RFC 6287 C.1, SHA-1", hash_id::sha1, key_20, "OCRA-1:HOTP-SHA1-6:QN08", "11111111", 0, "243178"),
    ocra("RFC 6287 C.2, SHA-256", hash_id::sha256, key_32, "OCRA-1:HOTP-SHA256-8:QA08", "CLI22220SRV11110", 0,
         "28247970"),
    ocra("RFC 6287 C.1, SHA-512", hash_id::sha512, key_64, "OCRA-1:HOTP-SHA512-8:C-QN08", "11111111", 1, "63947962"),
    text(answer_kind::base32, "RFC 4648 section 10, base32", "MZXW6YTBOI", "foobar"),
    text(answer_kind::hex, "RFC 4648 section 10, base16", "666F6F626172", "foobar"),
    {answer_kind::yubico, hash_id::sha1, "OTP of libyubikey's test vectors", "ecde18dbe76fbd0c33330f1c354871db",
     "dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh", "8792ebfe26cc", 0, "19.17"},
};

}  // namespace

std::span<const known_answer> known_answers() noexcept
{
    return answers;
}

}  // namespace counterseal::core
