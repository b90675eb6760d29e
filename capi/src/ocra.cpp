// SPDX-License-Identifier: Apache-2.0
#include "counterseal/ocra.h"

#include "capi/src/handles.hpp"
#include "core/base/cpu.hpp"
#include "core/ct/wipe.hpp"
#include "core/otp/ocra.hpp"
#include "core/otp/truncate.hpp"

using namespace counterseal;
using capi::guarded;
using core::status;

struct cseal_ocra {
    core::ocra_suite suite;
    core::hmac_key key;
};

namespace {

// sizeof in release 0.1; a constant of the ABI.
constexpr std::size_t info_first_size = 40;
constexpr std::size_t options_first_size = 16;

constexpr cseal_ocra_info no_info{sizeof(cseal_ocra_info), 0, 0, 0, 0, 0, 0, 0, 0, 0};
constexpr cseal_ocra_options defaults{sizeof(cseal_ocra_options), 0, 1, 1};

core::verdict_on_options read(const cseal_ocra_options* from, core::ocra_options& into) noexcept
{
    cseal_ocra_options all = defaults;
    if (const status s = capi::read_options<options_first_size>(from, all); s != status::ok) {
        return {s, "options must come from cseal_ocra_options_init and hold nothing this version does not know"};
    }
    into = {all.look_ahead, all.past, all.future};
    return core::all_well;
}

core::ocra_inputs inputs_of(const char* question, std::size_t question_len, const std::uint8_t* pin_hash,
                            std::size_t pin_hash_len, const std::uint8_t* session, std::size_t session_len) noexcept
{
    return {capi::text_of(question, question_len), capi::bytes_of(pin_hash, pin_hash_len),
            capi::bytes_of(session, session_len)};
}

/// What is wrong with the arguments of cseal_ocra_new.
core::ocra_suite_fault read(std::string_view suite, const std::uint8_t* key, std::size_t key_len,
                            core::ocra_suite& into) noexcept
{
    if (const auto fault = core::parse_ocra_suite(suite, into); fault.rule != nullptr) {
        return fault;
    }
    if (key == nullptr || key_len == 0) {
        return {status::e_argument, suite.size(), "key must not be empty"};
    }
    return {status::ok, suite.size(), nullptr};
}

}  // namespace

cseal_status cseal_ocra_info_init(cseal_ocra_info* info, uint32_t struct_size)
{
    return guarded<capi::no_secrets>([&] { return capi::write_defaults<info_first_size>(info, struct_size, no_info); });
}

cseal_status cseal_ocra_options_init(cseal_ocra_options* options, uint32_t struct_size)
{
    return guarded<capi::no_secrets>(
        [&] { return capi::write_defaults<options_first_size>(options, struct_size, defaults); });
}

cseal_status cseal_ocra_new(const char* suite, size_t suite_len, const uint8_t* key, size_t key_len, cseal_ocra** ocra,
                            size_t* error_index, const char** rule)
{
    return guarded([&] {
        if (ocra != nullptr) {
            *ocra = nullptr;
        }
        if (error_index != nullptr) {
            *error_index = 0;
        }
        if (rule != nullptr) {
            *rule = nullptr;
        }
        if (ocra == nullptr || !capi::readable(suite, suite_len)) {
            return status::e_argument;
        }
        core::ocra_suite read_suite;
        const auto fault = read(capi::text_of(suite, suite_len), key, key_len, read_suite);
        if (error_index != nullptr) {
            *error_index = fault.index;
        }
        if (rule != nullptr) {
            *rule = fault.rule;
        }
        if (fault.rule != nullptr) {
            return fault.code;
        }
        auto* made = new cseal_ocra{read_suite, {}};
        const auto& kernel = core::best_kernel(read_suite.algorithm, core::cpu_features());
        core::hmac_prepare(made->key, kernel, {key, key_len});
        *ocra = made;
        return status::ok;
    });
}

void cseal_ocra_free(cseal_ocra* ocra)
{
    if (ocra != nullptr) {
        core::wipe(ocra, sizeof *ocra);
        delete ocra;
    }
}

