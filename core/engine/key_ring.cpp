// SPDX-License-Identifier: Apache-2.0
#include "core/engine/key_ring.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/codec/codec.hpp"
#include "core/enroll/base64.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view first_line = "counterseal keys 1";
constexpr std::string_view active_word = "active ";
constexpr std::size_t longest_id = 32;

bool is_id(std::string_view text) noexcept
{
    const auto is_good = [](char c) {
        return ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, is_good);
}

}  // namespace

key_ring key_ring::from_text(std::string_view text)
{
    key_ring made;
    std::string_view active;
    std::size_t number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        const std::string where = "key ring, line " + std::to_string(++number) + ": ";
        if (number == 1) {
            if (line != first_line) {
                throw key_ring_error(where + "must be \"counterseal keys 1\"");
            }
        } else if (line.starts_with(active_word)) {
            if (!active.empty()) {
                throw key_ring_error(where + "a second active key");
            }
            active = line.substr(active_word.size());
        } else if (!line.empty()) {
            const std::size_t blank = std::min(line.find(' '), line.size());
            const std::string_view encoded = line.substr(std::min(blank + 1, line.size()));
            secure_bytes key(key_len + 1);
            const decoded got = base64_decode(encoded, key.data(), key.size());
            if (got.code != status::ok || got.len != key_len) {
                throw key_ring_error(where + "a key is 32 bytes as base64");
            }
            key.resize(key_len);
            made.add(line.substr(0, blank), key, where);
        }
    }
    made.choose(active);
    return made;
}

key_ring key_ring::from_keys(const std::map<std::string, bytes_view>& keys, std::string_view active)
{
    key_ring made;
    for (const auto& [id, key] : keys) {
        made.add(id, key, "key ring: ");
    }
    made.choose(active);
    return made;
}

secure_text key_ring::text() const
{
    secure_text out;
    append(out, first_line);
    append(out, "\nactive ");
    append(out, active_);
    append(out, "\n");
    for (const auto& [id, key] : keys_) {
        append(out, id);
        append(out, " ");
        append(out, view(to_base64<secure_text>(key)));
        append(out, "\n");
    }
    return out;
}

std::vector<std::string_view> key_ring::ids() const
{
    std::vector<std::string_view> all;
    all.reserve(keys_.size());
    for (const auto& [id, key] : keys_) {
        all.emplace_back(id);
    }
    return all;
}

status key_ring::derive(const crypto& with, std::string_view id, key_purpose purpose, bytes_span out) const noexcept
{
    const auto found = keys_.find(id);
    if (found == keys_.end()) {
        return status::e_keys;
    }
    // SP 800-108 in counter mode with one block: counter, label, zero, purpose, length in bits.
    std::uint8_t message[] = "....counterseal key....";
    constexpr std::size_t label_end = sizeof message - 1 - 4;
    store_be(message, std::uint32_t{1});
    message[label_end] = 0;
    message[label_end + 1] = static_cast<std::uint8_t>(purpose);
    message[label_end + 2] = (8 * key_len) >> 8;
    message[label_end + 3] = (8 * key_len) & 0xff;
    return with.hmac(hash_id::sha256, found->second, bytes_view(message, sizeof message - 1), out);
}

void key_ring::add(std::string_view id, bytes_view key, const std::string& where)
{
    if (!is_id(id) || id == "active") {
        throw key_ring_error(where + "an id is 1 to 32 letters, digits, '-' or '_'");
    }
    if (key.size() != key_len) {
        throw key_ring_error(where + "a key has 32 bytes");
    }
    if (std::ranges::all_of(key, [&](std::uint8_t byte) { return byte == key[0]; })) {
        throw key_ring_error(where + "all bytes of the key are the same");
    }
    if (!keys_.emplace(id, secure_bytes(key.begin(), key.end())).second) {
        throw key_ring_error(where + "the id stands twice");
    }
}

void key_ring::add_new(std::string_view id, const crypto& with)
{
    std::array<std::uint8_t, key_len> key{};
    const wiped_at_end wipe_key{key};
    if (with.random(key) != status::ok) {
        throw key_ring_error("key ring: no random numbers");
    }
    add(id, key);
}

void key_ring::promote(std::string_view id)
{
    if (keys_.find(id) == keys_.end()) {
        throw key_ring_error("key ring: there is no key of this id to promote");
    }
    active_ = id;
}

void key_ring::remove(std::string_view id)
{
    const auto found = keys_.find(id);
    if (found == keys_.end()) {
        throw key_ring_error("key ring: there is no key of this id to remove");
    }
    if (id == active_) {
        throw key_ring_error("key ring: the active key cannot be removed: another one has to be promoted first");
    }
    keys_.erase(found);
}

void key_ring::choose(std::string_view active)
{
    if (active.empty()) {
        throw key_ring_error("key ring: no active key is named");
    }
    if (keys_.find(active) == keys_.end()) {
        throw key_ring_error("key ring: there is no key with the id of the active one");
    }
    active_ = active;
}

}  // namespace counterseal::core
