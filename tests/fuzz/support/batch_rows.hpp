// SPDX-License-Identifier: Apache-2.0
// The rows of a batch one after another, by the calls for one code.
#pragma once

#include "tests/fuzz/support/batch_model.hpp"

namespace counterseal::fuzz {

/// What the batch has to say of a row. A row may have two things against it. The value of a row that was refused at
/// sight is a state that it had since the call began.
struct row_answer {
    cseal_status status = CSEAL_OK;
    cseal_status or_status = CSEAL_OK;
    std::int64_t lowest = 0;
    std::int64_t highest = 0;
    std::uint32_t code = 0;
};

/// A row as the caller gave it.
class row_view {
public:
    row_view(const request& of, std::size_t i) : of_{of}, in_{*of.batch}, i_{i} {}

    /// Of the table.
    [[nodiscard]] std::uint64_t row() const
    {
        return in_.rows != nullptr ? value_at<std::uint32_t>(in_.rows, in_.rows_stride, i_) : i_;
    }

    /// Why there is no such row; CSEAL_OK if there is.
    [[nodiscard]] cseal_status fault() const
    {
        if (of_.table == nullptr) {
            return CSEAL_OK;
        }
        if (row() >= of_.table->rows.size()) {
            return CSEAL_E_RANGE;
        }
        return of_.table->rows[row()].state == INT64_MIN ? CSEAL_REVOKED : CSEAL_OK;
    }

    /// Whose key it is; nothing where that is not known.
    [[nodiscard]] std::optional<std::uint64_t> owner() const
    {
        if (of_.table != nullptr) {
            return row();
        }
        return in_.ids != nullptr ? std::optional(value_at<std::uint64_t>(in_.ids, in_.ids_stride, i_)) : std::nullopt;
    }

    [[nodiscard]] std::vector<std::uint8_t> key() const
    {
        if (of_.table != nullptr) {
            return fault() == CSEAL_OK ? of_.table->rows[row()].key : std::vector<std::uint8_t>(1);
        }
        const std::uint8_t* const at = in_.keys + i_ * in_.keys_stride;
        return {at, at + key_len_at(in_, i_)};
    }

    [[nodiscard]] std::optional<std::int64_t> told() const
    {
        return in_.states != nullptr ? std::optional(value_at<std::int64_t>(in_.states, in_.states_stride, i_))
                                     : std::nullopt;
    }

    [[nodiscard]] std::uint64_t now() const { return value_at<std::uint64_t>(in_.times, in_.times_stride, i_); }

    /// As it is typed; nothing for a number that no code can be.
    [[nodiscard]] std::optional<std::string> code() const
    {
        if (in_.code_kind == CSEAL_CODES_U32) {
            std::string text = std::to_string(value_at<std::uint32_t>(in_.codes, in_.codes_stride, i_));
            const std::size_t digits = of_.digits();
            text.insert(0, digits - std::min(digits, text.size()), '0');
            return text.size() == digits ? std::optional(text) : std::nullopt;
        }
        const char* const at = static_cast<const char*>(in_.codes) + i_ * in_.codes_stride;
        std::string text(at, at + in_.code_width);
        while (text.ends_with('\0')) {
            text.pop_back();
        }
        return text;
    }

private:
    const request& of_;
    const cseal_batch& in_;
    std::size_t i_;
};

/// The code of a time (TOTP) or of a counter, with any options that are right.
inline cseal_status make_code(const request& of, const std::vector<std::uint8_t>& key, std::uint64_t moment,
                              std::uint32_t& code)
{
    cseal_otp_key* made = nullptr;
    FUZZ_EXPECT(cseal_otp_key_new(key.data(), key.size(), of.hash(), &made) == CSEAL_OK);
    const std::unique_ptr<cseal_otp_key, decltype(&cseal_otp_key_free)> prepared(made, cseal_otp_key_free);
    char text[CSEAL_OTP_CODE_MAX] = {};
    std::size_t len = 0;
    const cseal_status s = of.is_totp ? cseal_totp_generate(made, moment, of.totp(), text, sizeof text, &len)
                                      : cseal_hotp_generate(made, moment, of.hotp(), text, sizeof text, &len);
    code = s == CSEAL_OK ? static_cast<std::uint32_t>(std::stoull(std::string(text, len))) : 0;
    return s;
}

/// Answers a request that has no fault, and moves the states of `table` as an accepted code does. Reads all of the
/// batch, so it goes before the call.
class row_by_row {
public:
    row_by_row(const request& of, model_table* table) : of_{of}, table_{table}
    {
        if (table != nullptr) {
            at_first_ = table->rows;
        }
    }

    [[nodiscard]] std::vector<row_answer> all()
    {
        std::vector<row_answer> out;
        for (std::size_t i = 0; i < of_.batch->n_rows; ++i) {
            out.push_back(of_.is_making ? made(row_view(of_, i)) : verified(row_view(of_, i)));
        }
        return out;
    }

private:
    [[nodiscard]] bool is_out_of_bounds(std::int64_t told) const
    {
        return (of_.is_totp && told < -1) || (of_.table != nullptr && told < of_.table->unused());
    }

