// SPDX-License-Identifier: Apache-2.0
// Files full of seeds: what hardware vendors ship and what other systems export. One way in, one way out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/crypto.hpp"
#include "core/enroll/problem.hpp"
#include "core/enroll/secure.hpp"
#include "core/enroll/seed_row.hpp"

namespace counterseal::core {

/// The numbers are those of the C ABI.
enum class seed_format : std::uint32_t {
    automatic = 0,
    uri_list = 1,
    pskc = 2,
    entra_csv = 3,
    oath_csv = 4,
    yubico_csv = 5,
    aegis = 6,
    twofas = 7,
    bitwarden_json = 8,
    bitwarden_csv = 9,
    migration = 10,  // only written: a URI list reads it
};

inline constexpr std::size_t max_seed_file_len = std::size_t{16} << 20;
inline constexpr std::size_t max_seed_rows = 100'000;
inline constexpr const char* too_many_seeds = "a file must hold at most 100000 seeds";

/// What unlocks an encrypted file; empty where it was not given.
struct seed_file_keys {
    bytes_view key;
    std::string_view password;
};

struct seed_file {
    seed_format format;
    std::vector<seed_row> rows;  // in the order of the file; those that can be used and those that cannot
};

/// Reads a file. Nothing where it cannot be read at all; `why` then tells the rule and the place. What only touches one
/// entry is in that entry's row, and the others stay usable.
[[nodiscard]] std::optional<seed_file> read_seed_file(const crypto& provider, std::string_view data, seed_format format,
                                                      const seed_file_keys& keys, problem& why);

/// The format that the content looks like; automatic where it looks like none.
[[nodiscard]] seed_format detect_format(std::string_view data);

/// One reader a format; each as read_seed_file().
[[nodiscard]] std::optional<std::vector<seed_row>> read_uri_list(std::string_view data, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_pskc(const crypto& provider, std::string_view data,
                                                             const seed_file_keys& keys, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_entra_csv(std::string_view data, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_oath_csv(std::string_view data, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_yubico_csv(std::string_view data, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_bitwarden_csv(std::string_view data, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_aegis(std::string_view data, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_twofas(std::string_view data, problem& why);
[[nodiscard]] std::optional<std::vector<seed_row>> read_bitwarden_json(std::string_view data, problem& why);

}  // namespace counterseal::core
