// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=256
// An OCRA suite on the first line and a challenge on the second: what a suite says is the suite, and a code that was
// made is accepted, once, and no other.
#include <array>
#include <memory>
#include <string>

#include "counterseal/ocra.h"
#include "tests/fuzz/support/fuzz.hpp"

using namespace counterseal::fuzz;

namespace {

struct ocra_free {
    void operator()(cseal_ocra* ocra) const noexcept { cseal_ocra_free(ocra); }
};
using ocra_handle = std::unique_ptr<cseal_ocra, ocra_free>;

constexpr std::uint8_t key[] = "12345678901234567890";  // RFC 6287 appendix C, with a NUL that counts
constexpr std::array<std::uint8_t, 513> bytes{0x11, 0x22, 0x33};

ocra_handle read(std::string_view suite)
{
    std::size_t error_index = SIZE_MAX;
    const char* rule = "";
    cseal_ocra* made = nullptr;
    const cseal_status status = cseal_ocra_new(suite.data(), suite.size(), key, sizeof key, &made, &error_index, &rule);
    ocra_handle ocra(made);
    FUZZ_EXPECT((status == CSEAL_OK) == (ocra != nullptr) && (status == CSEAL_OK) == (rule == nullptr));
    FUZZ_EXPECT(status == CSEAL_OK || status == CSEAL_E_ARGUMENT || status == CSEAL_E_UNSUPPORTED);
    FUZZ_EXPECT(status == CSEAL_OK ? error_index == suite.size() : error_index <= suite.size());
    FUZZ_EXPECT(status == CSEAL_OK || std::string_view(rule).starts_with("suite must "));
    return ocra;
}

cseal_ocra_info info_of(const cseal_ocra& ocra)
{
    cseal_ocra_info info{};
    FUZZ_EXPECT(cseal_ocra_info_init(&info, sizeof info) == CSEAL_OK);
    FUZZ_EXPECT(cseal_ocra_info_get(&ocra, &info) == CSEAL_OK);
    return info;
}

std::string padded(std::uint32_t number, std::size_t width)
{
    const std::string digits = std::to_string(number);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
}

/// The suite that says this, by RFC 6287 section 6; S without a number is 64 bytes.
std::string suite_of(const cseal_ocra_info& info, bool bare_session)
{
    constexpr std::array hashes = {"", "SHA1", "SHA256", "SHA512"};
    std::string suite = "OCRA-1:HOTP-" + std::string(hashes.at(info.algorithm)) + "-" + std::to_string(info.digits) +
                        (info.has_counter != 0 ? ":C-Q" : ":Q") + "?NAH"[info.question_format] +
                        padded(info.question_len, 2);
    if (info.pin_algorithm != 0) {
        suite += "-P" + std::string(hashes.at(info.pin_algorithm));
    }
    if (info.session_len != 0) {
        suite += bare_session ? "-S" : "-S" + padded(info.session_len, 3);
    }
    if (const std::uint32_t step = info.time_step_s; step != 0) {
        suite += "-T" + (step < 60     ? std::to_string(step) + "S"
                         : step < 3600 ? std::to_string(step / 60) + "M"
                                       : std::to_string(step / 3600) + "H");
    }
    return suite;
}

/// One call with everything that a suite may ask for.
struct call {
    const cseal_ocra& ocra;
    std::string_view question;
    std::size_t pin_hash_len;
    std::size_t session_len;
    std::uint64_t counter;
    std::uint64_t now_s;

    [[nodiscard]] cseal_status check(std::int64_t last_step) const
    {
        cseal_ocra_options options = window();
        const char* rule = "";
        const cseal_status status = cseal_ocra_check(&ocra, question.data(), question.size(), pin_hash_len, session_len,
                                                     counter, last_step, now_s, &options, &rule);
        FUZZ_EXPECT((status == CSEAL_OK) == (rule == nullptr));
        return status;
    }

    [[nodiscard]] answer<char> generate() const
    {
        return ask<char>([&](char* out, std::size_t cap, std::size_t* len) {
            return cseal_ocra_generate(&ocra, question.data(), question.size(), bytes.data(), pin_hash_len,
                                       bytes.data(), session_len, counter, now_s, out, cap, len);
        });
    }

    /// In a window of one code, so that nothing is right by chance.
    cseal_status verify(std::string_view code, std::uint64_t& next, std::int64_t& step) const
    {
        cseal_ocra_options options = window();
        const std::int64_t last_step = step;
        return cseal_ocra_verify(&ocra, code.data(), code.size(), question.data(), question.size(), bytes.data(),
                                 pin_hash_len, bytes.data(), session_len, counter, last_step, now_s, &options, &next,
                                 &step);
    }

