// SPDX-License-Identifier: Apache-2.0
#include "core/otp/ocra_suite.hpp"

#include <algorithm>

#include "core/otp/truncate.hpp"

namespace counterseal::core {
namespace {

constexpr bool is_digit(char c) noexcept
{
    return '0' <= c && c <= '9';
}

constexpr bool is_upper(char c) noexcept
{
    return 'A' <= c && c <= 'Z';
}

/// Reads a suite from left to right. The first fault stands: each step answers whether there is none so far.
class suite_reader {
public:
    explicit suite_reader(std::string_view text) noexcept : text_{text} {}

    [[nodiscard]] const ocra_suite_fault& fault() const noexcept { return fault_; }
    [[nodiscard]] std::size_t at() const noexcept { return at_; }
    [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] bool sees(std::string_view next) const noexcept { return text_.substr(at_).starts_with(next); }

    bool refuse(status code, std::size_t index, const char* rule) noexcept
    {
        fault_ = {code, index, rule};
        return false;
    }
    bool refuse(const char* rule) noexcept { return refuse(status::e_argument, at_, rule); }

    bool literal(std::string_view wanted, const char* rule) noexcept
    {
        for (const char c : wanted) {
            if (at_end() || text_[at_] != c) {
                return refuse(rule);
            }
            ++at_;
        }
        return true;
    }

    /// The character that comes next, '\0' at the end.
    [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
    void skip() noexcept { ++at_; }

    /// The digits that come next, at most four of them, without going past them.
    [[nodiscard]] std::string_view digits() const noexcept
    {
        std::size_t len = 0;
        while (len < 4 && at_ + len < text_.size() && is_digit(text_[at_ + len])) {
            ++len;
        }
        return text_.substr(at_, len);
    }

    /// A number from low to high in exactly `width` digits; width 0: in as few as it needs.
    bool number(std::size_t width, std::uint32_t low, std::uint32_t high, std::uint32_t& out, const char* rule) noexcept
    {
        const std::string_view found = digits();
        std::uint32_t value = 0;
        for (const char c : found) {
            value = value * 10 + static_cast<std::uint32_t>(c - '0');
        }
        const bool well_formed =
            width == 0 ? found.size() == 1 || (!found.empty() && found.front() != '0') : found.size() == width;
        if (!well_formed || value < low || high < value) {
            return refuse(rule);
        }
        at_ += found.size();
        out = value;
        return true;
    }

    /// A hash, up to a '-' or the end.
    bool hash(hash_id& out, const char* rule) noexcept
    {
        std::size_t len = 0;
        while (at_ + len < text_.size() && (is_upper(text_[at_ + len]) || is_digit(text_[at_ + len]))) {
            ++len;
        }
        const std::string_view name = text_.substr(at_, len);
        if (name == "SHA1") {
            out = hash_id::sha1;
        } else if (name == "SHA256") {
            out = hash_id::sha256;
        } else if (name == "SHA512") {
            out = hash_id::sha512;
        } else {
            return refuse(name.empty() ? status::e_argument : status::e_unsupported, at_, rule);
        }
        at_ += len;
        return true;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    ocra_suite_fault fault_{status::ok, 0, nullptr};
};

bool read_algorithm(suite_reader& from) noexcept
{
    constexpr const char* start = "suite must start with OCRA-1:";
    if (!from.literal("OCRA-", start)) {
        return false;
    }
    if (const std::string_view version = from.digits(); !version.empty() && version != "1") {
        return from.refuse(status::e_unsupported, from.at(), "suite must be of version OCRA-1");
    }
    return from.literal("1:", start);
}

bool read_crypto_function(suite_reader& from, ocra_suite& into) noexcept
{
    if (!from.literal("HOTP-", "suite must name HOTP and a hash after OCRA-1:") ||
        !from.hash(into.algorithm, "suite must name the hash SHA1, SHA256 or SHA512") ||
        !from.literal("-", "suite must tell after its hash how many digits a code has")) {
        return false;
    }
    if (from.digits() == "0") {
        return from.refuse(status::e_unsupported, from.at(),
                           "suite must ask for 4 to 10 digits: codes that are not truncated are not supported");
    }
    return from.number(0, min_code_digits, max_digits, into.digits, "suite must ask for 4 to 10 digits") &&
           from.literal(":", "suite must have a colon after the number of digits");
}

bool read_question(suite_reader& from, ocra_suite& into) noexcept
{
    into.has_counter = from.sees("C");
    if (into.has_counter && !from.literal("C-", "suite must have a hyphen after C")) {
        return false;
    }
    if (!from.literal("Q", "suite must have a challenge: QA, QN or QH and its length")) {
        return false;
    }
    switch (from.peek()) {
        case 'N': into.question = ocra_question::numeric; break;
        case 'A': into.question = ocra_question::alphanumeric; break;
        case 'H': into.question = ocra_question::hexadecimal; break;
        default: return from.refuse("suite must have a challenge of the format A, N or H");
    }
    from.skip();
    return from.number(2, min_question_len, max_question_len, into.question_len,
                       "suite must have a challenge of 04 to 64 characters, in two digits");
}

bool read_session(suite_reader& from, ocra_suite& into) noexcept
{
    if (!from.sees("-S")) {
        return true;
    }
    from.skip();
    from.skip();
    if (from.at_end() || from.peek() == '-') {
        into.session_len = default_session_len;
        return true;
    }
    return from.number(3, 1, max_session_len, into.session_len,
                       "suite must have session information of 001 to 512 bytes, in three digits");
}

bool read_time(suite_reader& from, ocra_suite& into) noexcept
{
    if (!from.sees("-T")) {
        return true;
    }
    from.skip();
    from.skip();
    constexpr const char* rule = "suite must have a time step of 1 to 59 S, 1 to 59 M or 1 to 48 H";
    if (from.sees("0H")) {
        return from.refuse(status::e_unsupported, from.at(), "suite must have a time step that lasts: 0 hours do not");
    }
    const std::size_t start = from.at();
    std::uint32_t units = 0;
    if (!from.number(0, 1, 59, units, rule)) {
        return false;
    }
    switch (from.peek()) {
        case 'S': into.time_step_s = units; break;
        case 'M': into.time_step_s = units * 60; break;
        case 'H': into.time_step_s = units * 3600; break;
        default: return from.refuse(rule);
    }
    if (from.peek() == 'H' && units > 48) {
        return from.refuse(status::e_argument, start, rule);
    }
    from.skip();
    return true;
}

bool read_data_input(suite_reader& from, ocra_suite& into) noexcept
{
    if (!read_question(from, into)) {
        return false;
    }
    into.has_pin = from.sees("-P");
    if (into.has_pin) {
        from.skip();
        from.skip();
        if (!from.hash(into.pin_algorithm, "suite must name the hash of the PIN: SHA1, SHA256 or SHA512")) {
            return false;
        }
    }
    if (!read_session(from, into) || !read_time(from, into)) {
        return false;
    }
    return from.at_end() || from.refuse("suite must end after its inputs C, Q, P, S and T, which have this order");
}

}  // namespace

ocra_suite_fault parse_ocra_suite(std::string_view text, ocra_suite& out) noexcept
{
    out = {};
    suite_reader from(text);
    if (read_algorithm(from) && read_crypto_function(from, out) && read_data_input(from, out)) {
        out.text_len = text.size();
        std::copy(text.begin(), text.end(), out.text);  // the grammar has no longer text than max_ocra_suite_len
    }
    return from.fault();
}

}  // namespace counterseal::core
