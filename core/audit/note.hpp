// SPDX-License-Identifier: Apache-2.0
// Signed notes (C2SP signed-note): text for people, with signatures below that say who made them. Ed25519 (type 1), and
// ECDSA on P-256 (type 2) where a provider has no Ed25519.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/crypto/signature.hpp"

namespace counterseal::core {

/// Whether it can name a key of ours: printable ASCII without blanks and '+', not empty. (Others may use UTF-8; their
/// signatures are ignored.)
[[nodiscard]] bool is_note_name(std::string_view name) noexcept;

/// Who may have signed, and with what. Its text form is `<name>+<id as 8 hexadecimal digits>+<base64 of type and key>`.
class note_verifier {
public:
    /// Needs is_note_name(name). Throws crypto_failure.
    note_verifier(const crypto& by, std::string name, public_key key);

    /// Nothing: the text is none, or its id is not that of the key.
    [[nodiscard]] static std::optional<note_verifier> from_text(const crypto& by, std::string_view text);
    /// Throws crypto_failure.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::uint32_t id() const noexcept { return id_; }
    [[nodiscard]] const public_key& key() const noexcept { return key_; }

private:
    std::string name_;
    public_key key_;
    std::uint32_t id_;
};

/// Needs text of whole lines without control characters, and a verifier that is the public half of the key. Throws
/// crypto_failure.
[[nodiscard]] std::string sign_note(std::string_view text, const note_verifier& as, const private_key& with);

/// The text of a note that one of `trusted` signed, its last newline included; it is a part of `note`. Signatures of
/// others are ignored. Nothing: nobody of them signed, a signature of one of them is wrong, or it is no note.
[[nodiscard]] std::optional<std::string_view> open_note(std::string_view note, std::span<const note_verifier> trusted);

}  // namespace counterseal::core
