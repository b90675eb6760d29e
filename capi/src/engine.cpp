// SPDX-License-Identifier: Apache-2.0
#include "counterseal/engine.h"

#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "capi/src/engine_handle.hpp"
#include "capi/src/key_ring.hpp"
#include "core/engine/open_store.hpp"
#include "core/engine/schema_sql.hpp"
#include "core/enroll/utf8.hpp"
#include "core/machine/machine.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

namespace {

constexpr std::size_t options_first_size = 48;  // sizeof in release 0.1; a constant of the ABI

constexpr cseal_engine_options defaults{
    sizeof(cseal_engine_options), 0, CSEAL_SCHEMA_CHECK, CSEAL_FORK_REOPEN, 4, 5000, 8, 0, nullptr, 0};

static_assert(sizeof(cseal_engine_options) == options_first_size);

/// What is wrong with options that were read, as a sentence.
core::problem check(const cseal_engine_options& options)
{
    if ((options.flags & ~(CSEAL_ENGINE_CREATE | CSEAL_ENGINE_LOG_P256)) != 0 ||
        options.schema > CSEAL_SCHEMA_MIGRATE || options.on_fork > CSEAL_FORK_REFUSE || options.reserved != 0) {
        return {status::e_unsupported, "flags, schema and on_fork must be known, and reserved 0"};
    }
    if (options.n_sessions < 1 || options.n_sessions > 256) {
        return {status::e_range, "n_sessions must be 1 to 256"};
    }
    if (options.patience_ms < 10 || options.patience_ms > 600'000) {
        return {status::e_range, "patience_ms must be 10 to 600000"};
    }
    if (!capi::readable(options.expected_checkpoints, options.expected_checkpoints_len)) {
        return {status::e_argument, "expected_checkpoints must not be NULL with a length"};
    }
    if (options.n_threads < 1 || options.n_threads > 64) {
        return {status::e_range, "n_threads must be 1 to 64"};
    }
    return {};
}

/// The notes that a host kept; of no text: none.
std::vector<std::string> expected(std::string_view text)
{
    if (text.empty()) {
        return {};
    }
    core::problem unused;  // whatever it is, it is no list of notes
    return capi::notes_of(core::read_json(text, unused).value_or(core::json()), [](const char* rule) {
        throw core::store_error(status::e_argument, std::string("expected_checkpoints ") + rule);
    });
}

cseal_engine* open(const std::string& url, const core::key_ring& keys, const cseal_engine_options& options)
{
    const bool is_memory = core::parse_store_url(url).kind == core::store_kind::memory;
    auto provider = core::crypto::open("");
    if (provider == nullptr) {
        throw core::store_error(status::e_crypto, "there is no cryptographic provider");
    }
    core::engine_options how;
    how.url = url;
    how.create = (options.flags & CSEAL_ENGINE_CREATE) != 0;
    how.log_signature =
        (options.flags & CSEAL_ENGINE_LOG_P256) != 0 ? core::signature_type::ecdsa_p256 : core::signature_type::ed25519;
    how.expected_checkpoints = expected(capi::text_of(options.expected_checkpoints, options.expected_checkpoints_len));
    how.schema = static_cast<core::schema_mode>(options.schema);
    how.on_fork = static_cast<core::fork_mode>(options.on_fork);
    how.n_sessions = options.n_sessions;
    how.patience = std::chrono::milliseconds(options.patience_ms);
    auto opened = std::make_unique<core::engine>(std::move(how), keys, std::move(provider));
    return new cseal_engine{{std::move(opened), options, is_memory}};
}

/// Calls body(url) where it can be one, and tells what the store says.
template <class Body>
status at_url(const char* url, std::size_t url_len, cseal_problem* problem, Body&& body)
{
    const std::string where(url, url_len);
    if (where.find('\0') != std::string::npos || !core::is_utf8(where)) {
        return capi::tell({status::e_argument, "url must be UTF-8 without a NUL"}, problem);
    }
    try {
        return body(where);
    } catch (const core::store_error& e) {
        return capi::tell({e.code(), e.what()}, problem);
    } catch (const core::crypto_failure& e) {
        return capi::tell({status::e_crypto, e.what()}, problem);
    }
}

/// Calls body(queue) unless there is no engine, or it may not be used in this process.
template <std::size_t Depth = capi::parser_depth, class Body>
cseal_status with_queue(cseal_engine* engine, Body&& body) noexcept
{
    return guarded<Depth>([&] {
        if (engine == nullptr) {
            return status::e_argument;
        }
        capi::engine_queue* const queue = engine->it.queue();
        return queue == nullptr ? status::e_forked : body(*queue);
    });
}

bool is_call(const char* request, std::size_t request_len, const uint8_t* secret, std::size_t secret_len) noexcept
{
    return capi::readable(request, request_len) && capi::readable(secret, secret_len);
}

}  // namespace

