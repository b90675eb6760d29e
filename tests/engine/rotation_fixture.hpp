// SPDX-License-Identifier: Apache-2.0
// A populated engine whose keys change, on each store.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/challenge.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/event.hpp"
#include "core/engine/policy.hpp"
#include "core/engine/recovery.hpp"
#include "core/engine/reseal.hpp"
#include "factor_fixture.hpp"

namespace counterseal::core {

class rotation_on : public stores {
protected:
    void SetUp() override
    {
        stores::SetUp();
        engine_ = opened(ring({"old"}, "old"));
    }

    /// Keys by name: the same name is the same key.
    static key_ring ring(const std::vector<const char*>& ids, const char* active)
    {
        std::map<std::string, bytes_view> keys;
        std::vector<std::vector<std::uint8_t>> all(ids.size(), std::vector<std::uint8_t>(32, 5));
        for (std::size_t i = 0; i < ids.size(); ++i) {
            std::copy_n(ids[i], std::char_traits<char>::length(ids[i]), all[i].begin());
            keys.emplace(ids[i], all[i]);
        }
        return key_ring::from_keys(keys, active);
    }
    static key_ring both(const char* active) { return ring({"old", "new"}, active); }

    std::unique_ptr<engine> opened(const key_ring& keys)
    {
        const text kind = GetParam();
        engine_options options;
        options.url = kind == "memory"     ? "memory:"
                      : kind == "postgres" ? postgres_url()
                                           : "sqlite:///" + folder_.file("store.db");
        options.schema = schema_mode::migrate;
        options.patience = std::chrono::seconds(30);
        options.limits.subject_failures = 1'000'000;
        return std::make_unique<engine>(std::move(options), keys, crypto::open(""));
    }

    template <class Work>
    auto write(Work&& work)
    {
        return engine_->write(clock_source::host, std::forward<Work>(work));
    }
    template <class Work>
    auto read(Work&& work)
    {
        return engine_->read(clock_source::host, std::forward<Work>(work));
    }

    void add_factor(const factor_key& key, const std::function<void(factor&)>& change = [](factor&) {})
    {
        factor made;
        made.key = key;
        made.state = factor_state::active;
        made.confirmed_us = start_us;
        change(made);
        const row_seal with = engine_->seal();
        seal_secret(with, made, bytes_of(secret));
        write([&](transaction& t) {
            static_cast<void>(lock_subject(t, with, key.tenant, key.subject, start_us));
            insert_factor(t, with, made);
        });
    }
    /// Ten codes of maple's `subject`.
    recovery_set add_set(text subject)
    {
        recovery_set set = make_recovery_set(engine_->provider(), 1);
        write([&](transaction& t) { store_recovery_set(t, engine_->seal(), "maple", subject, set, start_us); });
        return set;
    }
    std::string add_challenge(text subject, std::int64_t time_us)
    {
        const row_seal with = engine_->seal();
        return write([&](transaction& t) {
            const struct subject owner = lock_subject(t, with, "maple", subject, start_us);
            return issue_challenge(t, with, engine_->provider(), owner, bytes_of("a session of sixteen bytes"),
                                   {"web", "login", {}, ""}, time_us);
        });
    }
    void set_policy_of(text tenant)
    {
        problem why;
        const auto document = parse_policy(
            engine_->provider(),
            R"({"rules": [{"name": "all", "groups": "*", "paths": "*"}], "paths": {"web": {"challenge": true}}})", why);
        ASSERT_TRUE(document.has_value()) << why.text;
        write([&](transaction& t) {
            static_cast<void>(set_policy(t, engine_->seal(), tenant, *document, "tests", "a reason", start_us));
        });
    }
    /// Rows of every kind, in two tenants.
    void populate()
    {
        for (const char* const tenant : {"maple", "oak"}) {
            set_policy_of(tenant);
            set_policy_of(tenant);
            for (int i = 0; i < 5; ++i) {
                add_factor({tenant, "subject-" + std::to_string(i), "phone"});
            }
        }
        add_factor({"maple", "subject-1", "token"});
        write([&](transaction& t) {
            factor one = *load_factor(t, engine_->seal(), {"maple", "subject-1", "token"});
            one.state = factor_state::revoked;
            one.secret.clear();
            update_factor(t, engine_->seal(), one);
        });
    }

