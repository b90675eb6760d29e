// SPDX-License-Identifier: Apache-2.0
#include "core/otp/ocra.hpp"

#include <algorithm>

#include "core/ct/taint.hpp"
#include "core/ct/wipe.hpp"
#include "core/otp/step.hpp"
#include "core/otp/truncate.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t question_field_len = 128;
constexpr std::size_t max_data_input_len =
    max_ocra_suite_len + 1 + 8 + question_field_len + max_digest_len + max_session_len + 8;
static_assert(std::size_t{2} * max_question_len <= question_field_len);

/// Half a byte of a field that was all zeros, the high half first.
void put_nibble(std::uint8_t* field, std::size_t i, std::uint32_t nibble) noexcept
{
    field[i / 2] = static_cast<std::uint8_t>(field[i / 2] | nibble << (i % 2 == 0 ? 4 : 0));
}

void put_hex(std::string_view question, std::uint8_t* field) noexcept
{
    for (std::size_t i = 0; i < question.size(); ++i) {
        const auto c = static_cast<unsigned char>(question[i]);
        put_nibble(field, i, c <= '9' ? c - '0' : (c & 0xdfU) - 'A' + 10);
    }
}

/// The number in hex without zeros in front, from the left: the zeros that fill the field are on the right, even where
/// they are half a byte (RFC 6287 section 5.1 and the values of its appendix C).
void put_decimal(std::string_view question, std::uint8_t* field) noexcept
{
    std::uint32_t limbs[14] = {};  // lowest first: 10^128 is below 2^(14 * 32)
    constexpr std::size_t n_nibbles = sizeof limbs * 2;
    for (const char c : question) {
        std::uint64_t carry = static_cast<std::uint64_t>(c - '0');
        for (std::uint32_t& limb : limbs) {
            carry += std::uint64_t{limb} * 10;
            limb = static_cast<std::uint32_t>(carry);
            carry >>= 32;
        }
    }
    const auto nibble = [&](std::size_t i) { return limbs[i / 8] >> (4 * (i % 8)) & 0xf; };
    std::size_t n = n_nibbles;
    while (n != 0 && nibble(n - 1) == 0) {
        --n;
    }
    for (std::size_t i = 0; i < n; ++i) {
        put_nibble(field, i, nibble(n - 1 - i));
    }
}

void put_question(ocra_question format, std::string_view question, std::uint8_t* field) noexcept
{
    switch (format) {
        case ocra_question::numeric: return put_decimal(question, field);
        case ocra_question::hexadecimal: return put_hex(question, field);
        case ocra_question::alphanumeric: std::copy(question.begin(), question.end(), field);
    }
}

/// DataInput = suite | 00 | C | Q | P | S | T (RFC 6287 section 5.1), in which only C and T change from code to code.
class data_input {
public:
    /// Needs inputs that check_ocra_inputs() accepts.
    data_input(const ocra_suite& suite, const ocra_inputs& inputs) noexcept
    {
        put({reinterpret_cast<const std::uint8_t*>(suite.text), suite.text_len});
        ++len_;  // the zero byte
        counter_ = suite.has_counter ? skip(8) : nullptr;
        put_question(suite.question, inputs.question, skip(question_field_len));
        put(inputs.pin_hash);
        put(inputs.session);
        step_ = suite.time_step_s != 0 ? skip(8) : nullptr;
    }
    ~data_input() { wipe(bytes_, sizeof bytes_); }
    data_input(const data_input&) = delete;
    data_input& operator=(const data_input&) = delete;

    /// The message for one counter and one step; each plays no part where the suite has none.
    [[nodiscard]] bytes_view of(std::uint64_t counter, std::uint64_t step) noexcept
    {
        if (counter_ != nullptr) {
            store_be(counter_, counter);
        }
        if (step_ != nullptr) {
            store_be(step_, step);
        }
        return {bytes_, len_};
    }

private:
    std::uint8_t* skip(std::size_t len) noexcept
    {
        len_ += len;
        return bytes_ + len_ - len;
    }
    void put(bytes_view part) noexcept { std::copy(part.begin(), part.end(), skip(part.size())); }

    std::uint8_t bytes_[max_data_input_len] = {};
    std::size_t len_ = 0;
    std::uint8_t* counter_ = nullptr;
    std::uint8_t* step_ = nullptr;
};

