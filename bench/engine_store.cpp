// SPDX-License-Identifier: Apache-2.0
#include "bench/engine_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace counterseal::bench {
namespace {

/// No row compares a larger store with a bare one.
constexpr std::size_t most_with_copy = 100'000;

/// 16 bytes of a host's session.
constexpr const char* session = "AAECAwQFBgcICQoLDA0ODw";

std::string string_member(const char* name, const std::string& value)
{
    return std::string(",\"") + name + "\":\"" + value + "\"";
}

std::string head(std::int64_t now_us)
{
    return R"({"now_us":)" + std::to_string(now_us) + string_member("tenant", tenant);
}

std::string login(std::size_t person, std::int64_t now_us)
{
    return head(now_us) + string_member("subject", subject_of(person)) + string_member("session", session) +
           R"(,"path":"web","groups":["staff"],"first_factor":{"method":"password"}})";
}

engine_answer done(engine& on, std::uint32_t op, const call& what, cseal_status wanted)
{
    engine_answer got =
        on.call(op, what.request, {reinterpret_cast<const std::uint8_t*>(what.secret.data()), what.secret.size()});
    if (got.status != wanted) {
        throw std::runtime_error("not the answer that was wanted: " + got.json);
    }
    return got;
}

/// The text of a member of an answer.
std::string text_in(const std::string& json, const std::string& name)
{
    const std::string before = "\"" + name + "\":\"";
    const std::size_t at = json.find(before);
    return at == std::string::npos
               ? std::string()
               : json.substr(at + before.size(), json.find('"', at + before.size()) - at - before.size());
}

}  // namespace

engine_store::engine_store(const std::string& kind, std::size_t n) : people_{n}, bare_people_{n}
{
    const std::string name = new_name();
    if (kind == "sqlite") {
        url_ = file_.emplace(name).url();
        bare_place_ = bare_file_.emplace(name + "_bare").path();
        fill(url_, n);
        if (n <= most_with_copy) {
            std::filesystem::copy_file(file_->path(), bare_place_);
        }
    } else {
        const char* const server = std::getenv("COUNTERSEAL_TEST_POSTGRES");
        if (server == nullptr) {
            throw cannot_run("not run: no PostgreSQL server");
        }
        url_ = copy_postgres(server, "", name);
        fill(url_, n);
        bare_place_ = copy_postgres(server, name, name + "_bare");
        for (const std::string& url : {url_, bare_place_}) {
            run_postgres(url, "VACUUM ANALYZE");
        }
    }
    engine_ = open();
    done(*engine_, CSEAL_OP_SET_POLICY,
         {head(enrolled_us) + R"(,"actor":"bench","reason":"bench","policy":{"rules":[{"name":"all","groups":"*",)"
                              R"("paths":"*"}],"paths":{"web":{"challenge":true}}}})",
          {}},
         CSEAL_OK);
}

bare_store& engine_store::bare()
{
    if (bare_ == nullptr) {
        bare_ = !file_ ? open_bare_postgres(bare_place_) : open_bare_sqlite(bare_place_);
    }
    return *bare_;
}

std::unique_ptr<engine> engine_store::open() const
{
    const key_ring ring(ring_key(), ring_id);
    return std::make_unique<engine>(url_, ring);
}

std::vector<call> engine_store::verifications(std::size_t k)
{
    const auto turn = people_.take(k);
    std::vector<call> all;
    for (std::size_t i = 0; i < k; ++i) {
        const std::size_t person = people_.person(turn.first + i);
        all.push_back({head(turn.now_us) + string_member("subject", subject_of(person)) +
                           string_member("factor_id", factor_of(person)) + R"(,"purpose":"bench"})",
                       code_of(person, turn.now_us)});
    }
    return all;
}

call engine_store::batch(std::size_t k)
{
    const auto turn = people_.take(k);
    call made{head(turn.now_us) + R"(,"purpose":"bench","items":[)", {}};
    for (std::size_t i = 0; i < k; ++i) {
        const std::size_t person = people_.person(turn.first + i);
        made.request += std::string(i == 0 ? "" : ",") + R"({"subject":")" + subject_of(person) + R"(","factor_id":")" +
                        factor_of(person) + R"("})";
        made.secret += code_of(person, turn.now_us) + "\n";
    }
    made.request += "]}";
    return made;
}

std::vector<bare_update> engine_store::updates(std::size_t k)
{
    const auto turn = bare_people_.take(k);
    std::vector<bare_update> all;
    for (std::size_t i = 0; i < k; ++i) {
        const std::size_t person = bare_people_.person(turn.first + i);
        all.push_back({subject_of(person), factor_of(person), turn.now_us / second_us / 30});
    }
    return all;
}

std::vector<call> engine_store::logins(std::size_t k)
{
    const auto turn = people_.take(k);
    std::vector<call> all;
    for (std::size_t i = 0; i < k; ++i) {
        all.push_back({login(people_.person(turn.first + i), turn.now_us), {}});
    }
    return all;
}

std::vector<call> engine_store::returns(std::size_t k, std::size_t n)
{
    const auto turn = people_.take(n);
    std::vector<call> first;
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t person = people_.person(turn.first + i);
        call made{login(person, turn.now_us), {}};
        const engine_answer asked = done(*engine_, CSEAL_OP_EVALUATE, made, CSEAL_CHALLENGE);
        const call answer{head(turn.now_us) + string_member("subject", subject_of(person)) +
                              string_member("session", session) +
                              string_member("challenge_id", text_in(asked.json, "challenge_id")) + "}",
                          code_of(person, turn.now_us)};
        const engine_answer let_in = done(*engine_, CSEAL_OP_VERIFY_CHALLENGE, answer, CSEAL_OK);
        const auto grant = let_in.bytes.bytes();
        made.secret.assign(grant.begin(), grant.end());
        first.push_back(std::move(made));
    }
    std::vector<call> all;
    for (std::size_t i = 0; i < k; ++i) {
        all.push_back(first[i % n]);
    }
    return all;
}

std::int64_t count_statuses(const engine_answer& of, int code)
{
    const std::string before = "\"statuses\":[";
    std::size_t at = of.json.find(before);
    if (of.status != CSEAL_BATCH_DONE || at == std::string::npos) {
        return -1;
    }
    std::int64_t n = 0;
    at += before.size();
    while (of.json[at] != ']') {
        std::size_t len = 0;
        n += std::stoi(of.json.substr(at, 8), &len) == code ? 1 : 0;
        at += len + (of.json[at + len] == ',' ? 1 : 0);
    }
    return n;
}

}  // namespace counterseal::bench
