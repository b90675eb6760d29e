// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/pskc_protection.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/ct/mask.hpp"
#include "core/enroll/seed_text.hpp"

namespace counterseal::core {
namespace {

constexpr std::uint64_t max_iterations = 2'000'000;  // about a second

bool refuse(problem& why, const xml_element& where, std::string rule)
{
    why = {status::malformed, std::move(rule), where.byte, where.line, where.column};
    return false;
}

/// Bytes of the key of an AES-CBC algorithm; 0 for another one. The namespaces are those of XML Encryption 1.0 and 1.1.
std::size_t cbc_key_len(std::string_view algorithm) noexcept
{
    constexpr std::pair<std::string_view, std::size_t> known[] = {
        {"http://www.w3.org/2001/04/xmlenc#aes128-cbc", 16},
        {"http://www.w3.org/2001/04/xmlenc#aes192-cbc", 24},
        {"http://www.w3.org/2001/04/xmlenc#aes256-cbc", 32},
    };
    for (const auto& [name, len] : known) {
        if (name == algorithm) {
            return len;
        }
    }
    return 0;
}

/// "...#hmac-sha1" and the like.
std::optional<hash_id> hmac_hash(std::string_view algorithm)
{
    const std::size_t at = algorithm.rfind("#hmac-");
    return at == std::string_view::npos ? std::nullopt : hash_from(algorithm.substr(at + 6));
}

std::size_t digest_len(hash_id hash) noexcept
{
    return hash == hash_id::sha1 ? sha1::digest_len : hash == hash_id::sha256 ? sha256::digest_len : sha512::digest_len;
}

/// CBC with the padding of XML Encryption (section 5.2): the last byte counts the padding, the others are arbitrary.
std::optional<secure_bytes> cbc_decrypt(const crypto& provider, const secure_bytes& key, const secure_bytes& cipher)
{
    if (cipher.size() < 2 * aes_block_len || cipher.size() % aes_block_len != 0) {
        return std::nullopt;
    }
    const bytes_view all(cipher);
    secure_bytes plain(cipher.size() - aes_block_len);
    if (provider.aes_cbc_decrypt(key, all.first(aes_block_len), all.subspan(aes_block_len), plain) != status::ok) {
        return std::nullopt;
    }
    const std::size_t padding = plain.back();
    if (padding == 0 || padding > aes_block_len) {
        return std::nullopt;
    }
    plain.resize(plain.size() - padding);
    return plain;
}

bool equal(bytes_view a, bytes_view b) noexcept
{
    std::uint64_t difference = a.size() ^ b.size();
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        difference |= static_cast<std::uint64_t>(a[i] ^ b[i]);
    }
    return is_equal(difference, 0).bits() != 0;
}

constexpr const char* no_fit = "the MAC does not fit: the key or password is wrong, or the file was changed";

}  // namespace

std::optional<pskc_protection> pskc_protection::of(const crypto& provider, const xml_element& container,
                                                   const seed_file_keys& keys, problem& why)
{
    pskc_protection made(provider);
    if (!made.read_key(container.child("EncryptionKey"), keys, why) ||
        !made.read_mac(container.child("MACMethod"), why)) {
        return std::nullopt;
    }
    return made;
}

bool pskc_protection::read_key(const xml_element* from, const seed_file_keys& keys, problem& why)
{
    if (from == nullptr) {
        return true;
    }
    if (const xml_element* derived = from->below("DerivedKey"); derived != nullptr) {
        return derive_key(*derived, keys, why);
    }
    if (from->below("KeyName") == nullptr) {
        return refuse(why, *from, "EncryptionKey must be a pre-shared key by name, or derived from a password");
    }
    if (keys.key.empty()) {
        return refuse(why, *from, "key must be given: the file is encrypted with a pre-shared key");
    }
    if (keys.key.size() != 16 && keys.key.size() != 24 && keys.key.size() != 32) {
        return refuse(why, *from, "key must have 16, 24 or 32 bytes");
    }
    key_.assign(keys.key.begin(), keys.key.end());
    return true;
}

