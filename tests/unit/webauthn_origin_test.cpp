// SPDX-License-Identifier: Apache-2.0
// Which origins are expected, and the look-alikes that other verifiers let in.
#include "core/webauthn/origin.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace counterseal::core {
namespace {

const std::vector<std::string> expected = {"https://example.org", "https://example.net:8443",
                                           "android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck",
                                           "http://localhost:3000"};

std::optional<std::size_t> exact(std::string_view origin)
{
    return match_origin(origin, {expected, false, false});
}
std::optional<std::size_t> relaxed(std::string_view origin)
{
    return match_origin(origin, {expected, true, true});
}

TEST(Origin, ExactList)
{
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(exact(expected[i]), i);
        EXPECT_EQ(relaxed(expected[i]), i);
    }
    EXPECT_EQ(exact("https://login.example.org"), std::nullopt) << "subdomains are opt-in";
    EXPECT_EQ(exact("https://example.org:8443"), std::nullopt) << "ports are opt-in";
}

TEST(Origin, LookAlikesAreRefusedInEveryMode)
{
    for (const char* origin : {"",
                               "https://evilexample.org",
                               "https://example.org.evil.org",
                               "https://example.org/",
                               "https://example.org:443",
                               "https://EXAMPLE.org",
                               "HTTPS://example.org",
                               "http://example.org",
                               "https://example.org.",
                               "https://example.or",
                               "https://user@example.org",
                               "https://example.org@evil.org",
                               "https://evil.org/example.org",
                               "https://evil.org#.example.org",
                               "https://evil.org?.example.org",
                               "https://evil.org\\.example.org",
                               "https:///example.org",
                               "https:example.org",
                               "//example.org",
                               "example.org",
                               "https://.example.org",
                               "https://a..example.org",
                               "https:// example.org",
                               "https://example.org ",
                               "null",
                               "https://",
                               "ftp://example.org",
                               "wss://example.org",
                               "https://%65xample.org",
                               "https://ex\xc3\xa4mple.org",
                               "http://login.example.org",
                               "https://login.example.org/",
                               "https://login.example.org:",
                               "https://login.example.org:0",
                               "https://login.example.org:65536",
                               "https://login.example.org:08443",
                               "https://login.example.org:443",
                               "https://login.example.org:8443:1",
                               "https://[::1].example.org",
                               "http://sub.localhost:3000",
                               "android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLcK",
                               "android:apk-key-hash:"}) {
        EXPECT_EQ(exact(origin), std::nullopt) << origin;
        EXPECT_EQ(relaxed(origin), std::nullopt) << origin;
    }
}

TEST(Origin, SubdomainsAtADotAndOfHttpsAlone)
{
    const origin_rules rules{expected, true, false};
    EXPECT_EQ(match_origin("https://login.example.org", rules), 0U);
    EXPECT_EQ(match_origin("https://a.b.example.org", rules), 0U);
    EXPECT_EQ(match_origin("https://a.example.net:8443", rules), 1U);
    EXPECT_EQ(match_origin("https://a.example.net", rules), std::nullopt) << "another port";
    EXPECT_EQ(match_origin("https://a.example.org:8443", rules), std::nullopt);
    EXPECT_EQ(match_origin("http://a.example.org", rules), std::nullopt);
    EXPECT_EQ(match_origin("https://evilexample.org", rules), std::nullopt);
    const std::vector<std::string> bare = {"https://org", "https://127.0.0.1", "https://[::1]"};
    EXPECT_EQ(match_origin("https://example.org", {bare, true, true}), std::nullopt) << "a single label";
    EXPECT_EQ(match_origin("https://9.127.0.0.1", {bare, true, true}), std::nullopt) << "an address";
}

TEST(Origin, AnyPortOfTheSameSchemeAndHost)
{
    const origin_rules rules{expected, false, true};
    EXPECT_EQ(match_origin("https://example.org:9443", rules), 0U);
    EXPECT_EQ(match_origin("https://example.net", rules), 1U);
    EXPECT_EQ(match_origin("http://localhost:5173", rules), 3U);
    EXPECT_EQ(match_origin("http://example.org:9443", rules), std::nullopt);
    EXPECT_EQ(match_origin("https://a.example.org:9443", rules), std::nullopt);
    EXPECT_EQ(match_origin("https://localhost:3000", rules), std::nullopt);
}

TEST(Origin, WhatACallerMayExpect)
{
    for (const std::string& origin : expected) {
        EXPECT_TRUE(is_expectable_origin(origin)) << origin;
    }
    for (const char* origin : {"https://[::1]:8443", "http://127.0.0.1:8000", "https://a_b.example",
                               "chrome-extension://abcdefgh", "ios:bundle-id:com.example.app"}) {
        EXPECT_TRUE(is_expectable_origin(origin)) << origin;
    }
    for (const char* origin :
         {"", "https://example.org/", "https://Example.org", "https://example.org:443", "http://example.org:80",
          "example.org", "https", "android:apk-key-hash:short", "android:com.example", "x:", ":x", "https://a b",
          "x: y", "https://[::1", "https://[]", "https://-\xc3\xa4"}) {
        EXPECT_FALSE(is_expectable_origin(origin)) << origin;
    }
}

TEST(Origin, TheDocumentOfRelatedOrigins)
{
    EXPECT_EQ(related_origins_document(expected), R"({"origins":["https://example.org","https://example.net:8443"]})");
    EXPECT_EQ(related_origins_document({}), R"({"origins":[]})");
}

}  // namespace
}  // namespace counterseal::core
