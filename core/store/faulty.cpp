// SPDX-License-Identifier: Apache-2.0
#include "core/store/faulty.hpp"

#include <chrono>
#include <utility>

#include "core/machine/machine.hpp"

namespace counterseal::core {
namespace {

class faulty_session final : public store_session {
public:
    faulty_session(std::unique_ptr<store_session> behind, fault_plan& plan) : behind_{std::move(behind)}, plan_{plan} {}

    void begin(access how, deadline until) override
    {
        refuse_if(store_fault::down);
        behind_->begin(how, until);
    }
    std::size_t run(const statement& what, std::span<const parameter> in, rows* out) override
    {
        refuse_if(store_fault::down);
        refuse_if(store_fault::statement);
        return behind_->run(what, in, out);
    }
    std::size_t run_set(const set_statement& what, std::span<const set_parameter> in, rows* out) override
    {
        refuse_if(store_fault::down);
        refuse_if(store_fault::statement);
        return behind_->run_set(what, in, out);
    }
    void execute(const std::string& sql) override
    {
        refuse_if(store_fault::down);
        refuse_if(store_fault::statement);
        behind_->execute(sql);
    }
    void commit() override
    {
        refuse_if(store_fault::down);
        if (plan_.strikes(store_fault::commit_lost)) {
            behind_->roll_back();
            throw store_error(status::e_store_unknown, "planned fault: the commit was lost");
        }
        const bool is_silent = plan_.strikes(store_fault::commit_silent);
        behind_->commit();
        if (is_silent) {
            throw store_error(status::e_store_unknown, "planned fault: the acknowledgement was lost");
        }
    }
    void roll_back() noexcept override { behind_->roll_back(); }
    void mark() override
    {
        refuse_if(store_fault::down);
        behind_->mark();
    }
    void undo_to_mark() override
    {
        refuse_if(store_fault::down);
        behind_->undo_to_mark();
    }
    void drop_mark() override
    {
        refuse_if(store_fault::down);
        behind_->drop_mark();
    }
    std::optional<std::int64_t> clock_us() override
    {
        if (plan_.strikes(store_fault::clock)) {
            return this_machine().wall_us() - std::chrono::microseconds(std::chrono::hours(1)).count();
        }
        return behind_->clock_us();
    }
    [[nodiscard]] const dialect& words() const noexcept override { return behind_->words(); }

private:
    void refuse_if(store_fault what)
    {
        if (plan_.strikes(what)) {
            behind_->roll_back();
            throw store_error(status::e_store_unavailable, "planned fault: the store is away");
        }
    }

    std::unique_ptr<store_session> behind_;
    fault_plan& plan_;
};

class faulty_store final : public store {
public:
    faulty_store(std::unique_ptr<store> behind, fault_plan& plan) : behind_{std::move(behind)}, plan_{plan} {}

    std::unique_ptr<store_session> connect(deadline until) override
    {
        return std::make_unique<faulty_session>(behind_->connect(until), plan_);
    }

private:
    std::unique_ptr<store> behind_;
    fault_plan& plan_;
};

}  // namespace

void fault_plan::arm(store_fault what, std::uint64_t n, std::uint64_t times) noexcept
{
    is_armed_.store(false);
    what_.store(what);
    first_.store(n);
    times_.store(times);
    n_calls_.store(0);
    is_armed_.store(true);
}

void fault_plan::disarm() noexcept
{
    is_armed_.store(false);
}

bool fault_plan::strikes(store_fault what) noexcept
{
    if (!is_armed_.load() || what_.load() != what) {
        return false;
    }
    const std::uint64_t n = n_calls_.fetch_add(1) + 1;
    return n >= first_.load() && n - first_.load() < times_.load();
}

std::unique_ptr<store> make_faulty(std::unique_ptr<store> behind, fault_plan& plan)
{
    return std::make_unique<faulty_store>(std::move(behind), plan);
}

}  // namespace counterseal::core