    /// How many rows of both tenants a ring cannot open; the canary is one.
    int unopened(const key_ring& keys)
    {
        const std::string store = std::string(engine_->seal().store);
        const sealer by(engine_->provider(), keys);
        const row_seal with{by, store, engine_->seal().log};
        int n = 0;
        const auto tries = [&](auto&& work) {
            read([&](transaction& t) { n += error_of([&] { work(t); }) == status::ok ? 0 : 1; });
        };
        for (const char* const tenant : {"maple", "oak"}) {
            tries([&](transaction& t) { static_cast<void>(policy_at(t, with, tenant, start_us)); });
            tries([&](transaction& t) { static_cast<void>(policy_at(t, with, tenant)); });
            for (int i = 0; i < 5; ++i) {
                const std::string name = "subject-" + std::to_string(i);
                tries([&](transaction& t) { EXPECT_TRUE(load_subject(t, with, tenant, name)); });
                tries([&](transaction& t) {
                    for (const factor& one : load_factors(t, with, tenant, name)) {
                        if (!one.secret.empty() && one.type != factor_type::recovery) {
                            const secure_bytes key = open_secret(with, one);
                            EXPECT_EQ(std::string(key.begin(), key.end()), secret);
                        }
                    }
                });
            }
        }
        const std::vector<std::string_view> ids = keys.ids();
        return n + (std::ranges::find(ids, engine_->key_of_canary()) == ids.end() ? 1 : 0);
    }

    factor_verdict answer(const factor_key& key, text code, std::int64_t time_us)
    {
        const row_seal with = engine_->seal();
        const auto salts = read([&](transaction& t) { return load_recovery_salts(t, with, key.tenant, key.subject); });
        const response typed = prepare_response(engine_->provider(), salts, code);
        return write([&](transaction& t) {
            return verify_response(t, with, engine_->limits(), key.tenant, key.subject, {&key.factor, 1}, typed,
                                   time_us);
        });
    }

    /// Steps up to the end; what all of them did, together.
    static reseal_progress reseal(engine& on, std::int64_t limit, std::int64_t time_us = start_us)
    {
        reseal_progress all;
        do {
            reseal_progress one = reseal_step(on, on.seal(), all.next, limit, time_us, clock_source::host);
            all.next = std::move(one.next);
            all.n_resealed += one.n_resealed;
            all.n_damaged += one.n_damaged;
            for (const auto& [part, n] : one.left) {
                all.left[part] += n;
            }
        } while (!all.next.empty());
        return all;
    }
    key_counts counts(std::int64_t limit = 3, std::int64_t time_us = start_us)
    {
        key_count_page page;
        key_counts all;
        do {
            page = count_keys(*engine_, engine_->seal(), page.next, limit, time_us, clock_source::host);
            for (const auto& [part, n] : page.counts) {
                all[part] += n;
            }
        } while (!page.next.empty());
        return all;
    }
    /// The types of a tenant's events about keys, a blank behind each.
    std::string key_events(text tenant)
    {
        return read([&](transaction& t) {
            std::string all;
            for (std::int64_t after = 0, n = 1000; n == 1000;) {
                const std::vector<event> page = list_events(t, tenant, std::nullopt, after, 1000);
                for (const event& one : page) {
                    all += one.type.starts_with("keys.") ? one.type + " " : "";
                    after = one.seq;
                }
                n = std::ssize(page);
            }
            return all;
        });
    }
    void change(const char* sql)
    {
        const std::string what(sql);
        write([&](transaction& t) { t.session().execute(what); });
    }

    std::unique_ptr<engine> engine_;
};

}  // namespace counterseal::core
