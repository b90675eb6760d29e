// SPDX-License-Identifier: Apache-2.0
// Field and enum numbers of the migration message.
#pragma once

#include <cstdint>
#include <string_view>

#include "protozero/types.hpp"

namespace counterseal::core::migration_fields {

inline constexpr std::string_view scheme = "otpauth-migration://offline?data=";

// MigrationPayload
inline constexpr protozero::pbf_tag_type otp_parameters = 1;
inline constexpr protozero::pbf_tag_type version = 2;
inline constexpr protozero::pbf_tag_type batch_size = 3;
inline constexpr protozero::pbf_tag_type batch_index = 4;
inline constexpr protozero::pbf_tag_type batch_id = 5;

// OtpParameters
inline constexpr protozero::pbf_tag_type secret = 1;
inline constexpr protozero::pbf_tag_type name = 2;
inline constexpr protozero::pbf_tag_type issuer = 3;
inline constexpr protozero::pbf_tag_type algorithm = 4;
inline constexpr protozero::pbf_tag_type digits = 5;
inline constexpr protozero::pbf_tag_type type = 6;
inline constexpr protozero::pbf_tag_type counter = 7;

// Enum values; 0 is "unspecified" and means the first one (TOTP for the type).
inline constexpr std::int32_t sha1 = 1;
inline constexpr std::int32_t sha512 = 3;
inline constexpr std::int32_t md5 = 4;
inline constexpr std::int32_t six_digits = 1;
inline constexpr std::int32_t eight_digits = 2;
inline constexpr std::int32_t seven_digits = 3;  // of one third-party writer
inline constexpr std::int32_t hotp = 1;
inline constexpr std::int32_t totp = 2;

}  // namespace counterseal::core::migration_fields