    static cseal_ocra_options window() { return {sizeof(cseal_ocra_options), 0, 0, 0}; }
};

void expect_accepted_once(const call& one, const cseal_ocra_info& info, std::string_view code)
{
    FUZZ_EXPECT(code.size() == info.digits && code.find_first_not_of("0123456789") == std::string_view::npos);
    std::uint64_t next = 0;
    std::int64_t step = -1;
    FUZZ_EXPECT(one.verify(code, next, step) == CSEAL_OK);
    FUZZ_EXPECT(next == one.counter + info.has_counter);
    FUZZ_EXPECT(step == (info.time_step_s == 0 ? -1 : static_cast<std::int64_t>(one.now_s / info.time_step_s)));
    std::int64_t again = step;
    if (info.time_step_s != 0) {
        FUZZ_EXPECT(one.verify(code, next, again) == (info.has_counter != 0 ? CSEAL_OK : CSEAL_REPLAYED));
        again = step + 1;
        FUZZ_EXPECT(one.verify(code, next, again) == CSEAL_REPLAYED && again == step + 1 && next == one.counter);
    }
    for (std::size_t i = 0; i < code.size(); ++i) {
        std::string other(code);
        other[i] = other[i] == '9' ? '0' : static_cast<char>(other[i] + 1);
        step = -1;
        FUZZ_EXPECT(one.verify(other, next, step) == CSEAL_WRONG && step == -1 && next == one.counter);
    }
    FUZZ_EXPECT(one.verify(code.substr(1), next, step) == CSEAL_MALFORMED);
    FUZZ_EXPECT(one.verify("", next, step) == CSEAL_MALFORMED);
}

/// Spellings of a challenge that RFC 6287 section 5.1 takes for the same.
void expect_same_challenge(call one, const cseal_ocra_info& info, const answer<char>& code)
{
    std::string other(one.question);
    if (info.question_format == CSEAL_QUESTION_NUMERIC && other.size() < 2 * std::size_t{info.question_len}) {
        other.insert(0, 1, '0');
    } else if (info.question_format == CSEAL_QUESTION_HEX) {
        for (char& c : other) {
            c = 'a' <= c && c <= 'f' ? static_cast<char>(c - 32) : c;
        }
    }
    one.question = other;
    FUZZ_EXPECT(one.generate() == code);
}

/// An input that the suite does not have, or of another length, is refused by all three calls alike.
void expect_refused(const call& good, const cseal_ocra_info& info)
{
    const auto refused = [&](auto change) {
        call bad = good;
        change(bad);
        std::uint64_t next = 0;
        std::int64_t step = -1;
        const cseal_status status = bad.check(-1);
        return status != CSEAL_OK && bad.generate().status == status && bad.verify("123456", next, step) == status;
    };
    FUZZ_EXPECT(refused([](call& c) { ++c.pin_hash_len; }));
    FUZZ_EXPECT(refused([](call& c) { ++c.session_len; }));
    FUZZ_EXPECT(refused([](call& c) { c.question = "123"; }));
    FUZZ_EXPECT(refused([](call& c) { c.question = "12-4"; }));
    FUZZ_EXPECT(refused([](call& c) { c.now_s = c.now_s == 0 ? 1 : UINT64_MAX; }));
    if (info.has_counter == 0) {
        FUZZ_EXPECT(refused([](call& c) { c.counter = 1; }));
    }
    cseal_ocra_options wide{sizeof(cseal_ocra_options), 100, 1, 1};
    const cseal_status status =
        cseal_ocra_check(&good.ocra, good.question.data(), good.question.size(), good.pin_hash_len, good.session_len,
                         good.counter, -1, good.now_s, &wide, std::array<const char*, 1>{}.data());
    FUZZ_EXPECT(status == (info.has_counter != 0 && info.time_step_s != 0 ? CSEAL_E_RANGE : CSEAL_OK));
    if (info.time_step_s == 0) {
        FUZZ_EXPECT(good.check(0) == CSEAL_E_ARGUMENT);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input = text_of(data, size);
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view suite = input.substr(0, end);
    const ocra_handle ocra = read(suite);
    if (ocra == nullptr) {
        return 0;
    }
    const cseal_ocra_info info = info_of(*ocra);
    FUZZ_EXPECT(suite_of(info, false) == suite || (info.session_len == 64 && suite_of(info, true) == suite));
    constexpr std::array<std::size_t, 4> digest_len = {0, 20, 32, 64};
    const call one{*ocra,
                   input.substr(std::min(end + 1, input.size())),
                   digest_len.at(info.pin_algorithm),
                   info.session_len,
                   info.has_counter * std::uint64_t{size},
                   info.time_step_s == 0 ? 0U : 1'111'111'109U};
    const answer<char> code = one.generate();
    FUZZ_EXPECT(code.status == one.check(-1));
    if (code.status == CSEAL_OK) {
        expect_accepted_once(one, info, code.text());
        expect_same_challenge(one, info, code);
        expect_refused(one, info);
    } else {
        FUZZ_EXPECT(code.status == CSEAL_E_ARGUMENT);
    }
    return 0;
}
