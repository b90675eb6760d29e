// SPDX-License-Identifier: Apache-2.0
// Mutations of how it is written: CBOR, keys, extensions, statements, certificates, signatures, any byte.
#include <algorithm>

#include "tests/diff/webauthn_draft.hpp"

namespace counterseal::test {
namespace {

change disturbing(generator& random)
{
    const std::uint64_t seed = random();
    return [seed](octets bytes) {
        generator own(seed);
        return disturbed(std::move(bytes), own);
    };
}

cbor_pairs pairs_of_key(const credential_kind& kind)
{
    const signing_key& key = *kind.key;
    cbor_pairs out = {{cbor_int(1), cbor_int(kind.algorithm == -257 ? 3
                                             : kind.algorithm == -8 ? 1
                                                                    : 2)},
                      {cbor_int(3), cbor_int(kind.algorithm)}};
    if (kind.algorithm == -257) {
        out.insert(out.end(), {{cbor_int(-1), cbor_bytes(key.modulus())}, {cbor_int(-2), cbor_bytes(key.exponent())}});
    } else if (kind.algorithm == -8) {
        out.insert(out.end(), {{cbor_int(-1), cbor_int(6)}, {cbor_int(-2), cbor_bytes(key.raw())}});
    } else {
        out.insert(out.end(), {{cbor_int(-1), cbor_int(kind.algorithm == -7 ? 1 : 2)},
                               {cbor_int(-2), cbor_bytes(key.x())},
                               {cbor_int(-3), cbor_bytes(key.y())}});
    }
    return out;
}

/// A head that says the same in more bytes.
octets longer_head(const octets& item)
{
    octets out = {static_cast<std::uint8_t>((item[0] & 0xe0) | 25), 0, static_cast<std::uint8_t>(item[0] & 0x1f)};
    out.insert(out.end(), item.begin() + 1, item.end());
    return (item[0] & 0x1f) < 24 ? out : item;
}

/// A map as it must not be written, or that says one thing too many.
octets disordered(cbor_pairs pairs, generator& random)
{
    const std::size_t at = below(random, pairs.size());
    switch (below(random, 10)) {
        case 0: std::swap(pairs[at], pairs[(at + 1) % pairs.size()]); break;
        case 1: pairs.push_back(pairs[at]); break;
        case 2: pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 3: pairs[at].first = longer_head(pairs[at].first); break;
        case 4: pairs[at].second = longer_head(pairs[at].second); break;
        case 5: pairs[at].second = joined({octets{0xc1}, pairs[at].second}); break;
        case 6: pairs[at].second = {0xf6}; break;
        case 7: pairs.emplace_back(cbor_text("zzzzzzzzz"), cbor_int(1)); break;
        case 8: {
            octets whole = cbor_map(pairs);
            whole[0] = 0xbf;
            whole.push_back(0xff);
            return whole;
        }
        default: return longer_head(cbor_map(pairs));
    }
    return cbor_map(pairs);
}

void key_form(draft& to, generator& random)
{
    to.cose = disordered(pairs_of_key(*to.kind), random);
}

void key_numbers(draft& to, generator& random)
{
    cbor_pairs pairs = pairs_of_key(*to.kind);
    static constexpr std::int64_t numbers[] = {-8, -7, -9, -35, -36, -37, -53, -47, -257, -65535, 0, 1, 2, 3, 6, 7, 8};
    pairs[below(random, 3)].second = cbor_int(numbers[below(random, std::size(numbers))]);
    to.cose = cbor_map(pairs);
}

void key_parts(draft& to, generator& random)
{
    cbor_pairs pairs = pairs_of_key(*to.kind);
    octets& part = pairs[2 + below(random, pairs.size() - 2)].second;
    static const octets parts[] = {cbor_bytes(octets(32, 0)),
                                   cbor_bytes(octets(32, 1)),
                                   cbor_bytes(octets(31, 1)),
                                   cbor_bytes(octets(33, 1)),
                                   cbor_bytes(octets(48, 0)),
                                   cbor_bytes(octets{1}),
                                   cbor_bytes(octets{2}),
                                   cbor_bytes(octets(0)),
                                   octets{0xf4},
                                   octets{0xf5},
                                   cbor_bytes(octets{1, 0, 2})};
    part = parts[below(random, std::size(parts))];
    to.cose = cbor_map(pairs);
}

void key_byte(draft& to, generator& random)
{
    to.cose = disturbed(to.cose, random);
}

void key_text_labels(draft& to, generator& /*random*/)
{
    to.cose = joined({unhex("a301634f4b500327206745643235353139215820"), credential_kinds()[2].key->raw()});
}

void key_of_another(draft& to, generator& random)
{
    to.cose = credential_kinds()[below(random, credential_kinds().size())].cose;
}

void with_extensions(draft& to, const octets& map)
{
    to.says.flags = static_cast<std::uint8_t>(to.says.flags | 0x80);
    to.says.extensions = map;
}

void extensions(draft& to, generator& random)
{
    static const octets maps[] = {
        cbor_map({{cbor_text("credProtect"), cbor_int(2)}}),
        cbor_map({{cbor_text("hmac-secret"), octets{0xf5}}}),
        cbor_map({{cbor_text("minPinLength"), cbor_int(4)}}),
        cbor_map({{cbor_text("credBlob"), octets{0xf5}}}),
        cbor_map({{cbor_text("hmac-secret"), octets{0xf5}}, {cbor_text("credProtect"), cbor_int(3)}}),
        cbor_map({{cbor_text("credProtect"), cbor_int(9)}}),
        cbor_map({{cbor_text("unknown"), cbor_int(1)}}),
        cbor_map({}),
        cbor_map({{cbor_int(1), cbor_int(2)}}),
        cbor_map({{cbor_text("credProtect"), cbor_text("x")}}),
        cbor_array({}),
        octets(),
        octets{0xa1},
        unhex("bfff"),
        unhex("a000")};
    with_extensions(to, maps[below(random, std::size(maps))]);
}

void extensions_form(draft& to, generator& random)
{
    with_extensions(
        to, disordered({{cbor_text("hmac-secret"), octets{0xf5}}, {cbor_text("credProtect"), cbor_int(3)}}, random));
}

void left_over(draft& to, generator& random)
{
    const octets more(1 + below(random, 3), static_cast<std::uint8_t>(random()));
    (below(random, 2) == 0 ? to.data_said : to.data_sent).emplace_back([more](octets bytes) {
        return joined({bytes, more});
    });
}

void data_byte(draft& to, generator& random)
{
    to.data_said.push_back(disturbing(random));
}

void sent_byte(draft& to, generator& random)
{
    to.data_sent.push_back(disturbing(random));
}

void object_form(draft& to, generator& random)
{
    const std::uint64_t seed = random();
    to.object_pairs = [seed](cbor_pairs& pairs) {
        generator own(seed);
        const std::size_t at = below(own, pairs.size());
        switch (below(own, 7)) {
            case 0: std::swap(pairs[at], pairs[(at + 1) % pairs.size()]); break;
            case 1: pairs.push_back(pairs[at]); break;
            case 2: pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(at)); break;
            case 3: pairs[at].first = longer_head(pairs[at].first); break;
            case 4: pairs.emplace_back(cbor_text("zzzzzzzzz"), cbor_int(1)); break;
            case 5: pairs[at].second = {0xf6}; break;
            default: pairs[at].second = joined({octets{0xc1}, pairs[at].second});
        }
    };
}

void format(draft& to, generator& random)
{
    static constexpr const char* names[] = {"none", "packed", "fido-u2f", "None",       "",
                                            "tpm",  "apple",  "acme",     "android-key"};
    const std::string name = names[below(random, std::size(names))];
    to.object_pairs = [name](cbor_pairs& pairs) { pairs[0].second = cbor_text(name); };
}

void statement_form(draft& to, generator& random)
{
    const std::uint64_t seed = random();
    to.statement_pairs = [seed](cbor_pairs& pairs) {
        generator own(seed);
        if (pairs.empty() || below(own, 6) == 0) {
            pairs.emplace_back(cbor_text("zzzz"), cbor_int(1));
            return;
        }
        const std::size_t at = below(own, pairs.size());
        switch (below(own, 4)) {
            case 0: pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(at)); break;
            case 1: pairs[at].second = {0xf6}; break;
            case 2: pairs[at].second = cbor_bytes(octets(8, 1)); break;
            default: pairs.push_back(pairs[at]);
        }
    };
}

