// SPDX-License-Identifier: Apache-2.0
// TOTP by prepared key and by secret, prepared keys themselves, and whole calls whose verdicts differ.
#include <algorithm>
#include <string_view>

#include "codes.hpp"

namespace timing {
namespace {

const std::vector<std::string> keys_of_classes{"one key", "random keys"};
const std::vector<std::string> wrong_of_classes{"five digits right", "no digit right"};
const std::vector<std::string> steps_of_classes{"at step -1", "at step +1"};

std::vector<std::string> window_of(const hash& h, const otp_input& in)
{
    return codes_of(h.algorithm, std::span(in.secret).first(h.secret_len), now_step - 1, 3);
}

void type(otp_input& in, const std::string& code, std::int64_t last_step = -1)
{
    put(in.code, code);
    in.code_len = code.size();
    in.last_step = last_step;
}

/// A code that no step has; class 0 always with the same key and code.
auto missed(const hash& h)
{
    return [h](random& chance, std::size_t of_class, otp_input& in) {
        fixed_or_random(chance, of_class, in.secret);
        random same(1);
        type(in, wrong_everywhere(of_class == 0 ? same : chance, window_of(h, in)));
    };
}

/// Wrong codes: right but for the last digit, or wrong at every place.
auto nearly(const hash& h)
{
    return [h](random& chance, std::size_t of_class, otp_input& in) {
        fill(chance, in.secret);
        const auto window = window_of(h, in);
        type(in, of_class == 0 ? right_in_front(window, 1) : wrong_everywhere(chance, window));
    };
}

/// The right code of the first or the last step of the window.
auto hit(const hash& h, std::int64_t last_step)
{
    return [h, last_step](random& chance, std::size_t of_class, otp_input& in) {
        std::vector<std::string> window;
        do {
            fill(chance, in.secret);
            window = window_of(h, in);
        } while (window.front() == window.back());
        type(in, of_class == 0 ? window.front() : window.back(), last_step);
    };
}

template <class Make>
void add_verify(std::vector<row>& to, const hash& h, const std::string& what, const std::vector<std::string>& classes,
                cseal_status want, Make make)
{
    row r{.kind = "secret",
          .function = "cseal_totp_verify",
          .what = std::string(h.name) + ", " + what,
          .classes = classes,
          .want = {want, want}};
    if (classes.size() > 2) {
        r.kind = "call";
        r.want = {CSEAL_WRONG, CSEAL_OK, CSEAL_WRONG, CSEAL_REPLAYED, CSEAL_MALFORMED};
    }
    to.push_back(with_key(r, h, make, [](const cseal_otp_key* key, otp_input& in) {
        std::int64_t step = 0;
        return cseal_totp_verify(key, in.code.data(), in.code_len, in.last_step, now_s, nullptr, &step);
    }));
    r.function = "cseal_totp_verify_raw";
    to.push_back(typed<otp_input>(r, make, [h](otp_input& in) {
        std::int64_t step = 0;
        return cseal_totp_verify_raw(in.secret.data(), h.secret_len, h.algorithm, in.code.data(), in.code_len,
                                     in.last_step, now_s, nullptr, &step);
    }));
}

/// Calls on a key that look at no code.
void add_key_rows(std::vector<row>& to, const hash& h)
{
    const auto make = [](random& chance, std::size_t of_class, otp_input& in) {
        fixed_or_random(chance, of_class, in.secret);
    };
    row r{.kind = "secret", .what = h.name, .classes = keys_of_classes, .want = {CSEAL_OK, CSEAL_OK}};
    const auto key = std::make_shared<key_place>();
    const auto make_key = [key, h](const otp_input& in) { key->make(h, in.secret); };
    const auto free_key = [key](const otp_input&, std::int32_t answer) {
        key->free();
        return answer;
    };
    r.function = "cseal_otp_key_new";
    to.push_back(typed<otp_input>(
        r, make, [](const otp_input&) {},
        [key, h](otp_input& in) {
            return cseal_otp_key_new(in.secret.data(), h.secret_len, h.algorithm, key->place());
        },
        free_key));
    r.function = "cseal_totp_generate";
    to.push_back(with_key(r, h, make, [](const cseal_otp_key* of, otp_input& in) {
        std::size_t len = 0;
        return cseal_totp_generate(of, now_s, nullptr, in.code.data(), in.code.size(), &len);
    }));
    if (h.algorithm != CSEAL_SHA1) {
        return;
    }
    r.function = "cseal_otp_key_free";
    to.push_back(typed<otp_input>(
        r, make, make_key,
        [key](const otp_input&) {
            key->free();
            return CSEAL_OK;
        },
        [](const otp_input&, std::int32_t answer) { return answer; }));
    r.function = "cseal_otp_key_warnings";
    to.push_back(with_key(r, h, make, [](const cseal_otp_key* of, otp_input&) {
        std::uint32_t warnings = 0;
        return cseal_otp_key_warnings(of, &warnings);
    }));
}

/// Codes of letters and digits, each drawn from a key as secret as the code.
void add_steam_rows(std::vector<row>& to)
{
    static constexpr cseal_totp_options steam{sizeof(cseal_totp_options), 6, 30, 1, 1, 0, 0, CSEAL_ENCODER_STEAM, 0};
    constexpr std::size_t steam_len = 5;
    const hash& h = hashes[0];
    const auto make = [](random& chance, std::size_t of_class, otp_input& in) {
        constexpr std::string_view alphabet = "23456789BCDFGHJKMNPQRTVWXY";
        fixed_or_random(chance, of_class, in.secret);
        for (std::size_t i = 0; i < steam_len; ++i) {
            in.code[i] = alphabet[of_class == 0 ? 0 : chance() % alphabet.size()];
        }
    };
    row r{.kind = "secret", .function = "cseal_totp_verify", .what = "Steam, wrong code", .classes = keys_of_classes};
    r.want = {CSEAL_WRONG, CSEAL_WRONG};
    to.push_back(with_key(r, h, make, [](const cseal_otp_key* key, otp_input& in) {
        std::int64_t step = 0;
        return cseal_totp_verify(key, in.code.data(), steam_len, -1, now_s, &steam, &step);
    }));
    r.function = "cseal_totp_generate";
    r.what = "Steam";
    r.want = {CSEAL_OK, CSEAL_OK};
    to.push_back(with_key(r, h, make, [](const cseal_otp_key* key, otp_input& in) {
        std::size_t len = 0;
        return cseal_totp_generate(key, now_s, &steam, in.code.data(), in.code.size(), &len);
    }));
}

}  // namespace

void add_totp_rows(std::vector<row>& to)
{
    for (const hash& h : hashes) {
        add_key_rows(to, h);
        add_verify(to, h, "wrong code", keys_of_classes, CSEAL_WRONG, missed(h));
        add_verify(to, h, "wrong code", wrong_of_classes, CSEAL_WRONG, nearly(h));
    }
    add_steam_rows(to);
    const hash& sha1 = hashes[0];
    add_verify(to, sha1, "right code", steps_of_classes, CSEAL_OK, hit(sha1, -1));
    add_verify(to, sha1, "replayed code", steps_of_classes, CSEAL_REPLAYED,
               hit(sha1, static_cast<std::int64_t>(now_step) + 1));
}

void add_call_rows(std::vector<row>& to)
{
    const hash& h = hashes[0];
    add_verify(to, h, "whole call", {"wrong", "accept", "wrong step", "replayed", "malformed"}, CSEAL_OK,
               [h](random& chance, std::size_t of_class, otp_input& in) {
                   std::vector<std::string> codes;
                   do {
                       fill(chance, in.secret);
                       codes = codes_of(h.algorithm, std::span(in.secret).first(h.secret_len), now_step - 1, 9);
                   } while (std::count(codes.begin(), codes.begin() + 3, codes[8]) != 0);
                   const std::string wrong = wrong_everywhere(chance, {codes.begin(), codes.begin() + 3});
                   const std::string typed_codes[] = {wrong, codes[1], codes[8], codes[1], wrong.substr(0, 5) + "x"};
                   type(in, typed_codes[of_class], static_cast<std::int64_t>(now_step) + (of_class == 3 ? 1 : -9));
               });
}

}  // namespace timing
