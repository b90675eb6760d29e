// SPDX-License-Identifier: Apache-2.0
#include "core/webauthn/authenticator_data.hpp"

#include "core/webauthn/cose_key.hpp"

namespace counterseal::core {
namespace {

// Section 6.1; bits 1 and 5 are reserved and say nothing yet.
constexpr std::uint8_t flag_up = 0x01;
constexpr std::uint8_t flag_uv = 0x04;
constexpr std::uint8_t flag_be = 0x08;
constexpr std::uint8_t flag_bs = 0x10;
constexpr std::uint8_t flag_at = 0x40;
constexpr std::uint8_t flag_ed = 0x80;

constexpr std::size_t flags_at = rp_id_hash_len;
constexpr std::size_t sign_count_at = flags_at + 1;
constexpr std::size_t fixed_len = sign_count_at + 4;
constexpr std::size_t id_len_at = aaguid_len;

std::optional<attested_credential> take_credential(bytes_view& rest, std::uint32_t quirks) noexcept
{
    if (rest.size() < id_len_at + 2) {
        return std::nullopt;
    }
    const bytes_view aaguid = rest.first(aaguid_len);
    const std::size_t id_len = std::size_t{rest[id_len_at]} << 8 | rest[id_len_at + 1];
    rest = rest.subspan(id_len_at + 2);
    if (rest.size() < id_len) {
        return std::nullopt;
    }
    const bytes_view id = rest.first(id_len);
    rest = rest.subspan(id_len);
    const std::optional<std::size_t> key_len = cose_key_len(rest, quirks);
    if (!key_len) {
        return std::nullopt;
    }
    const bytes_view key = rest.first(*key_len);
    rest = rest.subspan(*key_len);
    return attested_credential{aaguid, id, key};
}

std::optional<cbor_value> take_extensions(bytes_view& rest) noexcept
{
    const std::optional<cbor_value> map = cbor_value::read_first(rest);
    // Numbers sort before texts, so that the first name tells of all.
    if (!map || map->type() != cbor_type::map || (map->size() > 0 && map->pair(0).key.type() != cbor_type::text)) {
        return std::nullopt;
    }
    rest = rest.subspan(map->whole().size());
    return map;
}

}  // namespace

std::optional<authenticator_data> read_authenticator_data(bytes_view bytes, std::uint32_t quirks) noexcept
{
    if (bytes.size() < fixed_len) {
        return std::nullopt;
    }
    const std::uint8_t flags = bytes[flags_at];
    authenticator_data out;
    out.rp_id_hash = bytes.first(rp_id_hash_len);
    out.user_present = (flags & flag_up) != 0;
    out.user_verified = (flags & flag_uv) != 0;
    out.backup_eligible = (flags & flag_be) != 0;
    out.backup_state = (flags & flag_bs) != 0;
    out.sign_count = load_be<std::uint32_t>(&bytes[sign_count_at]);
    bytes_view rest = bytes.subspan(fixed_len);
    if ((flags & flag_at) != 0) {
        out.credential = take_credential(rest, quirks);
        if (!out.credential) {
            return std::nullopt;
        }
    }
    if ((flags & flag_ed) != 0) {
        out.extensions = take_extensions(rest);
        if (!out.extensions) {
            return std::nullopt;
        }
    }
    return rest.empty() ? std::optional(out) : std::nullopt;
}

}  // namespace counterseal::core
