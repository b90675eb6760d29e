// SPDX-License-Identifier: Apache-2.0
// Events as other systems read them. None of these can be verified: that is what log_line() is for.
//
// Text of strangers goes into every one of them (names, reasons): whatever has a meaning in a format, line ends and
// control characters are written so that they are text again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace counterseal::core {

/// An event with what is known of who it was about. Texts are UTF-8.
struct log_record {
    std::string_view tenant;
    std::int64_t seq;
    std::int64_t at_us;
    std::string_view type;
    std::string_view factor;  // empty: none
    std::string_view detail;  // JSON; empty: none
    bool is_erased;           // subject, actor and reason are gone
    std::string_view subject;
    std::string_view actor;  // empty: the subject
    std::string_view reason;
};

/// A control character of ASCII, line ends among them: none is written as it is.
[[nodiscard]] constexpr bool is_control(char c) noexcept
{
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

/// Microseconds since 1970 as 2026-11-28T18:00:00.123456Z (RFC 3339), whole microseconds always.
[[nodiscard]] std::string rfc3339(std::int64_t at_us);

/// A line of CSV (RFC 4180), with CR LF; every field in quotes. One that a spreadsheet would take for a formula gets an
/// apostrophe in front (OWASP, CSV injection).
[[nodiscard]] std::string csv_header();
[[nodiscard]] std::string csv_line(const log_record& of);

/// A FHIR R4 AuditEvent, one line of NDJSON. Codes of DICOM PS3.16, table D-1.
[[nodiscard]] std::string fhir_line(const log_record& of);

/// An event of OCSF 1.8: Authentication (3002) or Account Change (3001), one line of JSON.
[[nodiscard]] std::string ocsf_line(const log_record& of);

/// A message of RFC 5424 from facility authpriv, without structured data, whose text is CEF 0, and a line end.
/// `version` is that of this library.
[[nodiscard]] std::string cef_line(const log_record& of, std::string_view version);

}  // namespace counterseal::core
