// SPDX-License-Identifier: Apache-2.0
#include "counterseal/seed.h"

#include <memory>
#include <utility>

#include "capi/src/handles.hpp"
#include "counterseal/otp.h"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

constexpr std::size_t info_first_size = 48;  // sizeof in release 0.1; a constant of the ABI

constexpr cseal_seed_info info_defaults{
    sizeof(cseal_seed_info), CSEAL_SEED_TOTP, CSEAL_SHA1, CSEAL_ENCODER_DECIMAL, 6, 30, 0, 0, 0, 0};

static_assert(sizeof(cseal_problem) == capi::problem_first_size && sizeof(cseal_seed_info) == info_first_size);

bool known_text(std::uint32_t which) noexcept
{
    return 1 <= which && which <= core::n_seed_texts;
}

core::secure_bytes* secret_of(core::seed& of, std::uint32_t which) noexcept
{
    switch (static_cast<core::seed_secret>(which)) {
        case core::seed_secret::key: return &of.key;
        case core::seed_secret::private_id: return &of.private_id;
    }
    return nullptr;
}

}  // namespace

namespace counterseal::capi {

bool start_problem(cseal_problem* out) noexcept
{
    if (out == nullptr) {
        return true;
    }
    const std::uint32_t size = out->struct_size;
    if (size < problem_first_size || size > max_struct_size) {
        return false;
    }
    std::memset(static_cast<void*>(out), 0, size);
    out->struct_size = size;
    out->byte = core::problem::nowhere;
    return true;
}

status tell(const core::problem& from, cseal_problem* out) noexcept
{
    if (out != nullptr) {
        out->status = static_cast<cseal_status>(from.code);
        out->byte = from.byte;
        out->line = from.line;
        out->column = from.column;
        std::size_t len = std::min<std::size_t>(from.text.size(), CSEAL_PROBLEM_TEXT_MAX - 1);
        // A text that is cut is cut between characters.
        while (len < from.text.size() && len > 0 && (static_cast<unsigned char>(from.text[len]) & 0xc0) == 0x80) {
            --len;
        }
        std::copy_n(from.text.begin(), len, out->text);
    }
    return from.code;
}

}  // namespace counterseal::capi

cseal_status cseal_seed_info_init(cseal_seed_info* info, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<info_first_size>(info, struct_size, info_defaults); });
}

cseal_status cseal_seed_new(const uint8_t* secret, size_t secret_len, const cseal_seed_info* info,
                            cseal_problem* problem, cseal_seed** seed)
{
    return guarded<capi::parser_depth>([&] {
        if (seed != nullptr) {
            *seed = nullptr;
        }
        if (!capi::start_problem(problem) || !capi::readable(secret, secret_len) || seed == nullptr) {
            return status::e_argument;
        }
        cseal_seed_info given = info_defaults;
        if (const status s = capi::read_options<info_first_size>(info, given); s != status::ok) {
            return capi::tell(
                {s, "info must come from cseal_seed_info_init and hold nothing this version does not know"}, problem);
        }
        if (given.reserved != 0) {
            return capi::tell({status::e_unsupported, "reserved must be 0"}, problem);
        }
        auto made = std::make_unique<cseal_seed>();
        core::seed& value = made->value;
        value.kind = static_cast<core::seed_kind>(given.kind);
        value.algorithm = static_cast<core::hash_id>(given.algorithm);
        value.encoder = static_cast<core::code_encoder>(given.encoder);
        value.digits = given.digits;
        value.period_s = given.period_s;
        value.t0_s = given.t0_s;
        value.counter = given.counter;
        value.key.assign(secret, secret + secret_len);
        if (const core::problem fault = core::check_numbers(value); fault.code != status::ok) {
            return capi::tell(fault, problem);
        }
        *seed = made.release();
        return status::ok;
    });
}

void cseal_seed_free(cseal_seed* seed)
{
    delete seed;
}

cseal_status cseal_seed_text_set(cseal_seed* seed, uint32_t which, const char* text, size_t text_len)
{
    return guarded<capi::parser_depth>([&] {
        if (seed == nullptr || !known_text(which) || !capi::readable(text, text_len) ||
            !core::is_plain_text(capi::text_of(text, text_len))) {
            return status::e_argument;
        }
        seed->value.text(static_cast<core::seed_text>(which)) = capi::text_of(text, text_len);
        return status::ok;
    });
}

cseal_status cseal_seed_text_get(const cseal_seed* seed, uint32_t which, char* text, size_t text_cap, size_t* text_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<char> out(text, text_cap, text_len);
        if (seed == nullptr || !known_text(which) || !out.usable()) {
            return status::e_argument;
        }
        return out.write(seed->value.text(static_cast<core::seed_text>(which)));
    });
}

cseal_status cseal_seed_secret_set(cseal_seed* seed, uint32_t which, const uint8_t* secret, size_t secret_len)
{
    return guarded<capi::parser_depth>([&] {
        core::secure_bytes* into = seed == nullptr ? nullptr : secret_of(seed->value, which);
        if (into == nullptr || secret == nullptr || secret_len == 0) {
            return status::e_argument;
        }
        if (secret_len > core::max_key_len) {
            return status::e_range;
        }
        *into = core::secure_bytes(secret, secret + secret_len);
        return status::ok;
    });
}

cseal_status cseal_seed_secret_get(const cseal_seed* seed, uint32_t which, uint8_t* secret, size_t secret_cap,
                                   size_t* secret_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<uint8_t> out(secret, secret_cap, secret_len);
        const core::secure_bytes* from =
            seed == nullptr ? nullptr : secret_of(const_cast<core::seed&>(seed->value), which);
        if (from == nullptr || !out.usable()) {
            return status::e_argument;
        }
        return out.write(*from);
    });
}

cseal_status cseal_seed_info_get(const cseal_seed* seed, cseal_seed_info* info)
{
    return guarded<capi::parser_depth>([&] {
        if (seed == nullptr || info == nullptr) {
            return status::e_argument;
        }
        const core::seed& of = seed->value;
        const cseal_seed_info now{sizeof(cseal_seed_info),
                                  static_cast<uint32_t>(of.kind),
                                  static_cast<uint32_t>(of.algorithm),
                                  static_cast<uint32_t>(of.encoder),
                                  of.digits,
                                  of.period_s,
                                  of.t0_s,
                                  of.counter,
                                  static_cast<uint32_t>(core::warnings(of).size()),
                                  0};
        return capi::write_defaults<info_first_size>(info, info->struct_size, now);
    });
}

cseal_status cseal_seed_warning_get(const cseal_seed* seed, uint32_t index, char* text, size_t text_cap,
                                    size_t* text_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<char> out(text, text_cap, text_len);
        if (seed == nullptr || !out.usable()) {
            return status::e_argument;
        }
        const auto all = core::warnings(seed->value);
        return index < all.size() ? out.write(all[index]) : status::e_range;
    });
}
