// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=2048
// Every CSV that is read: each input goes to all four readers, and what came from an Entra CSV is written and read
// again.
#include "core/enroll/csv.hpp"
#include "core/enroll/seed_export.hpp"
#include "tests/fuzz/support/seed_rows.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

using file_reader = rows (*)(std::string_view, core::problem&);

rows read(file_reader by, std::string_view text)
{
    core::problem why;
    return sound(by(text, why), why, text);
}

/// A record that cannot be read may hide others, so it is a row that says so, also where it looks like a note.
void expect_nothing_vanishes(const rows& got, std::string_view text, core::csv_notes notes)
{
    core::csv_reader reader(text, notes);
    std::size_t i = 0;
    while (const std::optional<core::csv_record> record = reader.next()) {
        if (!got || record->why.code == core::status::ok) {
            continue;
        }
        while (i < got->size() && ((*got)[i].why.byte != record->why.byte || (*got)[i].why.text != record->why.text)) {
            ++i;
        }
        FUZZ_EXPECT(i < got->size());
    }
}

core::problem place_of(const core::csv_place& at)
{
    return {core::status::ok, "", at.byte, at.line, at.column};
}

std::vector<core::csv_record> records_of(std::string_view text)
{
    std::vector<core::csv_record> records;
    core::csv_reader reader(text);
    while (std::optional<core::csv_record> record = reader.next()) {
        FUZZ_EXPECT(!record->fields.empty() && record->fields.size() <= 256);
        expect_placed(place_of(record->start), text);
        FUZZ_EXPECT(records.empty() || records.back().start.byte < record->start.byte);
        for (const core::csv_field& field : record->fields) {
            expect_placed(place_of(field.start), text);
        }
        if (record->why.code != core::status::ok) {
            expect_placed(record->why, text);
        } else {
            records.push_back(std::move(*record));
        }
    }
    return records;
}

/// Good records with every field quoted are the same fields.
void quote_and_read(std::string_view text)
{
    const std::vector<core::csv_record> records = records_of(text);
    std::string quoted;
    for (const core::csv_record& record : records) {
        for (const core::csv_field& field : record.fields) {
            quoted += &field == record.fields.data() ? "\"" : ",\"";
            for (const char c : field.text) {
                quoted += c == '"' ? "\"\"" : std::string(1, c);
            }
            quoted += '"';
        }
        quoted += "\r\n";
    }
    const std::vector<core::csv_record> again = records_of(quoted);
    FUZZ_EXPECT(again.size() == records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        FUZZ_EXPECT(again[i].fields.size() == records[i].fields.size());
        for (std::size_t j = 0; j < records[i].fields.size(); ++j) {
            FUZZ_EXPECT(again[i].fields[j].text == records[i].fields[j].text);
        }
    }
}

/// What an Entra CSV said is said again by the one that is written, or the rule is told.
void write_and_read(const std::vector<core::seed_row>& from)
{
    std::vector<const core::seed*> seeds;
    for (const core::seed_row& row : from) {
        if (!row.value) {
            continue;
        }
        const core::problem why = core::check_export(core::seed_format::entra_csv, *row.value);
        FUZZ_EXPECT(why.code == core::status::ok || why.text.starts_with("texts must not start with"));
        if (why.code == core::status::ok) {
            seeds.push_back(&*row.value);
        }
    }
    const core::secure_text written = core::write_seeds(core::seed_format::entra_csv, seeds, 0);
    const rows again = read(core::read_entra_csv, core::view(written));
    FUZZ_EXPECT(again && again->size() == seeds.size());
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        FUZZ_EXPECT((*again)[i].value && same(*(*again)[i].value, *seeds[i]));
    }
    FUZZ_EXPECT(seeds.empty() || core::detect_format(core::view(written)) == core::seed_format::entra_csv);
}

/// What the format cannot say is refused, never left out.
void expect_refused(const core::seed& like)
{
    const auto refused = [&](auto change) {
        core::seed other = like;
        change(other);
        return core::check_export(core::seed_format::entra_csv, other).code != core::status::ok;
    };
    FUZZ_EXPECT(refused([](core::seed& s) { s.kind = core::seed_kind::hotp; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.encoder = core::code_encoder::steam; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.algorithm = core::hash_id::sha256; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.digits = 8; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.period_s = 45; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.t0_s = 1; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.key.assign(81, 1); }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.key.clear(); }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.text(core::seed_text::serial).clear(); }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.text(core::seed_text::model) = "=1"; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.text(core::seed_text::model) = " 1"; }));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    quote_and_read(text);
    expect_nothing_vanishes(read(core::read_oath_csv, text), text, core::csv_notes::hash);
    expect_nothing_vanishes(read(core::read_yubico_csv, text), text, core::csv_notes::hash);
    expect_nothing_vanishes(read(core::read_bitwarden_csv, text), text, core::csv_notes::none);
    if (const rows entra = read(core::read_entra_csv, text)) {
        expect_nothing_vanishes(entra, text, core::csv_notes::none);
        write_and_read(*entra);
        const auto good = std::find_if(entra->begin(), entra->end(), [](const auto& row) { return row.value; });
        if (good != entra->end()) {
            expect_refused(*good->value);
        }
    }
    return 0;
}
