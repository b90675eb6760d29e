// SPDX-License-Identifier: Apache-2.0
// X.509 certificates (RFC 5280) of strangers, and whether they lead to an anchor that the caller trusts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/crypto/verification_key.hpp"

namespace counterseal::core {

enum class subject_part : std::uint8_t { country, organization, organizational_unit, common_name };

struct certificate_extension {
    bool is_critical;
    std::vector<std::uint8_t> value;  // what is inside the OCTET STRING
};

/// Any number of threads may use one object; `by` has to live as long.
class certificate {
public:
    /// From DER, which must end where the bytes end. Nothing: it is none, or longer than 16 KiB. Throws crypto_failure.
    [[nodiscard]] static std::optional<certificate> from_der(const crypto& by, bytes_view der);

    /// 3 is the version with extensions.
    [[nodiscard]] int version() const noexcept;

    /// In UTF-8. Nothing: the subject has none of these, or more than one.
    [[nodiscard]] std::optional<std::string> subject(subject_part part) const;

    /// What basicConstraints says; nothing where there is none, or it cannot be read.
    [[nodiscard]] std::optional<bool> is_authority() const noexcept;

    /// All that have this number ("1.3.6.1..."); a good certificate has each once.
    [[nodiscard]] std::vector<certificate_extension> extensions(const char* oid) const;

    /// malformed: the certificate's key is not one for this scheme.
    [[nodiscard]] built_key key(signature_scheme scheme) const;

private:
    friend class trust_anchors;
    struct state;
    explicit certificate(std::shared_ptr<const state> read) noexcept;
    std::shared_ptr<const state> state_;
};

/// Certificates that are trusted because the caller says so: roots, intermediates or end certificates.
class trust_anchors {
public:
    /// Nothing: one of them is no certificate. Throws crypto_failure.
    [[nodiscard]] static std::optional<trust_anchors> from_der(const crypto& by, std::span<const bytes_view> anchors);

    [[nodiscard]] bool empty() const noexcept;

    /// Whether a path leads from the leaf to an anchor (RFC 5280 section 6), with every certificate of it valid at that
    /// time. `others` may be in any order, and may hold ones that no path needs. Throws crypto_failure.
    [[nodiscard]] bool vouch_for(const certificate& leaf, std::span<const certificate> others, std::int64_t at_s) const;

private:
    struct state;
    explicit trust_anchors(std::shared_ptr<const state> of) noexcept;
    std::shared_ptr<const state> state_;
};

}  // namespace counterseal::core
