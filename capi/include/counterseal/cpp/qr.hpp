// SPDX-License-Identifier: Apache-2.0
// QR codes over qr.h.
#ifndef COUNTERSEAL_CPP_QR_HPP
#define COUNTERSEAL_CPP_QR_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "counterseal/cpp/error.hpp"
#include "counterseal/qr.h"

namespace counterseal {

enum class qr_kind : std::uint32_t {
    svg = CSEAL_QR_SVG,
    png = CSEAL_QR_PNG,
    text = CSEAL_QR_TEXT,
    ansi = CSEAL_QR_ANSI
};

/// "svg", "png", "text" or "ansi". Throws config_error for anything else.
[[nodiscard]] inline qr_kind qr_kind_named(std::string_view name)
{
    if (name == "svg") {
        return qr_kind::svg;
    }
    if (name == "png") {
        return qr_kind::png;
    }
    if (name == "text") {
        return qr_kind::text;
    }
    if (name == "ansi") {
        return qr_kind::ansi;
    }
    throw config_error(CSEAL_E_UNSUPPORTED, "kind must be svg, png, text or ansi");
}

enum class qr_correction : std::uint32_t { l = CSEAL_QR_L, m = CSEAL_QR_M, q = CSEAL_QR_Q, h = CSEAL_QR_H };

/// How a QR code is drawn (cseal_qr_options).
struct qr_options {
    qr_correction error_correction = qr_correction::m;
    std::uint32_t scale = 8;
    std::uint32_t quiet_zone = 4;

    [[nodiscard]] cseal_qr_options c() const noexcept
    {
        return {sizeof(cseal_qr_options), static_cast<std::uint32_t>(error_correction), scale, quiet_zone, {}};
    }
};

/// cseal_qr_render: UTF-8 text, or the bytes of a PNG; as secret as `text`, so wipe it after use. `title` stands in SVG
/// and never holds the secret. Throws config_error that names the rule.
[[nodiscard]] inline std::string render_qr(std::string_view text, std::string_view title, qr_kind kind,
                                           const qr_options& options = {})
{
    const cseal_qr_options c = options.c();
    const auto number = static_cast<std::uint32_t>(kind);
    // Most fit at once; a string that had to grow would leave a copy behind.
    std::string file(std::size_t{1} << 14, '\0');
    std::size_t len = 0;
    const auto render = [&] {
        return cseal_qr_render(text.data(), text.size(), title.data(), title.size(), number, &c,
                               reinterpret_cast<std::uint8_t*>(file.data()), file.size(), &len);
    };
    cseal_status status = render();
    if (status == CSEAL_E_CAPACITY) {
        file.resize(len);
        status = render();
    }
    if (status != CSEAL_OK) {
        const char* rule = nullptr;
        static_cast<void>(cseal_qr_check(text.data(), text.size(), title.data(), title.size(), number, &c, &rule));
        if (rule != nullptr) {
            throw config_error(status, rule);
        }
        throw error(status, cseal_status_meaning(status));
    }
    file.resize(len);
    return file;
}

}  // namespace counterseal

#endif