bool pskc_protection::derive_key(const xml_element& from, const seed_file_keys& keys, problem& why)
{
    const xml_element* method = from.below("KeyDerivationMethod");
    if (method == nullptr || !method->attribute("Algorithm").ends_with("#pbkdf2")) {
        return refuse(why, from, "KeyDerivationMethod must be PBKDF2");
    }
    const xml_element* salt_text = method->below("Specified");
    const auto salt = salt_text == nullptr ? std::nullopt : key_from_base64(salt_text->trimmed());
    if (!salt) {
        return refuse(why, *method, "Salt must be given as base64");
    }
    const xml_element* count = method->below("IterationCount");
    const auto iterations = count == nullptr ? std::nullopt : decimal_from(count->trimmed());
    if (!iterations || *iterations == 0 || *iterations > max_iterations) {
        return refuse(why, *method, "IterationCount must be 1 to 2000000");
    }
    const xml_element* length = method->below("KeyLength");
    const auto key_len = length == nullptr ? std::optional<std::uint64_t>(16) : decimal_from(length->trimmed());
    if (key_len != 16 && key_len != 24 && key_len != 32) {
        return refuse(why, *method, "KeyLength must be 16, 24 or 32");
    }
    hash_id hash = hash_id::sha1;  // RFC 8018 appendix A.2: the default PRF
    if (const xml_element* prf = method->below("PRF"); prf != nullptr && !prf->attribute("Algorithm").empty()) {
        const auto named = hmac_hash(prf->attribute("Algorithm"));
        if (!named) {
            return refuse(why, *prf, "PRF must be HMAC with SHA-1, SHA-256 or SHA-512");
        }
        hash = *named;
    }
    if (keys.password.empty()) {
        return refuse(why, from, "password must be given: the file is encrypted with one");
    }
    key_.resize(static_cast<std::size_t>(*key_len));
    const bytes_view password(reinterpret_cast<const std::uint8_t*>(keys.password.data()), keys.password.size());
    if (provider_->pbkdf2(hash, password, *salt, static_cast<std::uint32_t>(*iterations), key_) != status::ok) {
        why = {status::e_crypto, "the key could not be derived"};
        return false;
    }
    return true;
}

bool pskc_protection::read_mac(const xml_element* from, problem& why)
{
    if (from == nullptr) {
        return true;
    }
    const auto hash = hmac_hash(from->attribute("Algorithm"));
    if (!hash) {
        return refuse(why, *from, "MACMethod must be HMAC with SHA-1, SHA-256 or SHA-512");
    }
    mac_hash_ = *hash;
    const xml_element* mac_key = from->child("MACKey");
    if (mac_key == nullptr) {
        mac_key_ = key_;  // RFC 6030 section 6.1.1: without one, the encryption key is the MAC key too
        return true;
    }
    const xml_element* method = mac_key->child("EncryptionMethod");
    const xml_element* text = mac_key->at("CipherData/CipherValue");
    const auto cipher = text == nullptr ? std::nullopt : key_from_base64(text->trimmed());
    if (method == nullptr || cbc_key_len(method->attribute("Algorithm")) == 0 || !cipher) {
        return refuse(why, *mac_key, "MACKey must be encrypted with AES-CBC");
    }
    if (cbc_key_len(method->attribute("Algorithm")) != key_.size()) {
        return refuse(why, *mac_key, "key must have as many bytes as the file's algorithm takes");
    }
    std::optional<secure_bytes> plain = cbc_decrypt(*provider_, key_, *cipher);
    if (!plain || plain->empty()) {
        return refuse(why, *mac_key, "the key or password is wrong, or the file was changed");
    }
    mac_key_ = std::move(*plain);
    return true;
}

std::optional<secure_bytes> pskc_protection::decrypt(const xml_element& value, const xml_element* value_mac,
                                                     const char*& rule) const
{
    const auto refused = [&](const char* why) {
        rule = why;
        return std::nullopt;
    };
    const xml_element* method = value.child("EncryptionMethod");
    const std::size_t key_len = method == nullptr ? 0 : cbc_key_len(method->attribute("Algorithm"));
    if (key_len == 0) {
        return refused("EncryptionMethod must be AES-CBC");
    }
    if (key_.size() != key_len) {
        return refused("EncryptionKey must be given, as long as the algorithm takes it");
    }
    const xml_element* text = value.at("CipherData/CipherValue");
    const auto cipher = text == nullptr ? std::nullopt : key_from_base64(text->trimmed());
    if (!cipher) {
        return refused("CipherValue must be base64");
    }
    // CBC alone lets a stranger choose bits of the key; RFC 6030 section 6.2 asks for a MAC.
    const auto given = value_mac == nullptr || mac_key_.empty() ? std::nullopt : key_from_base64(value_mac->trimmed());
    if (!given) {
        return refused("ValueMAC must be given: AES-CBC alone protects nothing");
    }
    std::array<std::uint8_t, max_digest_len> mac{};
    const bytes_span computed = bytes_span(mac).first(digest_len(mac_hash_));
    if (provider_->hmac(mac_hash_, mac_key_, *cipher, computed) != status::ok || !equal(computed, *given)) {
        return refused(no_fit);
    }
    std::optional<secure_bytes> plain = cbc_decrypt(*provider_, key_, *cipher);
    return plain ? std::move(plain) : refused(no_fit);
}

}  // namespace counterseal::core
