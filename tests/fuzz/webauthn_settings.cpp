// SPDX-License-Identifier: Apache-2.0
// libFuzzer: -max_len=2048
// What hosts write: the same text as settings of a relying party, as a request for options, as what was expected and as
// a stored record. Each is read, or a rule is told.
#include <array>

#include "core/enroll/json.hpp"
#include "core/webauthn/credential_column.hpp"
#include "tests/fuzz/support/seed.hpp"
#include "tests/fuzz/support/webauthn.hpp"

using namespace counterseal;
using namespace counterseal::fuzz;

namespace {

void expect_rule(const cseal_problem& problem, cseal_status status, std::size_t size)
{
    FUZZ_EXPECT(status < 0 && status != CSEAL_E_CRYPTO && status != CSEAL_E_NOMEM);
    expect_told(problem, status, size);
}

const cseal_webauthn* usual()
{
    static const party_handle one = party_of(R"({"rp_id":"example.org","origins":["https://example.org"]})");
    return one.get();
}

using options_call = cseal_status (*)(const cseal_webauthn*, const char*, std::size_t, cseal_problem*, char*,
                                      std::size_t, std::size_t*);

/// Not through ask(): each call may make another challenge.
void expect_options(options_call call, const cseal_webauthn* party, std::string_view request)
{
    std::string options(request.size() * 8 + 4096, '\0');
    std::size_t len = 0;
    cseal_problem problem = fresh_problem();
    const cseal_status status =
        call(party, request.data(), request.size(), &problem, options.data(), options.size(), &len);
    if (status != CSEAL_OK) {
        expect_rule(problem, status, request.size());
        return;
    }
    core::problem why;
    const auto read = core::read_json(std::string_view(options).substr(0, len), why);
    FUZZ_EXPECT(read && read->is_object() && read->contains("challenge"));
    FUZZ_EXPECT(read->dump().find("\"userVerification\":") != std::string::npos);
}

void expect_settings(std::string_view text)
{
    cseal_problem problem = fresh_problem();
    cseal_webauthn* made = nullptr;
    const cseal_status status = cseal_webauthn_new(crypto_handle(), text.data(), text.size(), &problem, &made);
    const party_handle party(made);
    FUZZ_EXPECT((status == CSEAL_OK) == (party != nullptr));
    if (party == nullptr) {
        expect_rule(problem, status, text.size());
        return;
    }
    const auto document = ask<char>([&](char* out, std::size_t cap, std::size_t* len) {
        return cseal_webauthn_related_origins(party.get(), out, cap, len);
    });
    FUZZ_EXPECT(document.status == CSEAL_OK && document.text().starts_with(R"({"origins":[)"));
    expect_options(cseal_webauthn_registration_options, party.get(), R"({"user_id":"AAECAw","user_name":"ada"})");
    expect_options(cseal_webauthn_authentication_options, party.get(), "{}");
}

void expect_expected(std::string_view text)
{
    std::array<char, 2048> record{};
    std::array<char, 2048> answer{};
    std::size_t record_len = 0;
    std::size_t answer_len = 0;
    for (const bool is_registration : {true, false}) {
        cseal_problem problem = fresh_problem();
        const std::string_view stored =
            R"({"version":1,"id":"AQID","public_key":"pAEBAycgBiFYIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})";
        const cseal_status status =
            is_registration ? cseal_webauthn_verify_registration(usual(), text.data(), text.size(), "{}", 2, &problem,
                                                                 nullptr, nullptr, record.data(), record.size(),
                                                                 &record_len, answer.data(), answer.size(), &answer_len)
                            : cseal_webauthn_verify_authentication(usual(), text.data(), text.size(), stored.data(),
                                                                   stored.size(), nullptr, "{}", 2, &problem, nullptr,
                                                                   nullptr, record.data(), record.size(), &record_len,
                                                                   answer.data(), answer.size(), &answer_len);
        FUZZ_EXPECT(status != CSEAL_OK);
        if (status != CSEAL_MALFORMED) {
            expect_rule(problem, status, text.size());
        }
    }
}

void expect_record(std::string_view text)
{
    core::problem why;
    const auto read = core::read_credential(text, why);
    FUZZ_EXPECT(read.has_value() == (why.code == core::status::ok));
    if (read) {
        const std::string written = core::write_credential(*read);
        const auto again = core::read_credential(written, why);
        FUZZ_EXPECT(written.size() <= CSEAL_WEBAUTHN_RECORD_MAX);
        FUZZ_EXPECT(again && core::write_credential(*again) == written);
    }
    cseal_problem problem = fresh_problem();
    cseal_webauthn_key* made = nullptr;
    const cseal_status status = cseal_webauthn_key_new(crypto_handle(), text.data(), text.size(), &problem, &made);
    const key_handle key(made);
    FUZZ_EXPECT((status == CSEAL_OK) == (key != nullptr) && (read || key == nullptr));
    if (key == nullptr) {
        expect_rule(problem, status, text.size());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = text_of(data, size);
    expect_settings(text);
    expect_options(cseal_webauthn_registration_options, usual(), text);
    expect_options(cseal_webauthn_authentication_options, usual(), text);
    expect_expected(text);
    expect_record(text);
    return 0;
}
