// SPDX-License-Identifier: Apache-2.0
#include "core/engine/base64url.hpp"

namespace counterseal::core {

std::optional<secure_bytes> from_base64url(std::string_view text)
{
    secure_bytes out(text.size() + 1);
    const decoded d = base64_decode(text, out.data(), out.size());
    if (d.code != status::ok) {
        return std::nullopt;
    }
    out.resize(d.len);
    // base64_decode() is lenient, for secrets that people copy. What the engine made comes back as it was made.
    return view(to_base64url<secure_text>(out)) == text ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace counterseal::core
