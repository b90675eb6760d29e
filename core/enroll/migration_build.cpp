// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "core/enroll/base64.hpp"
#include "core/enroll/migration.hpp"
#include "core/enroll/migration_fields.hpp"
#include "core/enroll/percent.hpp"
#include "protozero/buffer_fixed.hpp"
#include "protozero/pbf_writer.hpp"

namespace counterseal::core {
namespace {

namespace field = migration_fields;

// Over memory of ours, which is wiped.
using buffer = protozero::fixed_size_buffer_adaptor;
using writer = protozero::basic_pbf_writer<buffer>;

/// Tags, lengths and numbers of one entry take less than this.
constexpr std::size_t entry_overhead = 96;

std::string_view sayable(const seed& of)
{
    if (of.kind != seed_kind::totp && of.kind != seed_kind::hotp) {
        return "kind must be TOTP or HOTP";
    }
    if (of.kind == seed_kind::totp && of.encoder != code_encoder::decimal) {
        return "encoder must be decimal";
    }
    if (of.digits != 6 && of.digits != 8) {
        return "digits must be 6 or 8";
    }
    if (of.kind == seed_kind::totp && of.period_s != 30) {
        return "period must be 30";
    }
    if (of.kind == seed_kind::totp && of.t0_s != 0) {
        return "t0 must be 0";
    }
    if (of.counter > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return "counter must be below 2^63";
    }
    return {};
}

/// How apps show it: "issuer:account".
std::string name_of(const seed& of)
{
    const std::string& issuer = of.text(seed_text::issuer);
    return issuer.empty() ? of.text(seed_text::account) : issuer + ":" + of.text(seed_text::account);
}

std::string_view text_of(const secure_bytes& key) noexcept
{
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

void write_entry(writer& to, const seed& of)
{
    const std::string_view key = text_of(of.key);
    to.add_bytes(field::secret, key.data(), key.size());
    to.add_string(field::name, name_of(of));
    to.add_string(field::issuer, of.text(seed_text::issuer));
    to.add_enum(field::algorithm, static_cast<std::int32_t>(of.algorithm));
    to.add_enum(field::digits, of.digits == 8 ? field::eight_digits : field::six_digits);
    to.add_enum(field::type, of.kind == seed_kind::hotp ? field::hotp : field::totp);
    if (of.kind == seed_kind::hotp) {
        to.add_int64(field::counter, static_cast<std::int64_t>(of.counter));
    }
}

std::size_t room_for(const seed& of)
{
    return entry_overhead + of.key.size() + name_of(of).size() + of.text(seed_text::issuer).size();
}

secure_text uri_of(std::string_view message)
{
    secure_text uri;
    append(uri, field::scheme);
    percent_encode(uri, view(to_base64<secure_text>(bytes_of(message))));
    return uri;
}

}  // namespace

problem check_migration(const seed& of)
{
    problem fault = check(of);
    if (const std::string_view rule = sayable(of); fault.code == status::ok && !rule.empty()) {
        fault = {status::e_unsupported, std::string(rule) + ": a migration code cannot say anything else"};
    }
    return fault;
}

problem build_migration(std::span<const seed* const> seeds, std::int32_t batch_id, std::vector<secure_text>& uris)
{
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (problem fault = check_migration(*seeds[i]); fault.code != status::ok) {
            fault.text = "seed " + std::to_string(i + 1) + ": " + fault.text;
            return fault;
        }
    }
    const std::size_t n_batches = (seeds.size() + migration_batch_len - 1) / migration_batch_len;
    for (std::size_t batch = 0; batch < n_batches; ++batch) {
        const auto mine = seeds.subspan(batch * migration_batch_len);
        const auto these = mine.first(std::min(mine.size(), migration_batch_len));
        std::size_t room = entry_overhead;
        for (const seed* one : these) {
            room += room_for(*one);
        }
        secure_text memory(room);
        buffer to(memory.data(), memory.size());
        writer message(to);
        for (const seed* one : these) {
            secure_text entry_memory(room_for(*one));
            buffer entry_to(entry_memory.data(), entry_memory.size());
            writer entry(entry_to);
            write_entry(entry, *one);
            message.add_message(field::otp_parameters, entry_to.data(), entry_to.size());
        }
        message.add_int32(field::version, 1);
        message.add_int32(field::batch_size, static_cast<std::int32_t>(n_batches));
        message.add_int32(field::batch_index, static_cast<std::int32_t>(batch));
        message.add_int32(field::batch_id, batch_id);
        uris.push_back(uri_of({to.data(), to.size()}));
    }
    return {};
}

}  // namespace counterseal::core
