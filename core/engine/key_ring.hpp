// SPDX-License-Identifier: Apache-2.0
// The keys of an installation: one seals what is new, the others still open what is old.
//
// A ring is text, in a file or in a variable of the environment:
//
//     counterseal keys 1
//     active 2026a
//     2025a 4jY0R8...=
//     2026a 9fQkWm...=
//
// One line a key: an id of 1 to 32 letters, digits, '-' or '_', a blank, 32 bytes as base64. Or the host unwraps keys
// itself and gives them as bytes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/crypto.hpp"
#include "core/enroll/secure.hpp"

namespace counterseal::core {

/// What is wrong with a ring: always e_keys, in words that name the line and the rule and never show a key.
class key_ring_error : public std::exception {
public:
    explicit key_ring_error(std::string detail) : detail_{std::move(detail)} {}
    [[nodiscard]] const char* what() const noexcept override { return detail_.c_str(); }

private:
    std::string detail_;
};

/// What a key is used for. Each purpose has a key of its own, derived from the ring's.
enum class key_purpose : std::uint8_t {
    seal = 1,        // encrypts secrets
    commitment = 2,  // tells which key sealed
    row = 3,         // authenticates rows
    code = 4,        // digests of short codes
};

class key_ring {
public:
    static constexpr std::size_t key_len = 32;

    /// Every way in throws key_ring_error.
    [[nodiscard]] static key_ring from_text(std::string_view text);

    /// A file that everybody may read or others may write is refused; one that its group may read is not, nor a
    /// symbolic link: that is how containers get their secrets.
    [[nodiscard]] static key_ring from_file(const std::string& path);

    /// Makes a ring of one new key where there is no file yet, readable by its owner alone. An existing file is never
    /// written to: it is read.
    [[nodiscard]] static key_ring from_file_or_new(const std::string& path, const crypto& with);

    /// Changes the ring in a file, and returns what it holds then. Whoever reads the file finds the old ring or the new
    /// one, whole, whenever the machine stops; of two that change it, one waits for the other. A file that this would
    /// not leave as it was put there is refused: a link, one that has several names, one that its group may read.
    static key_ring change_file(const std::string& path, const std::function<void(key_ring&)>& change);

    [[nodiscard]] static key_ring from_keys(const std::map<std::string, bytes_view>& keys, std::string_view active);

    /// Another key, which opens what was sealed under it. Throws key_ring_error.
    void add(std::string_view id, bytes_view key) { add(id, key, "key ring: "); }

    /// The same with a key of random bytes.
    void add_new(std::string_view id, const crypto& with);

    /// From now on this key seals. Throws key_ring_error where there is none of this id.
    void promote(std::string_view id);

    /// Wipes a key. What is still under it cannot be opened any more. Throws key_ring_error for the active one.
    void remove(std::string_view id);

    /// The ring as text: what a file holds.
    [[nodiscard]] secure_text text() const;

    [[nodiscard]] const std::string& active() const noexcept { return active_; }

    [[nodiscard]] std::vector<std::string_view> ids() const;

    /// The key of this id for this purpose in `out`, key_len bytes. e_keys: there is no such id.
    [[nodiscard]] status derive(const crypto& with, std::string_view id, key_purpose purpose,
                                bytes_span out) const noexcept;

private:
    void add(std::string_view id, bytes_view key, const std::string& where);
    void choose(std::string_view active);

    std::map<std::string, secure_bytes, std::less<>> keys_;
    std::string active_;
};

}  // namespace counterseal::core
