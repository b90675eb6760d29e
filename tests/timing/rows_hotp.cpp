// SPDX-License-Identifier: Apache-2.0
// HOTP, with and without a token identifier in front of the code.
#include "codes.hpp"
#include "counterseal/yubico.h"

namespace timing {
namespace {

constexpr hash sha1 = hashes[0];
constexpr std::uint64_t next_counter = 1000;
constexpr cseal_hotp_options ahead_3{sizeof(cseal_hotp_options), 6, 3, 0};
const std::string token_id = "ubhe01234567";

std::vector<std::string> window_of(const otp_input& in)
{
    return codes_of(sha1.algorithm, std::span(in.secret).first(sha1.secret_len), next_counter, 5);
}

void missed(random& chance, std::size_t of_class, otp_input& in)
{
    fixed_or_random(chance, of_class, in.secret);
    random same(1);
    const std::string wrong = wrong_everywhere(of_class == 0 ? same : chance, window_of(in));
    put(in.code, wrong);
    put(in.code2, wrong);
}

void nearly(random& chance, std::size_t of_class, otp_input& in)
{
    fill(chance, in.secret);
    const auto window = window_of(in);
    const std::string wrong = of_class == 0 ? right_in_front(window, 0) : wrong_everywhere(chance, window);
    put(in.code, wrong);
    put(in.code2, wrong);
}

/// Right codes of the first or the last counter that is looked at.
void hit(random& chance, std::size_t of_class, otp_input& in)
{
    fill(chance, in.secret);
    const auto window = window_of(in);
    const std::size_t at = of_class == 0 ? 0 : 3;
    put(in.code, window[at]);
    put(in.code2, window[at + 1]);
}

/// Both codes wrong, or the second alone.
void half_right(random& chance, std::size_t of_class, otp_input& in)
{
    fill(chance, in.secret);
    const auto window = window_of(in);
    const std::string wrong = wrong_everywhere(chance, window);
    put(in.code, of_class == 0 ? wrong : window[1]);
    put(in.code2, wrong);
}

cseal_status verify(const cseal_otp_key* key, otp_input& in)
{
    std::uint64_t next = 0;
    return cseal_hotp_verify(key, in.code.data(), 6, next_counter, &ahead_3, &next);
}

cseal_status verify_raw(otp_input& in)
{
    std::uint64_t next = 0;
    return cseal_hotp_verify_raw(in.secret.data(), sha1.secret_len, sha1.algorithm, in.code.data(), 6, next_counter,
                                 &ahead_3, &next);
}

cseal_status resync(const cseal_otp_key* key, otp_input& in)
{
    std::uint64_t next = 0;
    return cseal_hotp_resync(key, in.code.data(), 6, in.code2.data(), 6, next_counter, &ahead_3, &next);
}

cseal_status verify_with_id(const cseal_otp_key* key, otp_input& in)
{
    std::uint64_t next = 0;
    return cseal_hotp_verify_with_id(key, token_id.data(), token_id.size(), in.code.data(), 6, next_counter, &ahead_3,
                                     &next);
}

cseal_status resync_with_id(const cseal_otp_key* key, otp_input& in)
{
    std::uint64_t next = 0;
    return cseal_hotp_resync_with_id(key, token_id.data(), token_id.size(), in.code.data(), 6, in.code2.data(), 6,
                                     next_counter, &ahead_3, &next);
}

using keyed_call = cseal_status(const cseal_otp_key*, otp_input&);

struct named_call {
    const char* function;
    keyed_call* call;
    bool takes_two_codes;
};

}  // namespace

void add_hotp_rows(std::vector<row>& to)
{
    row r{.kind = "secret", .want = {CSEAL_WRONG, CSEAL_WRONG}};
    const auto about = [&r](const std::string& function, const std::string& what, const std::string& a,
                            const std::string& b) -> const row& {
        r.function = function;
        r.what = what;
        r.classes = {a, b};
        return r;
    };
    for (const named_call& c :
         {named_call{"cseal_hotp_verify", verify, false},
          named_call{"cseal_hotp_verify_with_id", verify_with_id, false}, named_call{"cseal_hotp_resync", resync, true},
          named_call{"cseal_hotp_resync_with_id", resync_with_id, true}}) {
        r.want = {CSEAL_WRONG, CSEAL_WRONG};
        to.push_back(with_key(about(c.function, "wrong code", "one key", "random keys"), sha1, missed, c.call));
        to.push_back(
            with_key(about(c.function, "wrong code", "five digits right", "no digit right"), sha1, nearly, c.call));
        if (c.takes_two_codes) {
            to.push_back(with_key(about(c.function, "second code wrong", "first wrong", "first right"), sha1,
                                  half_right, c.call));
        }
        r.want = {CSEAL_OK, CSEAL_OK};
        to.push_back(with_key(about(c.function, "right code", "of counter +0", "of counter +3"), sha1, hit, c.call));
    }
    r.want = {CSEAL_WRONG, CSEAL_WRONG};
    to.push_back(
        typed<otp_input>(about("cseal_hotp_verify_raw", "wrong code", "one key", "random keys"), missed, verify_raw));
    to.push_back(typed<otp_input>(about("cseal_hotp_verify_raw", "wrong code", "five digits right", "no digit right"),
                                  nearly, verify_raw));
    r.want = {CSEAL_OK, CSEAL_OK};
    to.push_back(with_key(about("cseal_hotp_generate", "SHA-1", "one key", "random keys"), sha1, missed,
                          [](const cseal_otp_key* key, otp_input& in) {
                              std::size_t len = 0;
                              return cseal_hotp_generate(key, next_counter, nullptr, in.code.data(), in.code.size(),
                                                         &len);
                          }));
    struct typed_input {
        std::array<char, 32> text;
        std::array<char, CSEAL_TOKEN_ID_LEN> id;
    };
    to.push_back(typed<typed_input>(
        about("cseal_hotp_token_id", "an identifier and six digits", "all 0", "random digits"),
        [](random& chance, std::size_t of_class, typed_input& in) {
            put(in.text, token_id);
            for (std::size_t i = 0; i < 6; ++i) {
                in.text[token_id.size() + i] = of_class == 0 ? '0' : static_cast<char>('0' + chance() % 10);
            }
        },
        [](typed_input& in) {
            std::size_t len = 0;
            return cseal_hotp_token_id(in.text.data(), token_id.size() + 6, 6, in.id.data(), in.id.size(), &len);
        }));
}

}  // namespace timing
