// SPDX-License-Identifier: Apache-2.0
// Client data, and the origins in it: hostile as an answer, and as what a host expects. Which origins belong to an
// expected one is asked of another page of code.
#include "core/webauthn/ceremony.hpp"

#include <string>

#include "core/enroll/base64url.hpp"
#include "tests/fuzz/support/webauthn.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

const std::vector<std::string>& usual()
{
    static const std::vector<std::string> all = {"https://example.org", "http://localhost", "https://example.org:8443",
                                                 "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    return all;
}

/// What may stand between the scheme and an expected https host: nothing, or labels with a dot behind the last.
bool is_below(const std::string& origin, const std::string& base)
{
    const std::string scheme = "https://";
    if (!origin.starts_with(scheme) || !base.starts_with(scheme)) {
        return false;
    }
    const std::string host = origin.substr(scheme.size(), origin.find(':', scheme.size()) - scheme.size());
    const std::string end = "." + base.substr(scheme.size(), base.find(':', scheme.size()) - scheme.size());
    return host.size() > end.size() && host.ends_with(end) &&
           host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string::npos;
}

std::string without_port(const std::string& origin)
{
    const std::size_t at = origin.rfind(':');
    return at == origin.find(':') ? origin : origin.substr(0, at);
}

void expect_matched(const std::string& origin, bool subdomains, bool any_port)
{
    const core::origin_rules rules{.origins = usual(), .subdomains = subdomains, .any_port = any_port};
    const auto at = core::match_origin(origin, rules);
    if (!at) {
        return;
    }
    const std::string& expected = usual().at(*at);
    const std::string& one = any_port ? without_port(origin) : origin;
    const std::string& other = any_port ? without_port(expected) : expected;
    FUZZ_EXPECT(origin == expected || (any_port && one == other) || (subdomains && is_below(origin, expected)));
}

core::ceremony_rules rules_of(core::bytes_view challenge, std::string_view rp_id,
                              const std::vector<std::string>& origins)
{
    core::ceremony_rules rules{.challenge = challenge, .rp_id = rp_id};
    rules.origins.origins = origins;
    return rules;
}

void expect_checked(core::bytes_view input, const core::client_data& said)
{
    const octets challenge = core::from_base64url(said.challenge).value_or(octets(16));
    const std::vector<std::string> tops = {said.top_origin};
    for (const bool in_frames : {false, true}) {
        core::ceremony_rules rules = rules_of(challenge, "example.org", usual());
        rules.origins.subdomains = rules.origins.any_port = in_frames;
        rules.cross_origin = in_frames;
        rules.top_origins = tops;
        core::client_data out;
        std::size_t at = 0;
        const core::refusal why = core::check_client_data(input, "webauthn.get", rules, out, at);
        FUZZ_EXPECT(why != core::refusal::none || (said.type == "webauthn.get" && at < usual().size()));
        FUZZ_EXPECT(why != core::refusal::none || in_frames || (!said.cross_origin && said.top_origin.empty()));
    }
}

/// The same texts as a host's settings: a rule, or nothing.
void expect_told(const core::client_data& said, core::bytes_view input)
{
    const std::vector<std::string> none;
    const std::vector<std::string> theirs = {said.origin};
    const std::vector<std::string> tops = {said.top_origin};
    const octets challenge(16);
    core::ceremony_rules rules = rules_of(challenge, said.origin, theirs);
    static_cast<void>(core::check(rules));
    rules.rp_id = "example.org";
    FUZZ_EXPECT((core::check(rules).rule == nullptr) == core::is_expectable_origin(said.origin));
    rules.origins.origins = usual();
    rules.top_origins = tops;
    FUZZ_EXPECT(core::check(rules).rule != nullptr);  // there are no frames
    rules.cross_origin = true;
    FUZZ_EXPECT((core::check(rules).rule == nullptr) == core::is_expectable_origin(said.top_origin));
    rules.quirks = static_cast<std::uint32_t>(input.size()) + 2;
    FUZZ_EXPECT(core::check(rules).rule != nullptr);
    rules.origins.origins = none;
    FUZZ_EXPECT(core::check(rules).rule != nullptr);
    rules.challenge = rules.challenge.first(15);
    FUZZ_EXPECT(core::check(rules).code == core::status::e_range);
    const std::string document = core::related_origins_document(theirs);
    FUZZ_EXPECT(document == R"({"origins":[]})" || document == R"({"origins":[")" + said.origin + R"("]})");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const core::bytes_view input(data, size);
    const core::client_data_reading read = core::read_client_data(input);
    if (read.fault != core::client_data_fault::none) {
        core::client_data out;
        std::size_t at = 0;
        const octets challenge(16);
        const core::refusal why =
            core::check_client_data(input, "webauthn.get", rules_of(challenge, "example.org", usual()), out, at);
        FUZZ_EXPECT(why == (read.fault == core::client_data_fault::encoding ? core::refusal::client_data_encoding
                                                                            : core::refusal::client_data_json));
        return 0;
    }
    for (const bool subdomains : {false, true}) {
        for (const bool any_port : {false, true}) {
            expect_matched(read.data.origin, subdomains, any_port);
        }
    }
    expect_checked(input, read.data);
    expect_told(read.data, input);
    return 0;
}
