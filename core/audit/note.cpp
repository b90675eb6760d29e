// SPDX-License-Identifier: Apache-2.0
#include "core/audit/note.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "core/crypto/sha256.hpp"
#include "core/enroll/base64.hpp"
#include "core/enroll/hex.hpp"
#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

constexpr std::size_t longest_note = 1 << 20;
constexpr std::string_view dash = "\u2014 ";  // begins each signature line
constexpr std::size_t id_len = 4;

constexpr std::uint8_t type_byte(signature_type type) noexcept
{
    return type == signature_type::ed25519 ? 1 : 2;
}

std::vector<std::uint8_t> encoded(const public_key& key)
{
    return key.type() == signature_type::ed25519 ? key.ed25519() : key.spki();
}

std::uint32_t id_of(const crypto& by, std::string_view name, const public_key& key)
{
    sha256_hash hash(by);
    const std::vector<std::uint8_t> bytes = encoded(key);
    const std::uint8_t type[] = {type_byte(key.type())};
    // Type 2 came before the rule, and hashes the key alone.
    const sha256_digest all = key.type() == signature_type::ed25519
                                  ? hash.of({bytes_of(name), bytes_of("\n"), type, bytes})
                                  : hash.of({bytes});
    return load_be<std::uint32_t>(all.data());
}

bool is_note_text(std::string_view text) noexcept
{
    return text.ends_with('\n') && is_utf8(text) &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n'; });
}

struct signature_line {
    std::string_view name;
    std::uint32_t id;
    std::vector<std::uint8_t> signature;
};

/// `line` has no newline. Nothing: it is no signature.
std::optional<signature_line> read_signature(std::string_view line)
{
    const std::size_t blank = line.find(' ', dash.size());
    if (!line.starts_with(dash) || blank == std::string_view::npos || blank == dash.size()) {
        return std::nullopt;
    }
    const std::optional<std::vector<std::uint8_t>> bytes = from_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= id_len) {
        return std::nullopt;
    }
    return signature_line{line.substr(dash.size(), blank - dash.size()),
                          load_be<std::uint32_t>(bytes->data()),
                          {bytes->begin() + id_len, bytes->end()}};
}

}  // namespace

bool is_note_name(std::string_view name) noexcept
{
    return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != '+'; });
}

note_verifier::note_verifier(const crypto& by, std::string name, public_key key)
    : name_{std::move(name)}, key_{std::move(key)}, id_{id_of(by, name_, key_)}
{
}

std::optional<note_verifier> note_verifier::from_text(const crypto& by, std::string_view text)
{
    const std::size_t first = text.find('+');
    const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos || !is_note_name(text.substr(0, first)) || second - first - 1 != 2 * id_len) {
        return std::nullopt;
    }
    const std::string_view digits = text.substr(first + 1, 2 * id_len);
    std::uint32_t id = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), id, 16);
    const std::optional<std::vector<std::uint8_t>> typed = from_base64(text.substr(second + 1));
    if (fault != std::errc() || end != digits.data() + digits.size() || !typed || typed->empty()) {
        return std::nullopt;
    }
    const bytes_view bytes = bytes_view(*typed).subspan(1);
    std::optional<public_key> key = typed->front() == type_byte(signature_type::ed25519)
                                        ? public_key::from_ed25519(by, bytes)
                                        : public_key::from_spki(by, bytes);
    if (!key || type_byte(key->type()) != typed->front()) {
        return std::nullopt;
    }
    note_verifier out(by, std::string(text.substr(0, first)), std::move(*key));
    return out.id_ == id && out.text() == text ? std::optional(std::move(out)) : std::nullopt;
}

std::string note_verifier::text() const
{
    std::uint8_t id[id_len];
    store_be(id, id_);
    const std::vector<std::uint8_t> key = encoded(key_);
    std::vector<std::uint8_t> bytes(1 + key.size());
    bytes[0] = type_byte(key_.type());
    std::ranges::copy(key, bytes.begin() + 1);
    std::string out = name_;
    out += '+';
    out += to_hex(id);
    out += '+';
    out += to_base64<std::string>(bytes);
    return out;
}

std::string sign_note(std::string_view text, const note_verifier& as, const private_key& with)
{
    const std::vector<std::uint8_t> signature = with.sign(bytes_of(text));
    std::vector<std::uint8_t> bytes(id_len + signature.size());
    store_be(bytes.data(), as.id());
    std::ranges::copy(signature, bytes.begin() + id_len);
    std::string out(text);
    out += '\n';
    out += dash;
    out += as.name() + ' ' + to_base64<std::string>(bytes) + '\n';
    return out;
}

std::optional<std::string_view> open_note(std::string_view note, std::span<const note_verifier> trusted)
{
    const std::size_t blank_line = note.rfind("\n\n");
    if (note.size() > longest_note || !is_note_text(note) || blank_line == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view text = note.substr(0, blank_line + 1);
    std::string_view lines = note.substr(blank_line + 2);
    bool is_signed = false;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');  // is_note_text(): each line has one
        const std::optional<signature_line> one = read_signature(lines.substr(0, end));
        if (!one) {
            return std::nullopt;
        }
        for (const note_verifier& who : trusted) {
            if (who.id() != one->id || who.name() != one->name) {
                continue;
            }
            if (!who.key().verify(bytes_of(text), one->signature)) {
                return std::nullopt;
            }
            is_signed = true;
        }
        lines.remove_prefix(end + 1);
    }
    return is_signed ? std::optional(text) : std::nullopt;
}

}  // namespace counterseal::core
