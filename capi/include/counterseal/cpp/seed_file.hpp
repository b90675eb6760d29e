// SPDX-License-Identifier: Apache-2.0
// Seed files over seed_file.h.
#ifndef COUNTERSEAL_CPP_SEED_FILE_HPP
#define COUNTERSEAL_CPP_SEED_FILE_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "counterseal/cpp/crypto.hpp"
#include "counterseal/cpp/seed.hpp"
#include "counterseal/seed_file.h"

namespace counterseal {

enum class seed_format : std::uint32_t {
    automatic = CSEAL_FORMAT_AUTO,
    uri_list = CSEAL_FORMAT_URI_LIST,
    pskc = CSEAL_FORMAT_PSKC,
    entra_csv = CSEAL_FORMAT_ENTRA_CSV,
    oath_csv = CSEAL_FORMAT_OATH_CSV,
    yubico_csv = CSEAL_FORMAT_YUBICO_CSV,
    aegis = CSEAL_FORMAT_AEGIS,
    twofas = CSEAL_FORMAT_TWOFAS,
    bitwarden_json = CSEAL_FORMAT_BITWARDEN_JSON,
    bitwarden_csv = CSEAL_FORMAT_BITWARDEN_CSV,
    migration = CSEAL_FORMAT_MIGRATION
};

namespace detail {
inline constexpr const char* format_names[] = {"auto",           "uri-list",      "pskc",     "entra-csv",
                                               "oath-csv",       "yubico-csv",    "aegis",    "2fas",
                                               "bitwarden-json", "bitwarden-csv", "migration"};
}

/// "uri-list", "pskc" and so on; "auto" for automatic.
[[nodiscard]] inline const char* name_of(seed_format format) noexcept
{
    return detail::format_names[static_cast<std::uint32_t>(format)];
}

/// Throws config_error for a name that is none.
[[nodiscard]] inline seed_format format_named(std::string_view name)
{
    for (std::uint32_t i = 0; i <= CSEAL_FORMAT_MIGRATION; ++i) {
        if (name == detail::format_names[i]) {
            return static_cast<seed_format>(i);
        }
    }
    throw config_error(CSEAL_E_UNSUPPORTED,
                       "format must be auto, uri-list, pskc, entra-csv, oath-csv, yubico-csv, aegis, 2fas, "
                       "bitwarden-json, bitwarden-csv, or migration to write");
}

/// How a file is read (cseal_import_options), and what unlocks it.
struct import_settings {
    seed_format format = seed_format::automatic;
    std::span<const std::uint8_t> key;
    std::string_view password;
    bool dry_run = false;
};

/// The entries of a file.
class seed_import {
public:
    /// Reads a file. Throws config_error where it cannot be read at all; bad entries are told by `status` and row().
    seed_import(const crypto& provider, std::string_view data, const import_settings& settings = {})
    {
        const cseal_import_options options{sizeof(cseal_import_options), static_cast<std::uint32_t>(settings.format),
                                           settings.dry_run ? CSEAL_IMPORT_DRY_RUN : 0U, 0};
        cseal_import* made = nullptr;
        const cseal_status answer =
            cseal_import_new(provider.get(), data.data(), data.size(), settings.key.data(), settings.key.size(),
                             settings.password.data(), settings.password.size(), &options, &first_problem_, &made);
        if (made == nullptr) {
            first_problem_.raise(answer);
        }
        handle_.reset(made);
        info_.struct_size = sizeof info_;
        if (const cseal_status status = cseal_import_info_get(made, &info_); status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
    }

    [[nodiscard]] seed_format format() const noexcept { return static_cast<seed_format>(info_.format); }
    [[nodiscard]] std::uint32_t size() const noexcept { return info_.n_rows; }
    [[nodiscard]] std::uint32_t n_bad() const noexcept { return info_.n_bad; }

    /// Where an entry stands, and what is wrong with it: status is CSEAL_OK for a good one.
    [[nodiscard]] problem row(std::uint32_t index) const
    {
        problem why;
        const cseal_status status = cseal_import_row_get(handle_.get(), index, &why);
        if (status == CSEAL_E_RANGE || status == CSEAL_E_ARGUMENT) {
            throw error(status, cseal_status_meaning(status));
        }
        return why;
    }

    /// The seed of an entry. Throws config_error for a bad one, and for each where another is bad and it was no dry
    /// run.
    [[nodiscard]] seed at(std::uint32_t index) const
    {
        cseal_seed* made = nullptr;
        const cseal_status status = cseal_import_seed_get(handle_.get(), index, &made);
        if (status != CSEAL_OK) {
            first_problem_.raise(status);
        }
        return seed(made);
    }

private:
    struct free_import {
        void operator()(cseal_import* handle) const noexcept { cseal_import_free(handle); }
    };
    problem first_problem_;
    std::unique_ptr<cseal_import, free_import> handle_;
    cseal_import_info info_{};
};

/// Seeds on their way into a file.
class seed_export {
public:
    /// Throws config_error for a format that is not written.
    explicit seed_export(seed_format format)
    {
        cseal_export* made = nullptr;
        const cseal_status status = cseal_export_new(static_cast<std::uint32_t>(format), &made);
        if (status == CSEAL_E_UNSUPPORTED) {
            throw config_error(status, "format must be uri-list, migration or entra-csv to write");
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        handle_.reset(made);
    }

    /// Throws config_error for what the format cannot say.
    void add(const seed& one)
    {
        problem why;
        if (const cseal_status status = cseal_export_add(handle_.get(), one.get(), &why); status != CSEAL_OK) {
            why.raise(status);
        }
    }

    /// The file's text. The caller now holds the secrets in an ordinary string.
    [[nodiscard]] std::string text() const
    {
        std::size_t len = 0;
        cseal_status status = cseal_export_write(handle_.get(), nullptr, 0, &len);
        std::string made(len, '\0');
        if (status == CSEAL_E_CAPACITY) {
            status = cseal_export_write(handle_.get(), made.data(), made.size(), &len);
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        return made;
    }

private:
    struct free_export {
        void operator()(cseal_export* handle) const noexcept { cseal_export_free(handle); }
    };
    std::unique_ptr<cseal_export, free_export> handle_;
};

}  // namespace counterseal

#endif
