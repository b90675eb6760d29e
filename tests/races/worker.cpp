// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <utility>

namespace races {
namespace {

constexpr std::uint32_t digits = 8;

std::int64_t monotonic_ns() noexcept
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);  // the same for all processes of a machine
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

/// A grant by a name that is no secret: the history is a file that anybody may read.
std::string fingerprint(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    return text.empty() ? "" : std::to_string(hash);
}

std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

const char* name_of(std::uint32_t op)
{
    switch (op) {
        case CSEAL_OP_SET_POLICY: return "set_policy";
        case CSEAL_OP_ENROLL_TOTP: return "enroll_totp";
        case CSEAL_OP_CONFIRM: return "confirm";
        case CSEAL_OP_RECOVERY_CODES: return "recovery_codes";
        case CSEAL_OP_IMPORT_FACTOR: return "import_factor";
        case CSEAL_OP_EVALUATE: return "evaluate";
        case CSEAL_OP_VERIFY_CHALLENGE: return "verify_challenge";
        case CSEAL_OP_GRANT_VALID: return "grant_valid";
        case CSEAL_OP_VERIFY_FACTOR: return "verify_factor";
        case CSEAL_OP_VERIFY_BATCH: return "verify_batch";
        case CSEAL_OP_SUSPEND: return "suspend";
        case CSEAL_OP_RESUME: return "resume";
        case CSEAL_OP_REVOKE: return "revoke";
        case CSEAL_OP_UNLOCK: return "unlock";
        case CSEAL_OP_ADMIN_RESET: return "admin_reset";
        case CSEAL_OP_FAULT: return "fault";
        default: throw std::logic_error("an operation without a name");
    }
}

}  // namespace

board& make_board(unsigned n_workers)
{
    void* const place = ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) {
        throw std::runtime_error("no shared memory");
    }
    auto& made = *static_cast<board*>(place);  // zeroes, of which everything in it may consist
    pthread_barrierattr_t barrier;
    pthread_barrierattr_init(&barrier);
    pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&made.barrier, &barrier, n_workers);
    pthread_mutexattr_t mutex;
    pthread_mutexattr_init(&mutex);
    pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&made.mutex, &mutex);
    return made;
}

worker::worker(const settings& settings_of, board& shared_with, counterseal::engine& engine, int its_number)
    : with{settings_of},
      shared{shared_with},
      on{engine},
      number{its_number},
      random{settings_of.seed * 1000 + static_cast<std::uint64_t>(its_number + 1)},
      history{settings_of.folder + "/" + std::to_string(its_number) + ".jsonl", std::ios::app}
{
    if (!history) {
        throw std::runtime_error("the history cannot be written");
    }
}

json worker::call(std::uint32_t op, json request, std::string_view secret, json note)
{
    if (op != CSEAL_OP_FAULT) {
        request["tenant"] = "maple";
        request["now_us"] = now_us();
        note["now"] = request["now_us"];
    }
    const std::string text = request.dump();
    const std::int64_t begin = monotonic_ns();
    const counterseal::engine_answer got = on.call(op, text, bytes_of(secret));
    const std::int64_t end = monotonic_ns();
    given_.assign(got.bytes.bytes().begin(), got.bytes.bytes().end());
    note["op"] = name_of(op);
    note["w"] = number;
    note["b"] = begin;
    note["e"] = end;
    note["status"] = cseal_status_name(got.status);
    for (const char* const name : {"subject", "factor_id", "challenge_id", "replaces"}) {
        if (request.contains(name)) {
            note[name] = request[name];
        }
    }
    answered_ = json::parse(got.json);
    const json& answer = answered_;
    for (const auto& [name, as] : {std::pair{"step", "value"},
                                   {"next_counter", "value"},
                                   {"error", "error"},
                                   {"retry_after_s", "retry_after_s"},
                                   {"reason", "reason"}}) {
        if (answer.contains(name) && !answer[name].is_null()) {
            note[as] = answer[name];
        }
    }
    const auto made = [&](const char* name) { return answer.contains(name) && !answer[name].is_null(); };
    if (op != CSEAL_OP_VERIFY_CHALLENGE && (made("factor_id") || made("challenge_id"))) {
        note["made"] = answer[made("factor_id") ? "factor_id" : "challenge_id"];
    }
    if (op == CSEAL_OP_EVALUATE || op == CSEAL_OP_VERIFY_CHALLENGE) {
        note["grant"] = fingerprint(given_);
    }
    if (op != CSEAL_OP_VERIFY_CHALLENGE && op != CSEAL_OP_VERIFY_FACTOR && op != CSEAL_OP_CONFIRM &&
        op != CSEAL_OP_IMPORT_FACTOR && !secret.empty()) {
        note["shown"] = fingerprint(secret);
    }
    write(note);
    return note;
}

