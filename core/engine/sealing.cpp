// SPDX-License-Identifier: Apache-2.0
#include "core/engine/sealing.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/crypto/xaes.hpp"
#include "core/ct/mask.hpp"
#include "core/ct/taint.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t commitment_len = 32;
constexpr std::size_t mac_len = 32;

using subkey = std::array<std::uint8_t, key_ring::key_len>;

/// Writes one field after another: its type, then a number, or a length and bytes.
class field_writer {
public:
    explicit field_writer(std::uint8_t* to) noexcept : to_{to} {}

    void bytes(std::uint8_t type, const void* data, std::size_t len) noexcept
    {
        number(type, len);
        if (len != 0) {
            std::memcpy(to_, data, len);
        }
        to_ += len;
    }
    void number(std::uint8_t type, std::uint64_t value) noexcept
    {
        *to_++ = type;
        store_be(to_, value);
        to_ += sizeof value;
    }

    static constexpr std::size_t head_len = 1 + sizeof(std::uint64_t);

private:
    std::uint8_t* to_;
};

std::size_t len_of(const field& of) noexcept
{
    if (const auto* text = std::get_if<std::string_view>(&of)) {
        return text->size();
    }
    const auto* bytes = std::get_if<bytes_view>(&of);
    return bytes != nullptr ? bytes->size() : 0;
}

secure_bytes encoded(std::string_view kind, fields of)
{
    std::size_t len = field_writer::head_len + kind.size();
    for (const field& one : of) {
        len += field_writer::head_len + len_of(one);
    }
    secure_bytes out(len);
    field_writer to(out.data());
    to.bytes(0, kind.data(), kind.size());
    for (const field& one : of) {
        if (const auto* number = std::get_if<std::int64_t>(&one)) {
            to.number(1, static_cast<std::uint64_t>(*number));
        } else if (const auto* text = std::get_if<std::string_view>(&one)) {
            to.bytes(2, text->data(), text->size());
        } else if (const auto* bytes = std::get_if<bytes_view>(&one)) {
            to.bytes(3, bytes->data(), bytes->size());
        } else {
            to.number(4, 0);
        }
    }
    return out;
}

/// How long the id in front of a record is, with its length byte; 0: there is no whole one.
std::size_t id_end(bytes_view record, std::size_t at) noexcept
{
    return record.size() > at && record[at] != 0 && record.size() > at + record[at] ? at + 1 + record[at] : 0;
}

std::string_view id_in(bytes_view record, std::size_t at) noexcept
{
    return {reinterpret_cast<const char*>(record.data()) + at + 1, record[at]};
}

mask is_same(bytes_view a, bytes_view b) noexcept
{
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference |= static_cast<std::uint64_t>(a[i] ^ b[i]);
    }
    return is_equal(difference, 0);
}

void append_id(std::vector<std::uint8_t>& to, std::string_view id)
{
    to.push_back(static_cast<std::uint8_t>(id.size()));
    to.insert(to.end(), id.begin(), id.end());
}

}  // namespace

sealer::sealer(const crypto& with, const key_ring& keys) : with_{with}, active_{keys.active()}
{
    for (const std::string_view id : keys.ids()) {
        const auto of = [&](key_purpose purpose, auto&& make) {
            subkey key{};
            const wiped_at_end wipe_key{key};
            return keys.derive(with, id, purpose, key) == status::ok ? make(key) : nullptr;
        };
        const auto hmac = [&](const subkey& key) { return prepared_hmac::make(with, hash_id::sha256, key); };
        keys_.emplace(
            id, prepared{of(key_purpose::seal, [&](const subkey& key) { return prepared_aes::make(with, key); }),
                         of(key_purpose::commitment, hmac), of(key_purpose::row, hmac), of(key_purpose::code, hmac)});
    }
}

status sealer::seal(bytes_view secret, fields where, std::vector<std::uint8_t>& out) const
{
    out.assign(1, format);
    append_id(out, active_);
    const std::size_t nonce_at = out.size();
    const std::size_t commitment_at = nonce_at + xaes_nonce_len;
    const std::size_t text_at = commitment_at + commitment_len;
    out.resize(text_at + secret.size() + gcm_tag_len);
    const bytes_span all(out);
    const bytes_span nonce = all.subspan(nonce_at, xaes_nonce_len);
    status s = with_.random(nonce);
    if (s == status::ok) {
        s = mac(active_, key_purpose::commitment, "commitment", {bytes_view(nonce)},
                all.subspan(commitment_at, commitment_len));
    }
    if (s == status::ok) {
        const secure_bytes aad = encoded(std::string_view(reinterpret_cast<const char*>(out.data()), nonce_at), where);
        const auto& key = keys_.find(active_)->second.seal;
        s = key == nullptr ? status::e_crypto : xaes_encrypt(with_, *key, nonce, aad, secret, all.subspan(text_at));
    }
    if (s != status::ok) {
        out.clear();
    }
    n_sealed_.fetch_add(s == status::ok ? 1 : 0, std::memory_order_relaxed);
    return s;
}

