// SPDX-License-Identifier: Apache-2.0
// Calls of batch.h drawn from choices: mostly ones that have to be answered, with codes that are right, were right or
// will be, and each way to be refused now and then.
#pragma once

#include "tests/fuzz/support/batch_rows.hpp"

namespace counterseal::fuzz {

/// A struct in as many bytes as its struct_size says, where that is a size that a caller may have.
template <class T>
[[nodiscard]] const T* sized(batch_memory& memory, T from)
{
    constexpr std::array<std::uint32_t, 8> wrong = {
        0, 4, sizeof(T) - 1, 4097, UINT32_MAX, sizeof(T) + 8, sizeof(T) + 1, 4096};
    from.struct_size = memory.choose().one_in(40) ? memory.choose().of(wrong) : std::uint32_t{sizeof(T)};
    const std::size_t len = from.struct_size > 4096 ? 4 : std::max<std::size_t>(from.struct_size, 4);
    std::uint8_t* const at = memory.place_alone(len);
    std::memset(at, 0, len);
    std::memcpy(at, &from, std::min(len, sizeof from));
    if (len > sizeof from && memory.choose().below(2) == 1) {
        at[len - 1] = 1;
    }
    return reinterpret_cast<const T*>(at);
}

/// The options of a call, without a wide window where many rows have to be answered.
inline const void* drawn_options(batch_memory& memory, bool is_totp, std::size_t n_rows)
{
    choices& choose = memory.choose();
    constexpr std::array<std::uint32_t, 16> digits = {6, 7, 8, 9, 10, 6, 10, 8, 6, 7, 8, 9, 10, 5, 11, UINT32_MAX};
    constexpr std::array<std::uint32_t, 16> windows = {1, 0, 2, 3, 4, 7, 20, 13, 1, 0, 2, 3, 10, 5, 21, UINT32_MAX};
    const auto window = [&] {
        const std::uint32_t steps = choose.of(windows);
        return n_rows <= 32 ? steps : std::min(steps, 4U);
    };
    if (choose.below(4) == 3) {
        return nullptr;
    }
    if (!is_totp) {
        cseal_hotp_options options{0, choose.of(digits), window(), choose.one_in(64) ? 1U : 0U};
        options.look_ahead =
            n_rows <= 32 && choose.one_in(16) ? 100 + static_cast<std::uint32_t>(choose.below(2)) : options.look_ahead;
        return sized(memory, options);
    }
    constexpr std::array<std::uint32_t, 10> periods = {30, 30, 60, 1, 86'400, 30, 30, 86'401, 0, UINT32_MAX};
    constexpr std::array<std::uint64_t, 10> t0s = {0, 0, 0, 1, 59, 1'000'000, 0, 0, 100'000'000'001, UINT64_MAX};
    cseal_totp_options options{};
    options.digits = choose.of(digits);
    options.period_s = choose.one_in(4) ? choose.of(periods) : 30;
    options.past = window();
    options.future = window();
    options.t0_s = choose.one_in(4) ? choose.of(t0s) : 0;
    options.flags = choose.one_in(16) ? 1 + static_cast<std::uint32_t>(choose.below(2)) : 0;
    options.encoder = choose.one_in(32) ? 1 + static_cast<std::uint32_t>(choose.below(2)) : 0;
    options.reserved = choose.one_in(64) ? 1 : 0;
    return sized(memory, options);
}

/// Draws one call. `memory` keeps what it points to.
class drawn_request {
public:
    request of;
    cseal_batch in{};

    drawn_request(batch_memory& memory, const model_table* table)
        : of{.table = table}, memory_{memory}, choose_{memory.choose()}, n_{n_rows(choose_)}
    {
        static_cast<void>(cseal_batch_init(&in, sizeof in));
        in.n_rows = n_;
        if (choose_.one_in(32)) {
            constexpr std::array<std::size_t, 4> counts = {max_batch_rows + 1, SIZE_MAX, SIZE_MAX / 2, SIZE_MAX - 7};
            in.n_rows = choose_.of(counts);
        }
        // One column in many is forgotten.
        is_left_out_ = choose_.one_in(16) ? choose_.below(8) : 8;
    }

    [[nodiscard]] std::size_t n() const { return n_; }

    void draw_keys()
    {
        constexpr std::array<std::size_t, 12> lens = {20, 20, 32, 1, 64, 10, 63, 65, 128, 129, 200, 4096};
        in.key_len = choose_.of(lens);
        if (choose_.one_in(48)) {
            constexpr std::array<std::size_t, 4> wrong = {0, 4097, SIZE_MAX, SIZE_MAX / 2};
            in.key_len = choose_.of(wrong);
        }
        std::size_t longest = std::min<std::size_t>(in.key_len, 4096);
        if (choose_.below(3) == 1) {
            const std::size_t up_to = choose_.of(lens);
            longest = 0;
            in.key_lens = memory_.column<std::uint32_t>(n_, in.key_lens_stride, [&](std::size_t) {
                const auto len = static_cast<std::uint32_t>(1 + choose_.byte() % std::min<std::size_t>(up_to, 255));
                longest = std::max<std::size_t>(longest, len);
                constexpr std::array<std::uint32_t, 4> wrong = {0, 4097, UINT32_MAX, 4096};
                return choose_.one_in(250) ? choose_.of(wrong) : len;
            });
            // Where columns lie over one another, lengths are what came out.
            for (std::size_t i = 0; i < n_ && !is_wild(in.key_lens_stride); ++i) {
                longest = std::max(longest, std::min<std::size_t>(key_len_at(in, i), 4096));
            }
        }
        constexpr std::array<std::size_t, 8> strides = {0, 1, 20, 64, 65, 3, 0, 200};
        in.keys_stride = choose_.one_in(2) ? longest : choose_.of(strides);
        const std::size_t len = n_ == 0 ? 0 : (n_ - 1) * in.keys_stride + longest;
        keys_len_ = len;
        std::uint8_t* const keys = memory_.place(len);
        std::generate_n(keys, std::min<std::size_t>(len, 64), [&] { return choose_.byte(); });
        in.keys = is_left_out_ == 0 ? nullptr : keys;
    }

    void draw_rows()
    {
        if (choose_.below(4) == 3) {
            return;
        }
        const std::size_t size = std::min<std::size_t>(of.table->rows.size(), 250);
        in.rows = memory_.column<std::uint32_t>(n_, in.rows_stride, [&](std::size_t) {
            return choose_.one_in(64) ? static_cast<std::uint32_t>(choose_.number())
                                      : static_cast<std::uint32_t>(choose_.below(size + 1));
        });
    }

    void draw_ids()
    {
        in.ids = memory_.column<std::uint64_t>(
            n_, in.ids_stride, [&](std::size_t) { return choose_.one_in(64) ? choose_.number() : choose_.below(3); });
    }

    void draw_times()
    {
        constexpr std::array<std::uint64_t, 8> nows = {59, 1'111'111'109,  20'000'000'000, 1'700'000'000, 31,
                                                       0,  99'999'999'990, 1'000'010};
        constexpr std::array<std::uint64_t, 4> wrong = {100'000'000'001, UINT64_MAX, UINT64_MAX - 30, 0};
        const std::uint64_t now = choose_.of(nows);
        const auto time = [&](std::size_t) {
            return choose_.one_in(100) ? choose_.of(wrong) : now + choose_.below(90);
        };
        const void* const times = choose_.below(2) == 0 ? memory_.column_of<std::uint64_t>(n_, in.times_stride, 0, time)
                                                        : memory_.column<std::uint64_t>(n_, in.times_stride, time);
        in.times = is_left_out_ == 1 ? nullptr : times;
    }

    /// Near the steps of the times, or counters near each other and near their ends.
    void draw_states()
    {
        constexpr std::array<std::int64_t, 8> counters = {0, 5, 1'000, INT64_MAX - 110, INT64_MAX - 3, -4, -110, 0};
        const std::int64_t first = choose_.of(counters);
        const bool has_times = in.times != nullptr && n_ != 0;
        const auto now = has_times ? value_at<std::uint64_t>(in.times, 0, 0) : 59;
        const auto state = [&](std::size_t) {
            if (choose_.one_in(100)) {
                return static_cast<std::int64_t>(choose_.number());
            }
            if (of.is_totp) {
                return choose_.below(4) == 0 ? static_cast<std::int64_t>(now / 30 + choose_.below(4)) - 2 : -1;
            }
            return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + choose_.below(5));
        };
        const void* const states = memory_.column<std::int64_t>(n_, in.states_stride, state);
        in.states = is_left_out_ == 2 ? nullptr : states;
    }

    /// Last: right codes follow from all the rest.
    void draw_codes()
    {
        const std::size_t digits = std::clamp<std::size_t>(of.digits(), 6, 10);
        constexpr std::array<std::size_t, 8> widths = {0, 0, 1, 2, 0, 6, 22, 26};
        if (choose_.below(2) == 1) {
            in.code_kind = CSEAL_CODES_TEXT;
            in.code_width = std::min<std::size_t>(digits + choose_.of(widths), 32);
            constexpr std::array<std::size_t, 4> wrong = {0, 33, SIZE_MAX, 1};
            const std::size_t width = in.code_width;
            in.code_width = choose_.one_in(64) ? choose_.of(wrong) : width;
            in.codes_stride = choose_.below(4) == 3 ? choose_.below(40) : std::min<std::size_t>(in.code_width, 33);
            const std::size_t len = n_ == 0 ? 0 : (n_ - 1) * in.codes_stride + std::min<std::size_t>(in.code_width, 33);
            std::uint8_t* const at = memory_.place(len);
            const bool is_narrow = in.code_width > width;
            for (std::size_t i = 0; i < n_ && !is_narrow; ++i) {
                const std::string code = text_for(i, digits);
                std::memset(at + i * in.codes_stride, 0, in.code_width);
                std::memcpy(at + i * in.codes_stride, code.data(), std::min(code.size(), in.code_width));
            }
            in.codes = at;
        } else {
            in.codes = memory_.column<std::uint32_t>(n_, in.codes_stride, [&](std::size_t i) {
                const std::uint32_t code = number_for(i);
                return choose_.one_in(32) ? static_cast<std::uint32_t>(choose_.number() >> choose_.below(32)) : code;
            });
        }
        if (choose_.one_in(100)) {
            in.code_kind = choose_.below(2) == 0 ? 0 : 3;
        }
        in.codes = is_left_out_ == 3 ? nullptr : in.codes;
    }

    void draw_answers()
    {
        const std::size_t n = in.n_rows > max_batch_rows ? 1 : n_;
        of.status = is_left_out_ == 4 ? nullptr : reinterpret_cast<std::int8_t*>(memory_.place(n));
        if (of.is_making) {
            if (is_left_out_ != 5) {
                of.code = reinterpret_cast<std::uint32_t*>(memory_.place(n * 4, 4));
            } else if (in.codes == nullptr && choose_.below(2) == 1) {
                draw_codes();  // as if the batch were one to verify
            }
        } else if (!choose_.one_in(of.moves() ? 3 : 64)) {
            const bool fits =
                in.states != nullptr && in.states_stride == 8 && reinterpret_cast<std::uintptr_t>(in.states) % 8 == 0;
            void* const states = const_cast<void*>(in.states);
            void* const place = fits && choose_.below(2) == 0 ? states : memory_.place(n * 8, 8);
            of.value = static_cast<std::int64_t*>(place);
        }
    }

    /// Puts the batch where the call will see it.
    void finish()
    {
        if (in.key_lens != nullptr && in.keys != nullptr && in.n_rows == n_ && columns(in, 1).fit() &&
            faults_of_keys(in).empty()) {
            for (std::size_t i = 0; i < n_; ++i) {
                if (!is_key_there(i)) {  // what lies over the lengths has made them larger
                    in.key_lens = nullptr;
                    in.key_len = 1;
                    break;
                }
            }
        }
        of.batch = choose_.one_in(100) ? nullptr : sized(memory_, in);
    }

private:
    static std::size_t n_rows(choices& choose)
    {
        const std::size_t n = choose.byte();
        return n < 200 ? n % 20 : n < 248 ? n - 180 : 100 * (n - 247) + choose.byte();
    }

    static bool is_wild(std::size_t stride) { return stride > 4096; }

    /// A code of the row's key at a moment near the one that it will be asked at; any number where there is none.
    [[nodiscard]] std::uint32_t number_for(std::size_t i)
    {
        const std::size_t kind = choose_.below(8);
        cseal_batch one = in;  // as much of it as can be read
        one.n_rows = 1;
        request about = of;
        about.batch = &in;
        bool is_steam = false;
        const bool is_readable = (i == 0 || columns(in, 1).fit()) && fault_of_options(of, {}, is_steam) == CSEAL_OK &&
                                 !is_steam && (of.table != nullptr || (in.keys != nullptr && is_key_there(i))) &&
                                 of.hash() - 1 < 3 && columns(one, 1).fit();
        const row_view row(about, i);
        if (!is_readable || kind == 7) {
            return static_cast<std::uint32_t>(choose_.number());
        }
        std::uint64_t moment = 0;
        if (of.is_totp) {
            const std::uint64_t period = of.options == nullptr ? 30 : of.totp()->period_s;
            const std::uint64_t now = in.times == nullptr ? 59 : row.now();
            const std::size_t near = choose_.below(7);
            const std::size_t steps = kind < 3 ? 3 : near;
            moment = now + steps * period - 3 * period;
            if (now < 3 * period && moment > now && steps < 3) {
                return number_before_0(row, now / period + steps - 3);
            }
        } else {
            const std::int64_t kept =
                of.table != nullptr && row.fault() == CSEAL_OK ? of.table->rows[row.row()].state : 0;
            moment = static_cast<std::uint64_t>(row.told().value_or(kept)) + choose_.below(8) - (kind < 5 ? 0 : 2);
        }
        std::uint32_t code = 0;
        static_cast<void>(make_code(of, row.key(), moment, code));
        return code;
    }

    /// There is no step below 0, but there is a counter that it would be, modulo 2^64.
    [[nodiscard]] std::uint32_t number_before_0(const row_view& row, std::uint64_t counter) const
    {
        const cseal_hotp_options options{sizeof options, of.digits(), 0, 0};
        request about = of;
        about.is_totp = false;
        about.options = &options;
        std::uint32_t code = 0;
        static_cast<void>(make_code(about, row.key(), counter, code));
        return code;
    }

    [[nodiscard]] bool is_key_there(std::size_t i) const
    {
        const std::size_t len = key_len_at(in, i);
        return len - 1 < max_batch_key_len && i * in.keys_stride + len <= keys_len_;
    }

    /// With blanks, or with one character that is wrong.
    [[nodiscard]] std::string text_for(std::size_t i, std::size_t digits)
    {
        std::string text = std::to_string(number_for(i) % 10'000'000'000);
        text.insert(0, digits - std::min(digits, text.size()), '0');
        constexpr std::array<char, 8> marks = {' ', '-', ' ', '\0', 'x', '/', ':', '9'};
        for (std::size_t more = choose_.below(8); 5 < more; --more) {
            text.insert(choose_.below(text.size() + 1), 1, choose_.of(marks));
        }
        if (choose_.one_in(16)) {
            text[choose_.below(text.size())] = static_cast<char>(choose_.byte());
        }
        return text;
    }

    batch_memory& memory_;
    choices& choose_;
    std::size_t n_;
    std::size_t keys_len_ = 0;
    std::size_t is_left_out_;
};

}  // namespace counterseal::fuzz
