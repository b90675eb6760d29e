// SPDX-License-Identifier: Apache-2.0
#include "core/selftest/selftest.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/base/cpu.hpp"
#include "core/codec/codec.hpp"
#include "core/hmac/bulk.hpp"
#include "core/hmac/hmac.hpp"
#include "core/otp/hotp.hpp"
#include "core/otp/ocra.hpp"
#include "core/otp/totp.hpp"
#include "core/otp/truncate.hpp"
#include "core/yubico/otp.hpp"

namespace counterseal::core {
namespace {

std::uint64_t number_in(std::string_view digits) noexcept
{
    std::uint64_t value = 0;
    for (const char c : digits) {
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

bool decodes_to(decltype(hex_decode) decode, std::string_view text, std::string_view bytes) noexcept
{
    std::uint8_t out[max_digest_len];
    const decoded done = decode(text, out, sizeof out);
    return done.code == status::ok && std::ranges::equal(bytes_view{out, done.len}, bytes_of(bytes));
}

bool mac_is_right(const known_answer& answer, const hmac_kernel& kernel) noexcept
{
    hmac_key key;
    std::uint8_t digest[max_digest_len];
    hmac_prepare(key, kernel, bytes_of(answer.key));
    hmac_message(key, bytes_of(answer.input), digest);
    return decodes_to(hex_decode, answer.expected, {reinterpret_cast<const char*>(digest), kernel.digest_len});
}

/// Steps of a window that kernels take side by side: no more, or they begin again.
constexpr std::size_t most_lanes = 4;

/// The code at every place of every number of counters.
bool counters_are_right(const known_answer& answer, const hmac_key& key, std::uint32_t digits) noexcept
{
    bool right = true;
    const std::uint64_t expected = number_in(answer.expected);
    for (std::size_t n = 1; n <= most_lanes; ++n) {
        for (std::size_t place = 0; place < n; ++place) {
            truncation_words words[most_lanes];
            key.kernel->counters(key.mid, answer.counter - place, n, words);
            right = decimal_code(truncate(words[place]), digits) == expected && right;
        }
    }
    return right;
}

bool hotp_is_right(const counter_mac& mac, const known_answer& answer, std::string_view wrong,
                   std::uint32_t digits) noexcept
{
    const hotp_options options{digits, 2};
    const std::uint64_t n = answer.counter;
    char made[max_digits];
    const auto good = hotp_verify(mac, answer.expected, n, options);
    const auto bad = hotp_verify(mac, wrong, n, options);
    const bool is_made = hotp_generate(mac, n, options, made) == status::ok;
    return good.code == status::ok && good.next_counter == n + 1 && bad.code == status::wrong &&
           bad.next_counter == n && is_made && std::string_view{made, digits} == answer.expected;
}

bool totp_is_right(const counter_mac& mac, const known_answer& answer, std::string_view wrong,
                   std::uint32_t digits) noexcept
{
    totp_options options;
    options.digits = digits;
    const auto step = static_cast<std::int64_t>(answer.counter);
    const std::uint64_t now = answer.counter * options.period_s + options.period_s - 1;
    const auto good = totp_verify(mac, answer.expected, step - 1, now, options);
    const auto again = totp_verify(mac, answer.expected, step, now, options);
    const auto late = totp_verify(mac, answer.expected, -1, now + std::uint64_t{2} * options.period_s, options);
    const auto bad = totp_verify(mac, wrong, -1, now, options);
    const auto shapeless = totp_verify(mac, answer.expected.substr(1), -1, now, options);
    return good.code == status::ok && good.step == step && again.code == status::replayed && again.step == step &&
           late.code == status::wrong && bad.code == status::wrong && bad.step == -1 &&
           shapeless.code == status::malformed;
}

bool code_is_right(const known_answer& answer, const hmac_kernel& kernel) noexcept
{
    const auto digits = static_cast<std::uint32_t>(answer.expected.size());
    char wrong[max_digits];
    answer.expected.copy(wrong, max_digits);
    wrong[digits - 1] = wrong[digits - 1] == '0' ? '1' : '0';
    hmac_key key;
    hmac_prepare(key, kernel, bytes_of(answer.key));
    const counter_mac mac = mac_of(key);
    return counters_are_right(answer, key, digits) && hotp_is_right(mac, answer, {wrong, digits}, digits) &&
           totp_is_right(mac, answer, {wrong, digits}, digits);
}

/// Rows that a bulk kernel is asked for: as many as the widest has lanes.
constexpr std::size_t n_rows = 16;

/// Every other row has the known key; those between must not match. Round by round each row is one of them, and the
/// known counter each of the steps.
bool rows_are_right(const known_answer& answer, const bulk_kernel& kernel) noexcept
{
    constexpr std::size_t mid_max = 2 * sizeof(chain);
    const auto digits = static_cast<std::uint32_t>(answer.expected.size());
    const std::uint64_t expected = number_in(answer.expected);
    std::uint8_t keys[2][max_block_len] = {};
    std::ranges::copy(answer.key, keys[0]);
    std::ranges::copy(answer.key, keys[1]);
    keys[1][0] ^= 1;

    bool right = true;
    std::uint32_t truncated[bulk_steps * bulk_max_rows];
    for (std::size_t other = 0; other < 2; ++other) {
        alignas(64) std::uint8_t memory[n_rows][mid_max];
        const std::uint8_t* blocks[n_rows];
        std::uint8_t* mids[n_rows];
        std::uint32_t codes[n_rows];
        for (std::size_t row = 0; row < n_rows; ++row) {
            blocks[row] = keys[(row + other) % 2];
            mids[row] = memory[row];
            codes[row] = static_cast<std::uint32_t>(expected);
        }
        kernel.prepare(blocks, n_rows, mids);
        for (std::size_t round = 0; round < 2 * bulk_steps; ++round) {
            const std::size_t stride = round / bulk_steps;  // one counter for all, or one each
            const auto step_of = [&](std::size_t row) { return (round + row * stride) % bulk_steps; };
            std::uint64_t first[n_rows];
            std::uint32_t matches[n_rows];
            for (std::size_t row = 0; row < n_rows; ++row) {
                first[row] = answer.counter - step_of(row);
            }
            kernel.truncate(mids, n_rows, first, stride, bulk_steps, truncated);
            kernel.match(truncated, codes, n_rows, bulk_steps, digits, matches);
            for (std::size_t row = 0; row < n_rows; ++row) {
                const std::size_t step = step_of(row);
                const bool is_known = (row + other) % 2 == 0;
                const bool same = decimal_code(truncated[step * kernel.max_rows + row], digits) == expected;
                right = same == is_known && (matches[row] >> step & 1) == (is_known ? 1 : 0) && right;
            }
        }
    }
    return right;
}

bool ocra_is_right(const known_answer& answer, const hmac_kernel& kernel) noexcept
{
    ocra_suite suite;
    if (parse_ocra_suite(answer.input, suite).code != status::ok) {
        return false;
    }
    hmac_key key;
    hmac_prepare(key, kernel, bytes_of(answer.key));
    const ocra_inputs inputs{answer.second, {}, {}};
    char made[max_digits];
    const bool is_made = ocra_generate(suite, key, inputs, answer.counter, 0, made) == status::ok;
    const auto good = ocra_verify(suite, key, answer.expected, inputs, answer.counter, -1, 0, {});
    return is_made && std::string_view{made, suite.digits} == answer.expected && good.code == status::ok &&
           good.next_counter == answer.counter + (suite.has_counter ? 1 : 0);
}

bool base32_is_right(const known_answer& answer) noexcept
{
    char made[max_digest_len];
    const std::size_t len = base32_len(answer.expected.size());
    if (len > sizeof made) {
        return false;
    }
    base32_encode(bytes_of(answer.expected).data(), answer.expected.size(), made);
    return std::string_view{made, len} == answer.input && decodes_to(base32_decode, answer.input, answer.expected);
}

bool yubico_is_right(const known_answer& answer, const crypto& provider) noexcept
{
    std::uint8_t key[yubico_key_len];
    std::uint8_t private_id[yubico_private_id_len];
    const auto dot = std::min(answer.expected.find('.'), answer.expected.size() - 1);
    if (hex_decode(answer.key, key, sizeof key).code != status::ok ||
        hex_decode(answer.second, private_id, sizeof private_id).code != status::ok) {
        return false;
    }
    const yubico_factor of{key, private_id, yubico_public_id(answer.input).text};
    const auto good = yubico_verify(provider, of, answer.input, {});
    const auto again = yubico_verify(provider, of, answer.input, good.last);
    private_id[0] ^= 1;
    const auto bad = yubico_verify(provider, of, answer.input, {});
    return good.code == status::ok &&
           static_cast<std::uint64_t>(good.last.counter) == number_in(answer.expected.substr(0, dot)) &&
           static_cast<std::uint64_t>(good.last.session_use) == number_in(answer.expected.substr(dot + 1)) &&
           again.code == status::replayed && bad.code == status::wrong;
}

template <class Kernel>
void run_on_each(std::span<const Kernel* const> kernels, const known_answer& answer, std::uint32_t features,
                 bool (*is_right)(const known_answer&, const Kernel&) noexcept, answer_listener& to) noexcept
{
    for (const Kernel* const kernel : kernels) {
        if (kernel->hash == answer.hash && (kernel->needs & ~features) == 0) {
            to.ran({answer, kernel->target, is_right(answer, *kernel)});
        }
    }
}

void run(const known_answer& answer, const crypto& provider, std::uint32_t features, answer_listener& to) noexcept
{
    switch (answer.kind) {
        case answer_kind::mac: return run_on_each(all_kernels(), answer, features, mac_is_right, to);
        case answer_kind::code: return run_on_each(all_kernels(), answer, features, code_is_right, to);
        case answer_kind::rows: return run_on_each(all_bulk_kernels(), answer, features, rows_are_right, to);
        case answer_kind::ocra: return run_on_each(all_kernels(), answer, features, ocra_is_right, to);
        case answer_kind::base32: return to.ran({answer, nullptr, base32_is_right(answer)});
        case answer_kind::hex: return to.ran({answer, nullptr, decodes_to(hex_decode, answer.input, answer.expected)});
        case answer_kind::yubico: return to.ran({answer, nullptr, yubico_is_right(answer, provider)});
    }
}

class first_wrong final : public answer_listener {
public:
    void ran(const answer_run& run) noexcept override
    {
        if (!run.is_right && fault.answer == nullptr) {
            fault = {run.answer.name, run.target};
        }
    }

    selftest_fault fault;
};

}  // namespace

void run_answers(std::span<const known_answer> answers, const crypto& provider, std::uint32_t features,
                 answer_listener& to) noexcept
{
    for (const known_answer& answer : answers) {
        run(answer, provider, features, to);
    }
}

selftest_fault selftest(std::span<const known_answer> answers, const crypto& provider) noexcept
{
    first_wrong listener;
    run_answers(answers, provider, cpu_features(), listener);
    return listener.fault;
}

}  // namespace counterseal::core
