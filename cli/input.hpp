// SPDX-License-Identifier: Apache-2.0
// What commands read: files, standard input, and lines that a person types without seeing them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "hidden.hpp"

namespace counterseal::cli {

/// Refuses arguments that look like a secret or an otpauth URI: other users of the machine see arguments, and the shell
/// keeps them. Throws usage_error that tells the number of the argument, never its text.
void refuse_secrets(std::span<const std::string_view> arguments);

class input {
public:
    /// A whole file; "-" is standard input, which `what` takes for itself. Longer ones throw.
    [[nodiscard]] hidden_text file(const std::string& path, std::string_view what, std::size_t max_len);

    /// Whether a person sits at standard input.
    [[nodiscard]] static bool asks() noexcept;

    /// Standard input, or what a person types at the prompt. Not echoed where it is secret.
    [[nodiscard]] hidden_text typed(std::string_view what, bool secret, std::size_t max_len);

private:
    void take_stdin(std::string_view what);

    std::string taken_for_;
};

/// Without the end of the last line.
[[nodiscard]] std::string_view without_newline(std::string_view text) noexcept;

}  // namespace counterseal::cli
