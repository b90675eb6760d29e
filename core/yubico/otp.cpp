// SPDX-License-Identifier: Apache-2.0
#include "core/yubico/otp.hpp"

#include <cstring>

#include "core/base/ascii.hpp"
#include "core/codec/codec.hpp"
#include "core/ct/mask.hpp"
#include "core/ct/taint.hpp"
#include "core/ct/wipe.hpp"

namespace counterseal::core {
namespace {

constexpr std::int64_t max_counter = 0x7fff;
constexpr std::int64_t max_session_use = 0xff;
constexpr std::size_t max_otp_len = yubico_public_id_max / 2 + aes_block_len;

/// Whether all of the text is modhex, of whole bytes.
bool is_modhex(std::string_view text) noexcept
{
    std::uint8_t bytes[max_otp_len];
    const wiped_at_end wipe_bytes{bytes};
    // Fewer bytes: there are blanks inside.
    const decoded read = modhex_decode(text, bytes, sizeof bytes);
    return read.code == status::ok && read.len * 2 == text.size();
}

mask are_equal(const std::uint8_t* a, const std::uint8_t* b, std::size_t len) noexcept
{
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < len; ++i) {
        difference |= static_cast<std::uint64_t>(a[i] ^ b[i]);
    }
    return ~is_nonzero(difference);
}

/// One number that rises with every OTP.
std::uint64_t position(std::int64_t counter, std::int64_t session_use) noexcept
{
    return static_cast<std::uint64_t>(counter + 1) << 9 | static_cast<std::uint64_t>(session_use + 1);
}

yubico_verdict verdict_of(mask genuine, const yubico_fields& fields, const yubico_use& last) noexcept
{
    const auto counter = static_cast<std::int64_t>(fields.counter);
    const auto session_use = static_cast<std::int64_t>(fields.session_use);
    const mask fresh = is_less(position(last.counter, last.session_use), position(counter, session_use));
    const mask accepted = genuine & fresh;
    std::uint64_t verdict = select(fresh, number(status::ok), number(status::replayed));
    verdict = select(genuine, verdict, number(status::wrong));
    const std::uint64_t new_counter = select(accepted, fields.counter, static_cast<std::uint64_t>(last.counter));
    const std::uint64_t new_use = select(accepted, fields.session_use, static_cast<std::uint64_t>(last.session_use));
    // The verdict is what the caller asked for, and the pair is stored in the open; both are the same for every wrong
    // OTP.
    return {static_cast<status>(declassify(verdict)),
            {static_cast<std::int64_t>(declassify(new_counter)), static_cast<std::int64_t>(declassify(new_use))}};
}

}  // namespace

std::uint64_t crc16(bytes_view bytes) noexcept
{
    std::uint64_t crc = 0xffff;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1 ^ select(mask::from_bit(crc & 1), 0x8408, 0);
        }
    }
    return crc;
}

yubico_fields read_yubico_block(const std::uint8_t (&block)[aes_block_len]) noexcept
{
    const auto little_endian = [&](std::size_t at) {
        return std::uint64_t{block[at]} | std::uint64_t{block[at + 1]} << 8;
    };
    yubico_fields fields{};
    std::memcpy(fields.private_id, block, sizeof fields.private_id);
    fields.counter = little_endian(6) & max_counter;
    fields.timestamp = little_endian(8) | std::uint64_t{block[10]} << 16;
    fields.session_use = block[11];
    fields.random = little_endian(12);
    fields.crc_residue = crc16(block);
    return fields;
}

verdict_on_options check_yubico(std::size_t key_len, std::size_t private_id_len, std::string_view public_id,
                                const yubico_use& last) noexcept
{
    if (key_len != yubico_key_len) {
        return {status::e_range, "key must have 16 bytes (AES-128)"};
    }
    if (private_id_len != yubico_private_id_len) {
        return {status::e_range, "private_id must have 6 bytes"};
    }
    if (public_id.size() > yubico_public_id_max || !is_modhex(public_id)) {
        return {status::e_argument,
                "public_id must be modhex (cbdefghijklnrtuv), an even number of characters, at most 32"};
    }
    if (last.counter < -1 || last.counter > max_counter) {
        return {status::e_range, "last_counter must be -1 (never used) to 32767"};
    }
    if (last.session_use < -1 || last.session_use > max_session_use) {
        return {status::e_range, "last_session_use must be -1 (never used) to 255"};
    }
    return {status::ok, nullptr};
}

yubico_verdict yubico_verify(const crypto& provider, const yubico_factor& of, std::string_view otp,
                             const yubico_use& last) noexcept
{
    if (const auto fault = check_yubico(of.key.size(), of.private_id.size(), of.public_id, last);
        fault.rule != nullptr) {
        return {fault.code, last};
    }
    const std::string_view text = without_outer_blanks(otp, modhex_shape);
    const std::size_t id_len = of.public_id.size() / 2;
    std::uint8_t typed[max_otp_len];
    const wiped_at_end wipe_typed{typed};
    if (text.size() != of.public_id.size() + yubico_block_chars ||
        modhex_decode(text, typed, sizeof typed).len != id_len + aes_block_len) {
        return {status::malformed, last};
    }
    std::uint8_t public_id[yubico_public_id_max / 2];
    static_cast<void>(modhex_decode(of.public_id, public_id, sizeof public_id));
    std::uint8_t block[aes_block_len];
    const wiped_at_end wipe_block{block};
    if (provider.aes_128_decrypt_block(of.key, {typed + id_len, aes_block_len}, block) != status::ok) {
        return {status::e_crypto, last};
    }
    yubico_fields fields = read_yubico_block(block);
    const wiped_at_end wipe_fields{fields};
    const mask genuine = are_equal(typed, public_id, id_len) & is_equal(fields.crc_residue, yubico_good_residue) &
                         are_equal(fields.private_id, of.private_id.data(), yubico_private_id_len);
    return verdict_of(genuine, fields, last);
}

yubico_text yubico_public_id(std::string_view otp) noexcept
{
    const std::string_view text = without_outer_blanks(otp, modhex_shape);
    if (text.size() < yubico_block_chars || text.size() > yubico_public_id_max + yubico_block_chars ||
        !is_modhex(text)) {
        return {status::malformed, {}};
    }
    return {status::ok, text.substr(0, text.size() - yubico_block_chars)};
}

}  // namespace counterseal::core