std::string subject_name(std::string_view kind, std::int64_t number)
{
    return std::string(kind) + "-" + std::to_string(number);
}

namespace {

known_factor import_factor(worker& by, const std::string& subject, json request)
{
    std::string key(20, '\0');
    std::ranges::generate(key, [&] { return static_cast<char>(by.random()); });
    request.update({{"subject", subject}, {"digits", digits}, {"provenance", "campaign"}});
    const json made = by.call(CSEAL_OP_IMPORT_FACTOR, std::move(request), key);
    known_factor out{};
    out.id.set(made.value("made", ""));
    out.secret.set(counterseal::secret(bytes_of(key)).base32());
    return out;
}

}  // namespace

known_factor import_totp(worker& by, const std::string& subject)
{
    return import_factor(by, subject, {{"type", "totp"}, {"last_step", nullptr}});
}

known_factor import_hotp(worker& by, const std::string& subject)
{
    return import_factor(by, subject, {{"type", "hotp"}, {"next_counter", 0}});
}

std::string code_of(const known_factor& of, std::int64_t step)
{
    const counterseal::otp_key key(counterseal::secret::from_base32(of.secret.get()));
    return key.totp(static_cast<std::uint64_t>(step * 30), {.digits = digits});
}

std::string wrong_code(worker& by, const known_factor& of, std::int64_t step)
{
    for (;;) {
        std::string guess = std::to_string(100'000'000 + by.below(100'000'000)).substr(1);
        bool is_near = false;
        for (std::int64_t near = step - 3; near <= step + 3; ++near) {
            is_near = is_near || code_of(of, near) == guess;
        }
        if (!is_near) {
            return guess;
        }
    }
}

bool is_shared_code(const known_factor& of, std::int64_t step)
{
    const std::string code = code_of(of, step);
    return code == code_of(of, step - 1) || code == code_of(of, step + 1);
}

void set_policy(worker& by)
{
    const json policy = {{"rules", {{{"name", "all"}, {"groups", "*"}, {"paths", "*"}}}},
                         {"paths", {{"web", {{"challenge", true}}}}}};
    by.call(CSEAL_OP_SET_POLICY, {{"policy", policy}, {"actor", "campaign"}, {"reason", "races"}});
}

namespace {

/// What a response is meant to be, for the history; and its text.
std::string respond(worker& by, const known_factor& of, std::int64_t step, json& note)
{
    note["meant"] = of.id.get();
    note["step"] = step;
    return step < 0 ? wrong_code(by, of, by.step()) : code_of(of, step);
}

}  // namespace

json verify_factor(worker& by, const std::string& subject, const known_factor& of, std::int64_t step, json note)
{
    const std::string code = respond(by, of, step, note);
    return by.call(CSEAL_OP_VERIFY_FACTOR, {{"subject", subject}, {"factor_id", of.id.get()}, {"purpose", "campaign"}},
                   code, std::move(note));
}

void verify_first_counter(worker& by, const std::string& subject, const known_factor& of, json note)
{
    const counterseal::otp_key key(counterseal::secret::from_base32(of.secret.get()));
    note["meant"] = of.id.get();
    note["step"] = 1;
    by.call(CSEAL_OP_VERIFY_FACTOR, {{"subject", subject}, {"factor_id", of.id.get()}, {"purpose", "campaign"}},
            key.hotp(0, {.digits = digits}), std::move(note));
}

