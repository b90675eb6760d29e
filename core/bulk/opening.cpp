// SPDX-License-Identifier: Apache-2.0
#include "core/bulk/opening.hpp"

#include "core/base/cpu.hpp"

namespace counterseal::core {
namespace {

status open(row_home& home, table_kind kind, const batch_answers& out) noexcept
{
    const batch& in = *home.in;
    if (const auto fault = check_batch(in); fault.rule != nullptr) {
        return fault.code;
    }
    if (home.table != nullptr) {
        if (home.table->is_forked()) {
            return status::e_forked;
        }
        if (home.table->kind() != kind) {
            return status::e_argument;
        }
        home.hash = home.table->hash();
    } else if (const status s = check_keys(in.keys, in.n_rows); s != status::ok) {
        return s;
    }
    if (const auto fault = check_answers(in, out, home.table == nullptr); fault.rule != nullptr) {
        return fault.code;
    }
    if (home.kernel == nullptr) {
        home.kernel = &best_bulk_kernel(home.hash, in.n_rows, cpu_features());
    }
    return status::ok;
}

}  // namespace

status open_totp(row_home& home, const totp_options& options, const batch_answers& out) noexcept
{
    if (const status s = open(home, table_kind::totp, out); s != status::ok) {
        return s;
    }
    if (options.encoder == code_encoder::steam) {
        return status::e_unsupported;  // five letters are no number
    }
    const batch& in = *home.in;
    if (!in.times.is_there()) {
        return in.n_rows == 0 ? check(options, options.t0_s, -1).code : status::e_argument;
    }
    // Times of their own are judged row by row.
    const bool is_shared = in.times.stride == 0 && in.n_rows != 0;
    return check(options, is_shared ? in.times[0] : options.t0_s, -1).code;
}

status open_hotp(row_home& home, const hotp_options& options, const batch_answers& out) noexcept
{
    const status s = open(home, table_kind::hotp, out);
    return s == status::ok ? check(options, 0).code : s;
}

status check_states(const row_home& home, const batch_answers& out) noexcept
{
    const batch& in = *home.in;
    const bool has_new = home.moves_states() || out.values != nullptr;
    const bool has_old = home.table != nullptr || in.states.is_there();
    return in.n_rows == 0 || (has_new && has_old) ? status::ok : status::e_argument;
}

}  // namespace counterseal::core