cseal_status cseal_ocra_info_get(const cseal_ocra* ocra, cseal_ocra_info* info)
{
    return guarded([&] {
        if (ocra == nullptr || info == nullptr) {
            return status::e_argument;
        }
        const core::ocra_suite& of = ocra->suite;
        const cseal_ocra_info told{sizeof(cseal_ocra_info),
                                   static_cast<uint32_t>(of.algorithm),
                                   of.digits,
                                   of.has_counter ? 1U : 0U,
                                   static_cast<uint32_t>(of.question),
                                   of.question_len,
                                   of.has_pin ? static_cast<uint32_t>(of.pin_algorithm) : 0U,
                                   of.session_len,
                                   of.time_step_s,
                                   0};
        return capi::write_defaults<info_first_size>(info, info->struct_size, told);
    });
}

cseal_status cseal_ocra_check(const cseal_ocra* ocra, const char* question, size_t question_len, size_t pin_hash_len,
                              size_t session_len, uint64_t next_counter, int64_t last_step, uint64_t now_s,
                              const cseal_ocra_options* options, const char** rule)
{
    return guarded<capi::no_secrets>([&] {
        if (rule != nullptr) {
            *rule = nullptr;
        }
        if (ocra == nullptr || !capi::readable(question, question_len) || rule == nullptr) {
            return status::e_argument;
        }
        core::ocra_options read_options;
        auto fault = read(options, read_options);
        if (fault.rule == nullptr) {
            fault =
                core::check_ocra_inputs(ocra->suite, capi::text_of(question, question_len), pin_hash_len, session_len);
        }
        if (fault.rule == nullptr) {
            fault = core::check(ocra->suite, read_options, next_counter, last_step, now_s);
        }
        *rule = fault.rule;
        return fault.code;
    });
}

cseal_status cseal_ocra_generate(const cseal_ocra* ocra, const char* question, size_t question_len,
                                 const uint8_t* pin_hash, size_t pin_hash_len, const uint8_t* session,
                                 size_t session_len, uint64_t counter, uint64_t now_s, char* code, size_t code_cap,
                                 size_t* code_len)
{
    return guarded([&] {
        capi::output<char> out(code, code_cap, code_len);
        if (ocra == nullptr || !capi::readable(question, question_len) || !capi::readable(pin_hash, pin_hash_len) ||
            !capi::readable(session, session_len) || !out.usable()) {
            return status::e_argument;
        }
        char made[core::max_digits];
        const core::wiped_at_end wipe_made{made};
        const auto inputs = inputs_of(question, question_len, pin_hash, pin_hash_len, session, session_len);
        if (const status s = core::ocra_generate(ocra->suite, ocra->key, inputs, counter, now_s, made);
            s != status::ok) {
            return s;
        }
        return out.write(std::string_view(made, ocra->suite.digits));
    });
}

cseal_status cseal_ocra_verify(const cseal_ocra* ocra, const char* code, size_t code_len, const char* question,
                               size_t question_len, const uint8_t* pin_hash, size_t pin_hash_len,
                               const uint8_t* session, size_t session_len, uint64_t next_counter, int64_t last_step,
                               uint64_t now_s, const cseal_ocra_options* options, uint64_t* new_next_counter,
                               int64_t* step)
{
    return guarded([&] {
        // What is to be stored is as it was until a code is accepted, whatever goes wrong on the way.
        if (new_next_counter != nullptr) {
            *new_next_counter = next_counter;
        }
        if (step != nullptr) {
            *step = last_step;
        }
        if (ocra == nullptr || !capi::readable(code, code_len) || !capi::readable(question, question_len) ||
            !capi::readable(pin_hash, pin_hash_len) || !capi::readable(session, session_len) ||
            (new_next_counter == nullptr && ocra->suite.has_counter) ||
            (step == nullptr && ocra->suite.time_step_s != 0)) {
            return status::e_argument;
        }
        core::ocra_options read_options;
        if (const auto fault = read(options, read_options); fault.rule != nullptr) {
            return fault.code;
        }
        const auto inputs = inputs_of(question, question_len, pin_hash, pin_hash_len, session, session_len);
        const auto verdict = core::ocra_verify(ocra->suite, ocra->key, capi::text_of(code, code_len), inputs,
                                               next_counter, last_step, now_s, read_options);
        if (new_next_counter != nullptr) {
            *new_next_counter = verdict.next_counter;
        }
        if (step != nullptr) {
            *step = verdict.step;
        }
        return verdict.code;
    });
}
