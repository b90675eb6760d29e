// SPDX-License-Identifier: Apache-2.0
// What a YubiKey types: Yubico OTP, and HOTP with a token identifier.
#include <array>
#include <memory>

#include "counterseal/yubico.h"
#include "harness.hpp"

namespace ct {
namespace {

// test-vectors.txt of Yubico's yubico-c.
constexpr std::string_view aes_key = "\xec\xde\x18\xdb\xe7\x6f\xbd\x0c\x33\x33\x0f\x1c\x35\x48\x71\xdb";
constexpr std::string_view private_id = "\x87\x92\xeb\xfe\x26\xcc";
constexpr std::string_view public_id = "dteffuje";
constexpr std::string_view otp = "dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh";
constexpr std::int64_t counter = 19;
constexpr std::int64_t session_use = 17;

struct pair {
    std::int64_t counter;
    std::int64_t session_use;
};

const cseal_crypto* provider()
{
    static const auto only = [] {
        cseal_crypto* made = nullptr;
        expect(cseal_crypto_new(nullptr, 0, &made) == CSEAL_OK, "provider");
        return std::unique_ptr<cseal_crypto, decltype(&cseal_crypto_free)>(made, cseal_crypto_free);
    }();
    return only.get();
}

void check(std::string_view of, const std::string& typed, pair last, cseal_status want,
           std::string_view private_bytes = private_id)
{
    const secret_copy key("key", aes_key);
    const secret_copy identifier("private_id", private_bytes);
    const secret_copy text("otp", typed);
    pair now{77, 77};
    const cseal_status status = cseal_yubico_verify(provider(), key.bytes(), key.len(), identifier.bytes(),
                                                    identifier.len(), of.data(), of.size(), text.text(), text.len(),
                                                    last.counter, last.session_use, &now.counter, &now.session_use);
    const std::string what = "'" + typed + "' after " + std::to_string(last.counter);
    expect(status == want, "status of " + what);
    const pair want_now = want == CSEAL_OK ? pair{counter, session_use} : last;
    expect(now.counter == want_now.counter && now.session_use == want_now.session_use, "pair of " + what);
}

void verify(const entry&)
{
    const std::string right(otp);
    for (const pair last : {pair{-1, -1}, pair{0, 255}, pair{18, 255}, pair{counter, 0}, pair{counter, 16}}) {
        check(public_id, right, last, CSEAL_OK);
    }
    for (const pair last : {pair{counter, session_use}, pair{counter, 255}, pair{20, 0}, pair{0x7fff, 255}}) {
        check(public_id, right, last, CSEAL_REPLAYED);
    }
    const std::string block = right.substr(public_id.size());
    check(public_id, " \t" + right + "\n", {-1, -1}, CSEAL_OK);
    check("DTEFFUJE", "DTEFFUJE" + block, {-1, -1}, CSEAL_OK);
    check("", block, {-1, -1}, CSEAL_OK);
    check("dteffujc", right, {-1, -1}, CSEAL_WRONG);
    check(public_id, "cteffuje" + block, {-1, -1}, CSEAL_WRONG);
    check(public_id, right, {-1, -1}, CSEAL_WRONG, "\x87\x92\xeb\xfe\x26\xcd");
    for (std::size_t i = 0; i < right.size(); ++i) {
        std::string other = right;
        other[i] = other[i] == 'c' ? 'v' : 'c';
        check(public_id, other, {-1, -1}, CSEAL_WRONG);
        other[i] = 'a';
        check(public_id, other, {-1, -1}, CSEAL_MALFORMED);
        other[i] = ' ';
        check(public_id, other, {-1, -1}, CSEAL_MALFORMED);
    }
    check(public_id, block, {-1, -1}, CSEAL_MALFORMED);
    check(public_id, right + "c", {-1, -1}, CSEAL_MALFORMED);
    check(public_id, right.substr(1), {-1, -1}, CSEAL_MALFORMED);
    check(public_id, "", {-1, -1}, CSEAL_MALFORMED);
}

void public_id_of(const entry&)
{
    const auto gives = [](const std::string& typed, cseal_status want, std::string_view want_id) {
        const secret_copy text("otp", typed);
        std::array<char, CSEAL_YUBICO_PUBLIC_ID_MAX> id{};
        std::size_t len = 77;
        expect(cseal_yubico_public_id(text.text(), text.len(), id.data(), id.size(), &len) == want, "status");
        publish(id.data(), id.size());
        expect(std::string_view(id.data(), len) == want_id, "identifier");
    };
    const std::string right(otp);
    gives(right, CSEAL_OK, public_id);
    gives(" DTEFFUJE" + right.substr(8) + "\n", CSEAL_OK, public_id);
    gives(right.substr(8), CSEAL_OK, "");
    gives(std::string(64, 'v'), CSEAL_OK, std::string(32, 'v'));
    gives(std::string(66, 'v'), CSEAL_MALFORMED, "");
    gives(right.substr(1), CSEAL_MALFORMED, "");
    gives(right.substr(0, 20) + "x" + right.substr(21), CSEAL_MALFORMED, "");
    gives("", CSEAL_MALFORMED, "");
}

constexpr std::string_view token_id = "ubhe01234567";
constexpr cseal_hotp_options look_ahead_3{sizeof(cseal_hotp_options), 6, 3, 0};

void check_with_id(const std::string& typed, cseal_status want, std::uint64_t want_next)
{
    const secret_key key(CSEAL_SHA1, usual_secret);
    const secret_copy code("code", typed);
    std::uint64_t next = 77;
    expect(cseal_hotp_verify_with_id(key.get(), token_id.data(), token_id.size(), code.text(), code.len(), 1000,
                                     &look_ahead_3, &next) == want,
           "status of '" + typed + "'");
    expect(next == want_next, "counter of '" + typed + "'");
}

void verify_with_id(const entry&)
{
    const std::string id(token_id);
    const std::string right = open_code(CSEAL_SHA1, usual_secret, 1003, 6);
    check_with_id(id + right, CSEAL_OK, 1004);
    check_with_id(" UBHE01234567" + right + "\n", CSEAL_OK, 1004);
    check_with_id("ubhe01234568" + right, CSEAL_WRONG, 1000);
    check_with_id("ubhe-1234567" + right, CSEAL_MALFORMED, 1000);
    check_with_id(id + other_code(right), CSEAL_WRONG, 1000);
    check_with_id(id + right.substr(1), CSEAL_MALFORMED, 1000);
    check_with_id(id, CSEAL_MALFORMED, 1000);
    for (const typed& t : shapes_of(right)) {
        check_with_id(t.text, t.if_right, t.if_right == CSEAL_OK ? 1004 : 1000);
    }
}

void resync_with_id(const entry&)
{
    const secret_key key(CSEAL_SHA1, usual_secret);
    const auto check_pair = [&](const std::string& first, const std::string& second, cseal_status want) {
        const secret_copy code1("code1", first);
        const secret_copy code2("code2", second);
        std::uint64_t next = 77;
        expect(cseal_hotp_resync_with_id(key.get(), token_id.data(), token_id.size(), code1.text(), code1.len(),
                                         code2.text(), code2.len(), 1000, nullptr, &next) == want,
               "status of '" + first + "', '" + second + "'");
        expect(next == (want == CSEAL_OK ? 1042U : 1000U), "counter of '" + first + "', '" + second + "'");
    };
    const std::string id(token_id);
    const std::string one = open_code(CSEAL_SHA1, usual_secret, 1040, 6);
    const std::string two = open_code(CSEAL_SHA1, usual_secret, 1041, 6);
    check_pair(id + one, id + two, CSEAL_OK);
    check_pair(one, id + two, CSEAL_OK);
    check_pair(one, two, CSEAL_OK);
    check_pair(id + one, "ubhe01234568" + two, CSEAL_WRONG);
    check_pair(id + two, id + one, CSEAL_WRONG);
    check_pair(id + one, "ubhe 1234567" + two, CSEAL_MALFORMED);
    check_pair("ubhe01234568" + one, two.substr(1), CSEAL_MALFORMED);
}

void token_id_of(const entry&)
{
    const auto gives = [](const std::string& typed, cseal_status want, std::string_view want_id) {
        const secret_copy code("code", typed);
        std::array<char, CSEAL_TOKEN_ID_LEN> id{};
        std::size_t len = 77;
        expect(cseal_hotp_token_id(code.text(), code.len(), 6, id.data(), id.size(), &len) == want, "status");
        publish(id.data(), id.size());
        expect(std::string_view(id.data(), len) == want_id, "identifier");
    };
    gives("UBHE01234567123456", CSEAL_OK, token_id);
    gives("123 456", CSEAL_OK, "");
    gives("ubhe01234567", CSEAL_MALFORMED, "");
    gives("ubhe0123456.123456", CSEAL_MALFORMED, "");
}

}  // namespace

void add_yubico_entries(std::vector<entry>& to)
{
    to.push_back({"cseal_yubico_verify", "key private_id otp", verify});
    to.push_back({"cseal_yubico_public_id", "otp", public_id_of});
    to.push_back({"cseal_hotp_verify_with_id", "key code", verify_with_id});
    to.push_back({"cseal_hotp_resync_with_id", "key code1 code2", resync_with_id});
    to.push_back({"cseal_hotp_token_id", "code", token_id_of});
}

}  // namespace ct
