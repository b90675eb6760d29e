// SPDX-License-Identifier: Apache-2.0
// The CSV that privacyIDEA, LinOTP and others take: serial, seed (hex), type, digits, and a step, a counter or a suite.
// "# version: 2" puts user name, resolver and realm in front. The hash follows from the length of the seed.
#include <string>
#include <utility>

#include "core/base/ascii.hpp"
#include "core/enroll/seed_file.hpp"
#include "core/enroll/seed_text.hpp"
#include "core/enroll/table.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t version_2_columns = 3;  // username, resolver, realm

/// The format says the hash by the length of its digest; SHA-1 is what every other length means.
void set_hash(seed& of)
{
    if (of.key.size() == 32 || of.key.size() == 64) {
        of.algorithm = of.key.size() == 32 ? hash_id::sha256 : hash_id::sha512;
        of.notices.emplace_back("the hash was taken from the length of the seed, as this format means it");
    }
}

/// Sets kind, digits and the fifth field; the rule that is broken, or nullptr.
const char* set_numbers(seed& of, const csv_record& record, std::size_t first, std::size_t& column)
{
    column = first + 2;
    const std::string_view type = field_of(record, column);
    if (equal_ignoring_case(type, "totp")) {
        of.kind = seed_kind::totp;
    } else if (equal_ignoring_case(type, "ocra")) {
        of.kind = seed_kind::ocra;
    } else if (type.empty() || equal_ignoring_case(type, "hotp")) {
        of.kind = seed_kind::hotp;
    } else {
        return "type must be hotp, totp or ocra";
    }
    column = first + 3;
    const auto digits = decimal_from(field_of(record, column));
    if (!field_of(record, column).empty()) {
        if (!digits || *digits < 6 || *digits > 10) {
            return "digits must be 6 to 10";
        }
        of.digits = static_cast<std::uint32_t>(*digits);
    }
    column = first + 4;
    const std::string_view last = field_of(record, column);
    if (of.kind == seed_kind::ocra) {
        of.text(seed_text::suite) = last;
        return last.empty() ? "suite must be given" : nullptr;
    }
    const auto number =
        last.empty() ? std::optional<std::uint64_t>(of.kind == seed_kind::totp ? 30 : 0) : decimal_from(last);
    if (of.kind == seed_kind::totp) {
        if (!number || *number == 0 || *number > 86'400) {
            return "step must be 1 to 86400 seconds";
        }
        of.period_s = static_cast<std::uint32_t>(*number);
    } else {
        if (!number) {
            return "counter must be a number";
        }
        of.counter = *number;
    }
    return nullptr;
}

seed_row row_of(const csv_record& record, std::size_t first)
{
    if (record.fields.size() < first + 2) {
        return refused(record, no_column, "a line must have a serial and a seed at least");
    }
    seed made;
    std::optional<secure_bytes> key = key_from_hex(field_of(record, first + 1));
    if (!key) {
        return refused(record, first + 1, "seed must be hex");
    }
    made.key = std::move(*key);
    std::size_t column = first;
    if (const char* rule = set_numbers(made, record, first, column); rule != nullptr) {
        return refused(record, column, rule);
    }
    set_hash(made);
    made.text(seed_text::serial) = field_of(record, first);
    if (first != 0) {
        made.text(seed_text::user) = field_of(record, 0);
        made.text(seed_text::account) = field_of(record, 0);
    }
    if (problem fault = check(made); fault.code != status::ok) {
        return refused(record, no_column, fault.text);
    }
    return {std::move(made), problem_at(record, no_column, status::ok, "")};
}

/// "# version: 2", whatever follows.
bool says_version_2(std::string_view note)
{
    constexpr std::string_view word = "version";
    const std::size_t word_at = note.find(word);
    const std::size_t at = word_at == std::string_view::npos ? std::string_view::npos
                                                             : note.find_first_not_of(": \t", word_at + word.size());
    return at != std::string_view::npos && note[at] == '2' && !decimal_from(note.substr(at + 1, 1));
}

}  // namespace

std::optional<std::vector<seed_row>> read_oath_csv(std::string_view data, problem& why)
{
    csv_reader reader(data, csv_notes::hash);
    std::size_t first = 0;
    const auto is_note = [&](const csv_record& record) {
        const bool note = field_of(record, 0).starts_with('#');
        first = note && says_version_2(field_of(record, 0)) ? version_2_columns : first;
        return note;
    };
    return read_rows(reader, why, is_note, [&](const csv_record& record) { return row_of(record, first); });
}

}  // namespace counterseal::core
