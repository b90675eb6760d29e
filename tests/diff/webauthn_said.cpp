// SPDX-License-Identifier: Apache-2.0
// Mutations of what is said: client data, the fixed part of authenticator data, the JSON around both.
#include <algorithm>

#include "tests/diff/webauthn_draft.hpp"

namespace counterseal::test {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by)
{
    const std::size_t at = text.find(what);
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

template <std::size_t N>
const char* one_of(const char* const (&all)[N], generator& random)
{
    return all[below(random, N)];
}

void set_flag(draft& to, std::uint8_t bits)
{
    to.says.flags = static_cast<std::uint8_t>(to.says.flags | bits);
}
void clear_flag(draft& to, std::uint8_t bits)
{
    to.says.flags = static_cast<std::uint8_t>(to.says.flags & ~bits);
}

void origin(draft& to, generator& random)
{
    static constexpr const char* all[] = {"https://evilexample.org",
                                          "https://example.org.evil",
                                          "https://login.example.org",
                                          "http://example.org",
                                          "https://example.org/",
                                          "https://example.org:443",
                                          "https://example.org:8443",
                                          "https://Example.org",
                                          "https://user@example.org",
                                          "https://example.org#",
                                          "",
                                          "null",
                                          "android:apk-key-hash:AAAAAAA",
                                          "https://example.org\\u0000"};
    to.says.origin = one_of(all, random);
}

void type(draft& to, generator& random)
{
    static constexpr const char* all[] = {"webauthn.create", "webauthn.get", "webauthn.Get", "payment.get", "", "x"};
    to.says.type = one_of(all, random);
}

void challenge(draft& to, generator& random)
{
    octets& said = to.says.challenge;
    if (said.empty()) {
        return;  // this mutation was drawn before
    }
    switch (below(random, 5)) {
        case 0: said.pop_back(); break;
        case 1: said.push_back(0); break;
        case 2: said[below(random, said.size())] ^= 1; break;
        case 3: said.clear(); break;
        default: std::ranges::reverse(said), said[0] = 8;
    }
}

/// The same bytes, in another spelling.
void challenge_spelling(draft& to, generator& random)
{
    static constexpr const char* spellings[] = {"Bwc=\"", "Bwd\"", "B w\"", "Bw\\n\"", "BwcH\""};
    const std::string by = one_of(spellings, random);
    to.client_said.emplace_back([by](const std::string& text) { return replaced(text, "Bwc\"", by); });
}

void more_members(draft& to, generator& random)
{
    static constexpr const char* all[] = {R"(,"other":1)",
                                          R"(,"other":{"a":[1,2.5,null,true]})",
                                          R"(,"crossOrigin":false)",
                                          R"(,"crossOrigin":null)",
                                          R"(,"crossOrigin":"false")",
                                          R"(,"crossOrigin":0)",
                                          R"(,"crossOrigin":true)",
                                          R"(,"crossOrigin":true,"topOrigin":"https://example.com")",
                                          R"(,"topOrigin":"https://example.com")",
                                          R"(,"topOrigin":null)",
                                          R"(,"tokenBinding":{"status":"supported"})",
                                          R"(,"tokenBinding":{"status":"x"})",
                                          R"(,"tokenBinding":{})",
                                          R"(,"tokenBinding":"unused")"};
    to.says.more = one_of(all, random);
}

void member_twice(draft& to, generator& random)
{
    static constexpr const char* all[] = {R"(,"origin":"https://example.org")",
                                          R"(,"origin":"https://evil.example")",
                                          R"(,"challenge":"AAAAAAAAAAAAAAAAAAAAAA")",
                                          R"(,"type":"webauthn.get")",
                                          R"(,"a":1,"a":2)",
                                          R"(,"a":{"b":1,"b":2})"};
    to.says.more = one_of(all, random);
}

void member_of_another_type(draft& to, generator& random)
{
    static constexpr const char* names[] = {"type", "challenge", "origin"};
    static constexpr const char* values[] = {"1", "null", "true", "[]", "{}", "[\"https://example.org\"]"};
    const std::string name = one_of(names, random);
    const std::string value = one_of(values, random);
    to.client_said.emplace_back([name, value](std::string text) {
        const std::size_t start = text.find('"' + name + "\":\"");
        if (start == std::string::npos) {
            return text;  // another mutation took it away
        }
        const std::size_t at = start + name.size() + 3;
        return text.replace(at, text.find('"', at + 1) + 1 - at, value);
    });
}

void member_missing(draft& to, generator& random)
{
    static constexpr const char* names[] = {"\"type\"", "\"challenge\"", "\"origin\""};
    const std::string name = one_of(names, random);
    to.client_said.emplace_back([name](const std::string& text) { return replaced(text, name, "\"none\""); });
}

/// JSON in another form, or what is none.
void json_form(draft& to, generator& random)
{
    switch (below(random, 10)) {
        case 0: to.client_said.emplace_back([](const std::string& t) { return "\xef\xbb\xbf" + t; }); break;
        case 1: to.client_said.emplace_back([](const std::string& t) { return " \n" + t + "\t "; }); break;
        case 2: to.client_said.emplace_back([](const std::string& t) { return t + std::string("\0x", 2); }); break;
        case 3: to.client_said.emplace_back([](const std::string& t) { return '[' + t + ']'; }); break;
        case 4:
            to.client_said.emplace_back([](const std::string& t) { return t.substr(0, t.size() - 1) + ",}"; });
            break;
        case 5:
            to.client_said.emplace_back([](const std::string& t) { return replaced(t, "example", "ex\\u0061mple"); });
            break;
        case 6:
            to.client_said.emplace_back([](const std::string& t) { return replaced(t, "\"}", "\",\"x\":\"\xff\"}"); });
            break;
        case 7:
            to.client_said.emplace_back([](const std::string& t) { return replaced(t, "\"}", "\",\"x\":NaN}"); });
            break;
        case 8:
            to.client_said.emplace_back([](const std::string& t) { return replaced(t, "\"}", "\",\"x\":\"\x01\"}"); });
            break;
        default: {
            const std::size_t depth = 8 + below(random, 200);
            to.client_said.emplace_back([depth](const std::string& t) {
                return replaced(t, "\"}", "\",\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "}");
            });
        }
    }
}

void client_byte(draft& to, generator& random)
{
    const std::uint64_t seed = random();
    to.client_said.emplace_back([seed](const std::string& text) {
        generator own(seed);
        const octets bytes = disturbed(octets_of(text), own);
        return std::string(bytes.begin(), bytes.end());
    });
}

void client_byte_unsigned(draft& to, generator& random)
{
    const std::uint64_t seed = random();
    to.client_sent.emplace_back([seed](octets bytes) {
        generator own(seed);
        return disturbed(std::move(bytes), own);
    });
}

void flag_bit(draft& to, generator& random)
{
    to.says.flags = static_cast<std::uint8_t>(to.says.flags ^ (1U << below(random, 8)));
}

void backup_flags(draft& to, generator& random)
{
    clear_flag(to, 0x18);
    set_flag(to, static_cast<std::uint8_t>(below(random, 4) << 3));
}

void sign_count(draft& to, generator& random)
{
    static constexpr std::uint32_t counts[] = {0, 1, 6, 7, 8, 0x7fffffff, 0x80000000, UINT32_MAX};
    to.says.sign_count = counts[below(random, std::size(counts))];
    to.stored_count = counts[below(random, std::size(counts))];
}

void rp_id(draft& to, generator& random)
{
    static constexpr const char* all[] = {"example.com", "login.example.org", "Example.org", "https://example.org", ""};
    to.says.rp_id = one_of(all, random);
}

void identifier(draft& to, generator& random)
{
    static constexpr std::size_t lengths[] = {0, 1, 15, 17, 64, 255, 256, 1022, 1023, 1024, 1025, 2000};
    to.id = octets(lengths[below(random, std::size(lengths))], 0x1d);
}

void identifier_differs(draft& to, generator& random)
{
    static constexpr const char* all[] = {"AQID", "HR0dHR0dHR0dHR0dHR0dHR",
                                          "HR0dHR0dHR0dHR0dHR0dHQ==", "HR0dHR0dHR0dHR0dHR0dHQA"};
    to.named_id = one_of(all, random);
}

void user_handle(draft& to, generator& random)
{
    static constexpr const char* all[] = {"null", "\"\"", "\"AAECAw\"", "\"AAEC\"", "5", "\"AA==\"", "[]"};
    to.user_handle = one_of(all, random);
}

void json_member(draft& to, generator& random)
{
    static constexpr const char* what[] = {"\"id\":",
                                           "\"rawId\":",
                                           "\"type\":",
                                           "\"response\":",
                                           "public-key",
                                           "\"clientDataJSON\":",
                                           "\"clientExtensionResults\":",
                                           "\"transports\":",
                                           "{}",
                                           "[\"usb\"]"};
    static constexpr const char* by[] = {"\"none\":", "\"x\":1,\"y\":", "\"id\":", "password", "[]", "null", "5"};
    const std::string from = one_of(what, random);
    const std::string with = one_of(by, random);
    to.json.emplace_back([from, with](const std::string& text) { return replaced(text, from, with); });
}

void json_outputs(draft& to, generator& random)
{
    static constexpr const char* all[] = {R"({"credProps":{"rk":true}})",
                                          R"({"credProps":{}})",
                                          R"({"appid":true})",
                                          R"({"appid":"x"})",
                                          R"({"credProps":{"rk":1}})",
                                          R"({"prf":[]})",
                                          R"({"unknown":{"a":1}})",
                                          R"({"largeBlob":{"blob":"AA=="}})",
                                          "null"};
    const std::string by = one_of(all, random);
    to.json.emplace_back([by](const std::string& text) { return replaced(text, "Results\":{}", "Results\":" + by); });
}

void json_spelling(draft& to, generator& random)
{
    switch (below(random, 5)) {
        case 0:
            to.json.emplace_back([](std::string t) {
                return std::ranges::replace(t, '-', '+'), replaced(t, "public+key", "public-key");
            });
            break;
        case 1:
            to.json.emplace_back([](const std::string& t) { return replaced(t, "\",\"rawId", "=\",\"rawId"); });
            break;
        case 2:
            to.json.emplace_back(
                [](const std::string& t) { return replaced(t, "clientDataJSON\":\"", "clientDataJSON\":\" "); });
            break;
        case 3:
            to.json.emplace_back(
                [](const std::string& t) { return replaced(t, "clientDataJSON\":\"", "clientDataJSON\":\"*"); });
            break;
        default: to.json.emplace_back([](const std::string& t) { return t + t; });
    }
}

void json_byte(draft& to, generator& random)
{
    const std::uint64_t seed = random();
    to.json.emplace_back([seed](const std::string& text) {
        generator own(seed);
        const octets bytes = disturbed(octets_of(text), own);
        return std::string(bytes.begin(), bytes.end());
    });
}

void as_it_is(draft& /*to*/, generator& /*random*/) {}

}  // namespace

const std::vector<mutation>& said_mutations()
{
    static const std::vector<mutation> all = {
        {"as-it-is", as_it_is},
        {"client.origin", origin},
        {"client.type", type},
        {"client.challenge", challenge},
        {"client.challenge-spelling", challenge_spelling},
        {"client.more-members", more_members},
        {"client.member-twice", member_twice},
        {"client.member-of-another-type", member_of_another_type},
        {"client.member-missing", member_missing},
        {"client.json-form", json_form},
        {"client.byte", client_byte},
        {"client.byte-unsigned", client_byte_unsigned},
        {"data.flag", flag_bit},
        {"data.backup-flags", backup_flags},
        {"data.sign-count", sign_count},
        {"data.rp-id", rp_id},
        {"data.identifier", identifier},
        {"json.identifier-differs", identifier_differs},
        {"json.user-handle", user_handle},
        {"json.member", json_member},
        {"json.outputs", json_outputs},
        {"json.spelling", json_spelling},
        {"json.byte", json_byte},
    };
    return all;
}

}  // namespace counterseal::test
