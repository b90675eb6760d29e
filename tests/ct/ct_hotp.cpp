// SPDX-License-Identifier: Apache-2.0
// HOTP by handle and by secret, and resynchronisation.
#include <array>
#include <limits>

#include "harness.hpp"

namespace ct {
namespace {

struct hotp_case {
    std::uint32_t algorithm;
    cseal_hotp_options options;
    std::string_view secret;
    std::uint64_t next_counter;
};

using verify_call = cseal_status(const hotp_case&, const secret_copy& code, std::uint64_t* next);

void check(verify_call* verify, const hotp_case& c, const std::string& code, cseal_status want, std::uint64_t want_next)
{
    const secret_copy typed_code("code", code);
    std::uint64_t next = 77;
    const cseal_status status = verify(c, typed_code, &next);
    const std::string what = "hash " + std::to_string(c.algorithm) + ", " + std::to_string(c.options.digits) +
                             " digits, look-ahead " + std::to_string(c.options.look_ahead) + ", code '" + code + "'";
    expect(status == want, "status of " + what);
    expect(next == want_next, "counter of " + what);
}

void check_window(verify_call* verify, const hotp_case& c)
{
    const std::uint64_t first = c.next_counter;
    const std::uint64_t last = first + c.options.look_ahead;
    for (const std::uint64_t counter : {first - 1, first, last, last + 1}) {
        const bool inside = first <= counter && counter <= last;
        check(verify, c, open_code(c.algorithm, c.secret, counter, c.options.digits), inside ? CSEAL_OK : CSEAL_WRONG,
              inside ? counter + 1 : first);
    }
    const std::string right = open_code(c.algorithm, c.secret, last, c.options.digits);
    for (const typed& t : shapes_of(right)) {
        check(verify, c, t.text, t.if_right, t.if_right == CSEAL_OK ? last + 1 : first);
    }
    for (const typed& t : shapes_of(other_code(right))) {
        check(verify, c, t.text, t.if_right == CSEAL_OK ? CSEAL_WRONG : t.if_right, first);
    }
}

void check_all(verify_call* verify)
{
    constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max() - 2;
    for (const std::uint32_t algorithm : algorithms) {
        for (const std::uint32_t digits : {6U, 8U, 10U}) {
            check_window(verify, {algorithm, {sizeof(cseal_hotp_options), digits, 0, 0}, usual_secret, 1000});
        }
        check_window(verify, {algorithm, {sizeof(cseal_hotp_options), 6, 13, 0}, usual_secret, 0xffffffff});
        check(verify, {algorithm, {sizeof(cseal_hotp_options), 6, 100, 0}, usual_secret, top - 100},
              open_code(algorithm, usual_secret, top, 6), CSEAL_OK, top + 1);
    }
}

cseal_status verify_by_handle(const hotp_case& c, const secret_copy& code, std::uint64_t* next)
{
    const secret_key key(c.algorithm, c.secret);
    return cseal_hotp_verify(key.get(), code.text(), code.len(), c.next_counter, &c.options, next);
}

cseal_status verify_by_secret(const hotp_case& c, const secret_copy& code, std::uint64_t* next)
{
    const secret_copy secret("secret", c.secret);
    return cseal_hotp_verify_raw(secret.bytes(), secret.len(), c.algorithm, code.text(), code.len(), c.next_counter,
                                 &c.options, next);
}

void verify(const entry&)
{
    check_all(verify_by_handle);
    // Counters 287107 and 287110 share a code: the higher one counts, and which of them matched is secret.
    const hotp_case c{CSEAL_SHA1, {sizeof(cseal_hotp_options), 6, 3, 0}, usual_secret, 287107};
    check(verify_by_handle, c, "725595", CSEAL_OK, 287111);
}

void verify_raw(const entry&)
{
    check_all(verify_by_secret);
}

void check_resync(const secret_key& key, const cseal_hotp_options& options, const std::string& code1,
                  const std::string& code2, cseal_status want, std::uint64_t want_next)
{
    const secret_copy first("code1", code1);
    const secret_copy second("code2", code2);
    std::uint64_t next = 77;
    const std::string what = "'" + code1 + "', '" + code2 + "', " + std::to_string(options.digits) + " digits";
    expect(cseal_hotp_resync(key.get(), first.text(), first.len(), second.text(), second.len(), 1000, &options,
                             &next) == want,
           "status of " + what);
    expect(next == want_next, "counter of " + what);
}

void resync(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        for (const std::uint32_t digits : {6U, 8U, 10U}) {
            const secret_key key(algorithm, usual_secret);
            const cseal_hotp_options options{sizeof options, digits, 25, 0};
            const auto code = [&](std::uint64_t counter) {
                return open_code(algorithm, usual_secret, counter, digits);
            };
            check_resync(key, options, code(1000), code(1001), CSEAL_OK, 1002);
            check_resync(key, options, code(1025), code(1026), CSEAL_OK, 1027);
            check_resync(key, options, code(1026), code(1027), CSEAL_WRONG, 1000);
            check_resync(key, options, code(999), code(1000), CSEAL_WRONG, 1000);
            check_resync(key, options, code(1007), code(1009), CSEAL_WRONG, 1000);
            check_resync(key, options, code(1007), other_code(code(1008)), CSEAL_WRONG, 1000);
            check_resync(key, options, other_code(code(1007)), code(1008), CSEAL_WRONG, 1000);
            for (const typed& first : shapes_of(code(1007))) {
                check_resync(key, options, first.text, code(1008), first.if_right,
                             first.if_right == CSEAL_OK ? 1009 : 1000);
            }
            for (const typed& second : shapes_of(code(1008))) {
                check_resync(key, options, code(1007), second.text, second.if_right,
                             second.if_right == CSEAL_OK ? 1009 : 1000);
            }
        }
    }
}

void generate(const entry&)
{
    for (const std::uint32_t algorithm : algorithms) {
        for (const std::uint32_t digits : {6U, 7U, 8U, 9U, 10U}) {
            for (const std::uint64_t counter : {std::uint64_t{0}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
                const secret_key key(algorithm, usual_secret);
                const cseal_hotp_options options{sizeof options, digits, 0, 0};
                std::array<char, CSEAL_OTP_CODE_MAX> code{};
                std::size_t len = 0;
                expect(cseal_hotp_generate(key.get(), counter, &options, code.data(), code.size(), &len) == CSEAL_OK,
                       "status");
                expect(len == digits, "length");
                expect_secret(code.data(), len, "the code is not secret");
                publish(code.data(), len);
                expect(std::string_view(code.data(), len) == open_code(algorithm, usual_secret, counter, digits),
                       "code");
            }
        }
    }
}

}  // namespace

void add_hotp_entries(std::vector<entry>& to)
{
    to.push_back({"cseal_hotp_verify", "key code", verify});
    to.push_back({"cseal_hotp_verify_raw", "secret code", verify_raw});
    to.push_back({"cseal_hotp_resync", "key code1 code2", resync});
    to.push_back({"cseal_hotp_generate", "key", generate});
}

}  // namespace ct
