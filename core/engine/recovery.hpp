// SPDX-License-Identifier: Apache-2.0
// Recovery codes: what a subject has on paper for the day the phone is gone (look-up secrets, SP 800-63B-4 section
// 3.1.2).
//
// A set is a factor: its row has throttle and state, and a sealed salt as its secret. Of each code there is a digest:
// an HMAC under a key of the ring, over its place and a slow hash of the code. The slow hash takes tens of
// milliseconds, so it is made before a transaction begins.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/factor.hpp"
#include "core/engine/recovery_code.hpp"

namespace counterseal::core {

inline constexpr std::size_t recovery_set_len = 10;  // codes
inline constexpr std::size_t recovery_salt_len = 16;
inline constexpr std::size_t recovery_hash_len = 32;
inline constexpr std::uint32_t recovery_iterations = 100'000;  // of PBKDF2, for codes that have 80 random bits already

/// Whether a text is a recovery code by what is public of it: its length, and where it has something else than
/// characters of a code.
[[nodiscard]] bool is_recovery_shaped(std::string_view text) noexcept;

/// A set that was made and is not stored yet.
struct recovery_set {
    std::string factor;  // the id that it will have
    std::vector<secure_text> codes;
    secure_bytes salt;  // with the count of iterations behind it
    std::vector<secure_bytes> hashes;
};

/// The slow part: outside of transactions. Throws store_error of e_crypto.
[[nodiscard]] recovery_set make_recovery_set(const crypto& provider, std::uint32_t iterations = recovery_iterations);

/// Stores a set in place of the one that there was, whose codes are worth nothing from then on. The codes may be shown
/// after the commit, once. Nothing here asks for a grant: is_enrolled() says whether the caller has to.
void store_recovery_set(transaction& in, const row_seal& with, std::string_view tenant, std::string_view subject,
                        const recovery_set& set, std::int64_t now_us);

/// What is needed to hash a response outside of a transaction.
struct recovery_salt {
    std::string factor;
    secure_bytes salt;
};

/// Of the active set of a subject, if there is one and `factor` names it or nothing. May be read in another transaction
/// than the response is settled in.
[[nodiscard]] std::vector<recovery_salt> load_recovery_salts(transaction& in, const row_seal& with,
                                                             std::string_view tenant, std::string_view subject,
                                                             std::string_view factor = {});

/// The slow hash of what was typed. Throws store_error of e_crypto. Needs is_recovery_shaped(text).
[[nodiscard]] secure_bytes hash_recovery_code(const crypto& provider, const recovery_salt& salt, std::string_view text);

/// The log calls a used code by its digest, all of it: a part could be that of another row as well. It is keyed, and
/// says nothing of the code.
struct recovery_use {
    status code;
    std::string name{};  // where it is ok
};

/// Uses a code up: ok, replayed (used before) or wrong. `hash` may be empty: of no code. Needs a locked subject.
[[nodiscard]] recovery_use use_recovery_code(transaction& in, const row_seal& with, const factor& of, bytes_view hash,
                                             std::int64_t now_us);

/// The names of the codes that are used, by the rows.
[[nodiscard]] std::set<std::string> used_recovery_codes(transaction& in, const factor_key& of);

/// How many codes are left.
[[nodiscard]] std::int64_t count_recovery_codes(transaction& in, const factor_key& of);

}  // namespace counterseal::core
