// SPDX-License-Identifier: Apache-2.0
// Portable Symmetric Key Container (RFC 6030), the XML in which token vendors ship seeds.
#include <limits>
#include <string>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/enroll/pskc_protection.hpp"
#include "core/enroll/seed_file.hpp"
#include "core/enroll/seed_text.hpp"
#include "core/enroll/xml.hpp"

namespace counterseal::core {
namespace {

/// Decimal text below 10^9, with a minus or without.
std::optional<std::int64_t> signed_from(std::string_view text) noexcept
{
    const bool is_below = text.starts_with('-');
    const std::optional<std::uint64_t> size = decimal_from(text.substr(is_below ? 1 : 0));
    if (!size || *size >= 1'000'000'000) {
        return std::nullopt;
    }
    return is_below ? -static_cast<std::int64_t>(*size) : static_cast<std::int64_t>(*size);
}

constexpr std::string_view pskc_space = "urn:ietf:params:xml:ns:keyprov:pskc";

/// Reads one Key element. Each step answers nullptr, or the rule that is broken; `at_` is where.
class key_reader {
public:
    /// `device` is the DeviceInfo of the key's package; nullptr where it has none.
    key_reader(const pskc_protection& protection, const xml_element* device, const xml_element& key)
        : protection_{protection}, device_{device}, key_{key}, at_{&key}
    {
    }

    seed_row read()
    {
        const char* rule = nullptr;
        for (const auto step :
             {&key_reader::read_kind, &key_reader::read_texts, &key_reader::read_suite, &key_reader::read_format,
              &key_reader::read_secret, &key_reader::read_moving, &key_reader::read_policy}) {
            if (rule = (this->*step)(); rule != nullptr) {
                return refused(rule);
            }
        }
        if (problem fault = check(made_); fault.code != status::ok) {
            at_ = &key_;
            return refused(fault.text);
        }
        return {std::move(made_), {status::ok, "", key_.byte, key_.line, key_.column}};
    }

private:
    seed_row refused(std::string_view rule) const
    {
        return {std::nullopt, {status::malformed, std::string(rule), at_->byte, at_->line, at_->column}};
    }

    const char* read_kind()
    {
        const std::string_view algorithm = key_.attribute("Algorithm");
        const std::string_view name = algorithm.substr(algorithm.find_last_of(":#") + 1);
        if (name == "hotp") {
            made_.kind = seed_kind::hotp;
        } else if (name == "totp") {
            made_.kind = seed_kind::totp;
        } else if (name == "ocra") {
            made_.kind = seed_kind::ocra;
        } else {
            return "Algorithm must be hotp, totp or ocra";
        }
        return nullptr;
    }

    const char* read_texts()
    {
        made_.text(seed_text::key_id) = key_.attribute("Id");
        put(seed_text::issuer, key_.child("Issuer"));
        put(seed_text::user, key_.child("UserId"));
        put(seed_text::account, key_.child("FriendlyName"));
        if (device_ != nullptr) {
            put(seed_text::manufacturer, device_->child("Manufacturer"));
            put(seed_text::serial, device_->child("SerialNo"));
            put(seed_text::model, device_->child("Model"));
            if (made_.text(seed_text::user).empty()) {
                put(seed_text::user, device_->child("UserId"));
            }
        }
        return nullptr;
    }

    void put(seed_text which, const xml_element* from)
    {
        if (from != nullptr) {
            made_.text(which) = from->trimmed();
        }
    }

    /// The suite carries the hash of HOTP and TOTP, and says all about OCRA.
    const char* read_suite()
    {
        const xml_element* suite = key_.at("AlgorithmParameters/Suite");
        if (made_.kind == seed_kind::ocra) {
            put(seed_text::suite, suite);
            return suite == nullptr ? "Suite must be given for OCRA" : nullptr;
        }
        if (suite == nullptr || suite->trimmed().empty()) {
            return nullptr;  // SHA-1; never guessed from the length of the key
        }
        at_ = suite;
        const auto hash = hash_from(suite->trimmed());
        if (!hash) {
            return "Suite must be HMAC-SHA1, HMAC-SHA256 or HMAC-SHA512";
        }
        made_.algorithm = *hash;
        return nullptr;
    }

    const char* read_format()
    {
        const xml_element* format = key_.at("AlgorithmParameters/ResponseFormat");
        if (format == nullptr || made_.kind == seed_kind::ocra) {
            if (made_.kind != seed_kind::ocra) {
                made_.notices.emplace_back("the file does not say how many digits a code has: 6 was taken");
            }
            return nullptr;
        }
        at_ = format;
        if (const std::string_view encoding = format->attribute("Encoding");
            !encoding.empty() && encoding != "DECIMAL") {
            return "ResponseFormat must be DECIMAL";
        }
        const std::string_view check_digits = format->attribute("CheckDigits");
        if (check_digits == "true" || check_digits == "1") {
            return "CheckDigits must be false";
        }
        const auto length = decimal_from(format->attribute("Length"));
        if (!length || *length < 6 || *length > 10) {
            return "Length must be 6 to 10";
        }
        made_.digits = static_cast<std::uint32_t>(*length);
        return nullptr;
    }

