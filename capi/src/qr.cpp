// SPDX-License-Identifier: Apache-2.0
#include "counterseal/qr.h"

#include <algorithm>

#include "capi/src/handles.hpp"
#include "core/enroll/qr.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

constexpr std::size_t options_first_size = 32;  // sizeof in release 0.1; a constant of the ABI

constexpr cseal_qr_options options_defaults{
    sizeof(cseal_qr_options), CSEAL_QR_M, 8, 4, {},
};

static_assert(sizeof(cseal_qr_options) == options_first_size);

core::verdict_on_options read(const cseal_qr_options* from, core::qr_options& into) noexcept
{
    cseal_qr_options given = options_defaults;
    if (const status s = capi::read_options<options_first_size>(from, given); s != status::ok) {
        return {s, "options must come from cseal_qr_options_init and hold nothing this version does not know"};
    }
    if (!std::ranges::all_of(given.reserved, [](uint32_t field) { return field == 0; })) {
        return {status::e_unsupported, "reserved must be 0"};
    }
    into.error_correction = static_cast<core::qr_correction>(given.error_correction);
    into.scale = given.scale;
    into.quiet_zone = given.quiet_zone;
    return {status::ok, nullptr};
}

core::verdict_on_options render(const char* text, size_t text_len, const char* title, size_t title_len, uint32_t kind,
                                const cseal_qr_options* options, core::secure_bytes& file)
{
    if (!capi::readable(text, text_len) || !capi::readable(title, title_len)) {
        return {status::e_argument, "text and title may be NULL only where their length is 0"};
    }
    core::qr_options given;
    if (const auto fault = read(options, given); fault.rule != nullptr) {
        return fault;
    }
    return core::render_qr(capi::text_of(text, text_len), capi::text_of(title, title_len),
                           static_cast<core::qr_kind>(kind), given, file);
}

}  // namespace

cseal_status cseal_qr_options_init(cseal_qr_options* options, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<options_first_size>(options, struct_size, options_defaults); });
}

cseal_status cseal_qr_check(const char* text, size_t text_len, const char* title, size_t title_len, uint32_t kind,
                            const cseal_qr_options* options, const char** rule)
{
    return guarded<capi::no_secrets>([&] {
        core::secure_bytes file;
        const auto found = render(text, text_len, title, title_len, kind, options, file);
        if (rule != nullptr) {
            *rule = found.rule;
        }
        return found.code;
    });
}

cseal_status cseal_qr_render(const char* text, size_t text_len, const char* title, size_t title_len, uint32_t kind,
                             const cseal_qr_options* options, uint8_t* out, size_t out_cap, size_t* out_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<uint8_t> output(out, out_cap, out_len);
        if (!output.usable()) {
            return status::e_argument;
        }
        core::secure_bytes file;
        const auto found = render(text, text_len, title, title_len, kind, options, file);
        return found.code == status::ok ? output.write(file) : found.code;
    });
}
