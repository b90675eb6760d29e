// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/codec/codec.hpp"
#include "core/enroll/migration.hpp"
#include "core/enroll/percent.hpp"
#include "core/enroll/seed_text.hpp"
#include "core/enroll/uri.hpp"
#include "core/otp/rules.hpp"
#include "core/otp/truncate.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view scheme = "otpauth://";
constexpr std::size_t max_notices = 20;
constexpr std::size_t max_shown_name = 32;

enum parameter : std::size_t { secret, issuer, algorithm, digits, period, counter, encoder, n_parameters };
constexpr std::array<std::string_view, n_parameters> parameter_names{"secret", "issuer",  "algorithm", "digits",
                                                                     "period", "counter", "encoder"};

/// A value as it was decoded, and where it stands in the URI.
struct value {
    secure_text text;
    std::size_t at = 0;
    bool given = false;
};

class reader {
public:
    reader(std::string_view uri, problem& why) noexcept : uri_{uri}, why_{why} {}

    std::optional<seed> read()
    {
        trim();
        if (!read_frame() || !read_query() || !read_label() || !read_form() || !read_numbers() || !read_secret()) {
            return std::nullopt;
        }
        if (problem fault = check(made_); fault.code != status::ok) {
            // Numbers were checked where they stand, but for the rules that belong to several of them.
            refuse(std::move(fault.text), at_);
            return std::nullopt;
        }
        return std::move(made_);
    }

private:
    bool refuse(std::string rule, std::size_t at)
    {
        why_ = {status::malformed, std::move(rule), first_ + at};
        return false;
    }

    void notice(std::string text)
    {
        if (made_.notices.size() < max_notices) {
            made_.notices.push_back(std::move(text));
        }
    }

    void trim() noexcept
    {
        const std::string_view kept = without_outer_blanks(uri_);
        first_ = static_cast<std::size_t>(kept.data() - uri_.data());
        uri_ = kept;
    }

    /// Scheme, type, and where label and query stand.
    bool read_frame()
    {
        if (uri_.size() > max_uri_len) {
            return refuse("URI must have at most 8192 bytes", max_uri_len);
        }
        if (!equal_ignoring_case(uri_.substr(0, scheme.size()), scheme)) {
            return refuse(is_migration_uri(uri_)
                              ? "URI must start with otpauth://: import a migration code, which holds several accounts"
                              : "URI must start with otpauth://",
                          0);
        }
        uri_ = uri_.substr(0, uri_.find('#'));
        const std::size_t type_end = std::min(uri_.find_first_of("/?", scheme.size()), uri_.size());
        const std::string_view type = uri_.substr(scheme.size(), type_end - scheme.size());
        if (equal_ignoring_case(type, "hotp")) {
            made_.kind = seed_kind::hotp;
        } else if (equal_ignoring_case(type, "steam")) {
            made_.encoder = code_encoder::steam;
            notice("type steam was read as totp with Steam codes");
        } else if (!equal_ignoring_case(type, "totp")) {
            return refuse("type must be totp or hotp", scheme.size());
        }
        query_at_ = std::min(uri_.find('?', type_end), uri_.size());
        label_at_ = std::min(type_end + 1, query_at_);
        return true;
    }

    bool read_query()
    {
        std::size_t at = query_at_ + 1;
        while (at < uri_.size()) {
            const std::size_t end = std::min(uri_.find('&', at), uri_.size());
            if (end != at && !read_parameter(uri_.substr(at, end - at), at)) {
                return false;
            }
            at = end + 1;
        }
        return true;
    }

    bool read_parameter(std::string_view text, std::size_t at)
    {
        const std::size_t equals = std::min(text.find('='), text.size());
        const std::string_view name = text.substr(0, equals);
        const std::size_t start = std::min(equals + 1, text.size());  // without = the value is empty
        const std::string_view encoded = text.substr(start);
        const std::size_t value_at = at + start;
        const auto known =
            std::ranges::find_if(parameter_names, [&](std::string_view one) { return equal_ignoring_case(one, name); });
        if (known == parameter_names.end()) {
            // A logo would tell its server who enrolls, so it is nobody's business here.
            if (!equal_ignoring_case(name, "image")) {
                notice(shown(name) + " was ignored");
            }
            return true;
        }
        std::size_t bad = 0;
        std::optional<secure_text> decoded = percent_decode(encoded, ' ', bad);
        if (!decoded) {
            return refuse(std::string(*known) + " must have two hex digits after each %", value_at + bad);
        }
        value& into = values_[static_cast<std::size_t>(known - parameter_names.begin())];
        if (into.given) {
            if (view(into.text) != view(*decoded)) {
                return refuse(std::string(*known) + " must not be given twice with different values", at);
            }
            notice(std::string(*known) + " was given twice");
        }
        into = {std::move(*decoded), value_at, true};
        return true;
    }

    /// An unknown parameter's name where it is a word.
    static std::string shown(std::string_view name)
    {
        const auto in_word = [](char c) { return ('a' <= lower(c) && lower(c) <= 'z') || c == '_' || c == '-'; };
        const bool word = !name.empty() && name.size() <= max_shown_name && std::ranges::all_of(name, in_word);
        return word ? "parameter \"" + std::string(name) + "\"" : std::string("a parameter with an odd name");
    }

    bool read_text(const value& from, seed_text which)
    {
        const std::string_view text = view(from.text);
        if (!is_plain_text(text)) {
            return refuse(std::string(which == seed_text::issuer ? "issuer" : "account") +
                              " must be UTF-8 without control characters, at most 1024 bytes",
                          from.at);
        }
        made_.text(which) = text;
        return true;
    }

