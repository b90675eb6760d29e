// SPDX-License-Identifier: Apache-2.0
#include "journey.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace faults {
namespace {

using json = nlohmann::json;

constexpr std::int64_t start_s = 1'800'000'000;  // the beginning of a step of 30 s
constexpr std::string_view key = "12345678901234567890";
constexpr std::string_view session = "c2Vzc2lvbi1vZi10aGUtam91cm5leQ";

question asked(std::string_view tenant, std::uint32_t op, std::size_t second, json request, std::string secret = {})
{
    request["tenant"] = tenant;
    request["now_us"] = (start_s + static_cast<std::int64_t>(second)) * 1'000'000;
    return {op, request.dump(), std::move(secret)};
}

std::string code_of(const counterseal::secret& of)
{
    return counterseal::otp_key(of).totp(static_cast<std::uint64_t>(start_s));
}

std::string code_of_alice()
{
    return code_of(counterseal::secret(std::span(reinterpret_cast<const std::uint8_t*>(key.data()), key.size())));
}

std::string member(const answer& of, const char* name)
{
    const json all = json::parse(of.json, nullptr, false);
    return all.contains(name) && all[name].is_string() ? all[name].get<std::string>() : "";
}

question policy(std::string_view tenant, std::size_t second)
{
    const json document = {{"rules", {{{"name", "all"}, {"groups", "*"}, {"paths", "*"}}}},
                           {"paths", {{"web", {{"challenge", true}}}}}};
    return asked(tenant, CSEAL_OP_SET_POLICY, second, {{"policy", document}, {"actor", "root"}, {"reason", "journey"}});
}

answer done(cseal_engine* on, const question& what)
{
    answer got = call(on, what);
    if (got.status != CSEAL_OK) {
        throw std::runtime_error("operation " + std::to_string(what.op) + ": " + cseal_status_name(got.status) + " " +
                                 got.json);
    }
    return got;
}

}  // namespace

answer call(cseal_engine* on, const question& what)
{
    answer out;
    cseal_engine_answer* got = nullptr;
    out.status = cseal_engine_call(on, what.op, what.request.data(), what.request.size(),
                                   reinterpret_cast<const std::uint8_t*>(what.secret.data()), what.secret.size(), &got);
    if (got != nullptr) {
        std::size_t len = 0;
        static_cast<void>(cseal_engine_answer_json(got, nullptr, 0, &len));
        out.json.resize(len);
        static_cast<void>(cseal_engine_answer_json(got, out.json.data(), out.json.size(), &len));
        static_cast<void>(cseal_engine_answer_secret(got, nullptr, 0, &len));
        out.secret.resize(len);
        static_cast<void>(cseal_engine_answer_secret(got, reinterpret_cast<std::uint8_t*>(out.secret.data()),
                                                     out.secret.size(), &len));
    }
    cseal_engine_answer_free(got);
    return out;
}

keepsakes keepsakes::prepare(cseal_engine* on, std::string_view tenant)
{
    keepsakes made;
    done(on, policy(tenant, 0));
    const answer set =
        done(on, asked(tenant, CSEAL_OP_RECOVERY_CODES, 0, {{"subject", "alice"}, {"session", session}}));
    made.set = member(set, "factor_id");
    made.code = set.secret.substr(0, set.secret.find('\n'));
    made.phone = member(
        done(on, asked(tenant, CSEAL_OP_IMPORT_FACTOR, 0,
                       {{"subject", "alice"}, {"type", "totp"}, {"last_step", nullptr}, {"provenance", "journey"}},
                       std::string(key))),
        "factor_id");
    return made;
}

void keepsakes::write(const std::string& path) const
{
    std::ofstream(path) << phone << '\n' << set << '\n' << code << '\n';
}

keepsakes keepsakes::read(const std::string& path)
{
    keepsakes out;
    std::ifstream file(path);
    if (!(file >> out.phone >> out.set >> out.code)) {
        throw std::runtime_error("no journey was prepared at " + path);
    }
    return out;
}

