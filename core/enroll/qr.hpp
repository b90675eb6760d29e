// SPDX-License-Identifier: Apache-2.0
// QR codes (ISO/IEC 18004) as SVG, PNG and text. What they show is a secret, so what they are made of is wiped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/enroll/secure.hpp"
#include "core/otp/rules.hpp"

namespace counterseal::core {

// The numbers of both enums are those of the C ABI.
enum class qr_kind : std::uint32_t { svg = 1, png = 2, text = 3, ansi = 4 };
enum class qr_correction : std::uint32_t { l = 0, m = 1, q = 2, h = 3 };

struct qr_options {
    qr_correction error_correction = qr_correction::m;
    std::uint32_t scale = 8;       // pixels a module
    std::uint32_t quiet_zone = 4;  // modules of margin; the standard asks for 4
};

inline constexpr std::uint32_t max_qr_scale = 40;
inline constexpr std::uint32_t max_qr_quiet_zone = 16;

/// The modules with their margin.
class qr_image {
public:
    qr_image() = default;
    explicit qr_image(std::size_t size) : size_{size}, modules_(size * size, 0) {}

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Outside of the image everything is light.
    [[nodiscard]] bool dark(std::size_t x, std::size_t y) const noexcept
    {
        return x < size_ && y < size_ && modules_[y * size_ + x] != 0;
    }
    void darken(std::size_t x, std::size_t y) noexcept { modules_[y * size_ + x] = 1; }

private:
    std::size_t size_ = 0;
    secure_bytes modules_;
};

/// Makes the smallest image that holds `text`, with at least the error correction that is asked for. Where a rule is
/// broken, tells it as check() does for one-time codes.
[[nodiscard]] verdict_on_options make_qr(std::string_view text, const qr_options& options, qr_image& image);

/// The image as a file of one kind. `title` is shown to people who cannot see it; only SVG has a place for it.
[[nodiscard]] verdict_on_options render_qr(std::string_view text, std::string_view title, qr_kind kind,
                                           const qr_options& options, secure_bytes& file);

// The writers, a file each.
[[nodiscard]] secure_bytes qr_svg(const qr_image& image, std::string_view title, std::size_t scale);
[[nodiscard]] secure_bytes qr_png(const qr_image& image, std::size_t scale);
[[nodiscard]] secure_bytes qr_text(const qr_image& image);
[[nodiscard]] secure_bytes qr_ansi(const qr_image& image);

}  // namespace counterseal::core
