// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/generate.hpp"

#include "core/bulk/opening.hpp"
#include "core/bulk/window.hpp"
#include "core/otp/truncate.hpp"

namespace counterseal::core {
namespace {

/// Without a place for codes, a batch looks like one to verify.
status check_place(const row_home& home, const batch_answers& out) noexcept
{
    return out.codes != nullptr || home.in->n_rows == 0 ? status::ok : status::e_argument;
}

/// window(tile) says which counter each row has.
template <class Window>
void generate(const row_home& home, std::uint32_t digits, const batch_answers& out, Window&& window) noexcept
{
    in_room_for(*home.in, [&](tile t) {
        for_each_tile(home, [&](std::size_t begin, std::size_t n) {
            gather(home, begin, n, digits, out.statuses, t);
            window(t);
            home.kernel->truncate(t.mids, t.n, t.first, t.stride, 1, t.codes);
            for (std::size_t i = 0; i < t.n; ++i) {
                const bool is_made = !t.is_refused(i);
                t.statuses[i] = is_made ? static_cast<std::int8_t>(status::ok) : t.statuses[i];
                out.codes[begin + i] = is_made ? decimal_code(t.codes[i], digits) : 0;
            }
            t.wipe_used(home);
        });
    });
}

}  // namespace

status totp_generate_batch(row_home home, const totp_options& options, const batch_answers& out)
{
    totp_options now_only = options;
    now_only.past = 0;
    now_only.future = 0;
    if (const status s = open_totp(home, now_only, out); s != status::ok) {
        return s;
    }
    if (const status s = check_place(home, out); s != status::ok) {
        return s;
    }
    const auto lock = home.share();
    generate(home, options.digits, out, [&](tile& t) { totp_window(home, now_only, t); });
    return status::batch_done;
}

status hotp_generate_batch(row_home home, const hotp_options& options, const batch_answers& out)
{
    const hotp_options expected_only{options.digits, 0};
    const batch& in = *home.in;
    status s = open_hotp(home, expected_only, out);
    s = s == status::ok ? check_place(home, out) : s;
    if (s == status::ok && home.table == nullptr && !in.states.is_there() && in.n_rows != 0) {
        s = status::e_argument;
    }
    if (s != status::ok) {
        return s;
    }
    const auto lock = home.share();
    generate(home, options.digits, out, [&](tile& t) { hotp_window(home, expected_only, {}, t); });
    return status::batch_done;
}

}  // namespace counterseal::core