void statement_algorithm(draft& to, generator& random)
{
    static constexpr std::int64_t numbers[] = {-7, -8, -9, -35, -36, -37, -257, -65535, -65537, 0, 5};
    to.statement_algorithm = numbers[below(random, std::size(numbers))];
}

void certificate_form(draft& to, generator& random)
{
    switch (below(random, 9)) {
        case 0:
            to.plan.subject.erase(to.plan.subject.begin() +
                                  static_cast<std::ptrdiff_t>(below(random, to.plan.subject.size())));
            break;
        case 1: to.plan.subject[2].second = "Something else"; break;
        case 2: to.plan.subject[0].second = "ZZ"; break;
        case 3: to.plan.is_authority = true; break;
        case 4: to.plan.is_authority.reset(); break;
        case 5:
            to.plan.version = 1;
            to.plan.is_authority.reset();
            break;
        case 6: to.plan.aaguid_extensions = {joined({unhex("0410"), to.aaguid})}; break;
        case 7: to.plan.aaguid_extensions = {joined({unhex("0410"), octets(16, 0x77)})}; break;
        default: to.plan.aaguid_extensions = {to.aaguid};
    }
}

/// Another mutation may have left no head.
octets without_head(const octets& item)
{
    return item.empty() ? item : octets(item.begin() + 1, item.end());
}

