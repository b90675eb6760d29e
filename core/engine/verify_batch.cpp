// SPDX-License-Identifier: Apache-2.0
#include "core/engine/verify_batch.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/ct/taint.hpp"
#include "core/engine/attempt.hpp"
#include "core/engine/attempt_set.hpp"
#include "core/engine/evaluate_totp.hpp"
#include "core/engine/event.hpp"
#include "core/otp/rules.hpp"
#include "core/otp/truncate.hpp"
#include "core/otp/typed_code.hpp"

namespace counterseal::core {
namespace {

void need_all(std::size_t n_changed, std::size_t n)
{
    need(n_changed == n ? status::ok : status::e_internal, "a factor was changed without its subject being locked");
}

/// How many digits a code has; 0: it is none of any length.
std::int64_t digits_of(const response& what) noexcept
{
    for (std::uint32_t digits = min_digits; digits <= max_digits; ++digits) {
        if (declassify(read_code(view(what.text), digits).well_formed)) {
            return digits;
        }
    }
    return 0;
}

class batch_of_items {
public:
    batch_of_items(transaction& in, const row_seal& with, const throttle& limits, std::string_view tenant,
                   std::span<const batch_item> items, std::int64_t now_us, std::string_view purpose)
        : in_{in},
          with_{with},
          limits_{limits},
          tenant_{tenant},
          items_{items},
          now_us_{now_us},
          purpose_{purpose},
          is_settled_(items.size()),
          verdicts_(items.size(), {status::e_internal})
    {
    }

    std::vector<item_verdict> run()
    {
        settle_together();
        std::vector<std::size_t> left;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (is_settled_[i] == 0) {
                left.push_back(i);
            }
        }
        // Of two batches that wait for each other's subjects the server would end one.
        std::ranges::sort(left, {}, [&](std::size_t i) { return std::pair(std::string_view(items_[i].subject), i); });
        for (const std::size_t i : left) {
            verdicts_[i] = alone(items_[i]);
        }
        return std::move(verdicts_);
    }

private:
    /// The ordinary ones of the first items of all subjects.
    void settle_together()
    {
        store_time time{};
        try {
            time = tell_time(in_, now_us_);
        } catch (const store_error& e) {
            if (in_.is_over() || e.is_retryable()) {
                throw;
            }
            return;  // every item is told by itself
        }
        places_.reserve(items_.size());
        for (std::size_t i = 0; i < items_.size(); ++i) {
            places_.try_emplace(items_[i].subject, i);
        }
        const std::vector<free_factor> found = find(time);
        std::vector<std::string_view> codes;
        codes.reserve(found.size());
        for (const free_factor& one : found) {
            codes.push_back(view(items_[places_.at(one.of.key.subject)].what.text));
        }
        const std::vector<totp_evaluation> results = evaluate_totp(found, codes, time.now_us);
        count(found, results);
        advance(found, results, time);
        for (std::size_t i = 0; i < found.size(); ++i) {
            settle(found[i].of, results[i], time);
        }
    }

    std::vector<free_factor> find(const store_time& time)
    {
        std::vector<std::string_view> subjects;
        subjects.reserve(places_.size());
        for (const auto& [subject, place] : places_) {
            subjects.push_back(subject);
        }
        std::ranges::sort(subjects);  // two batches lock them in one order, and neighbours share pages
        const std::vector<std::string> locked = lock_subjects_in_budget(in_, limits_, tenant_, subjects, time);
        std::vector<asked_factor> asked;
        asked.reserve(locked.size());
        for (const std::string& subject : locked) {
            const batch_item& one = items_[places_.at(subject)];
            if (const std::int64_t digits = digits_of(one.what); digits != 0) {
                asked.push_back({one.subject, one.factor, digits});
            }
        }
        std::vector<free_factor> found = find_free(in_, with_, limits_, tenant_, asked);
        std::erase_if(found, [&](const free_factor& one) { return !can_evaluate(one.of, time.now_us); });
        return found;
    }

    /// The attempts of those that were wrong. Where one response is checked, counting comes first (attempt.hpp). Here
    /// it comes after the look, so that a row is written once: the subjects are locked, so that what was found free
    /// still is, and each statement asks once more. Else the whole transaction is given up, and no answer leaves.
    void count(const std::vector<free_factor>& found, const std::vector<totp_evaluation>& results)
    {
        std::vector<asked_factor> wrong;
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (results[i].code == status::wrong) {
                const factor& of = found[i].of;
                wrong.push_back({of.key.subject, of.key.factor, of.digits});
            }
        }
        need_all(wrong.empty() ? 0 : reserve_all(in_, limits_, tenant_, wrong), wrong.size());
    }

    void advance(const std::vector<free_factor>& found, const std::vector<totp_evaluation>& results,
                 const store_time& time)
    {
        std::vector<accepted_factor> accepted;
        std::vector<event> events;
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (results[i].code == status::ok) {
                const factor_key& key = found[i].of.key;
                accepted.push_back({key.subject, key.factor, results[i].value});
                events.push_back({.tenant = std::string(tenant_),
                                  .at_us = time.now_us,
                                  .type = "factor.accepted",
                                  .subject = key.subject,
                                  .factor = key.factor,
                                  .detail = attempt_detail(purpose_, results[i].value)});
            }
        }
        if (accepted.empty()) {
            return;
        }
        need_all(advance_all(in_, limits_, tenant_, accepted), accepted.size());
        append_events(in_, with_, std::move(events));
    }

    void settle(const factor& of, const totp_evaluation& result, const store_time& time)
    {
        attempt one(in_, with_, limits_, tenant_, of.key.subject, purpose_, time);
        if (result.code == status::wrong) {
            one.charge_subject();
            one.fail(of);
        } else if (result.code == status::replayed) {
            one.tell_replay(of);
        } else {
            need(result.code, "a code could not be evaluated");
        }
        const std::size_t place = places_.at(of.key.subject);
        verdicts_[place] = {result.code, result.value};
        is_settled_[place] = 1;
    }

    item_verdict alone(const batch_item& item)
    {
        savepoint own(in_);
        try {
            const factor_verdict made = verify_response(in_, with_, limits_, tenant_, item.subject, {&item.factor, 1},
                                                        item.what, now_us_, purpose_);
            return {made.code, made.value};
        } catch (const store_error& e) {
            if (in_.is_over() || e.is_retryable()) {
                throw;
            }
            own.undo();
            return {e.code()};
        }
    }

    transaction& in_;
    const row_seal& with_;
    const throttle& limits_;
    std::string_view tenant_;
    std::span<const batch_item> items_;
    std::int64_t now_us_;
    std::string_view purpose_;
    std::unordered_map<std::string_view, std::size_t> places_;  // of each subject: its first item
    std::vector<std::uint8_t> is_settled_;
    std::vector<item_verdict> verdicts_;
};

}  // namespace

std::vector<item_verdict> verify_batch(transaction& in, const row_seal& with, const throttle& limits,
                                       std::string_view tenant, std::span<const batch_item> items, std::int64_t now_us,
                                       std::string_view purpose)
{
    return batch_of_items(in, with, limits, tenant, items, now_us, purpose).run();
}

}  // namespace counterseal::core
