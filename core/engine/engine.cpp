// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/engine/kept_checkpoints.hpp"
#include "core/engine/open_store.hpp"
#include "core/engine/random_id.hpp"
#include "core/engine/tables.hpp"

namespace counterseal::core {
namespace {

constexpr std::string_view canary_text = "counterseal";
constexpr statement select_canary = {"SELECT store, canary FROM installation WHERE id = 1"};
constexpr statement select_keys = {"SELECT store, canary, log_private, log_public FROM installation WHERE id = 1"};

std::vector<std::uint8_t> sealed_canary(const sealer& by, std::string_view store)
{
    std::vector<std::uint8_t> canary;
    need(by.seal(bytes_of(canary_text), {store, "canary"}, canary), "nothing can be sealed");
    return canary;
}

void check_canary(const sealer& by, std::string_view store, bytes_view canary)
{
    secure_bytes found;
    const status s = by.open(canary, {store, "canary"}, found);
    const std::vector<std::string_view> known = by.ids();
    if (const std::string_view id = sealer::key_of(canary);
        s == status::e_keys && std::ranges::find(known, id) == known.end()) {
        throw store_error(s, "the key ring is not the one that this store was made with, or lacks the key \"" +
                                 std::string(id) + "\", which the store still needs");
    }
    need(s == status::e_store_corrupt ? status::e_keys : s,
         "the key ring is not the one that this store was made with");
}

}  // namespace

engine::engine(engine_options options, const key_ring& keys, std::unique_ptr<const crypto> provider)
    : options_{std::move(options)},
      provider_{std::move(provider)},
      sealer_{std::make_unique<const sealer>(*provider_, keys)}
{
    opened_.store(open(true).release());
}

engine::~engine()
{
    opened* const last = opened_.load();
    if (last->owner == getpid()) {
        delete last;
    }  // else it is the parent's, and closing it would take the parent's locks away
}

std::unique_ptr<engine::opened> engine::open(bool is_first)
{
    const place where = parse_store_url(options_.url);
    std::unique_ptr<store> made = open_store(where, options_.create, until());
    if (where.kind == store_kind::memory) {
        made = make_faulty(std::move(made), faults_);
    }
    const auto session = made->connect(until());
    // A child finds what its parent made: its first call may be one that must not write.
    const bool may_migrate = is_first && (options_.schema == schema_mode::migrate ||
                                          (options_.create && schema_version(*session, until()) == 0));
    if (may_migrate || where.kind == store_kind::memory) {
        migrate(*session, until(), engine_tables());
    }
    check_schema(*session, until(), engine_tables());
    if (is_first) {
        begin_installation(*session);
    }
    const std::size_t n_sessions = where.kind == store_kind::postgres ? options_.n_sessions : 1;
    store& at = *made;
    return std::unique_ptr<opened>(new opened{getpid(), std::move(made), {at, n_sessions, options_.n_sessions}});
}

/// Whose store this is, and whether the keys are its keys.
void engine::begin_installation(store_session& in)
{
    rows out;
    in_transaction(in, until(), [&](transaction& t) {
        if (t.run(select_keys, {}, &out) == 0) {
            make_installation(t);
            t.run(select_keys, {}, &out);
        }
    });
    const auto by = sealer_.get();
    store_id_ = out.text(0, 0);
    check_canary(*by, store_id_, out.bytes(0, 1));
    log_.emplace(*provider_, store_id_,
                 event_log::open_key(*provider_, *by, store_id_, out.bytes(0, 2), out.bytes(0, 3)));
    in_transaction(in, until(), [&](transaction& t) { check_expected(t, *log_, options_.expected_checkpoints); });
}

void engine::make_installation(transaction& in)
{
    static constexpr statement insert = {
        "INSERT INTO installation (id, store, canary, log_public, log_private, clock_us) VALUES (1, $1, $2, $3, $4, 0) "
        "ON CONFLICT (id) DO NOTHING"};
    const std::string name = random_id(*provider_);
    const auto by = sealer_.get();
    const std::vector<std::uint8_t> canary = sealed_canary(*by, name);
    const event_log log(*provider_, name, private_key::generate(*provider_, options_.log_signature));
    const std::vector<std::uint8_t> log_public = log.key().spki();
    const std::vector<std::uint8_t> log_private = log.sealed_key(*by);
    in.run(insert, {std::string_view(name), bytes_view(canary), bytes_view(log_public), bytes_view(log_private)});
}

void engine::reload_keys(const key_ring& keys)
{
    auto next = std::make_unique<const sealer>(*provider_, keys);
    const std::vector<std::uint8_t> canary = stored_canary();
    check_canary(*next, store_id_, canary);
    for (;;) {
        const auto before = sealer_.get();
        need(next->may_follow(*before),
             "the key ring lacks the key that seals now, or has another key by a name that is known");
        if (sealer_.replace(*before, next)) {
            return;
        }
    }
}

bool engine::reseal_canary(const row_seal& with, told_time clock)
{
    static constexpr statement update = {
        "UPDATE installation SET canary = $1, log_private = $3 WHERE id = 1 AND canary = $2"};
    const std::vector<std::uint8_t> old = stored_canary();
    check_canary(with.by, with.store, old);
    if (sealer::key_of(old) == with.by.active()) {
        return false;
    }
    const std::vector<std::uint8_t> made = sealed_canary(with.by, with.store);
    const std::vector<std::uint8_t> log_key = with.log.sealed_key(with.by);
    return write(clock, [&](transaction& t) {
        return t.run(update, {bytes_view(made), bytes_view(old), bytes_view(log_key)}) == 1;
    });
}

std::string engine::key_of_canary()
{
    return std::string(sealer::key_of(stored_canary()));
}

std::vector<std::uint8_t> engine::stored_canary()
{
    return read(clock_source::host, [](transaction& t) {
        rows out;
        need(t.run(select_canary, {}, &out) == 1 ? status::ok : status::e_schema,
             "the store was never opened by an engine");
        return out.bytes(0, 1);
    });
}

engine::opened& engine::current()
{
    opened* now = opened_.load();
    if (now->owner != getpid()) {
        if (options_.on_fork == fork_mode::refuse) {
            throw store_error(status::e_forked, "the engine was opened before a fork");
        }
        // What the parent opened is left alone for good; of threads that come here together, one is first.
        std::unique_ptr<opened> mine = open(false);
        if (opened_.compare_exchange_strong(now, mine.get())) {
            now = mine.release();
        }
    }
    return *now;
}

}  // namespace counterseal::core