void path_form(draft& to, generator& random)
{
    switch (below(random, 6)) {
        case 0: to.path_said.emplace_back([](const octets&) { return cbor_array({}); }); break;
        case 1:
            to.path_said.emplace_back(
                [](const octets& path) { return joined({octets{0x82}, without_head(path), without_head(path)}); });
            break;
        case 2:
            to.path_said.emplace_back([](const octets& path) {
                return joined({octets{0x82}, without_head(path), cbor_bytes(octets(4, 1))});
            });
            break;
        case 3: to.path_said.emplace_back(without_head); break;
        case 4: to.path_said.emplace_back([](const octets&) { return cbor_array({cbor_text("x")}); }); break;
        default: to.path_said.push_back(disturbing(random));
    }
}

void signature_byte(draft& to, generator& random)
{
    to.signature.push_back(disturbing(random));
}

/// ECDSA signatures in other spellings, and ones that sign nothing.
void signature_form(draft& to, generator& random)
{
    static const octets nothing[] = {unhex("3006020100020100"),
                                     unhex("3006020101020101"),
                                     unhex("30060201ff0201ff"),
                                     octets(64, 0),
                                     octets(64, 1),
                                     octets()};
    const std::size_t which = below(random, 10);
    if (which < std::size(nothing)) {
        to.signature.emplace_back([which](const octets&) { return nothing[which]; });
        return;
    }
    to.signature.emplace_back([which](octets s) {
        if (s.size() < 8 || s[0] != 0x30 || s.size() < std::size_t{4} + s[3]) {
            return joined({s, octets{0}});
        }
        const octets r(s.begin() + 4, s.begin() + 4 + s[3]);
        const octets rest(s.begin() + 4 + s[3], s.end());
        const auto len = [](const octets& of) { return static_cast<std::uint8_t>(of.size()); };
        switch (which) {
            case 6: return joined({s, octets{0}});
            case 7: {  // a zero in front of r
                const octets inner = joined({octets{2, static_cast<std::uint8_t>(len(r) + 1), 0}, r, rest});
                return joined({octets{0x30, len(inner)}, inner});
            }
            case 8: {  // a length in two bytes
                const octets inner = joined({octets{2, len(r)}, r, rest});
                return joined({octets{0x30, 0x81, len(inner)}, inner});
            }
            default: {  // nothing behind s inside the sequence
                const octets inner = joined({octets{2, len(r)}, r, rest, unhex("0500")});
                return joined({octets{0x30, len(inner)}, inner});
            }
        }
    });
}

/// n - s: legal, and some devices write it.
void signature_high(draft& to, generator& /*random*/)
{
    if (to.kind->algorithm != -7) {
        return;
    }
    to.signature.emplace_back([](octets s) {
        const unsigned char* at = s.data();
        ECDSA_SIG* const read = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(s.size()));
        if (read == nullptr) {
            return s;
        }
        BIGNUM* order = nullptr;
        BN_hex2bn(&order, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        BIGNUM* const other = BN_new();
        BN_sub(other, order, ECDSA_SIG_get0_s(read));
        ECDSA_SIG_set0(read, BN_dup(ECDSA_SIG_get0_r(read)), other);
        unsigned char* der = nullptr;
        const int len = i2d_ECDSA_SIG(read, &der);
        octets out(der, der + len);
        OPENSSL_free(der);
        BN_free(order);
        ECDSA_SIG_free(read);
        return out;
    });
}

}  // namespace

const std::vector<mutation>& form_mutations()
{
    static const std::vector<mutation> all = {
        {"key.form", key_form},
        {"key.numbers", key_numbers},
        {"key.parts", key_parts},
        {"key.byte", key_byte},
        {"key.text-labels", key_text_labels},
        {"key.of-another", key_of_another},
        {"extensions.known", extensions},
        {"extensions.form", extensions_form},
        {"data.left-over", left_over},
        {"data.byte", data_byte},
        {"sent.byte-unsigned", sent_byte},
        {"object.form", object_form},
        {"object.format", format},
        {"statement.form", statement_form},
        {"statement.algorithm", statement_algorithm},
        {"statement.certificate", certificate_form},
        {"statement.path", path_form},
        {"signature.byte", signature_byte},
        {"signature.form", signature_form},
        {"signature.high", signature_high},
    };
    return all;
}

}  // namespace counterseal::test
