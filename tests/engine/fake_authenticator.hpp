// SPDX-License-Identifier: Apache-2.0
// An authenticator with the browser before it, for tests: answers to options, with real signatures (Ed25519).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/signature.hpp"
#include "core/enroll/json.hpp"

namespace counterseal::core {

class fake_authenticator {
public:
    explicit fake_authenticator(const crypto& by) : by_{by}, key_{private_key::generate(by, signature_type::ed25519)} {}

    // What it says of itself.
    bool user_present = true;
    bool user_verified = true;
    bool backup_eligible = false;
    bool backup_state = false;
    std::uint32_t sign_count = 0;
    std::string origin = "https://maple.example";
    std::vector<std::uint8_t> id = std::vector<std::uint8_t>(32, 7);

    /// RegistrationResponseJSON, with no attestation.
    [[nodiscard]] std::string register_with(const std::string& options);
    /// AuthenticationResponseJSON.
    [[nodiscard]] std::string answer(const std::string& options) const;

private:
    [[nodiscard]] std::vector<std::uint8_t> data(std::uint8_t more_flags) const;
    [[nodiscard]] std::string client_data(const char* type, const json& options) const;
    [[nodiscard]] std::string response(const std::string& client, json rest) const;

    const crypto& by_;
    private_key key_;
    std::string rp_id_;
    std::string user_handle_;  // as base64url
};

}  // namespace counterseal::core