    /// Whether a counter has no successor that could be kept.
    [[nodiscard]] bool is_last(std::int64_t counter, std::uint32_t look_ahead) const
    {
        return of_.table != nullptr && static_cast<std::uint64_t>(counter) >= std::uint64_t{INT64_MAX} - look_ahead;
    }

    [[nodiscard]] std::int64_t higher(std::int64_t a, std::int64_t b) const
    {
        const bool is_a = of_.is_totp ? a > b : static_cast<std::uint64_t>(a) > static_cast<std::uint64_t>(b);
        return is_a ? a : b;
    }

    [[nodiscard]] cseal_status verify_one(const row_view& row, const std::string& code, std::int64_t state,
                                          std::int64_t& value) const
    {
        const std::vector<std::uint8_t> key = row.key();
        if (of_.is_totp) {
            return cseal_totp_verify_raw(key.data(), key.size(), of_.hash(), code.data(), code.size(), state, row.now(),
                                         of_.totp(), &value);
        }
        std::uint64_t next = 0;
        const cseal_status s = cseal_hotp_verify_raw(key.data(), key.size(), of_.hash(), code.data(), code.size(),
                                                     static_cast<std::uint64_t>(state), of_.hotp(), &next);
        value = static_cast<std::int64_t>(next);
        return s;
    }

    [[nodiscard]] row_answer verified(const row_view& row)
    {
        const auto told = row.told();
        cseal_status fault = row.fault();
        const bool is_kept = table_ != nullptr && fault == CSEAL_OK;
        const std::int64_t unused = of_.is_totp ? -1 : 0;
        const std::int64_t at_first = is_kept ? at_first_[row.row()].state : unused;
        const std::int64_t kept = is_kept ? table_->rows[row.row()].state : unused;
        if (fault == CSEAL_OK && told.has_value() && is_out_of_bounds(*told)) {
            fault = CSEAL_E_RANGE;
        }
        // A number that is too large is malformed like any text that is no code.
        const std::string code = row.code().value_or("");
        std::int64_t value = 0;
        row_answer out{fault, fault, told.value_or(at_first), told.value_or(kept), 0};
        if (fault != CSEAL_OK) {
            if (verify_one(row, code, unused, value) == CSEAL_E_TIME) {
                out.or_status = CSEAL_E_TIME;
            }
            return out;
        }
        std::int64_t state = is_kept ? higher(kept, told.value_or(kept)) : told.value_or(unused);
        const std::int64_t state_at_first = is_kept ? higher(at_first, told.value_or(at_first)) : state;
        const auto owner = row.owner();
        if (const auto found = owner ? left_.find(*owner) : left_.end(); found != left_.end()) {
            state = higher(state, found->second);
        }
        out.status = verify_one(row, code, state, value);
        if (!of_.is_totp && is_last(state, of_.options == nullptr ? 0 : of_.hotp()->look_ahead)) {
            out.status = CSEAL_E_RANGE;
        }
        out.or_status = out.status;
        if (out.status == CSEAL_OK) {
            out.lowest = out.highest = value;
            (of_.moves() ? table_->rows[row.row()].state : left_[owner.value_or(0)]) = value;
            if (!owner.has_value()) {
                left_.clear();
            }
        } else if (out.status == CSEAL_E_RANGE && state != state_at_first) {
            // The row before has used up the counters, but a malformed code is seen first.
            std::int64_t unread = 0;
            out.or_status = verify_one(row, code, 0, unread) == CSEAL_MALFORMED ? CSEAL_MALFORMED : CSEAL_E_RANGE;
        } else if (out.status == CSEAL_WRONG || out.status == CSEAL_REPLAYED) {
            out.lowest = out.highest;
        }
        return out;
    }

    [[nodiscard]] row_answer made(const row_view& row) const
    {
        row_answer out;
        out.status = row.fault();
        const std::int64_t unused = of_.is_totp ? -1 : 0;
        const std::int64_t kept = table_ != nullptr && out.status == CSEAL_OK ? table_->rows[row.row()].state : unused;
        const std::int64_t counter =
            table_ != nullptr ? higher(kept, row.told().value_or(kept)) : row.told().value_or(unused);
        if (out.status == CSEAL_OK && row.told().has_value() && is_out_of_bounds(*row.told())) {
            out.status = CSEAL_E_RANGE;
        }
        const bool has_successor = !is_last(counter, 0) && static_cast<std::uint64_t>(counter) <= UINT64_MAX - 2;
        if (out.status == CSEAL_OK && !of_.is_totp && !has_successor) {
            out.status = CSEAL_E_RANGE;
        }
        const cseal_status s =
            make_code(of_, row.key(), of_.is_totp ? row.now() : static_cast<std::uint64_t>(counter), out.code);
        out.or_status = s == CSEAL_E_TIME ? s : out.status;
        if (out.status == CSEAL_OK) {
            out.status = s;
        }
        out.code = out.status == CSEAL_OK ? out.code : 0;
        return out;
    }

    const request& of_;
    model_table* table_;
    std::vector<model_table::row> at_first_;
    std::map<std::uint64_t, std::int64_t> left_;  // by accepted rows, where nothing keeps it; by owner
};

}  // namespace counterseal::fuzz
