// SPDX-License-Identifier: Apache-2.0
// otpauth URIs over uri.h.
#ifndef COUNTERSEAL_CPP_URI_HPP
#define COUNTERSEAL_CPP_URI_HPP

#include <cstddef>
#include <string>
#include <string_view>

#include "counterseal/cpp/seed.hpp"
#include "counterseal/uri.h"

namespace counterseal {

/// The canonical URI (cseal_uri_build). The caller now holds the secret in an ordinary string. Throws config_error that
/// names the argument and the rule.
[[nodiscard]] inline std::string build_uri(const seed& of, bool strip_colons = false)
{
    std::string uri(8192, '\0');
    std::size_t len = 0;
    problem why;
    const cseal_status status =
        cseal_uri_build(of.get(), strip_colons ? CSEAL_URI_STRIP_COLONS : 0U, &why, uri.data(), uri.size(), &len);
    if (status != CSEAL_OK) {
        why.raise(status);
    }
    uri.resize(len);
    return uri;
}

/// Reads a URI (cseal_uri_parse). Throws config_error that names the parameter and the rule.
[[nodiscard]] inline seed parse_uri(std::string_view uri)
{
    problem why;
    cseal_seed* made = nullptr;
    if (const cseal_status status = cseal_uri_parse(uri.data(), uri.size(), &why, &made); status != CSEAL_OK) {
        why.raise(status);
    }
    return seed(made);
}

}  // namespace counterseal

#endif
