// SPDX-License-Identifier: Apache-2.0
// Packed attestation statements, with certificates made for them: the parts are changed before they are put together.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "tests/unit/support/test_certificate.hpp"
#include "tests/unit/support/webauthn_ceremony.hpp"

namespace counterseal::test {

inline constexpr std::int64_t now_s = 1800000000;

inline const signing_key& authority()
{
    static const signing_key key = signing_key::make_ec("prime256v1");
    return key;
}
inline const signing_key& maker()
{
    static const signing_key key = signing_key::make_ec("prime256v1");
    return key;
}
inline const octets& root()
{
    static const octets der = make_certificate(authority(), authority(), authority_plan());
    return der;
}

inline core::trust_anchors anchors_of(const octets& der)
{
    const core::bytes_view one[] = {core::bytes_view(der)};
    return core::trust_anchors::from_der(provider(), one).value();
}

/// A packed statement; the parts are changed before they are put together.
struct packed {
    std::int64_t algorithm = -7;
    const signing_key* signer = &maker();
    std::vector<octets> path{};  // empty: self
    std::function<octets(octets)> change = [](octets signature) { return signature; };
    bool has_more = false;

    void apply(registering& r) const
    {
        r.format = "packed";
        r.statement = [copy = *this](const octets& data, const octets& hash) {
            std::vector<std::pair<octets, octets>> pairs = {
                {cbor_text("alg"), cbor_int(copy.algorithm)},
                {cbor_text("sig"), cbor_bytes(copy.change(copy.signer->sign(joined({data, hash}))))}};
            if (!copy.path.empty()) {
                std::vector<octets> items;
                for (const octets& der : copy.path) {
                    items.push_back(cbor_bytes(der));
                }
                pairs.emplace_back(cbor_text("x5c"), cbor_array(items));
            }
            if (copy.has_more) {
                pairs.emplace_back(cbor_text("ecdaaKeyId"), cbor_bytes(octets(1, 1)));
            }
            return cbor_map(pairs);
        };
    }
};

inline core::registration run(const packed& statement, const core::trust_anchors* anchors, bool is_required = false)
{
    registering r;
    statement.apply(r);
    r.rules.anchors = anchors;
    r.rules.attestation_required = is_required;
    r.rules.at_s = now_s;
    return r.run();
}

inline packed certified(const certificate_plan& plan)
{
    packed out;
    out.path = {make_certificate(maker(), authority(), plan)};
    return out;
}

}  // namespace counterseal::test
