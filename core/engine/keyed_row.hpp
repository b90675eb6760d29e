// SPDX-License-Identifier: Apache-2.0
// Rows that a key of the ring made something of: which key that is, and how another one takes its place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/subject.hpp"
#include "core/store/transaction.hpp"

namespace counterseal::core {

/// What keys hold.
enum class keyed : std::uint8_t {
    policy,  // the tag of its row, as of the next two
    subject,
    factor,
    secret,        // of a factor, sealed
    recovery_set,  // the digests of its codes, and their salt: both stay under the key that they were made with
    challenge,     // its tag and the digest of its session: gone a few minutes later
    canary,
};

struct keyed_part {
    keyed what;
    std::string key;  // its id; empty: what stands there was not made with a key
};

/// A row with what of it is under a key.
struct keyed_row {
    std::string first;  // its place in the table, behind the tenant: one name or number, and another one
    std::string second;
    std::vector<keyed_part> parts;
    bool is_damaged = false;  // not as the engine wrote it, or under a key that is not in the ring

    /// Puts under the active key what can be, unless the row was changed since it was read: then false. Nothing: there
    /// is nothing to do, or nothing that can be done.
    std::function<bool(transaction&)> reseal;
};

/// Which rows: up to `limit` of a tenant behind a place.
struct keyed_page {
    std::string_view tenant;
    std::string_view first;
    std::string_view second;
    std::int64_t limit;
    std::int64_t now_us;
    bool reseals;  // else rows are only looked at, and nothing is opened
};

/// Of each table, in the order of the places. Reads.
using keyed_rows = std::vector<keyed_row> (*)(transaction& in, const row_seal& with, const keyed_page& of);
[[nodiscard]] std::vector<keyed_row> keyed_policies(transaction& in, const row_seal& with, const keyed_page& of);
[[nodiscard]] std::vector<keyed_row> keyed_subjects(transaction& in, const row_seal& with, const keyed_page& of);
[[nodiscard]] std::vector<keyed_row> keyed_factors(transaction& in, const row_seal& with, const keyed_page& of);
[[nodiscard]] std::vector<keyed_row> keyed_challenges(transaction& in, const row_seal& with, const keyed_page& of);

/// Has `make` say how a row is resealed. A row that is not as it should be is damaged, and left as it is.
template <class Make>
void plan_reseal(keyed_row& row, Make&& make)
{
    try {
        row.reseal = make();
    } catch (const store_error& e) {
        if (e.code() != status::e_store_corrupt && e.code() != status::e_keys) {
            throw;
        }
        row.is_damaged = true;
    }
}

}  // namespace counterseal::core
