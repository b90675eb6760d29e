// SPDX-License-Identifier: Apache-2.0
// Logs as other systems read them: shapes from their specifications, and text that tries to be more than text.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/audit/event_facts.hpp"
#include "core/audit/log_format.hpp"

namespace counterseal::core {
namespace {

using nlohmann::json;

constexpr std::int64_t then_us = 1'795'162'781'000'042;

log_record accepted()
{
    return {.tenant = "maple",
            .seq = 7,
            .at_us = then_us,
            .type = "factor.accepted",
            .factor = "f1",
            .detail = R"({"purpose":"login","value":59838759})",
            .is_erased = false,
            .subject = "nurse1",
            .actor = {},
            .reason = {}};
}

log_record logged_in()
{
    log_record out = accepted();
    out.type = "login.allowed";
    out.detail = R"({"amr":["pwd","otp"],"factor_type":"totp","policy_version":3})";
    return out;
}

log_record reset()
{
    log_record out = accepted();
    out.type = "subject.reset";
    out.factor = {};
    out.detail = R"({"epoch":2})";
    out.actor = "help desk";
    out.reason = "phone lost";
    return out;
}

TEST(rfc3339, has_microseconds_and_leap_days)
{
    EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(rfc3339(then_us), "2026-11-20T08:19:41.000042Z");
    EXPECT_EQ(rfc3339(951'782'400'000'000), "2000-02-29T00:00:00.000000Z");
    EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999999Z");
}

TEST(event_facts, of_a_type_that_is_not_known)
{
    const event_facts facts = facts_of("moon.rose");
    EXPECT_EQ(facts.title, "moon.rose");
    EXPECT_EQ(facts.what, event_class::administration);
}

TEST(csv, has_as_many_fields_as_its_header)
{
    const auto fields = [](std::string_view line) {
        std::size_t n = 1;
        bool is_quoted = false;
        for (const char c : line) {
            is_quoted = is_quoted != (c == '"');
            n += !is_quoted && c == ',' ? 1 : 0;
        }
        EXPECT_FALSE(is_quoted);
        EXPECT_TRUE(line.ends_with("\r\n"));
        return n;
    };
    EXPECT_EQ(csv_line(accepted()),
              "\"7\",\"2026-11-20T08:19:41.000042Z\",\"maple\",\"factor.accepted\",\"success\",\"1\",\"nurse1\",\"f1\","
              "\"\",\"\",\"{\"\"purpose\"\":\"\"login\"\",\"\"value\"\":59838759}\"\r\n");
    EXPECT_EQ(fields(csv_header()), fields(csv_line(accepted())));
    log_record hostile = reset();
    hostile.reason = "a\",\"b,\r\n\"\"";
    EXPECT_EQ(fields(csv_header()), fields(csv_line(hostile)));
    EXPECT_EQ(std::ranges::count(csv_line(hostile), '\n'), 1);
}

// OWASP, CSV injection: what begins with one of these is run by a spreadsheet.
TEST(csv, begins_no_formula)
{
    for (const std::string_view text :
         {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|calc", "%0A=1", "=cmd|' /C calc'!A0", "\uFF1D1"}) {
        log_record of = reset();
        of.subject = text;
        of.actor = text;
        of.reason = text;
        const std::string line = csv_line(of);
        EXPECT_EQ(line.find(std::string(",\"") + text.front()), std::string::npos) << line;
        EXPECT_NE(line.find("\"'"), std::string::npos) << line;
    }
}

// The example of a login in FHIR R4, and the codes of DICOM PS3.16.
TEST(fhir, is_an_audit_event)
{
    const std::string line = fhir_line(logged_in());
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
    const json event = json::parse(line);
    EXPECT_EQ(event["resourceType"], "AuditEvent");
    EXPECT_EQ(event["type"]["system"], "http://dicom.nema.org/resources/ontology/DCM");
    EXPECT_EQ(event["type"]["code"], "110114");
    EXPECT_EQ(event["subtype"][0]["code"], "110122");
    EXPECT_EQ(event["action"], "E");
    EXPECT_EQ(event["recorded"], "2026-11-20T08:19:41.000042Z");
    EXPECT_EQ(event["outcome"], "0");
    EXPECT_EQ(event["agent"][0]["who"]["identifier"]["value"], "nurse1");
    EXPECT_EQ(event["agent"][0]["requestor"], true);
    EXPECT_EQ(event["source"]["observer"]["display"], "counterseal");
    EXPECT_EQ(event["entity"][0]["what"]["identifier"]["value"], "nurse1");
    EXPECT_TRUE(std::ranges::any_of(event["entity"][0]["detail"], [](const json& one) {
        return one == json{{"type", "amr"}, {"valueString", "pwd otp"}};
    }));
}

// verify_factor() is none, and of a login there is an event of its own.
TEST(every_format, takes_a_factor_that_was_asked_for_no_login)
{
    const json fhir = json::parse(fhir_line(accepted()));
    EXPECT_EQ(fhir["type"]["code"], "110114");
    EXPECT_FALSE(fhir.contains("subtype"));
    const json ocsf = json::parse(ocsf_line(accepted()));
    EXPECT_EQ(ocsf["type_uid"], 300299);
    EXPECT_EQ(ocsf["activity_name"], "factor.accepted");
}

TEST(fhir, names_who_did_it_and_to_whom)
{
    const json event = json::parse(fhir_line(reset()));
    EXPECT_EQ(event["subtype"][0]["code"], "110137");
    EXPECT_EQ(event["action"], "U");
    EXPECT_EQ(event["agent"][0]["who"]["identifier"]["value"], "help desk");
    EXPECT_EQ(event["entity"][0]["what"]["identifier"]["value"], "nurse1");
    log_record wrong = accepted();
    wrong.type = "factor.wrong";
    EXPECT_EQ(json::parse(fhir_line(wrong))["outcome"], "4");
}

// The members that class 3002 and class 3001 require.
TEST(ocsf, is_an_authentication_or_an_account_change)
{
    const json in = json::parse(ocsf_line(logged_in()));
    EXPECT_EQ(in["auth_factors"], json::parse(R"([{"factor_type_id":11},{"factor_type_id":7,"is_totp":true}])"));
    EXPECT_EQ(in["class_uid"], 3002);
    EXPECT_EQ(in["category_uid"], 3);
    EXPECT_EQ(in["activity_id"], 1);
    EXPECT_EQ(in["type_uid"], 300201);
    EXPECT_EQ(in["time"], 1'795'162'781'000);
    EXPECT_EQ(in["status_id"], 1);
    EXPECT_EQ(in["user"]["name"], "nurse1");
    EXPECT_EQ(in["is_mfa"], true);
    EXPECT_TRUE(in.contains("service"));
    EXPECT_TRUE(in["metadata"].contains("product"));
    const json change = json::parse(ocsf_line(reset()));
    EXPECT_EQ(change["class_uid"], 3001);
    EXPECT_EQ(change["activity_id"], 11);
    EXPECT_EQ(change["type_uid"], 300111);
    EXPECT_EQ(change["actor"]["user"]["name"], "help desk");
    EXPECT_EQ(change["status_detail"], "phone lost");
    log_record policy = reset();
    policy.type = "policy.set";
    EXPECT_EQ(json::parse(ocsf_line(policy))["type_uid"], 300199);
    EXPECT_EQ(json::parse(ocsf_line(policy))["activity_name"], "policy.set");
}

TEST(cef, is_a_message_of_rfc_5424)
{
    EXPECT_EQ(cef_line(accepted(), "0.1.0"),
              "<86>1 2026-11-20T08:19:41.000042Z - counterseal - factor.accepted - CEF:0|Counterseal|counterseal|0.1.0|"
              "factor.accepted|Second factor accepted|1|rt=1795162781000 externalId=7 outcome=success suser=nurse1 "
              "duser=nurse1 cs1Label=tenant cs1=maple cs2Label=factor cs2=f1 "
              "msg={\"purpose\":\"login\",\"value\":59838759}\n");
    log_record wrong = accepted();
    wrong.type = "factor.wrong";
    EXPECT_TRUE(cef_line(wrong, "0.1.0").starts_with("<84>1 "));
}

TEST(cef, says_how_somebody_was_let_in)
{
    EXPECT_NE(cef_line(logged_in(), "1").find("cs3Label=amr cs3=pwd otp "), std::string::npos);
}

TEST(ocsf, knows_each_type_of_factor)
{
    const auto factors = [](std::string_view detail) {
        log_record of = logged_in();
        of.detail = detail;
        return json::parse(ocsf_line(of)).value("auth_factors", json());
    };
    EXPECT_EQ(factors(R"({"factor_type":"hotp"})"), json::parse(R"([{"factor_type_id":7,"is_hotp":true}])"));
    EXPECT_EQ(factors(R"({"factor_type":"passkey"})"), json::parse(R"([{"factor_type_id":10}])"));
    EXPECT_EQ(factors(R"({"factor_type":"recovery"})"),
              json::parse(R"([{"factor_type_id":99,"factor_type":"recovery"}])"));
    for (const char* detail : {"", "[]", "{", R"({"amr":1,"factor_type":[]})", R"({"amr":[1]})"}) {
        EXPECT_EQ(factors(detail), json()) << detail;
    }
}

TEST(cef, has_no_second_line_and_no_second_value)
{
    log_record of = reset();
    of.reason = "x\n<86>1 2026 - forged outcome=failure\r|\\ \x1b[2J";
    of.type = "a|b c\n";
    const std::string line = cef_line(of, "0|1");
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_NE(line.find(R"(reason=x\n<86>1 2026 - forged outcome\=failure\r|\\  [2J)"), std::string::npos) << line;
    EXPECT_NE(line.find(" - a|b_c_ - CEF:0|Counterseal|counterseal|0\\|1|a\\|b c |"), std::string::npos) << line;
}

TEST(every_format, is_one_line_of_hostile_text)
{
    const std::string hostile = "\"}\n{\"a\":1}\r\n=\\|\x01\x7f\xe2\x80\xa8\xe2\x80\xae";
    log_record of = reset();
    of.subject = hostile;
    of.actor = hostile;
    of.reason = hostile;
    for (const std::string& line : {csv_line(of), fhir_line(of), ocsf_line(of), cef_line(of, "1")}) {
        EXPECT_EQ(std::ranges::count(line, '\n'), 1) << line;
        EXPECT_EQ(line.find('\x01'), std::string::npos) << line;
    }
    EXPECT_EQ(json::parse(fhir_line(of))["agent"][0]["who"]["identifier"]["value"], hostile);
    EXPECT_EQ(json::parse(ocsf_line(of))["user"]["name"], hostile);
    EXPECT_EQ(fhir_line(of).find("\xe2\x80\xa8"), std::string::npos);  // a line end to JavaScript of old
}

TEST(every_format, says_that_a_person_was_erased)
{
    log_record of = accepted();
    of.is_erased = true;
    of.subject = {};
    EXPECT_NE(csv_line(of).find("\"(erased)\""), std::string::npos);
    EXPECT_EQ(json::parse(fhir_line(of))["agent"][0]["who"]["display"], "erased");
    EXPECT_FALSE(json::parse(fhir_line(of))["entity"][0].contains("what"));
    EXPECT_EQ(json::parse(ocsf_line(of))["user"]["name"], "erased");
    EXPECT_NE(cef_line(of, "1").find("duser=(erased)"), std::string::npos);
}

}  // namespace
}  // namespace counterseal::core
