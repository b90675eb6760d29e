// SPDX-License-Identifier: Apache-2.0
// OCRA over ocra.h.
#ifndef COUNTERSEAL_CPP_OCRA_HPP
#define COUNTERSEAL_CPP_OCRA_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "counterseal/cpp/error.hpp"
#include "counterseal/ocra.h"

namespace counterseal {

/// What is hashed besides key, counter and time. Empty where the suite has no such part.
struct ocra_inputs {
    std::string_view question;
    std::span<const std::uint8_t> pin_hash{};
    std::span<const std::uint8_t> session{};
};

/// How far a token may be away (cseal_ocra_options).
struct ocra_options {
    std::uint32_t look_ahead = 0;
    std::uint32_t past = 1;
    std::uint32_t future = 1;

    [[nodiscard]] cseal_ocra_options c() const noexcept
    {
        return {sizeof(cseal_ocra_options), look_ahead, past, future};
    }
};

/// The answer to the answer: true only if accepted.
struct ocra_verdict {
    cseal_status status;
    std::uint64_t next_counter;  // what to store; 0 where the suite has no counter
    std::int64_t step;           // what to store as last_step; -1 where the suite has no time step
    std::int64_t delta;          // accepted step minus the current one; 0 unless accepted
    explicit operator bool() const noexcept { return status == CSEAL_OK; }
};

/// A suite with its key, ready for any number of threads.
class ocra {
public:
    /// Throws config_error that tells the rule and, for a suite, the index of what is wrong.
    ocra(std::string_view suite, std::span<const std::uint8_t> key)
    {
        cseal_ocra* made = nullptr;
        std::size_t index = 0;
        const char* rule = nullptr;
        const cseal_status status =
            cseal_ocra_new(suite.data(), suite.size(), key.data(), key.size(), &made, &index, &rule);
        if (rule != nullptr) {
            const bool of_suite = std::string_view(rule).starts_with("suite ");
            throw config_error(status,
                               of_suite ? std::string(rule) + " (at index " + std::to_string(index) + ")" : rule);
        }
        if (status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        handle_.reset(made);
    }

    /// cseal_ocra_info_get.
    [[nodiscard]] cseal_ocra_info info() const
    {
        cseal_ocra_info told{};
        static_cast<void>(cseal_ocra_info_init(&told, sizeof told));
        if (const cseal_status status = cseal_ocra_info_get(handle_.get(), &told); status != CSEAL_OK) {
            throw error(status, cseal_status_meaning(status));
        }
        return told;
    }

    /// cseal_ocra_generate. counter and now_s are 0 where the suite has no such part.
    [[nodiscard]] std::string generate(const ocra_inputs& inputs, std::uint64_t counter = 0,
                                       std::uint64_t now_s = 0) const
    {
        char code[CSEAL_OTP_CODE_MAX];
        std::size_t len = 0;
        const cseal_status status =
            cseal_ocra_generate(handle_.get(), inputs.question.data(), inputs.question.size(), inputs.pin_hash.data(),
                                inputs.pin_hash.size(), inputs.session.data(), inputs.session.size(), counter, now_s,
                                code, sizeof code, &len);
        if (status != CSEAL_OK) {
            // The last two counters, which no verification takes, have codes too: no error may speak of them.
            const std::uint64_t shown = info().has_counter != 0 ? 0 : counter;
            refuse(status, inputs, shown, -1, now_s, ocra_options{}.c());
        }
        return {code, len};
    }

    /// cseal_ocra_verify. next_counter and now_s are 0 and last_step is -1 where the suite has no such part.
    [[nodiscard]] ocra_verdict verify(std::string_view code, const ocra_inputs& inputs, std::uint64_t next_counter = 0,
                                      std::int64_t last_step = -1, std::uint64_t now_s = 0,
                                      const ocra_options& options = {}) const
    {
        const cseal_ocra_options c = options.c();
        ocra_verdict verdict{CSEAL_E_INTERNAL, next_counter, last_step, 0};
        verdict.status = cseal_ocra_verify(handle_.get(), code.data(), code.size(), inputs.question.data(),
                                           inputs.question.size(), inputs.pin_hash.data(), inputs.pin_hash.size(),
                                           inputs.session.data(), inputs.session.size(), next_counter, last_step, now_s,
                                           &c, &verdict.next_counter, &verdict.step);
        if (verdict.status < 0) {
            refuse(verdict.status, inputs, next_counter, last_step, now_s, c);
        }
        if (verdict.status == CSEAL_OK) {
            const std::uint32_t step_s = info().time_step_s;
            verdict.delta = step_s == 0 ? 0 : verdict.step - static_cast<std::int64_t>(now_s / step_s);
        }
        return verdict;
    }

    /// For calls of the C ABI that this class does not wrap; valid as long as the object.
    [[nodiscard]] const cseal_ocra* get() const noexcept { return handle_.get(); }

private:
    [[noreturn]] void refuse(cseal_status status, const ocra_inputs& inputs, std::uint64_t next_counter,
                             std::int64_t last_step, std::uint64_t now_s, const cseal_ocra_options& options) const
    {
        const char* rule = nullptr;
        static_cast<void>(cseal_ocra_check(handle_.get(), inputs.question.data(), inputs.question.size(),
                                           inputs.pin_hash.size(), inputs.session.size(), next_counter, last_step,
                                           now_s, &options, &rule));
        if (rule != nullptr) {
            throw config_error(status, rule);
        }
        throw error(status, cseal_status_meaning(status));
    }

    struct free_ocra {
        void operator()(cseal_ocra* of) const noexcept { cseal_ocra_free(of); }
    };
    std::unique_ptr<cseal_ocra, free_ocra> handle_;
};

}  // namespace counterseal

#endif
