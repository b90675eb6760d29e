// SPDX-License-Identifier: Apache-2.0
// OCRA: key, hash of the PIN, session and the digits of a code are secret; suite, challenge, counter and time are not.
#include <malloc.h>

#include <array>

#include "counterseal/ocra.h"
#include "harness.hpp"
#include "report.hpp"

namespace ct {
namespace {

constexpr std::string_view hash_names[] = {"SHA1", "SHA256", "SHA512"};
constexpr std::size_t digest_lens[] = {20, 32, 64};

std::string filled(std::size_t len, char c)
{
    std::string made(len, c);
    for (std::size_t i = 0; i < len; ++i) {
        made[i] = static_cast<char>(made[i] + static_cast<char>(i));
    }
    return made;
}

/// What a suite asks for, with inputs that fit it.
struct suite_case {
    std::string suite;
    std::string question;
    std::string pin;
    std::string session;
    bool counter = false;
    bool time = false;
};

std::vector<suite_case> suites()
{
    std::vector<suite_case> all;
    for (std::size_t i = 0; i < std::size(hash_names); ++i) {
        const std::string start = "OCRA-1:HOTP-" + std::string(hash_names[i]) + "-";
        const std::string pin = "-P" + std::string(hash_names[i]);
        const std::string pin_hash = filled(digest_lens[i], 'p');
        all.push_back({start + "6:QN08", "12345678", "", ""});
        all.push_back({start + "4:C-QA08" + pin, "CLI22220SRV11110", pin_hash, "", true});
        all.push_back({start + "5:QH40-S100-T1M", "00ff", "", filled(100, 's'), false, true});
        all.push_back(
            {start + "10:C-QN64" + pin + "-S512-T1H", std::string(128, '9'), pin_hash, filled(512, 's'), true, true});
    }
    return all;
}

const std::uint8_t* bytes_of(std::string_view text)
{
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::size_t n_undefined_in(cseal_ocra* ocra)
{
    return n_secret(ocra, malloc_usable_size(ocra));
}

/// A suite whose key was tainted and whose midstates were seen to be so.
class secret_ocra {
public:
    explicit secret_ocra(const suite_case& of)
    {
        cseal_ocra* in_the_open = nullptr;
        expect(cseal_ocra_new(of.suite.data(), of.suite.size(), bytes_of(usual_secret), usual_secret.size(),
                              &in_the_open, nullptr, nullptr) == CSEAL_OK,
               "a suite in the open: " + of.suite);
        const secret_copy key("key", usual_secret);
        expect(cseal_ocra_new(of.suite.data(), of.suite.size(), key.bytes(), key.len(), &ocra_, nullptr, nullptr) ==
                   CSEAL_OK,
               "a suite: " + of.suite);
        if (n_undefined_in(ocra_) >= n_undefined_in(in_the_open) + std::size_t{2} * 20) {
            report::tainted("ocra");
        } else {
            report::leaked("the handle does not hold two secret midstates");
        }
        cseal_ocra_free(in_the_open);
    }
    ~secret_ocra() { cseal_ocra_free(ocra_); }
    secret_ocra(const secret_ocra&) = delete;
    secret_ocra& operator=(const secret_ocra&) = delete;
    [[nodiscard]] const cseal_ocra* get() const noexcept { return ocra_; }

private:
    cseal_ocra* ocra_ = nullptr;
};

constexpr std::uint64_t counter = 1000;
constexpr std::uint64_t now_s = 720'000;

std::uint64_t counter_of(const suite_case& c)
{
    return c.counter ? counter : 0;
}

std::uint64_t time_of(const suite_case& c)
{
    return c.time ? now_s : 0;
}

/// The code in the open, of a counter `ahead` of the usual one.
std::string open_code(const suite_case& c, std::uint64_t ahead = 0)
{
    cseal_ocra* ocra = nullptr;
    std::array<char, CSEAL_OTP_CODE_MAX> code{};
    std::size_t len = 0;
    expect(cseal_ocra_new(c.suite.data(), c.suite.size(), bytes_of(usual_secret), usual_secret.size(), &ocra, nullptr,
                          nullptr) == CSEAL_OK &&
               cseal_ocra_generate(ocra, c.question.data(), c.question.size(), bytes_of(c.pin), c.pin.size(),
                                   bytes_of(c.session), c.session.size(), counter_of(c) + ahead, time_of(c),
                                   code.data(), code.size(), &len) == CSEAL_OK,
           "code in the open");
    cseal_ocra_free(ocra);
    return {code.data(), len};
}

void check(const suite_case& c, const std::string& code, std::int64_t last_step, std::uint32_t look_ahead,
           cseal_status want)
{
    const secret_ocra ocra(c);
    const secret_copy typed_code("code", code);
    const secret_copy pin("pin_hash", c.pin);
    const secret_copy session("session", c.session);
    const cseal_ocra_options options{sizeof options, look_ahead, 1, 1};
    std::uint64_t next = 77;
    std::int64_t step = 77;
    const cseal_status status = cseal_ocra_verify(
        ocra.get(), typed_code.text(), typed_code.len(), c.question.data(), c.question.size(), pin.bytes(), pin.len(),
        session.bytes(), session.len(), counter_of(c), last_step, time_of(c), &options, &next, &step);
    const std::string what = c.suite + ", code '" + code + "'";
    expect(status == want, "status of " + what);
    expect((next > counter_of(c)) == (want == CSEAL_OK && c.counter), "next counter of " + what);
    expect((step != last_step) == (want == CSEAL_OK && c.time), "step of " + what);
}

void verify(const entry&)
{
    for (const suite_case& c : suites()) {
        const std::string right = open_code(c);
        for (const typed& t : shapes_of(right)) {
            check(c, t.text, -1, 0, t.if_right);
        }
        check(c, other_code(right), -1, 0, CSEAL_WRONG);
        if (c.counter) {
            check(c, open_code(c, 5), -1, 5, CSEAL_OK);
            check(c, open_code(c, 6), -1, 5, CSEAL_WRONG);
        }
        if (c.time) {
            check(c, right, 1'000'000, 0, CSEAL_REPLAYED);
        }
    }
}

void generate(const entry&)
{
    for (const suite_case& c : suites()) {
        const secret_ocra ocra(c);
        const secret_copy pin("pin_hash", c.pin);
        const secret_copy session("session", c.session);
        std::array<char, CSEAL_OTP_CODE_MAX> code{};
        std::size_t len = 0;
        const auto call = [&](std::size_t cap) {
            return cseal_ocra_generate(ocra.get(), c.question.data(), c.question.size(), pin.bytes(), pin.len(),
                                       session.bytes(), session.len(), counter_of(c), time_of(c), code.data(), cap,
                                       &len);
        };
        expect(call(code.size()) == CSEAL_OK, "status");
        expect_secret(code.data(), len, "the code is not secret");
        publish(code.data(), len);
        expect(std::string(code.data(), len) == open_code(c), "code of " + c.suite);
        expect(call(len - 1) == CSEAL_E_CAPACITY, "status with a small capacity");
    }
}

void make(const entry&)
{
    for (const suite_case& c : suites()) {
        for (const std::size_t len : lengths{1, 20, 63, 64, 65, 127, 128, 129, 200}) {
            const secret_copy key("key", std::string(len, 'k'));
            cseal_ocra* ocra = nullptr;
            expect(cseal_ocra_new(c.suite.data(), c.suite.size(), key.bytes(), key.len(), &ocra, nullptr, nullptr) ==
                       CSEAL_OK,
                   "a suite");
            cseal_ocra_free(ocra);
        }
    }
}

void look(const entry&)
{
    for (const suite_case& c : suites()) {
        const secret_ocra ocra(c);
        cseal_ocra_info info{};
        expect(
            cseal_ocra_info_init(&info, sizeof info) == CSEAL_OK && cseal_ocra_info_get(ocra.get(), &info) == CSEAL_OK,
            "info");
        expect((info.has_counter != 0) == c.counter && (info.time_step_s != 0) == c.time, "what the suite says");
        const char* rule = nullptr;
        expect(cseal_ocra_check(ocra.get(), c.question.data(), c.question.size(), c.pin.size(), c.session.size(),
                                counter_of(c), -1, time_of(c), nullptr, &rule) == CSEAL_OK,
               "check");
        expect(cseal_ocra_check(ocra.get(), c.question.data(), c.question.size(), c.pin.size() + 1, c.session.size(),
                                counter_of(c), -1, time_of(c), nullptr, &rule) == CSEAL_E_ARGUMENT,
               "check of a wrong PIN hash");
    }
}

}  // namespace

void add_ocra_entries(std::vector<entry>& to)
{
    to.push_back({"cseal_ocra_new", "key", make});
    to.push_back({"cseal_ocra_free", "ocra", look});
    to.push_back({"cseal_ocra_info_get", "ocra", look});
    to.push_back({"cseal_ocra_check", "ocra", look});
    to.push_back({"cseal_ocra_verify", "ocra code pin_hash session", verify});
    to.push_back({"cseal_ocra_generate", "ocra pin_hash session", generate});
}

}  // namespace ct
