// SPDX-License-Identifier: Apache-2.0
#include "core/yubico/token_id.hpp"

#include "core/base/ascii.hpp"
#include "core/ct/mask.hpp"
#include "core/ct/taint.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {
namespace {

std::uint64_t byte_of(char c) noexcept
{
    return static_cast<unsigned char>(c);
}

std::uint64_t folded(char c) noexcept
{
    return byte_of(c) | 0x20;
}

mask is_alphanumeric(char c) noexcept
{
    return is_between(folded(c), 'a', 'z') | is_between(byte_of(c), '0', '9');
}

/// The character without its secret: 'A' for letters and digits, others as they are.
char shape_of(char c) noexcept
{
    // Which characters of a typed code are neither letters nor digits is public.
    return static_cast<char>(declassify(select(is_alphanumeric(c), 'A', byte_of(c))));
}

struct parts {
    std::string_view id;  // empty: none was typed
    std::string_view code;
};

/// No code has 12 characters more than digits, however it is grouped: the lengths tell the two forms apart.
parts split(std::string_view typed, std::uint32_t digits) noexcept
{
    const std::string_view text = without_outer_blanks(typed, shape_of);
    if (text.size() < token_id_len + digits) {
        return {{}, typed};
    }
    return {text.substr(0, token_id_len), text.substr(token_id_len)};
}

/// What stands where the identifier should: ok (also where there is none), wrong or malformed.
status judge(std::string_view typed, std::string_view token_id) noexcept
{
    mask well_formed = ~mask{};
    mask same = ~mask{};
    for (std::size_t i = 0; i < typed.size(); ++i) {
        well_formed &= is_alphanumeric(typed[i]);
        same &= is_equal(folded(typed[i]), folded(token_id[i]));
    }
    const std::uint64_t verdict =
        select(well_formed, select(same, number(status::ok), number(status::wrong)), number(status::malformed));
    // The identifier is printed on the token and typed before the secret digits.
    return static_cast<status>(declassify(verdict));
}

/// The digits decide only where the identifier does not: malformed before wrong, whichever part is.
hotp_verdict both(status id, const hotp_verdict& digits, std::uint64_t next_counter) noexcept
{
    if (digits.code < status::ok || digits.code == status::malformed || id == status::ok) {
        return digits;
    }
    return {id, next_counter};
}

}  // namespace

bool is_token_id(std::string_view text) noexcept
{
    return text.size() == token_id_len && judge(text, text) == status::ok;
}

hotp_verdict hotp_verify_with_id(const counter_mac& mac, std::string_view token_id, std::string_view typed,
                                 std::uint64_t next_counter, const hotp_options& options) noexcept
{
    const auto [id, code] = split(typed, options.digits);
    return both(judge(id, token_id), hotp_verify(mac, code, next_counter, options), next_counter);
}

hotp_verdict hotp_resync_with_id(const counter_mac& mac, std::string_view token_id, std::string_view typed1,
                                 std::string_view typed2, std::uint64_t next_counter,
                                 const hotp_options& options) noexcept
{
    const auto [id1, code1] = split(typed1, options.digits);
    const auto [id2, code2] = split(typed2, options.digits);
    const status first = judge(id1, token_id);
    const status second = judge(id2, token_id);
    const hotp_verdict verdict = hotp_resync(mac, code1, code2, next_counter, options);
    return both(first == status::ok || second == status::malformed ? second : first, verdict, next_counter);
}

found_id typed_token_id(std::string_view typed, std::uint32_t digits) noexcept
{
    if (const auto fault = check(hotp_options{digits, 0}, 0); fault.rule != nullptr) {
        return {fault.code, {}};
    }
    const auto [id, code] = split(typed, digits);
    // Whether it is a code at all is its shape, which is public.
    if (judge(id, id) != status::ok || !declassify(read_code(code, digits).well_formed)) {
        return {status::malformed, {}};
    }
    return {status::ok, id};
}

}  // namespace counterseal::core