namespace counterseal::capi {

opened_engine::opened_engine(std::unique_ptr<core::engine> opened, const cseal_engine_options& options, bool is_memory)
    : options_{options}, is_memory_{is_memory}, engine_{std::move(opened)}, process_{make_process().release()}
{
}

opened_engine::~opened_engine()
{
    // Another process's has threads that do not exist here and locks that nobody will ever leave.
    if (process* const last = process_.load(); last->queue.owner() == getpid()) {
        delete last;
    }
}

std::unique_ptr<opened_engine::process> opened_engine::make_process()
{
    const auto runner = [this](std::uint32_t op, std::string_view request, core::bytes_view secret,
                               engine_queue::asked_at when) { return run(op, request, secret, when); };
    return std::unique_ptr<process>(new process{{}, {options_.n_threads, runner}});
}

engine_queue* opened_engine::queue()
{
    process* now = process_.load();
    if (now->queue.owner() == getpid()) {
        return &now->queue;
    }
    if (options_.on_fork == CSEAL_FORK_REFUSE) {
        return nullptr;
    }
    std::unique_ptr<process> mine = make_process();
    if (is_closed_.load()) {
        mine->queue.close();
    }
    // The parent's is left alone for good; of threads that come here together, one is first.
    if (process_.compare_exchange_strong(now, mine.get())) {
        now = mine.release();
    }
    return &now->queue;
}

engine_answer opened_engine::run(std::uint32_t op, std::string_view request, core::bytes_view secret,
                                 engine_queue::asked_at when)
{
    process& mine = *process_.load();
    return run_operation({*engine_, mine.policies, counts_, mine.queue, is_memory_}, op, request, secret, when);
}

void opened_engine::close()
{
    engine_queue* const mine = queue();
    if (mine != nullptr) {
        is_closed_.store(true);
        mine->close([this] { engine_.reset(); });
    }
}

}  // namespace counterseal::capi

cseal_status cseal_engine_options_init(cseal_engine_options* options, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<options_first_size>(options, struct_size, defaults); });
}

cseal_status cseal_engine_open(const char* url, size_t url_len, const cseal_key_ring* keys,
                               const cseal_engine_options* options, cseal_problem* problem, cseal_engine** engine)
{
    return guarded<capi::parser_depth>([&] {
        if (engine != nullptr) {
            *engine = nullptr;
        }
        if (!capi::start_problem(problem) || url == nullptr || url_len == 0 || keys == nullptr || engine == nullptr) {
            return status::e_argument;
        }
        cseal_engine_options all = defaults;
        if (const status s = capi::read_options<options_first_size>(options, all); s != status::ok) {
            return capi::tell({s, "options must come from cseal_engine_options_init"}, problem);
        }
        if (const core::problem fault = check(all); fault.code != status::ok) {
            return capi::tell(fault, problem);
        }
        return at_url(url, url_len, problem, [&](const std::string& where) {
            *engine = open(where, keys->keys, all);
            return status::ok;
        });
    });
}

cseal_status cseal_engine_schema_sql(const char* url, size_t url_len, cseal_problem* problem, char* sql, size_t sql_cap,
                                     size_t* sql_len)
{
    return guarded<capi::parser_depth>([&] {
        capi::output<char> out(sql, sql_cap, sql_len);
        if (!capi::start_problem(problem) || url == nullptr || url_len == 0 || !out.usable()) {
            return status::e_argument;
        }
        return at_url(url, url_len, problem, [&](const std::string& where) {
            const std::chrono::milliseconds patience(defaults.patience_ms);
            return out.write(core::schema_sql(where, core::this_machine().now() + patience));
        });
    });
}

cseal_status cseal_engine_reload_keys(cseal_engine* engine, const cseal_key_ring* keys, cseal_problem* problem)
{
    return with_queue(engine, [&](capi::engine_queue& queue) {
        if (!capi::start_problem(problem) || keys == nullptr) {
            return status::e_argument;
        }
        if (!queue.enter()) {
            return capi::tell({status::e_closed, "the engine is closed"}, problem);
        }
        const capi::engine_visit visit(queue);
        try {
            engine->it.reload_keys(keys->keys);
            return status::ok;
        } catch (const core::store_error& e) {
            return capi::tell({e.code(), e.what()}, problem);
        }
    });
}