status sealer::open(bytes_view sealed, fields where, secure_bytes& out) const
{
    out.clear();
    const std::string_view id = key_of(sealed);
    if (id.empty()) {
        return status::e_store_corrupt;
    }
    const std::size_t nonce_at = 2 + id.size();
    const std::size_t commitment_at = nonce_at + xaes_nonce_len;
    const std::size_t text_at = commitment_at + commitment_len;
    const bytes_view nonce = sealed.subspan(nonce_at, xaes_nonce_len);
    std::array<std::uint8_t, commitment_len> commitment{};
    if (const status s = mac(id, key_purpose::commitment, "commitment", {nonce}, commitment); s != status::ok) {
        return s;
    }
    // GCM opens bytes that somebody made for it under more than one key: the commitment decides whose they are.
    if (!declassify(is_same(commitment, sealed.subspan(commitment_at, commitment_len)))) {
        return status::e_keys;
    }
    const auto& key = keys_.find(id)->second.seal;
    if (key == nullptr) {
        return status::e_crypto;
    }
    const secure_bytes aad = encoded(std::string_view(reinterpret_cast<const char*>(sealed.data()), nonce_at), where);
    out.resize(sealed.size() - text_at - gcm_tag_len);
    const status s = xaes_decrypt(with_, *key, nonce, aad, sealed.subspan(text_at), out);
    if (s != status::ok) {
        out.clear();
    }
    return s == status::wrong ? status::e_store_corrupt : s;
}

std::string_view sealer::key_of(bytes_view sealed) noexcept
{
    const std::size_t end = !sealed.empty() && sealed[0] == format ? id_end(sealed, 1) : 0;
    const bool is_whole = end != 0 && sealed.size() >= end + xaes_nonce_len + commitment_len + gcm_tag_len;
    return is_whole ? id_in(sealed, 1) : std::string_view();
}

std::string_view sealer::key_of_tag(bytes_view tag) noexcept
{
    const std::size_t end = id_end(tag, 0);
    return end != 0 && tag.size() == end + mac_len ? id_in(tag, 0) : std::string_view();
}

std::vector<std::string_view> sealer::ids() const
{
    std::vector<std::string_view> all;
    all.reserve(keys_.size());
    for (const auto& [id, key] : keys_) {
        all.emplace_back(id);
    }
    return all;
}

status sealer::may_follow(const sealer& before) const
{
    if (keys_.find(before.active_) == keys_.end()) {
        return status::e_keys;
    }
    for (const auto& [id, key] : keys_) {
        if (before.keys_.find(id) == before.keys_.end()) {
            continue;
        }
        std::array<std::uint8_t, mac_len> mine{};
        std::array<std::uint8_t, mac_len> theirs{};
        status s = mac(id, key_purpose::commitment, "same key", {}, mine);
        if (s == status::ok) {
            s = before.mac(id, key_purpose::commitment, "same key", {}, theirs);
        }
        // Whether they are the same is the answer.
        if (s == status::ok && !declassify(is_same(mine, theirs))) {
            s = status::e_keys;
        }
        if (s != status::ok) {
            return s;
        }
    }
    return status::ok;
}

status sealer::authenticate(std::string_view kind, fields row, std::vector<std::uint8_t>& out) const
{
    out.clear();
    append_id(out, active_);
    const std::size_t at = out.size();
    out.resize(at + mac_len);
    const status s = mac(active_, key_purpose::row, kind, row, bytes_span(out).subspan(at));
    if (s != status::ok) {
        out.clear();
    }
    return s;
}

status sealer::check(std::string_view kind, fields row, bytes_view tag) const
{
    const std::size_t end = id_end(tag, 0);
    if (end == 0 || tag.size() != end + mac_len) {
        return status::e_store_corrupt;
    }
    std::array<std::uint8_t, mac_len> expected{};
    const wiped_at_end wipe_expected{expected};
    if (const status s = mac(id_in(tag, 0), key_purpose::row, kind, row, expected); s != status::ok) {
        return s;
    }
    // Whether the row is as it was written is the answer.
    return declassify(is_same(expected, tag.subspan(end))) ? status::ok : status::e_store_corrupt;
}

status sealer::digest(std::string_view id, std::string_view kind, fields code, bytes_span out) const
{
    return mac(id, key_purpose::code, kind, code, out);
}

status sealer::mac(std::string_view id, key_purpose purpose, std::string_view kind, fields of, bytes_span out) const
{
    const auto found = keys_.find(id);
    if (found == keys_.end()) {
        return status::e_keys;
    }
    const auto& key = purpose == key_purpose::row          ? found->second.row
                      : purpose == key_purpose::commitment ? found->second.commitment
                                                           : found->second.code;
    return key == nullptr ? status::e_crypto : (*key)(encoded(kind, of), out);
}

}  // namespace counterseal::core
