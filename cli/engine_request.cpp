// SPDX-License-Identifier: Apache-2.0
#include "engine_request.hpp"

#include <nlohmann/json.hpp>

#include "printable.hpp"

namespace counterseal::cli {
namespace {

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const std::size_t len = utf8_sequence(text);
        if (len == 0) {
            return false;
        }
        text.remove_prefix(len);
    }
    return true;
}

/// Once more in the program's own hand.
void put(json& into, const nlohmann::json& value)
{
    if (value.is_object()) {
        into.begin_object();
        for (const auto& [name, part] : value.items()) {
            put(into.key(name), part);
        }
        into.end_object();
    } else if (value.is_array()) {
        into.begin_array();
        for (const nlohmann::json& part : value) {
            put(into, part);
        }
        into.end_array();
    } else if (value.is_string()) {
        into.value(std::string_view(value.get_ref<const std::string&>()));
    } else {
        into.raw(value.dump());
    }
}

[[noreturn]] void fail(const engine_answer& answer)
{
    const nlohmann::json about = nlohmann::json::parse(answer.json).value("error", nlohmann::json::object());
    const nlohmann::json argument = about.value("argument", nlohmann::json());
    std::string text = about.value("rule", std::string(cseal_status_meaning(answer.status)));
    if (argument.is_string()) {
        text = argument.get<std::string>() + " " + text;
    }
    switch (answer.status) {
        case CSEAL_E_ARGUMENT:
        case CSEAL_E_RANGE:
        case CSEAL_E_UNSUPPORTED: throw config_error(answer.status, text);
        default: throw error(answer.status, text);
    }
}

}  // namespace

CLI::Option* optional_text::add_to(CLI::App& command, const std::string& name, const std::string& description)
{
    auto* const made = command.add_option(name, text, description);
    option = made;
    return made;
}

engine_request& engine_request::member(const char* name, const std::string& text)
{
    if (text.empty()) {
        throw usage_error(std::string(name) + " must not be empty");
    }
    if (!is_utf8(text)) {
        throw usage_error(std::string(name) + " must be UTF-8");
    }
    document_.member(name, std::string_view(text));
    return *this;
}

engine_request& engine_request::member(const char* name, std::int64_t number)
{
    document_.member(name, number);
    return *this;
}

engine_request& engine_request::optional(const char* name, const optional_text& text)
{
    return text.is_given() ? member(name, text.text) : *this;
}

engine_request& engine_request::raw(const char* name, std::string_view text)
{
    document_.key(name).raw(text);
    return *this;
}

hidden_text engine_request::text() const
{
    json whole = document_;
    return whole.end_object().text();
}

engine_answer call(engine& on, std::uint32_t op, const engine_request& request, std::span<const std::uint8_t> secret_in)
{
    engine_answer answer = on.call(op, view(request.text()), secret_in);
    if (answer.status < 0) {
        fail(answer);
    }
    return answer;
}

json document_of(const engine_answer& answer, std::string_view status, const std::function<void(json&)>& more)
{
    json document;
    document.begin_object().member("status", status);
    more(document);
    const nlohmann::json all = nlohmann::json::parse(answer.json);
    for (const auto& [name, value] : all.items()) {
        if (name != "status") {
            put(document.key(name), value);
        }
    }
    document.end_object();
    return document;
}

exit_status answer(session& run, const engine_answer& of, const told& words)
{
    const bool is_done = of.status == CSEAL_OK;
    if (run.as_json) {
        run.document(document_of(of, is_done ? "done" : word(of.status)));
    } else {
        run.line(is_done ? words.done : "refused: " + words.refused);
    }
    return is_done ? exit_status::done : exit_status::refused;
}

}  // namespace counterseal::cli