/// The code of one message. CT: only the lengths and the digits leak.
std::uint32_t code_of(const hmac_key& key, bytes_view message, std::uint32_t digits) noexcept
{
    std::uint8_t digest[max_digest_len];
    const wiped_at_end wipe_digest{digest};
    hmac_message(key, message, digest);
    truncation_words words;
    const wiped_at_end wipe_words{words};
    for (std::size_t i = 0; i < std::size(words.word); ++i) {
        words.word[i] = load_be<std::uint32_t>(digest + 4 * i);
    }
    words.last = load_be<std::uint32_t>(digest + key.kernel->digest_len - 4);
    return decimal_code(truncate(words), digits);
}

/// The steps from the first to the last one, both included; step 0 alone where the suite has no time.
struct step_window {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

step_window steps_of(const ocra_suite& suite, std::uint64_t now_s, const ocra_options& options) noexcept
{
    if (suite.time_step_s == 0) {
        return {};
    }
    const std::uint64_t now = time_step(now_s, suite.time_step_s);
    return {now - std::min<std::uint64_t>(options.past, now), now + options.future};  // there is no step below 0
}

/// The lowest step that may be accepted.
std::uint64_t lowest_step(const ocra_suite& suite, std::int64_t last_step) noexcept
{
    if (suite.has_counter) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(last_step, 0));
    }
    return static_cast<std::uint64_t>(last_step) + 1;
}

}  // namespace

ocra_verdict ocra_verify(const ocra_suite& suite, const hmac_key& key, std::string_view code, const ocra_inputs& inputs,
                         std::uint64_t next_counter, std::int64_t last_step, std::uint64_t now_s,
                         const ocra_options& options) noexcept
{
    for (const auto& fault : {check_ocra_inputs(suite, inputs.question, inputs.pin_hash.size(), inputs.session.size()),
                              check(suite, options, next_counter, last_step, now_s)}) {
        if (fault.rule != nullptr) {
            return {fault.code, next_counter, last_step};
        }
    }
    const typed_code typed = read_code(code, suite.digits);
    const step_window steps = steps_of(suite, now_s, options);
    const std::uint64_t last_counter = suite.has_counter ? next_counter + options.look_ahead : 0;

    // Codes can be shared, and each must be accepted once: the highest counter and the highest step are taken, even
    // where no code has both.
    data_input message(suite, inputs);
    mask any;
    std::uint64_t counter = next_counter;
    std::uint64_t step = steps.first;
    for (std::uint64_t c = next_counter; c <= last_counter; ++c) {
        for (std::uint64_t s = steps.first; s <= steps.last; ++s) {
            const mask hit = is_equal(code_of(key, message.of(c, s), suite.digits), typed.value);
            any |= hit;
            counter = select(hit, c, counter);
            step = select(hit & is_less(step, s), s, step);
        }
    }
    const mask fresh = ~is_less(step, lowest_step(suite, last_step));
    const mask accepted = typed.well_formed & any & fresh;

    std::uint64_t verdict = select(fresh, number(status::ok), number(status::replayed));
    verdict = select(any, verdict, number(status::wrong));
    verdict = select(typed.well_formed, verdict, number(status::malformed));
    const std::uint64_t next = select(accepted, counter + (suite.has_counter ? 1 : 0), next_counter);
    const std::uint64_t used = select(accepted, step, static_cast<std::uint64_t>(last_step));
    // The verdict is what the caller asked for, and counter and step are stored in the open; all are the same for every
    // wrong code.
    return {static_cast<status>(declassify(verdict)), declassify(next),
            suite.time_step_s != 0 ? static_cast<std::int64_t>(declassify(used)) : last_step};
}

status ocra_generate(const ocra_suite& suite, const hmac_key& key, const ocra_inputs& inputs, std::uint64_t counter,
                     std::uint64_t now_s, char* out) noexcept
{
    // Every counter has a code, also the last two, which are never accepted.
    const std::uint64_t counter_to_check = suite.has_counter ? 0 : counter;
    for (const auto& fault : {check_ocra_inputs(suite, inputs.question, inputs.pin_hash.size(), inputs.session.size()),
                              check(suite, {}, counter_to_check, -1, now_s)}) {
        if (fault.rule != nullptr) {
            return fault.code;
        }
    }
    data_input message(suite, inputs);
    const std::uint64_t step = steps_of(suite, now_s, {0, 0, 0}).first;
    write_decimal(code_of(key, message.of(counter, step), suite.digits), suite.digits, out);
    return status::ok;
}

}  // namespace counterseal::core
