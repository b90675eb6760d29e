// SPDX-License-Identifier: Apache-2.0
#include "core/engine/evaluate_totp.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/bulk/verify.hpp"
#include "core/ct/mask.hpp"
#include "core/engine/throttle.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {
namespace {

/// What all rows of a batch have to share.
auto settings_of(const factor& of) noexcept
{
    return std::tuple(of.hash, of.digits, of.period_s, of.t0_s, of.drift);
}

/// What has the wrong shape becomes a number that no code is.
std::uint32_t number_of(std::string_view typed, std::uint32_t digits) noexcept
{
    const typed_code read = read_code(typed, digits);
    return static_cast<std::uint32_t>(read.value | is_nonzero(read.value >> 31).bits() | ~read.well_formed.bits());
}

template <class T>
column<T> column_at(const T* first) noexcept
{
    return {reinterpret_cast<const std::uint8_t*>(first), sizeof(T)};
}

/// Those at `places`, which have the same settings.
void evaluate_group(std::span<const free_factor> all, std::span<const std::size_t> places,
                    std::span<const std::string_view> typed, std::int64_t now_us, std::vector<totp_evaluation>& out)
{
    const factor& first = all[places.front()].of;
    const std::uint64_t now_s = token_time_s(now_us, first.drift, first.period_s);
    std::size_t stride = 0;
    for (const std::size_t place : places) {
        stride = std::max(stride, all[place].key.size());
    }
    secure_bytes keys(stride * places.size());
    std::vector<std::uint32_t> key_lens;
    std::vector<std::uint32_t, wiping_allocator<std::uint32_t>> codes;
    std::vector<std::int64_t> last_values;
    for (const std::size_t place : places) {
        std::ranges::copy(all[place].key, keys.begin() + static_cast<std::ptrdiff_t>(stride * key_lens.size()));
        key_lens.push_back(static_cast<std::uint32_t>(all[place].key.size()));
        codes.push_back(number_of(typed[place], first.digits));
        last_values.push_back(all[place].of.hot.last_value);
    }
    batch in;
    in.n_rows = places.size();
    in.codes = column_at(codes.data());
    in.times = {reinterpret_cast<const std::uint8_t*>(&now_s), 0};
    in.states = column_at(last_values.data());
    in.keys = {keys.data(), stride, 0, column_at(key_lens.data())};
    std::vector<std::int8_t> statuses(places.size());
    std::vector<std::int64_t> values(places.size());
    batch_answers answers;
    answers.statuses = statuses.data();
    answers.values = values.data();
    row_home home;
    home.in = &in;
    home.hash = first.hash;
    const status done = totp_verify_batch(home, totp_options_of(first), answers);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const status code = done == status::batch_done ? static_cast<status>(statuses[i]) : done;
        out[places[i]] = {code, code == status::ok ? values[i] : -1};
    }
}

}  // namespace

bool can_evaluate(const factor& of, std::int64_t now_us) noexcept
{
    const std::uint64_t now_s = token_time_s(now_us, of.drift, of.period_s);
    return check(totp_options_of(of), now_s, of.hot.last_value).rule == nullptr;
}

std::vector<totp_evaluation> evaluate_totp(std::span<const free_factor> all, std::span<const std::string_view> codes,
                                           std::int64_t now_us)
{
    std::vector<totp_evaluation> out(all.size(), {status::e_internal, -1});
    std::vector<std::size_t> places(all.size());
    std::iota(places.begin(), places.end(), 0);
    const auto settings_at = [&](std::size_t place) { return settings_of(all[place].of); };
    std::ranges::sort(places, {}, settings_at);
    for (auto begin = places.begin(); begin != places.end();) {
        const auto end = std::find_if(begin, places.end(),
                                      [&](std::size_t place) { return settings_at(place) != settings_at(*begin); });
        evaluate_group(all, {begin, end}, codes, now_us, out);
        begin = end;
    }
    return out;
}

}  // namespace counterseal::core
