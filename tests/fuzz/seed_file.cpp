// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=8192
// A file of any format, as a caller of the C ABI imports it: a real run gives all or nothing, a dry run what is good,
// and what was read is exported and read again.
#include "counterseal/seed_file.h"
#include "tests/fuzz/support/seed.hpp"
#include "tests/fuzz/support/seed_rows.hpp"

using namespace counterseal::fuzz;

namespace {

struct import_free {
    void operator()(cseal_import* import) const noexcept { cseal_import_free(import); }
};
using import_handle = std::unique_ptr<cseal_import, import_free>;

struct export_free {
    void operator()(cseal_export* file) const noexcept { cseal_export_free(file); }
};
using export_handle = std::unique_ptr<cseal_export, export_free>;

struct imported {
    cseal_status status;
    cseal_problem problem;
    import_handle rows;
    cseal_import_info info;
};

const cseal_crypto* crypto()
{
    static cseal_crypto* only = nullptr;
    if (only == nullptr) {
        FUZZ_EXPECT(cseal_crypto_new(nullptr, 0, &only) == CSEAL_OK);
    }
    return only;
}

/// Line and column are those of the byte; a byte order mark is bytes and no column.
void expect_placed_in_file(const cseal_problem& of, std::string_view text)
{
    const std::size_t mark_len = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    FUZZ_EXPECT(of.byte >= mark_len);
    const counterseal::core::problem place{{}, "", of.byte - mark_len, of.line, of.column};
    expect_placed(place, text.substr(mark_len));
}

imported read(std::string_view text, std::uint32_t format, std::uint32_t flags)
{
    cseal_import_options options{};
    FUZZ_EXPECT(cseal_import_options_init(&options, sizeof options) == CSEAL_OK);
    options.format = format;
    options.flags = flags;
    const auto keys = keys_for(text);
    imported got{CSEAL_OK, fresh_problem(), nullptr, {}};
    cseal_import* made = nullptr;
    got.status = cseal_import_new(crypto(), text.data(), text.size(), keys.key.data(), keys.key.size(),
                                  keys.password.data(), keys.password.size(), &options, &got.problem, &made);
    got.rows.reset(made);
    FUZZ_EXPECT(got.status == CSEAL_OK || got.status == CSEAL_MALFORMED);
    FUZZ_EXPECT(got.status != CSEAL_OK || made != nullptr);
    if (made != nullptr) {
        got.info.struct_size = sizeof got.info;
        FUZZ_EXPECT(cseal_import_info_get(made, &got.info) == CSEAL_OK);
        FUZZ_EXPECT(got.info.n_bad <= got.info.n_rows && got.info.n_rows > 0);
    }
    if (got.status != CSEAL_OK || (made != nullptr && got.info.n_bad != 0)) {
        expect_told(got.problem, CSEAL_MALFORMED, text.size());
        expect_placed_in_file(got.problem, text);
    } else {
        FUZZ_EXPECT(got.problem.status == CSEAL_OK);
    }
    return got;
}

seed_handle seed_at(const cseal_import& rows, std::uint32_t index, cseal_status& status)
{
    cseal_seed* seed = nullptr;
    status = cseal_import_seed_get(&rows, index, &seed);
    FUZZ_EXPECT((status == CSEAL_OK) == (seed != nullptr));
    return seed_handle(seed);
}

/// The good seeds of a dry run, after each row was looked at in it and in the real one.
std::vector<seed_handle> seeds_of(const imported& dry, const imported& real, std::string_view text)
{
    std::vector<seed_handle> seeds;
    for (std::uint32_t i = 0; i <= dry.info.n_rows; ++i) {
        cseal_problem problem = fresh_problem();
        const cseal_status row = cseal_import_row_get(dry.rows.get(), i, &problem);
        cseal_status status = CSEAL_OK;
        seed_handle seed = seed_at(*dry.rows, i, status);
        FUZZ_EXPECT(status == row);
        cseal_status real_status = CSEAL_OK;
        const seed_handle really = seed_at(*real.rows, i, real_status);
        if (i == dry.info.n_rows) {
            FUZZ_EXPECT(row == CSEAL_E_RANGE && real_status == CSEAL_E_RANGE);
            break;
        }
        expect_placed_in_file(problem, text);
        FUZZ_EXPECT((really != nullptr) == (dry.info.n_bad == 0));
        FUZZ_EXPECT(row == CSEAL_OK || row == CSEAL_MALFORMED || row == CSEAL_E_UNSUPPORTED);
        if (row != CSEAL_OK) {
            expect_told(problem, row, text.size());
            FUZZ_EXPECT(real_status == row);
            continue;
        }
        FUZZ_EXPECT(real_status == (really != nullptr ? CSEAL_OK : CSEAL_MALFORMED));
        expect_sound(*seed);
        seeds.push_back(std::move(seed));
    }
    FUZZ_EXPECT(seeds.size() == dry.info.n_rows - dry.info.n_bad);
    return seeds;
}

bool same_key(const cseal_seed& a, const cseal_seed& b)
{
    const cseal_seed_info of_a = info_of(a);
    const cseal_seed_info of_b = info_of(b);
    return of_a.kind == of_b.kind && of_a.algorithm == of_b.algorithm && of_a.period_s == of_b.period_s &&
           of_a.counter == of_b.counter && key_of(a) == key_of(b);
}

/// Writes what the format can say, and reads it as the same seeds in the same order.
void write_and_read(const std::vector<seed_handle>& seeds, std::uint32_t format)
{
    cseal_export* made = nullptr;
    FUZZ_EXPECT(cseal_export_new(format, &made) == CSEAL_OK);
    const export_handle file(made);
    std::vector<const cseal_seed*> added;
    for (const seed_handle& seed : seeds) {
        cseal_problem problem = fresh_problem();
        const cseal_status status = cseal_export_add(file.get(), seed.get(), &problem);
        if (status == CSEAL_OK) {
            added.push_back(seed.get());
        } else {
            FUZZ_EXPECT(status == CSEAL_E_UNSUPPORTED || status == CSEAL_E_RANGE || status == CSEAL_E_ARGUMENT);
            expect_told(problem, status, 0);
        }
    }
    const auto text = ask<char>(
        [&](char* out, std::size_t cap, std::size_t* len) { return cseal_export_write(file.get(), out, cap, len); });
    FUZZ_EXPECT(text.status == CSEAL_OK);
    if (added.empty()) {
        return;
    }
    const imported again = read(text.text(), CSEAL_FORMAT_AUTO, 0);
    FUZZ_EXPECT(again.status == CSEAL_OK && again.info.n_rows == added.size());
    for (std::uint32_t i = 0; i < again.info.n_rows; ++i) {
        cseal_status status = CSEAL_OK;
        const seed_handle seed = seed_at(*again.rows, i, status);
        FUZZ_EXPECT(same_key(*seed, *added[i]));
        if (format == CSEAL_FORMAT_URI_LIST) {
            expect_same(*seed, *added[i]);
        }
        for (const std::uint32_t which :
             {CSEAL_SEED_USER, CSEAL_SEED_SERIAL, CSEAL_SEED_MANUFACTURER, CSEAL_SEED_MODEL}) {
            FUZZ_EXPECT(format != CSEAL_FORMAT_ENTRA_CSV || text_of(*seed, which) == text_of(*added[i], which));
        }
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    const imported real = read(text, CSEAL_FORMAT_AUTO, 0);
    const imported dry = read(text, CSEAL_FORMAT_AUTO, CSEAL_IMPORT_DRY_RUN);
    FUZZ_EXPECT((real.rows == nullptr) == (dry.rows == nullptr));
    if (dry.rows == nullptr) {
        FUZZ_EXPECT(real.status == CSEAL_MALFORMED && dry.status == CSEAL_MALFORMED);
        return 0;
    }
    FUZZ_EXPECT(dry.status == CSEAL_OK && real.status == (dry.info.n_bad == 0 ? CSEAL_OK : CSEAL_MALFORMED));
    FUZZ_EXPECT(real.info.n_rows == dry.info.n_rows && real.info.n_bad == dry.info.n_bad);
    FUZZ_EXPECT(read(text, dry.info.format, 0).info.n_rows == dry.info.n_rows);
    const std::vector<seed_handle> seeds = seeds_of(dry, real, text);
    for (const std::uint32_t format : {CSEAL_FORMAT_URI_LIST, CSEAL_FORMAT_MIGRATION, CSEAL_FORMAT_ENTRA_CSV}) {
        write_and_read(seeds, format);
    }
    return 0;
}
