// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/ceremony.hpp"

#include <algorithm>
#include <utility>

#include "core/enroll/base64url.hpp"
#include "core/webauthn/quirk.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t rp_id_max = 253;

/// A valid domain string (section 4): the host of an origin without a port.
bool is_rp_id(std::string_view text) noexcept
{
    if (text.empty() || text.size() > rp_id_max || text.find_first_of(":[") != std::string_view::npos) {
        return false;
    }
    char origin[rp_id_max + 8] = {'h', 't', 't', 'p', 's', ':', '/', '/'};
    std::ranges::copy(text, origin + 8);
    return read_web_origin({origin, text.size() + 8}).has_value();
}

bool is_one_of(std::string_view origin, std::span<const std::string> of) noexcept
{
    return std::ranges::find(of, origin) != of.end();
}

/// The page around a frame is told only where there is a frame of another origin.
refusal check_frame(const client_data& data, const ceremony_rules& rules) noexcept
{
    if (data.cross_origin_given == given::of_another_type || (data.cross_origin && !rules.cross_origin)) {
        return refusal::cross_origin;
    }
    if (data.top_origin_given == given::absent) {
        return refusal::none;
    }
    const bool is_expected = data.top_origin_given == given::good && data.cross_origin && rules.cross_origin &&
                             is_one_of(data.top_origin, rules.top_origins);
    return is_expected ? refusal::none : refusal::top_origin;
}

}  // namespace

bool are_equal(bytes_view a, bytes_view b) noexcept
{
    return std::ranges::equal(a, b);
}

sha256_digest sha256_of(const crypto& by, bytes_view bytes)
{
    return sha256_hash(by).of({bytes});
}

verdict_on_options check(const ceremony_rules& rules) noexcept
{
    if (rules.challenge.size() < challenge_min || rules.challenge.size() > challenge_max) {
        return {status::e_range, "challenge must have 16 to 1024 bytes"};
    }
    if (!is_rp_id(rules.rp_id)) {
        return {status::e_argument, "rp_id must be a domain in small ASCII letters, without scheme and port"};
    }
    if (rules.origins.origins.empty()) {
        return {status::e_argument, "origins must name at least one origin"};
    }
    if (!std::ranges::all_of(rules.origins.origins, is_expectable_origin)) {
        return {
            status::e_argument,
            "origins must be written as browsers write them, such as https://example.org or https://example.org:8443"};
    }
    if (!std::ranges::all_of(rules.top_origins, is_expectable_origin)) {
        return {status::e_argument, "top_origins must be written as browsers write them, such as https://example.org"};
    }
    if (!rules.top_origins.empty() && !rules.cross_origin) {
        return {status::e_argument, "top_origins are for cross_origin ceremonies, which are not allowed"};
    }
    if ((rules.quirks & ~all_quirks) != 0) {
        return {status::e_argument, "quirks has an unknown bit"};
    }
    return {status::ok, nullptr};
}

refusal check_client_data(bytes_view bytes, std::string_view type, const ceremony_rules& rules, client_data& out,
                          std::size_t& origin_at)
{
    client_data_reading read = read_client_data(bytes);
    if (read.fault != client_data_fault::none) {
        return read.fault == client_data_fault::encoding ? refusal::client_data_encoding : refusal::client_data_json;
    }
    out = std::move(read.data);
    if (out.type != type) {
        return refusal::type;
    }
    // Bytes have one spelling in base64url, so that the texts are equal where the bytes are.
    if (out.challenge != to_base64url<std::string>(rules.challenge)) {
        return refusal::challenge;
    }
    const std::optional<std::size_t> origin = match_origin(out.origin, rules.origins);
    if (!origin) {
        return refusal::origin;
    }
    origin_at = *origin;
    return check_frame(out, rules);
}

refusal check_flags(const authenticator_data& data, bool user_presence_required, const ceremony_rules& rules) noexcept
{
    if (user_presence_required && !data.user_present) {
        return refusal::user_presence;
    }
    if (rules.user_verification_required && !data.user_verified) {
        return refusal::user_verification;
    }
    if (data.backup_state && !data.backup_eligible) {
        return refusal::backup_state;
    }
    return data.backup_eligible && !rules.backup_eligible_allowed ? refusal::backup_eligible : refusal::none;
}

}  // namespace counterseal::core
