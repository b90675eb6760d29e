// SPDX-License-Identifier: Apache-2.0
// What a host keeps in its session after a login: who showed what, when. Worth nothing anywhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/subject.hpp"
#include "core/enroll/secure.hpp"

namespace counterseal::core {

inline constexpr std::size_t longest_grant = 8192;  // characters

/// A grant is sealed for a place, which is not in it: store, tenant, subject and session.
struct grant {
    std::int64_t assurance = 0;    // 2: two factors
    std::vector<std::string> amr;  // methods as in RFC 8176, the first factor's first
    std::int64_t at_us = 0;        // when they were shown
    std::int64_t epoch = 0;        // of the subject
    std::string path;
    std::string action;
    std::string type{};  // of the second factor that was shown; empty: there was none
};

/// Throws store_error. Every text in it is a name.
[[nodiscard]] secure_text make_grant(const row_seal& with, std::string_view tenant, std::string_view subject,
                                     bytes_view session, const grant& what);

/// Nothing for a text that is no grant of this place, whatever it is. Throws store_error where cryptography fails.
[[nodiscard]] std::optional<grant> open_grant(const row_seal& with, std::string_view tenant, std::string_view subject,
                                              bytes_view session, std::string_view text);

/// The grant if it holds: of this place and of the subject's epoch, of `least_assurance`, made at `oldest_us` or later,
/// and not in the future. Reads. Throws store_error.
[[nodiscard]] std::optional<grant> check_grant(transaction& in, const row_seal& with, std::string_view tenant,
                                               std::string_view subject, bytes_view session, std::string_view text,
                                               std::int64_t oldest_us, std::int64_t now_us,
                                               std::int64_t least_assurance = 2);

/// The same for a subject that was read already; no row: nothing was written about it yet.
[[nodiscard]] std::optional<grant> check_grant(const row_seal& with, const std::optional<subject>& who,
                                               std::string_view tenant, std::string_view name, bytes_view session,
                                               std::string_view text, std::int64_t oldest_us, std::int64_t now_us,
                                               std::int64_t least_assurance = 2);

}  // namespace counterseal::core
