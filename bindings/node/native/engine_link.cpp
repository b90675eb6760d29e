// SPDX-License-Identifier: Apache-2.0
#include "engine_link.hpp"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

namespace counterseal::node {
namespace {

constexpr std::uint64_t own_tag = 0;
constexpr std::size_t usual_len = 4096;

template <class Body>
std::thread thread_of(Body&& body)
{
    try {
        return std::thread(std::forward<Body>(body));
    } catch (const std::system_error&) {
        throw std::bad_alloc();
    }
}

}  // namespace

engine_link::~engine_link()
{
    stop();
}

void engine_link::open(opening how, napi_value settle)
{
    json_.resize(usual_len);
    secret_.resize(usual_len);
    owned_ = std::make_shared<owned_engine>();
    connect(settle);
    courier_ = thread_of([this, kept = std::move(how)] { carry(kept); });
    expect();
}

void engine_link::connect(napi_value settle)
{
    napi_value shown = nullptr;
    const auto call = [](napi_env env, napi_value, void* self, void*) {
        if (env != nullptr) {  // else the environment is ending, and the link may be gone
            static_cast<engine_link*>(self)->settle_all();
        }
    };
    if (napi_create_reference(env_, settle, 0, &settle_) != napi_ok ||
        napi_create_string_latin1(env_, "counterseal", NAPI_AUTO_LENGTH, &shown) != napi_ok ||
        napi_create_threadsafe_function(env_, nullptr, nullptr, shown, 0, 1, nullptr, nullptr, this, call, &wake_) !=
            napi_ok) {
        wake_ = nullptr;
        throw std::bad_alloc();
    }
    napi_unref_threadsafe_function(env_, wake_);
    // Behind the function's own hook in time, so before it when the environment ends: no thread calls what is gone.
    napi_add_env_cleanup_hook(env_, stop_with_environment, this);
}

cseal_status engine_link::submit(std::uint32_t op, std::string_view json, std::span<const std::uint8_t> secret,
                                 std::uint64_t tag) noexcept
{
    if (engine_ == nullptr) {
        return CSEAL_E_CLOSED;
    }
    const cseal_status answer =
        cseal_engine_submit(engine_, op, json.data(), json.size(), secret.data(), secret.size(), tag);
    if (answer == CSEAL_OK) {
        expect();
    }
    return answer;
}

void engine_link::close()
{
    closer_ = thread_of([this] { finish(); });
    expect();
}

void engine_link::carry(const opening& how) noexcept
{
    problem why;
    cseal_engine* made = nullptr;
    cseal_engine_options options = how.options;
    if (!how.expected.empty()) {
        options.expected_checkpoints = how.expected.data();
        options.expected_checkpoints_len = how.expected.size();
    }
    const cseal_status answer =
        cseal_engine_open(how.url.data(), how.url.size(), how.keys->get(), &options, &why, &made);
    {
        const std::lock_guard exclusive(lock_);
        opened_ = answer;
        why_ = why;
        owned_->handle = made;
        engine_ = made;
        news_.is_open = true;
        if (is_ending_) {
            return;
        }
    }
    wake_script();
    news done;
    while (made != nullptr && cseal_engine_wait(made, CSEAL_WAIT_FOREVER, done.tags.data(), done.statuses.data(), most,
                                                &done.n) == CSEAL_OK) {
        put(done);
    }
}

void engine_link::put(const news& done) noexcept
{
    {
        // What does not fit stays with the engine: this thread has a place for it and needs no memory.
        std::unique_lock mine(lock_);
        is_room_.wait(mine, [this] { return news_.n == 0 || is_ending_; });
        news_.tags = done.tags;
        news_.statuses = done.statuses;
        news_.n = done.n;
    }
    wake_script();
}

void engine_link::finish() noexcept
{
    cseal_engine_close(engine_);
    courier_.join();
    {
        const std::lock_guard exclusive(lock_);
        news_.is_closed = true;
    }
    wake_script();
}

void engine_link::expect() noexcept
{
    if (n_pending_++ == 0) {
        napi_ref_threadsafe_function(env_, wake_);
        napi_reference_ref(env_, settle_, nullptr);
    }
}

void engine_link::settle_all() noexcept
{
    news told;
    {
        const std::lock_guard exclusive(lock_);
        std::swap(told, news_);
    }
    is_room_.notify_one();
    napi_value settle = nullptr;
    if (settle_ == nullptr || napi_get_reference_value(env_, settle_, &settle) != napi_ok || settle == nullptr) {
        return;
    }
    n_pending_ -= told.n + (told.is_open ? 1U : 0U) + (told.is_closed ? 1U : 0U);
    if (n_pending_ == 0) {
        napi_unref_threadsafe_function(env_, wake_);
        napi_reference_unref(env_, settle_, nullptr);
    }
    if (told.is_open) {
        if (opened_ != CSEAL_OK) {
            disconnect();
        }
        settle_one(settle, own_tag, opened_, why_.text, {});
    }
    for (std::size_t i = 0; i < told.n; ++i) {
        settle_call(settle, told.tags[i], told.statuses[i]);
    }
    if (told.is_closed) {
        disconnect();
        settle_one(settle, own_tag, CSEAL_E_CLOSED, {}, {});
    }
}

void engine_link::settle_call(napi_value settle, std::uint64_t tag, cseal_status status) noexcept
{
    std::size_t json_len = 0;
    std::size_t secret_len = 0;
    const auto take = [&] {
        return cseal_engine_take(engine_, tag, json_.data(), json_.size(), &json_len, secret_.data(), secret_.size(),
                                 &secret_len);
    };
    cseal_status taken = take();
    if (taken == CSEAL_E_CAPACITY) {
        try {
            json_.resize(std::max(json_.size(), json_len));
            secret_.resize(std::max(secret_.size(), secret_len));
            taken = take();
        } catch (const std::bad_alloc&) {
            taken = CSEAL_E_NOMEM;
        }
    }
    if (taken == CSEAL_OK) {
        settle_one(settle, tag, status, {json_.data(), json_len}, {secret_.data(), secret_len});
        cseal_wipe(secret_.data(), secret_len);
    } else {
        settle_one(settle, tag, taken, {}, {});
    }
}

void engine_link::settle_one(napi_value settle, std::uint64_t tag, cseal_status status, std::string_view json,
                             std::span<const std::uint8_t> secret) noexcept
{
    napi_handle_scope scope = nullptr;
    napi_open_handle_scope(env_, &scope);
    if (!tell(settle, tag, status, json, secret)) {
        throw_uncaught();
        static_cast<void>(tell(settle, tag, CSEAL_E_NOMEM, {}, {}));  // JavaScript has no room for the answer
    }
    throw_uncaught();
    napi_close_handle_scope(env_, scope);
}

bool engine_link::tell(napi_value settle, std::uint64_t tag, cseal_status status, std::string_view json,
                       std::span<const std::uint8_t> secret) noexcept
{
    std::array<napi_value, 4> arguments{};
    napi_value receiver = nullptr;
    const napi_status shown = secret.empty()
                                  ? napi_get_null(env_, &arguments[3])
                                  : napi_create_buffer_copy(env_, secret.size(), secret.data(), nullptr, &arguments[3]);
    if (shown != napi_ok || napi_get_undefined(env_, &receiver) != napi_ok ||
        napi_create_int64(env_, static_cast<std::int64_t>(tag), &arguments[0]) != napi_ok ||
        napi_create_int32(env_, status, &arguments[1]) != napi_ok ||
        napi_create_string_utf8(env_, json.data(), json.size(), &arguments[2]) != napi_ok) {
        return false;
    }
    napi_call_function(env_, receiver, settle, arguments.size(), arguments.data(), nullptr);
    return true;
}

void engine_link::throw_uncaught() noexcept
{
    bool is_pending = false;
    napi_value thrown = nullptr;
    if (napi_is_exception_pending(env_, &is_pending) == napi_ok && is_pending &&
        napi_get_and_clear_last_exception(env_, &thrown) == napi_ok) {
        napi_fatal_exception(env_, thrown);
    }
}

void engine_link::stop() noexcept
{
    if (wake_ == nullptr) {
        return;
    }
    cseal_engine* open = nullptr;
    {
        const std::lock_guard exclusive(lock_);
        is_ending_ = true;
        open = engine_;
    }
    is_room_.notify_all();
    if (!closer_.joinable()) {
        cseal_engine_close(open);  // nullptr: the courier is still opening it, and then sees that this is the end
    }
    disconnect();
}

void engine_link::disconnect() noexcept
{
    for (std::thread* each : {&closer_, &courier_}) {  // in this order: the one joins the other
        if (each->joinable()) {
            each->join();
        }
    }
    engine_ = nullptr;
    owned_.reset();
    napi_remove_env_cleanup_hook(env_, stop_with_environment, this);
    napi_delete_reference(env_, std::exchange(settle_, nullptr));
    napi_release_threadsafe_function(std::exchange(wake_, nullptr), napi_tsfn_abort);
}

}  // namespace counterseal::node
