// SPDX-License-Identifier: Apache-2.0
// The records of the vectors of WebAuthn section 16, as a host would have stored them, and their root.
#pragma once

#include <string>
#include <vector>

#include "core/enroll/base64url.hpp"
#include "tests/fuzz/support/webauthn.hpp"
#include "tests/vectors/webauthn_vector.hpp"

namespace counterseal::fuzz {

struct stored_record {
    octets id;
    std::string text;
};

/// One for each vector.
[[nodiscard]] inline const std::vector<stored_record>& stored_records()
{
    static const std::vector<stored_record> all = [] {
        std::vector<stored_record> out;
        for (const test::json& one : test::some(test::webauthn_document(), "vectors")) {
            const test::webauthn_vector v = test::webauthn_vector::of(one);
            const bool is_eligible = v.registration_flags.at("BE").get<bool>();
            out.push_back(
                {v.credential_id, R"({"version":1,"id":")" + core::to_base64url<std::string>(v.credential_id) +
                                      R"(","public_key":")" + core::to_base64url<std::string>(v.public_key) +
                                      R"(","backup_eligible":)" + (is_eligible ? "true" : "false") + R"(,"u2f":)" +
                                      (v.format == "fido-u2f" ? R"(true,"sign_count":3})" : "false}")});
        }
        return out;
    }();
    return all;
}

[[nodiscard]] inline std::string section_16_anchor()
{
    return core::to_base64<std::string>(test::section_16_root());
}

}  // namespace counterseal::fuzz
