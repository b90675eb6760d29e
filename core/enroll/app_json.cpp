// SPDX-License-Identifier: Apache-2.0
// Plain exports of the authenticator apps Aegis and 2FAS. Their encrypted forms are refused: export again without a
// password, on a machine that you trust.
#include <limits>
#include <string>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/enroll/json.hpp"
#include "core/enroll/place.hpp"
#include "core/enroll/seed_file.hpp"
#include "core/enroll/seed_text.hpp"

namespace counterseal::core {
namespace {

seed_row refused(std::string_view rule)
{
    return {std::nullopt, {status::malformed, std::string(rule)}};
}

const char* set_kind(seed& of, std::string_view type)
{
    if (equal_ignoring_case(type, "steam")) {
        of.encoder = code_encoder::steam;
    } else if (equal_ignoring_case(type, "hotp")) {
        of.kind = seed_kind::hotp;
    } else if (!equal_ignoring_case(type, "totp") && !type.empty()) {
        return "type must be totp, hotp or steam";
    }
    return nullptr;
}

/// The settings in `info`; the rule that is broken, or nullptr.
const char* set_numbers(seed& of, const json& info, const char* algorithm_name)
{
    if (const std::string name = text_of(info, algorithm_name); !name.empty()) {
        const auto hash = hash_from(name);
        if (!hash) {
            return "algorithm must be SHA1, SHA256 or SHA512";
        }
        of.algorithm = *hash;
    }
    const bool steam = of.encoder == code_encoder::steam;
    const auto digits = steam ? std::optional<std::uint64_t>(6) : number_of(info, "digits", 6);
    if (!digits || *digits < 6 || *digits > 10) {
        return "digits must be 6 to 10";
    }
    of.digits = static_cast<std::uint32_t>(*digits);
    if (of.kind == seed_kind::hotp) {
        const auto counter = number_of(info, "counter", 0);
        if (!counter) {
            return "counter must be a number";
        }
        of.counter = *counter;
        return nullptr;
    }
    const auto period = number_of(info, "period", 30);
    if (!period || *period == 0 || *period > std::numeric_limits<std::uint32_t>::max()) {
        return "period must be a number of seconds from 1 to 2^32 - 1";
    }
    of.period_s = static_cast<std::uint32_t>(*period);
    return nullptr;
}

seed_row row_of(const json& info, const std::string& type, const std::string& secret, const char* algorithm_name,
                std::string issuer, std::string account)
{
    seed made;
    if (const char* rule = set_kind(made, type); rule != nullptr) {
        return refused(rule);
    }
    if (const char* rule = set_numbers(made, info, algorithm_name); rule != nullptr) {
        return refused(rule);
    }
    std::optional<secure_bytes> key = key_from_base32(secret);
    if (!key) {
        return refused("secret must be base32");
    }
    made.key = std::move(*key);
    made.text(seed_text::issuer) = std::move(issuer);
    made.text(seed_text::account) = std::move(account);
    if (problem fault = check(made); fault.code != status::ok) {
        return refused(fault.text);
    }
    return {std::move(made), {}};
}

seed_row aegis_row(const json& entry)
{
    if (!entry.is_object() || !entry.contains("info") || !entry["info"].is_object()) {
        return refused("an entry must be an object with its info");
    }
    const json& info = entry["info"];
    return row_of(info, text_of(entry, "type"), text_of(info, "secret"), "algo", text_of(entry, "issuer"),
                  text_of(entry, "name"));
}

seed_row twofas_row(const json& service)
{
    if (!service.is_object()) {
        return refused("a service must be an object");
    }
    const json nothing = json::object();
    const auto otp = service.find("otp");
    const json& info = otp != service.end() && otp->is_object() ? *otp : nothing;
    std::string issuer = text_of(info, "issuer");
    std::string account = text_of(info, "account");
    if (account.empty()) {
        account = text_of(info, "label");
    }
    return row_of(info, text_of(info, "tokenType"), text_of(service, "secret"), "algorithm",
                  issuer.empty() ? text_of(service, "name") : std::move(issuer), std::move(account));
}

/// The rows of the entries of `owner`, which tells the place of those that are no objects.
template <class Row>
std::optional<std::vector<seed_row>> rows_of(const json& entries, const json& owner, std::string_view data, Row row,
                                             problem& why)
{
    if (entries.size() > max_seed_rows) {
        why = {status::malformed, too_many_seeds, 0, 1, 1};
        return std::nullopt;
    }
    std::vector<seed_row> rows;
    place_counter places(data);
    for (const json& entry : entries) {
        rows.push_back(row(entry));
        rows.back().why.byte = byte_of(entry.is_object() ? entry : owner);
        places.place(rows.back().why);
    }
    return rows;
}

std::nullopt_t refuse(problem& why, const char* rule)
{
    why = {status::malformed, rule, 0, 1, 1};
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<seed_row>> read_aegis(std::string_view data, problem& why)
{
    const std::optional<json> file = read_json(data, why);
    if (!file) {
        return std::nullopt;
    }
    const auto db = file->is_object() ? file->find("db") : file->end();
    if (db != file->end() && db->is_string()) {
        return refuse(why, "the Aegis vault is encrypted: export it without a password");
    }
    const json* entries = db != file->end() ? array_of(*db, "entries") : nullptr;
    if (entries == nullptr) {
        return refuse(why, "the file is no Aegis export: db.entries is missing");
    }
    return rows_of(*entries, *db, data, aegis_row, why);
}

std::optional<std::vector<seed_row>> read_twofas(std::string_view data, problem& why)
{
    const std::optional<json> file = read_json(data, why);
    if (!file) {
        return std::nullopt;
    }
    if (!text_of(*file, "servicesEncrypted").empty()) {
        return refuse(why, "the 2FAS backup is encrypted: export it without a password");
    }
    const json* services = array_of(*file, "services");
    if (services == nullptr) {
        return refuse(why, "the file is no 2FAS backup: services is missing");
    }
    return rows_of(*services, *file, data, twofas_row, why);
}

}  // namespace counterseal::core