    bool read_label()
    {
        if (!read_text(values_[issuer], seed_text::issuer)) {
            return false;
        }
        const std::string_view encoded = uri_.substr(label_at_, query_at_ - label_at_);
        std::size_t bad = 0;
        const std::optional<secure_text> decoded = percent_decode(encoded, '+', bad);
        if (!decoded) {
            return refuse("label must have two hex digits after each %", label_at_ + bad);
        }
        if (!read_text({*decoded, label_at_, true}, seed_text::account)) {
            return false;
        }
        std::string& label = made_.text(seed_text::account);
        std::string& named = made_.text(seed_text::issuer);
        std::size_t colon = named.size();
        const bool starts_with_issuer = !named.empty() && label.starts_with(named) && label[colon] == ':';
        if (!starts_with_issuer) {
            colon = find_colon(encoded, label);
        }
        if (colon == std::string::npos) {
            return true;
        }
        const std::string prefix = label.substr(0, colon);
        label.erase(0, colon + 1);
        label.erase(0, label.find_first_not_of(' '));
        if (named.empty()) {
            named = prefix;
        } else if (!starts_with_issuer && !prefix.empty()) {
            made_.text(seed_text::label_prefix) = prefix;
            notice("the label names another issuer than the issuer parameter, which counts");
        }
        return true;
    }

    /// Where the issuer ends in the decoded label: a colon as it is separates before one that was encoded.
    static std::size_t find_colon(std::string_view encoded, const std::string& decoded)
    {
        const std::size_t literal = encoded.find(':');
        if (literal == std::string_view::npos) {
            return decoded.find(':');
        }
        const auto n_encoded = std::ranges::count(encoded.substr(0, literal), '%');
        return literal - 2 * static_cast<std::size_t>(n_encoded);
    }

    /// Steam or digits, and the hash.
    bool read_form()
    {
        const std::string_view form = view(values_[encoder].text);
        const std::string_view n_digits = view(values_[digits].text);
        const bool called_steam = made_.text(seed_text::issuer) == "Steam" && !values_[encoder].given &&
                                  (!values_[digits].given || n_digits == "5");
        if (made_.kind == seed_kind::totp && (called_steam || equal_ignoring_case(form, "steam"))) {
            made_.encoder = code_encoder::steam;
        } else if (values_[encoder].given && !equal_ignoring_case(form, "decimal")) {
            return refuse("encoder must be decimal, or steam for totp", values_[encoder].at);
        }
        return !values_[algorithm].given || read_algorithm(values_[algorithm]);
    }

    bool read_algorithm(const value& from)
    {
        const std::optional<hash_id> hash = hash_from(view(from.text));
        if (!hash) {
            return refuse("algorithm must be SHA1, SHA256 or SHA512", from.at);
        }
        made_.algorithm = *hash;
        if (view(from.text).size() > 6 || !view(from.text).starts_with("SHA") || view(from.text)[3] == '-') {
            notice("algorithm is spelled in an unusual way");
        }
        return true;
    }

    template <class Number>
    bool read_number(parameter which, std::uint64_t lowest, std::uint64_t highest, const char* rule, Number& into)
    {
        const value& from = values_[which];
        if (!from.given) {
            return true;
        }
        const std::optional<std::uint64_t> n = decimal_from(view(from.text));
        if (!n || *n < lowest || *n > highest) {
            return refuse(rule, from.at);
        }
        into = static_cast<Number>(*n);
        return true;
    }

    bool read_numbers()
    {
        if (made_.encoder == code_encoder::steam) {
            if (values_[digits].given && view(values_[digits].text) != "5") {
                notice("digits was ignored: Steam codes have five characters");
            }
        } else if (!read_number(digits, min_digits, max_digits, "digits must be 6 to 10", made_.digits)) {
            return false;
        }
        if (made_.kind == seed_kind::hotp) {
            if (!values_[counter].given) {
                notice("counter is missing and was read as 0");
            }
            if (values_[period].given) {
                notice("period was ignored: HOTP has none");
            }
            return read_number(counter, 0, max_counter, "counter must be a number from 0 to 2^64 - 3", made_.counter);
        }
        if (values_[counter].given) {
            notice("counter was ignored: TOTP has none");
        }
        return read_number(period, 1, std::numeric_limits<std::uint32_t>::max(),
                           "period must be a number of seconds from 1 to 2^32 - 1", made_.period_s);
    }

    bool read_secret()
    {
        const value& from = values_[secret];
        at_ = from.at;
        if (!from.given) {
            return refuse("secret must be given", query_at_);
        }
        secure_text text;
        std::ranges::copy_if(from.text, std::back_inserter(text), [](char c) { return c != '-'; });
        if (text.size() != from.text.size()) {
            notice("hyphens in the secret were dropped");
        }
        made_.key.resize(text.size());
        const decoded key = base32_decode(view(text), made_.key.data(), made_.key.size());
        if (key.code != status::ok) {
            return refuse(
                "secret must be base32: see index " + std::to_string(key.error_index) + " of it, hyphens not counted",
                from.at);
        }
        made_.key.resize(key.len);
        if (key.len == 0) {
            return refuse("secret must not be empty", from.at);
        }
        return true;
    }

    static constexpr std::uint64_t max_counter = std::numeric_limits<std::uint64_t>::max() - 2;

    std::string_view uri_;
    problem& why_;
    std::size_t first_ = 0;  // where uri_ starts in what was given
    std::size_t label_at_ = 0;
    std::size_t query_at_ = 0;
    std::size_t at_ = 0;
    std::array<value, n_parameters> values_;
    seed made_;
};

}  // namespace

std::optional<seed> parse_uri(std::string_view uri, problem& why)
{
    return reader(uri, why).read();
}

}  // namespace counterseal::core
