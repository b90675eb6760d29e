// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=2048
// otpauth-migration URIs. Below the C ABI, where each row can be looked at. What does not start like such a URI is
// taken as the protobuf message in one: behind base64 a fuzzer would hardly change a single field.
#include <string>

#include "core/codec/codec.hpp"
#include "core/enroll/migration.hpp"
#include "tests/fuzz/support/fuzz.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

std::string uri_around(std::string_view message)
{
    std::string base64(core::base64_len(message.size()), ' ');
    core::base64_encode(reinterpret_cast<const std::uint8_t*>(message.data()), message.size(), base64.data());
    return "otpauth-migration://offline?data=" + base64;
}

std::optional<core::migration_batch> read(std::string_view uri)
{
    core::problem why;
    auto batch = core::parse_migration(uri, why);
    FUZZ_EXPECT(batch.has_value() == (why.code == core::status::ok));
    FUZZ_EXPECT(batch.has_value() || (!why.text.empty() && why.byte <= uri.size()));
    return batch;
}

/// The seeds of the rows that have one. A row has a seed, or a reason.
std::vector<const core::seed*> good_ones(const core::migration_batch& batch)
{
    FUZZ_EXPECT(!batch.rows.empty() && batch.rows.size() <= 1000);
    std::vector<const core::seed*> seeds;
    for (const core::seed_row& row : batch.rows) {
        FUZZ_EXPECT(row.value.has_value() == (row.why.code == core::status::ok));
        FUZZ_EXPECT(row.value.has_value() || !row.why.text.empty());
        if (row.value) {
            FUZZ_EXPECT(core::check(*row.value).code == core::status::ok);
            seeds.push_back(&*row.value);
        }
    }
    return seeds;
}

bool same_codes(const core::seed& a, const core::seed& b)
{
    return a.kind == b.kind && a.algorithm == b.algorithm && a.digits == b.digits && a.counter == b.counter &&
           a.period_s == b.period_s && a.key == b.key;
}

/// What was read is written, ten a URI, and read as the same. Labels may change: a colon in one is ambiguous here.
void write_and_read(const std::vector<const core::seed*>& seeds)
{
    std::vector<core::secure_text> uris;
    const core::problem why = core::build_migration(seeds, -7, uris);
    if (why.code != core::status::ok) {
        FUZZ_EXPECT(uris.empty() && !why.text.empty());
        return;
    }
    FUZZ_EXPECT(uris.size() == (seeds.size() + 9) / 10);
    std::size_t n_read = 0;
    for (std::size_t i = 0; i < uris.size(); ++i) {
        const auto again = read(core::view(uris[i]));
        FUZZ_EXPECT(again.has_value());
        FUZZ_EXPECT(again->id == -7 && static_cast<std::size_t>(again->index) == i);
        FUZZ_EXPECT(static_cast<std::size_t>(again->size) == uris.size());
        for (const core::seed* seed : good_ones(*again)) {
            FUZZ_EXPECT(n_read < seeds.size() && same_codes(*seed, *seeds[n_read]));
            ++n_read;
        }
    }
    FUZZ_EXPECT(n_read == seeds.size());
}

/// What the format cannot say is refused, never left out.
void expect_refused(const core::seed& like)
{
    const auto refused = [&](auto change) {
        core::seed other = like;
        other.kind = core::seed_kind::totp;
        change(other);
        const core::seed* const one = &other;
        std::vector<core::secure_text> uris;
        return core::build_migration({&one, 1}, 0, uris).code != core::status::ok && uris.empty();
    };
    FUZZ_EXPECT(refused([](core::seed& s) { s.kind = core::seed_kind::ocra; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.encoder = core::code_encoder::steam; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.digits = 7; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.period_s = 60; }));
    FUZZ_EXPECT(refused([](core::seed& s) { s.t0_s = 1; }));
    FUZZ_EXPECT(refused([](core::seed& s) {
        s.kind = core::seed_kind::hotp;
        s.counter = std::uint64_t{1} << 63;
    }));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input = text_of(data, size);
    const bool is_uri = input.starts_with(" ") || core::is_migration_uri(input);
    const auto batch = read(is_uri ? std::string(input) : uri_around(input));
    if (batch) {
        const auto seeds = good_ones(*batch);
        write_and_read(seeds);
        if (!seeds.empty()) {
            expect_refused(*seeds.front());
        }
    }
    return 0;
}
