// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=512
// CBOR of authenticators: what was read is written again by another page of code, and must be the same bytes. So
// nothing is accepted that has a second spelling.
#include <algorithm>

#include "tests/fuzz/support/webauthn.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;
using core::cbor_type;
using core::cbor_value;

namespace {

/// The head in its shortest form (RFC 8949 section 3).
void put_head(octets& out, cbor_type type, std::uint64_t n)
{
    const auto first = static_cast<std::uint8_t>(static_cast<unsigned>(type) << 5);
    if (n < 24) {
        out.push_back(static_cast<std::uint8_t>(first | n));
        return;
    }
    const std::size_t n_bytes = n <= 0xff ? 1 : n <= 0xffff ? 2 : n <= 0xffffffff ? 4 : 8;
    const unsigned info = n_bytes == 1 ? 24 : n_bytes == 2 ? 25 : n_bytes == 4 ? 26 : 27;
    out.push_back(static_cast<std::uint8_t>(first | info));
    for (std::size_t i = n_bytes; i-- > 0;) {
        out.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
    }
}

void put(octets& out, const cbor_value& value, std::size_t depth);

/// CTAP2 sorts keys by type, then by length, then by bytes.
bool sorts_before(const cbor_value& a, const cbor_value& b)
{
    const auto rank = [](const cbor_value& key) { return std::pair(key.type(), key.whole().size()); };
    if (rank(a) != rank(b)) {
        return rank(a) < rank(b);
    }
    return std::lexicographical_compare(a.whole().begin(), a.whole().end(), b.whole().begin(), b.whole().end());
}

void put_members(octets& out, const cbor_value& value, std::size_t depth)
{
    FUZZ_EXPECT(depth < core::cbor_max_depth);
    put_head(out, value.type(), value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value.type() == cbor_type::array) {
            put(out, value.element(i), depth + 1);
            continue;
        }
        const core::cbor_pair pair = value.pair(i);
        const bool is_text = pair.key.type() == cbor_type::text;
        FUZZ_EXPECT(is_text || pair.key.type() <= cbor_type::negative);
        FUZZ_EXPECT(i == 0 || sorts_before(value.pair(i - 1).key, pair.key));
        const auto found = is_text              ? value.find(*pair.key.text())
                           : pair.key.integer() ? value.find(*pair.key.integer())
                                                : std::optional(pair.value);
        FUZZ_EXPECT(found && found->whole().data() == pair.value.whole().data());
        FUZZ_EXPECT(!value.find("a name that no seed has, and no fuzzer finds"));
        put(out, pair.key, depth + 1);
        put(out, pair.value, depth + 1);
    }
}

void put(octets& out, const cbor_value& value, std::size_t depth)
{
    FUZZ_EXPECT((value.type() == cbor_type::bytes) == value.bytes().has_value());
    FUZZ_EXPECT((value.type() == cbor_type::text) == value.text().has_value());
    switch (value.type()) {
        case cbor_type::positive:
        case cbor_type::negative:
            if (const auto number = value.integer()) {
                const bool is_negative = *number < 0;
                FUZZ_EXPECT(is_negative == (value.type() == cbor_type::negative));
                put_head(out, value.type(), static_cast<std::uint64_t>(is_negative ? -1 - *number : *number));
            } else {
                append(out, value.whole());  // beyond 64 bits with a sign: nine bytes, which nobody asks for
                FUZZ_EXPECT(value.whole().size() == 9);
            }
            return;
        case cbor_type::bytes:
            put_head(out, value.type(), value.bytes()->size());
            append(out, *value.bytes());
            return;
        case cbor_type::text:
            put_head(out, value.type(), value.text()->size());
            append(out, core::bytes_of(*value.text()));
            return;
        case cbor_type::array:
        case cbor_type::map: put_members(out, value, depth); return;
        case cbor_type::simple: out.push_back(value.boolean() ? (*value.boolean() ? 0xf5 : 0xf4) : 0xf6); return;
    }
    fuzz::broken("a type that is none", __FILE__, __LINE__);
}

/// What is asked of an item of another type is not there.
void expect_nothing_else(const cbor_value& value)
{
    if (value.type() != cbor_type::map) {
        FUZZ_EXPECT(!value.find(1) && !value.find("fmt"));
    }
    if (value.type() != cbor_type::map && value.type() != cbor_type::array) {
        FUZZ_EXPECT(value.size() == 0);
    }
    if (value.type() > cbor_type::negative) {
        FUZZ_EXPECT(!value.integer());
    }
    if (value.type() != cbor_type::simple) {
        FUZZ_EXPECT(!value.boolean());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const core::bytes_view input(data, size);
    const auto first = cbor_value::read_first(input);
    const auto all = cbor_value::read(input);
    FUZZ_EXPECT(all.has_value() == (first && first->whole().size() == size));
    if (!first) {
        return 0;
    }
    const core::bytes_view whole = first->whole();
    FUZZ_EXPECT(whole.data() == data && !whole.empty());
    FUZZ_EXPECT(!cbor_value::read_first(whole.first(whole.size() - 1)));
    expect_nothing_else(*first);
    octets again;
    put(again, *first, 0);
    FUZZ_EXPECT(again == copy_of(whole));
    return 0;
}
