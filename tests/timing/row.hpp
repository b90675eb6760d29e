// SPDX-License-Identifier: Apache-2.0
// One experiment: a call that is timed with inputs of several classes.
//
// Time must not depend on how a sample was prepared. So all inputs are made beforehand and lie in one list in random
// order, and each is copied to the one place from which the call reads. The loop that measures knows no classes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "clock.hpp"

namespace timing {

using random = std::mt19937_64;

/// Where the samples of one pass lie and go; each as long as the pass.
struct samples {
    const std::byte* inputs;
    std::size_t n;
    std::uint32_t* ticks;
    std::int32_t* answers;
};

struct row {
    std::string
        kind{};  // "secret": classes must not be told apart; "planted": they must; "call": the verdict is public
    std::string function{};              // the C function, or what was planted
    std::string what{};                  // what is the same in all classes
    std::vector<std::string> classes{};  // each is compared with the first one
    std::vector<std::int32_t> want{};    // what the call must answer for each class
    std::size_t input_size = 0;
    std::function<void(random&, std::size_t of_class, std::byte* into)> make{};
    std::function<void(const samples&)> pass{};
    std::size_t share = 1;  // takes only one of so many samples, where a call is slow to prepare
};

/// Sets the types of a row: Input is what differs, before(input) and after(input, answer) are not timed, and what
/// after() returns is compared with what the class wants.
template <class Input, class Make, class Before, class Call, class After>
row typed(row r, Make make, Before before, Call call, After after)
{
    static_assert(std::is_trivially_copyable_v<Input>);
    r.input_size = sizeof(Input);
    r.make = [make](random& chance, std::size_t of_class, std::byte* into) {
        Input made{};
        make(chance, of_class, made);
        std::memcpy(into, &made, sizeof made);
    };
    const auto place = std::make_shared<Input>();
    r.pass = [place, before, call, after](const samples& s) {
        Input& input = *place;
        for (std::size_t i = 0; i < s.n; ++i) {
            std::memcpy(&input, s.inputs + i * sizeof(Input), sizeof(Input));
            before(input);
            const std::uint64_t start = ticks_before();
            const std::int32_t answer = call(input);
            const std::uint64_t taken = ticks_after() - start;
            s.answers[i] = after(input, answer);
            s.ticks[i] = taken < std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(taken)
                                                                           : std::numeric_limits<std::uint32_t>::max();
        }
    };
    return r;
}

/// The same for a call that needs nothing around it.
template <class Input, class Make, class Call>
row typed(row r, Make make, Call call)
{
    return typed<Input>(
        std::move(r), make, [](const Input&) {}, call, [](const Input&, std::int32_t answer) { return answer; });
}

void add_text_rows(std::vector<row>& to);
void add_totp_rows(std::vector<row>& to);
void add_hotp_rows(std::vector<row>& to);
void add_ocra_rows(std::vector<row>& to);
void add_yubico_rows(std::vector<row>& to);
void add_table_rows(std::vector<row>& to);
void add_batch_rows(std::vector<row>& to);
void add_planted_rows(std::vector<row>& to);
void add_call_rows(std::vector<row>& to);

/// Ends the program: a set-up that does not work is no measurement.
void expect(bool good, const std::string& what);

}  // namespace timing
