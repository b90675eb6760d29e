// SPDX-License-Identifier: Apache-2.0
#include "core/enroll/qr.hpp"

#include <qrcodegen/qrcodegen.hpp>
#include <stdexcept>
#include <utility>

#include "core/enroll/seed.hpp"
#include "core/enroll/utf8.hpp"

namespace counterseal::core {
namespace {

constexpr verdict_on_options well{status::ok, nullptr};

verdict_on_options check(std::string_view text, const qr_options& options) noexcept
{
    if (text.empty()) {
        return {status::e_argument, "text must not be empty"};
    }
    // The library takes a C string.
    if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
        return {status::e_argument, "text must be UTF-8 without NUL"};
    }
    if (options.error_correction > qr_correction::h) {
        return {status::e_unsupported, "error_correction must be L, M, Q or H"};
    }
    if (options.scale == 0 || options.scale > max_qr_scale) {
        return {status::e_range, "scale must be 1 to 40 pixels"};
    }
    if (options.quiet_zone > max_qr_quiet_zone) {
        return {status::e_range, "quiet_zone must be 0 to 16 modules"};
    }
    return well;
}

qrcodegen::QrCode::Ecc level(qr_correction of) noexcept
{
    switch (of) {
        case qr_correction::l: return qrcodegen::QrCode::Ecc::LOW;
        case qr_correction::m: return qrcodegen::QrCode::Ecc::MEDIUM;
        case qr_correction::q: return qrcodegen::QrCode::Ecc::QUARTILE;
        case qr_correction::h: break;
    }
    return qrcodegen::QrCode::Ecc::HIGH;
}

}  // namespace

verdict_on_options make_qr(std::string_view text, const qr_options& options, qr_image& image)
{
    if (const auto fault = check(text, options); fault.rule != nullptr) {
        return fault;
    }
    secure_text with_nul(text.begin(), text.end());
    with_nul.push_back('\0');
    try {
        const auto code = qrcodegen::QrCode::encodeText(with_nul.data(), level(options.error_correction));
        const int size = code.getSize();
        qr_image made(static_cast<std::size_t>(size) + 2 * std::size_t{options.quiet_zone});
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                if (code.getModule(x, y)) {
                    made.darken(options.quiet_zone + static_cast<std::size_t>(x),
                                options.quiet_zone + static_cast<std::size_t>(y));
                }
            }
        }
        image = std::move(made);
    } catch (const std::length_error&) {  // qrcodegen::data_too_long, whose own name would become a symbol of ours
        return {status::e_range, "text must fit into a QR code: 2953, 2331, 1663 or 1273 bytes with L, M, Q or H"};
    }
    return well;
}

verdict_on_options render_qr(std::string_view text, std::string_view title, qr_kind kind, const qr_options& options,
                             secure_bytes& file)
{
    if (kind < qr_kind::svg || kind > qr_kind::ansi) {
        return {status::e_unsupported, "kind must be SVG, PNG, TEXT or ANSI"};
    }
    if (!is_plain_text(title)) {
        return {status::e_argument, "title must be UTF-8 without control characters, at most 1024 bytes"};
    }
    qr_image image;
    if (const auto fault = make_qr(text, options, image); fault.rule != nullptr) {
        return fault;
    }
    switch (kind) {
        case qr_kind::svg: file = qr_svg(image, title, options.scale); break;
        case qr_kind::png: file = qr_png(image, options.scale); break;
        case qr_kind::text: file = qr_text(image); break;
        case qr_kind::ansi: file = qr_ansi(image); break;
    }
    return well;
}

}  // namespace counterseal::core