    const char* read_secret()
    {
        const xml_element* secret = key_.at("Data/Secret");
        if (secret == nullptr) {
            return "Secret must be given";
        }
        at_ = secret;
        if (const xml_element* plain = secret->child("PlainValue"); plain != nullptr) {
            std::optional<secure_bytes> read = key_from_base64(plain->trimmed());
            made_.key = read ? std::move(*read) : secure_bytes{};
            return read ? nullptr : "Secret must be base64";
        }
        const xml_element* encrypted = secret->child("EncryptedValue");
        if (encrypted == nullptr) {
            return "Secret must have a PlainValue or an EncryptedValue";
        }
        const char* rule = nullptr;
        std::optional<secure_bytes> read = protection_.decrypt(*encrypted, secret->child("ValueMAC"), rule);
        made_.key = read ? std::move(*read) : secure_bytes{};
        return rule;
    }

    /// A number: decimal text, or encrypted as big-endian bytes or as decimal text. `from_text` reads it.
    template <class Number>
    std::optional<Number> number_in(const xml_element& from, const char*& rule,
                                    std::optional<Number> (*from_text)(std::string_view) noexcept) const
    {
        if (const xml_element* plain = from.child("PlainValue"); plain != nullptr) {
            return from_text(plain->trimmed());
        }
        const xml_element* encrypted = from.child("EncryptedValue");
        if (encrypted == nullptr) {
            return std::nullopt;
        }
        const auto bytes = protection_.decrypt(*encrypted, from.child("ValueMAC"), rule);
        if (!bytes) {
            return std::nullopt;
        }
        if (bytes->size() == sizeof(std::uint64_t)) {
            return static_cast<Number>(load_be<std::uint64_t>(bytes->data()));
        }
        return from_text({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    }

    template <class Number>
    const char* read_number(const char* name, std::uint64_t lowest, const char* otherwise, Number& into)
    {
        const xml_element* from = key_.child("Data") == nullptr ? nullptr : key_.child("Data")->child(name);
        if (from == nullptr) {
            return nullptr;
        }
        at_ = from;
        const char* rule = otherwise;
        const auto number = number_in(*from, rule, decimal_from);
        if (!number || *number < lowest || *number > std::numeric_limits<Number>::max()) {
            return rule;
        }
        into = static_cast<Number>(*number);
        return nullptr;
    }

    const char* read_moving()
    {
        std::uint64_t time = 0;
        if (made_.kind != seed_kind::totp) {
            return read_number("Counter", 0, "Counter must be a number", made_.counter);
        }
        if (const char* rule =
                read_number("TimeInterval", 1, "TimeInterval must be a number of seconds from 1", made_.period_s);
            rule != nullptr) {
            return rule;
        }
        if (const char* rule = read_number("Time", 0, "Time must be a number", time); rule != nullptr) {
            return rule;
        }
        if (time != 0) {
            made_.notices.emplace_back("Time of the file was ignored: steps are counted from 1970");
        }
        return read_drift();
    }

    /// How many steps the token's clock is ahead as the last validation server found. A seed has no place for
    /// it: nobody but a server can use it.
    const char* read_drift()
    {
        const xml_element* from = key_.at("Data/TimeDrift");
        if (from == nullptr) {
            return nullptr;
        }
        at_ = from;
        const char* rule = "TimeDrift must be a whole number of steps";
        const std::optional<std::int64_t> drift = number_in(*from, rule, signed_from);
        if (!drift) {
            return rule;
        }
        if (*drift != 0) {
            made_.notices.emplace_back("TimeDrift of the file is " + std::to_string(*drift) +
                                       ": give it as drift where the factor is imported");
        }
        return nullptr;
    }

    const char* read_policy()
    {
        const xml_element* policy = key_.child("Policy");
        for (const char* name : {"StartDate", "ExpiryDate", "KeyUsage", "PINPolicy", "NumberOfTransactions"}) {
            if (policy != nullptr && policy->child(name) != nullptr) {
                made_.notices.emplace_back(std::string("the file's policy sets ") + name + ", which was not applied");
            }
        }
        return nullptr;
    }

    const pskc_protection& protection_;
    const xml_element* device_;
    const xml_element& key_;
    const xml_element* at_;
    seed made_;
};

std::nullopt_t refuse(problem& why, const xml_element& where, const char* rule)
{
    why = {status::malformed, rule, where.byte, where.line, where.column};
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<seed_row>> read_pskc(const crypto& provider, std::string_view data,
                                               const seed_file_keys& keys, problem& why)
{
    const std::optional<xml_element> container = read_xml(data, why);
    if (!container) {
        return std::nullopt;
    }
    if (container->name != "KeyContainer" || container->space != pskc_space) {
        return refuse(why, *container,
                      container->space.find("keyprov") != std::string::npos || container->name == "KeyContainer"
                          ? "the file is of an old draft of PSKC: ask for RFC 6030"
                          : "the file is no PSKC: its root must be KeyContainer of RFC 6030");
    }
    if (!container->attribute("Version").starts_with("1.")) {
        return refuse(why, *container, "Version must be 1.0");
    }
    const auto protection = pskc_protection::of(provider, *container, keys, why);
    if (!protection) {
        return std::nullopt;
    }
    const bool is_signed = container->child("Signature") != nullptr;
    std::vector<seed_row> rows;
    for (const xml_element& package : container->children) {
        if (package.name != "KeyPackage") {
            continue;
        }
        const xml_element* device = package.child("DeviceInfo");  // once: a package may hold many keys
        for (const xml_element& key : package.children) {
            if (key.name != "Key") {
                continue;
            }
            if (rows.size() == max_seed_rows) {
                return refuse(why, key, too_many_seeds);
            }
            rows.push_back(key_reader(*protection, device, key).read());
            if (std::optional<seed>& made = rows.back().value; is_signed && made.has_value()) {
                made->notices.emplace_back("the file's signature was not checked");
            }
        }
    }
    return rows;
}

}  // namespace counterseal::core