cseal_status cseal_engine_close(cseal_engine* engine)
{
    return guarded<capi::parser_depth>([&] {
        if (engine != nullptr) {
            engine->it.close();
        }
        return status::ok;
    });
}

void cseal_engine_free(cseal_engine* engine)
{
    static_cast<void>(cseal_engine_close(engine));
    delete engine;
}

cseal_status cseal_engine_call(cseal_engine* engine, uint32_t op, const char* request, size_t request_len,
                               const uint8_t* secret, size_t secret_len, cseal_engine_answer** answer)
{
    if (answer != nullptr) {
        *answer = nullptr;
    }
    return with_queue(engine, [&](capi::engine_queue& queue) {
        if (!is_call(request, request_len, secret, secret_len) || answer == nullptr) {
            return status::e_argument;
        }
        auto made = std::make_unique<cseal_engine_answer>();
        if (!queue.enter()) {
            return status::e_closed;
        }
        const capi::engine_visit visit(queue);
        *made = engine->it.run(op, capi::text_of(request, request_len), capi::bytes_of(secret, secret_len));
        const status code = made->code;
        *answer = made.release();
        return code;
    });
}

cseal_status cseal_engine_answer_json(const cseal_engine_answer* answer, char* json, size_t json_cap, size_t* json_len)
{
    return guarded<capi::no_secrets>([&] {
        capi::output<char> out(json, json_cap, json_len);
        return answer == nullptr || !out.usable() ? status::e_argument : out.write(answer->json);
    });
}

cseal_status cseal_engine_answer_secret(const cseal_engine_answer* answer, uint8_t* secret, size_t secret_cap,
                                        size_t* secret_len)
{
    return guarded([&] {
        capi::output<uint8_t> out(secret, secret_cap, secret_len);
        return answer == nullptr || !out.usable() ? status::e_argument : out.write(answer->secret);
    });
}

void cseal_engine_answer_free(cseal_engine_answer* answer)
{
    delete answer;
}

cseal_status cseal_engine_submit(cseal_engine* engine, uint32_t op, const char* request, size_t request_len,
                                 const uint8_t* secret, size_t secret_len, uint64_t tag)
{
    return with_queue(engine, [&](capi::engine_queue& queue) {
        if (!is_call(request, request_len, secret, secret_len) || capi::find_operation(op) == nullptr) {
            return status::e_argument;
        }
        if (request_len > CSEAL_ENGINE_REQUEST_MAX || secret_len > CSEAL_ENGINE_REQUEST_MAX) {
            return status::e_range;
        }
        return queue.submit(op, capi::text_of(request, request_len), capi::bytes_of(secret, secret_len), tag);
    });
}

cseal_status cseal_engine_wait(cseal_engine* engine, uint32_t timeout_ms, uint64_t* tags, cseal_status* statuses,
                               size_t cap, size_t* n_done)
{
    if (n_done != nullptr) {
        *n_done = 0;
    }
    return with_queue<capi::no_secrets>(engine, [&](capi::engine_queue& queue) {
        if (tags == nullptr || statuses == nullptr || cap == 0 || n_done == nullptr) {
            return status::e_argument;
        }
        std::optional<std::chrono::milliseconds> timeout;
        if (timeout_ms != CSEAL_WAIT_FOREVER) {
            timeout.emplace(timeout_ms);
        }
        return queue.wait(timeout, tags, statuses, cap, *n_done);
    });
}

cseal_status cseal_engine_take(cseal_engine* engine, uint64_t tag, char* json, size_t json_cap, size_t* json_len,
                               uint8_t* secret, size_t secret_cap, size_t* secret_len)
{
    capi::output<char> text(json, json_cap, json_len);
    capi::output<uint8_t> bytes(secret, secret_cap, secret_len);
    return with_queue(engine, [&](capi::engine_queue& queue) {
        return text.usable() && bytes.usable() ? queue.take(tag, text, bytes) : status::e_argument;
    });
}

cseal_status cseal_engine_descriptor(cseal_engine* engine, int32_t* descriptor)
{
    if (descriptor != nullptr) {
        *descriptor = -1;
    }
    return with_queue<capi::no_secrets>(engine, [&](capi::engine_queue& queue) {
        return descriptor == nullptr ? status::e_argument : queue.descriptor(*descriptor);
    });
}