question journey::ask(std::size_t step) const
{
    const std::size_t second = step + 1;
    switch (step) {
        case 0: return policy(tenant_, second);
        case 1:
            return asked(tenant_, CSEAL_OP_ENROLL_TOTP, second,
                         {{"subject", "bob"}, {"session", session}, {"idempotency_key", "the phone of bob"}});
        case 2:
            return asked(tenant_, CSEAL_OP_CONFIRM, second, {{"subject", "bob"}, {"factor_id", bobs_}},
                         key_of_bob_.empty() ? "000000" : code_of(counterseal::secret::from_base32(key_of_bob_)));
        case 3:
            return asked(tenant_, CSEAL_OP_EVALUATE, second,
                         {{"subject", "alice"}, {"session", session}, {"path", "web"}});
        case 4:
            return asked(tenant_, CSEAL_OP_VERIFY_CHALLENGE, second,
                         {{"subject", "alice"}, {"session", session}, {"challenge_id", challenge_}}, code_of_alice());
        case 5:
        case 6: {
            // Ten thousand more, modulo a million: of none of the steps around it, as tests/fault/README.md says.
            std::string wrong = code_of_alice();
            wrong[1] = static_cast<char>('0' + (wrong[1] - '0' + 5) % 10);
            return response(second, kept_.phone, wrong);
        }
        case 7: return response(second, kept_.set, kept_.code);
        case 8:
            return asked(tenant_, CSEAL_OP_REVOKE, second,
                         {{"subject", "bob"}, {"factor_id", bobs_}, {"actor", "root"}, {"reason", "journey"}});
        default: return asked(tenant_, CSEAL_OP_CHECKPOINT, second, json::object());
    }
}

void journey::learn(std::size_t step, const answer& got)
{
    if (step == 1 && got.status == CSEAL_OK) {
        bobs_ = member(got, "factor_id");
        constexpr std::string_view name = "secret=";
        const std::size_t at = got.secret.find(name);
        const std::string rest = at == std::string::npos ? "" : got.secret.substr(at + name.size());
        key_of_bob_ = rest.substr(0, rest.find('&'));
    }
    if (step == 3 && got.status == CSEAL_CHALLENGE) {
        challenge_ = member(got, "challenge_id");
    }
}

question journey::response(std::size_t second, const std::string& factor, std::string code) const
{
    return asked(tenant_, CSEAL_OP_VERIFY_FACTOR, second,
                 {{"subject", "alice"}, {"factor_id", factor}, {"purpose", "journey"}}, std::move(code));
}

question journey::login_code_again() const
{
    return response(names.size() + 1, kept_.phone, code_of_alice());
}

question journey::recovery_code_again() const
{
    return response(names.size() + 1, kept_.set, kept_.code);
}

question events()
{
    return asked("maple", CSEAL_OP_EVENTS, journey::names.size() + 1, {{"limit", 1000}});
}

question state(std::string_view checkpoints)
{
    json request = json::object();
    if (!checkpoints.empty()) {
        request["checkpoints"] = json::parse(checkpoints);
    }
    return asked("maple", CSEAL_OP_VERIFY_STATE, journey::names.size() + 1, request);
}

std::string types_of(const answer& got)
{
    std::string all;
    const json page = json::parse(got.json, nullptr, false);
    for (const json& one : page.value("events", json::array())) {
        all += (all.empty() ? "" : " ") + one.value("type", "");
    }
    return all;
}

cseal_status open(const std::string& url, const std::string& ring, bool create, std::string_view checkpoints,
                  cseal_engine** engine)
{
    cseal_problem problem{};
    problem.struct_size = sizeof problem;
    cseal_key_ring* keys = nullptr;
    cseal_status status =
        cseal_key_ring_from_file(ring.data(), ring.size(), create ? CSEAL_KEY_RING_CREATE : 0U, &problem, &keys);
    if (status == CSEAL_OK) {
        cseal_engine_options options{};
        static_cast<void>(cseal_engine_options_init(&options, sizeof options));
        options.flags = create ? CSEAL_ENGINE_CREATE : 0U;
        if (const char* const patience = std::getenv("FAULT_PATIENCE_MS"); patience != nullptr) {
            options.patience_ms = static_cast<std::uint32_t>(std::strtoul(patience, nullptr, 10));
        }
        options.expected_checkpoints = checkpoints.data();
        options.expected_checkpoints_len = checkpoints.size();
        status = cseal_engine_open(url.data(), url.size(), keys, &options, &problem, engine);
    }
    cseal_key_ring_free(keys);
    if (status != CSEAL_OK && std::getenv("FAULT_TELLS") != nullptr) {
        std::fprintf(stderr, "open: %s: %s\n", cseal_status_name(status), problem.text);
    }
    return status;
}

cseal_engine* open_or_exit(const std::string& url, const std::string& ring, bool create, std::string_view checkpoints)
{
    cseal_engine* engine = nullptr;
    if (const cseal_status status = open(url, ring, create, checkpoints, &engine); status != CSEAL_OK) {
        std::fprintf(stderr, "the store cannot be opened: %s\n", cseal_status_name(status));
        std::exit(2);
    }
    return engine;
}

}  // namespace faults
