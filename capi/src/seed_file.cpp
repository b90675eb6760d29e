// SPDX-License-Identifier: Apache-2.0
#include "counterseal/seed_file.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "capi/src/handles.hpp"
#include "core/enroll/seed_export.hpp"
#include "core/enroll/seed_file.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

struct cseal_import {
    core::seed_file file;
    std::uint32_t n_bad;
    bool dry_run;
};

struct cseal_export {
    core::seed_format format;
    std::vector<core::seed> seeds;
};

namespace {

// sizeof in release 0.1; constants of the ABI.
constexpr std::size_t options_first_size = 16;
constexpr std::size_t info_first_size = 16;

constexpr cseal_import_options defaults{sizeof(cseal_import_options), CSEAL_FORMAT_AUTO, 0, 0};

/// What the URIs of an exported batch share. It only has to differ from that of another batch on the same phone, so it
/// is made of what is in it (FNV-1a over the labels), and the same seeds give the same text.
std::int32_t batch_id_of(const std::vector<core::seed>& seeds) noexcept
{
    std::uint32_t hash = 2'166'136'261U;
    for (const core::seed& one : seeds) {
        for (const char c : one.text(core::seed_text::issuer) + "\n" + one.text(core::seed_text::account)) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
        }
    }
    return static_cast<std::int32_t>(hash >> 1);
}

}  // namespace

cseal_status cseal_import_options_init(cseal_import_options* options, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<options_first_size>(options, struct_size, defaults); });
}

cseal_status cseal_import_new(const cseal_crypto* crypto, const char* data, size_t data_len, const uint8_t* key,
                              size_t key_len, const char* password, size_t password_len,
                              const cseal_import_options* options, cseal_problem* problem, cseal_import** import)
{
    return guarded<capi::parser_depth>([&] {
        if (import != nullptr) {
            *import = nullptr;
        }
        if (!capi::start_problem(problem) || crypto == nullptr || !capi::readable(data, data_len) ||
            !capi::readable(key, key_len) || !capi::readable(password, password_len) || import == nullptr) {
            return status::e_argument;
        }
        cseal_import_options how = defaults;
        if (const status s = capi::read_options<options_first_size>(options, how); s != status::ok) {
            return capi::tell({s, "options must come from cseal_import_options_init"}, problem);
        }
        if (how.format >= CSEAL_FORMAT_MIGRATION || (how.flags & ~CSEAL_IMPORT_DRY_RUN) != 0 || how.reserved != 0) {
            return capi::tell({status::e_unsupported, "format must be one that is read, and flags known"}, problem);
        }
        core::problem why;
        auto file = core::read_seed_file(*crypto->provider, capi::text_of(data, data_len),
                                         static_cast<core::seed_format>(how.format),
                                         {capi::bytes_of(key, key_len), capi::text_of(password, password_len)}, why);
        if (!file) {
            return capi::tell(why, problem);
        }
        const auto is_bad = [](const core::seed_row& row) { return !row.value.has_value(); };
        const auto first_bad = std::ranges::find_if(file->rows, is_bad);
        status answer = status::ok;
        const bool dry_run = (how.flags & CSEAL_IMPORT_DRY_RUN) != 0;
        if (first_bad != file->rows.end()) {
            static_cast<void>(capi::tell(first_bad->why, problem));
            answer = dry_run ? status::ok : status::malformed;
        }
        const auto n_bad = static_cast<std::uint32_t>(std::ranges::count_if(file->rows, is_bad));
        *import = std::make_unique<cseal_import>(cseal_import{std::move(*file), n_bad, dry_run}).release();
        return answer;
    });
}

void cseal_import_free(cseal_import* import)
{
    delete import;
}

cseal_status cseal_import_info_get(const cseal_import* import, cseal_import_info* info)
{
    return guarded<capi::parser_depth>([&] {
        if (import == nullptr || info == nullptr) {
            return status::e_argument;
        }
        const cseal_import_info found{sizeof(cseal_import_info), static_cast<uint32_t>(import->file.format),
                                      static_cast<uint32_t>(import->file.rows.size()), import->n_bad};
        return capi::write_defaults<info_first_size>(info, info->struct_size, found);
    });
}

cseal_status cseal_import_row_get(const cseal_import* import, uint32_t index, cseal_problem* problem)
{
    return guarded<capi::parser_depth>([&] {
        if (!capi::start_problem(problem) || import == nullptr) {
            return status::e_argument;
        }
        if (index >= import->file.rows.size()) {
            return status::e_range;
        }
        return capi::tell(import->file.rows[index].why, problem);
    });
}

cseal_status cseal_import_seed_get(const cseal_import* import, uint32_t index, cseal_seed** seed)
{
    return guarded<capi::parser_depth>([&] {
        if (seed != nullptr) {
            *seed = nullptr;
        }
        if (import == nullptr || seed == nullptr) {
            return status::e_argument;
        }
        if (index >= import->file.rows.size()) {
            return status::e_range;
        }
        const core::seed_row& row = import->file.rows[index];
        if (!row.value) {
            return row.why.code;
        }
        if (import->n_bad != 0 && !import->dry_run) {
            return status::malformed;
        }
        *seed = std::make_unique<cseal_seed>(cseal_seed{*row.value}).release();
        return status::ok;
    });
}

cseal_status cseal_export_new(uint32_t format, cseal_export** out)
{
    return guarded<capi::parser_depth>([&] {
        if (out == nullptr) {
            return status::e_argument;
        }
        *out = nullptr;
        const auto wanted = static_cast<core::seed_format>(format);
        if (!core::can_write(wanted)) {
            return status::e_unsupported;
        }
        *out = std::make_unique<cseal_export>(cseal_export{wanted, {}}).release();
        return status::ok;
    });
}

cseal_status cseal_export_add(cseal_export* to, const cseal_seed* seed, cseal_problem* problem)
{
    return guarded<capi::parser_depth>([&] {
        if (!capi::start_problem(problem) || to == nullptr || seed == nullptr) {
            return status::e_argument;
        }
        if (core::problem fault = core::check_export(to->format, seed->value); fault.code != status::ok) {
            return capi::tell(fault, problem);
        }
        to->seeds.push_back(seed->value);
        return status::ok;
    });
}

cseal_status cseal_export_write(const cseal_export* from, char* text, size_t text_cap, size_t* text_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<char> out(text, text_cap, text_len);
        if (from == nullptr || !out.usable()) {
            return status::e_argument;
        }
        std::vector<const core::seed*> seeds;
        seeds.reserve(from->seeds.size());
        for (const core::seed& one : from->seeds) {
            seeds.push_back(&one);
        }
        return out.write(core::write_seeds(from->format, seeds, batch_id_of(from->seeds)));
    });
}

void cseal_export_free(cseal_export* export_handle)
{
    delete export_handle;
}
