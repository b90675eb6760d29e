// SPDX-License-Identifier: Apache-2.0
// Measures: timing_rows SAMPLES SEED [NAME...]   a JSON object a line; SAMPLES of each class, rows so named or all
//           timing_rows --list                   the names
//
// First line: what was measured on. Then a line for each row: "times" holds for each class, and for the first one a
// second time, [ticks, how often] in rising order. Exit status 1 where a call did not answer as it must.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "row.hpp"

namespace timing {

void expect(bool good, const std::string& what)
{
    if (!good) {
        std::fprintf(stderr, "timing_rows: %s\n", what.c_str());
        std::exit(1);
    }
}

namespace {

std::string name_of(const row& r)
{
    std::string name = r.function + ": " + r.what + ": ";
    for (const std::string& c : r.classes) {
        name += (&c == &r.classes.front() ? "" : " / ") + c;
    }
    return name;
}

std::vector<row> all_rows()
{
    std::vector<row> rows;
    add_planted_rows(rows);
    add_text_rows(rows);
    add_totp_rows(rows);
    add_hotp_rows(rows);
    add_ocra_rows(rows);
    add_yubico_rows(rows);
    add_table_rows(rows);
    add_batch_rows(rows);
    add_call_rows(rows);
    return rows;
}

double ticks_per_ns()
{
    using namespace std::chrono;
    const auto start = steady_clock::now();
    const std::uint64_t first = ticks_before();
    std::this_thread::sleep_for(milliseconds(50));
    const std::uint64_t ticks = ticks_after() - first;
    return static_cast<double>(ticks) / static_cast<double>(nanoseconds(steady_clock::now() - start).count());
}

/// The samples of a row, class by class. Each pass has as many of one class as of another, in random order.
class measurement {
public:
    measurement(const row& r, std::uint64_t seed) : row_(r), chance_(seed), n_classes_(r.classes.size() + 1)
    {
        pool_.resize(r.classes.size() * pool_size * row_.input_size);
        for (std::size_t i = 0; i < r.classes.size() * pool_size; ++i) {
            row_.make(chance_, i / pool_size, pool_.data() + i * row_.input_size);
        }
        labels_.resize(n_classes_ * per_pass);
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            labels_[i] = i / per_pass;
        }
        inputs_.resize(labels_.size() * row_.input_size);
        ticks_.resize(labels_.size());
        answers_.resize(labels_.size());
        times_.resize(n_classes_);
    }

    void run(std::size_t samples)
    {
        pass();  // warms up
        for (auto& of_class : times_) {
            of_class.clear();
            of_class.reserve(samples + per_pass);
        }
        while (times_.front().size() < samples) {
            pass();
        }
        for (auto& of_class : times_) {
            std::sort(of_class.begin(), of_class.end());
        }
    }

    [[nodiscard]] const std::vector<std::vector<std::uint32_t>>& times() const noexcept { return times_; }

private:
    static constexpr std::size_t pool_size = 1024;
    static constexpr std::size_t per_pass = 256;

    /// The last class is the first one again. It has the same inputs: two draws from one distribution are told apart
    /// where the call leaks, as in the planted rows, and that would look like noise.
    [[nodiscard]] std::size_t made_like(std::size_t of_class) const
    {
        return of_class == n_classes_ - 1 ? 0 : of_class;
    }

    void pass()
    {
        std::shuffle(labels_.begin(), labels_.end(), chance_);
        const std::size_t size = row_.input_size;
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            const std::size_t from = made_like(labels_[i]) * pool_size + chance_() % pool_size;
            std::memcpy(inputs_.data() + i * size, pool_.data() + from * size, size);
        }
        row_.pass({inputs_.data(), labels_.size(), ticks_.data(), answers_.data()});
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            expect(answers_[i] == row_.want[made_like(labels_[i])],
                   name_of(row_) + ": class " + std::to_string(labels_[i]) + " is answered by " +
                       std::to_string(answers_[i]));
            times_[labels_[i]].push_back(ticks_[i]);
        }
    }

    const row& row_;
    random chance_;
    std::size_t n_classes_;
    std::vector<std::byte> pool_;
    std::vector<std::size_t> labels_;
    std::vector<std::byte> inputs_;
    std::vector<std::uint32_t> ticks_;
    std::vector<std::int32_t> answers_;
    std::vector<std::vector<std::uint32_t>> times_;
};

void print(const row& r, const measurement& m)
{
    std::cout << R"({"kind":")" << r.kind << R"(","function":")" << r.function << R"(","what":")" << r.what
              << R"(","name":")" << name_of(r) << R"(","classes":[)";
    for (std::size_t i = 0; i < r.classes.size(); ++i) {
        std::cout << (i == 0 ? "\"" : ",\"") << r.classes[i] << '"';
    }
    std::cout << R"(],"times":[)";
    for (std::size_t c = 0; c < m.times().size(); ++c) {
        const auto& sorted = m.times()[c];
        std::cout << (c == 0 ? "[" : ",[");
        for (auto at = sorted.begin(); at != sorted.end();) {
            const auto end = std::upper_bound(at, sorted.end(), *at);
            std::cout << (at == sorted.begin() ? "[" : ",[") << *at << ',' << end - at << ']';
            at = end;
        }
        std::cout << ']';
    }
    std::cout << "]}" << std::endl;
}

const char* target()
{
#if defined(__x86_64__)
    return "rdtsc";
#elif defined(__aarch64__)
    return "cntvct_el0";
#else
    return "steady_clock";
#endif
}

int run(const std::vector<std::string>& arguments)
{
    const std::vector<row> rows = all_rows();
    if (arguments.size() == 1 && arguments.front() == "--list") {
        for (const row& r : rows) {
            std::cout << name_of(r) << '\n';
        }
        return 0;
    }
    expect(arguments.size() >= 2, "usage: timing_rows SAMPLES SEED [NAME...], or --list");
    const std::size_t samples = std::stoull(arguments[0]);
    const std::uint64_t seed = std::stoull(arguments[1]);
    const std::vector<std::string> names(arguments.begin() + 2, arguments.end());
    std::cout << R"({"clock":")" << target() << R"(","ticks_per_ns":)" << ticks_per_ns() << R"(,"compiler":")"
              << __VERSION__ << "\"}" << std::endl;
    std::size_t n_run = 0;
    for (const row& r : rows) {
        if (names.empty() || std::find(names.begin(), names.end(), name_of(r)) != names.end()) {
            measurement m(r, seed * 1000 + ++n_run);
            m.run(std::max<std::size_t>(samples / r.share, 1));
            print(r, m);
        }
    }
    expect(n_run != 0, "no row has such a name");
    return 0;
}

}  // namespace
}  // namespace timing

int main(int argc, char** argv)
{
    return timing::run({argv + 1, argv + argc});
}