void verify_batch(worker& by, const std::vector<batch_item>& items)
{
    json asked = json::array();
    std::vector<json> notes;
    std::string codes;
    for (const batch_item& one : items) {
        json note = one.note;
        codes += respond(by, one.of, one.step, note) + '\n';
        asked.push_back({{"subject", one.subject}, {"factor_id", one.of.id.get()}});
        note.update(asked.back());
        notes.push_back(std::move(note));
    }
    const json whole = by.call(CSEAL_OP_VERIFY_BATCH, {{"items", asked}, {"purpose", "campaign"}}, codes);
    const json answer = by.answered();
    for (std::size_t i = 0; i < notes.size(); ++i) {
        json& note = notes[i];
        for (const char* const name : {"w", "b", "e", "now", "status"}) {
            note[name] = whole[name];
        }
        note["op"] = "verify_factor";
        if (answer.contains("statuses")) {
            const int status = answer["statuses"][i];
            note["status"] = cseal_status_name(status);
            if (status == CSEAL_OK) {
                note["value"] = answer["values"][i];
            }
        }
        by.write(note);
    }
}

std::string evaluate(worker& by, const std::string& subject, std::string_view grant)
{
    const json made = by.call(CSEAL_OP_EVALUATE, {{"subject", subject}, {"session", session}, {"path", "web"}}, grant);
    return made.value("made", "");
}

json answer_challenge(worker& by, const std::string& subject, const std::string& challenge, const known_factor& of,
                      std::int64_t step, json note)
{
    const std::string code = respond(by, of, step, note);
    return by.call(
        CSEAL_OP_VERIFY_CHALLENGE,
        {{"subject", subject}, {"session", session}, {"challenge_id", challenge}, {"factor_id", of.id.get()}}, code,
        std::move(note));
}

void show_grant(worker& by, const std::string& subject, std::string_view grant)
{
    by.call(CSEAL_OP_GRANT_VALID, {{"subject", subject}, {"session", session}}, grant);
}

known_factor enroll(worker& by, const std::string& subject, std::string_view grant, const json& extra)
{
    json request = {{"subject", subject}, {"session", session}, {"digits", digits}};
    request.update(extra);
    const json made = by.call(CSEAL_OP_ENROLL_TOTP, request, grant);
    known_factor out{};
    constexpr std::string_view member = "secret=";
    const std::size_t at = by.given().find(member);
    if (made["status"] == "OK" && at != std::string::npos) {
        out.id.set(made.value("made", ""));
        const std::string rest = by.given().substr(at + member.size());
        out.secret.set(rest.substr(0, rest.find('&')));
    }
    return out;
}

json confirm(worker& by, const std::string& subject, const known_factor& of, std::int64_t step)
{
    json note = json::object();
    const std::string code = respond(by, of, step, note);
    return by.call(CSEAL_OP_CONFIRM, {{"subject", subject}, {"factor_id", of.id.get()}}, code, std::move(note));
}

void administer(worker& by, std::uint32_t op, const std::string& subject, const known_factor* of)
{
    json request = {{"subject", subject}, {"actor", "campaign"}, {"reason", "races"}};
    if (of != nullptr) {
        request["factor_id"] = of->id.get();
    }
    by.call(op, request);
}

bool make_recovery_codes(worker& by, const std::string& subject, known_subject& at, std::string_view grant)
{
    const json made = by.call(CSEAL_OP_RECOVERY_CODES, {{"subject", subject}, {"session", session}}, grant);
    if (made["status"] != "OK") {
        return false;
    }
    const board_lock held(by.shared);
    at.code_set.set(made.value("made", ""));
    std::string_view rest = by.given();
    for (auto& one : at.codes) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        one.set(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return true;
}

void verify_recovery_code(worker& by, const std::string& subject, const known_subject& at, std::size_t which, json note)
{
    note["meant"] = at.code_set.get();
    note["code"] = which;
    by.call(CSEAL_OP_VERIFY_FACTOR, {{"subject", subject}, {"factor_id", at.code_set.get()}, {"purpose", "campaign"}},
            at.codes[which].get(), std::move(note));
}

}  // namespace races
