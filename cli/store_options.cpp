// SPDX-License-Identifier: Apache-2.0
#include "store_options.hpp"

#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace counterseal::cli {
namespace {

/// What an engine is told to do about a file that is not there is a command here.
void need_store(const std::string& url)
{
    constexpr std::string_view sqlite = "sqlite:///";
    const std::string file = url.starts_with(sqlite) ? url.substr(sqlite.size()) : std::string();
    if (!file.empty() && ::access(file.c_str(), F_OK) != 0 && errno == ENOENT) {
        throw error(CSEAL_E_STORE_UNAVAILABLE,
                    "the store " + file + " does not exist: counterseal db migrate makes it");
    }
}

}  // namespace

void store_options::add_to(CLI::App& command)
{
    add_store_to(command);
    add_keys_to(command);
}

void store_options::add_store_to(CLI::App& command)
{
    command
        .add_option("--store", url_,
                    "sqlite:///file, sqlite:////absolute/file or postgresql://...; default: COUNTERSEAL_STORE in the "
                    "environment, the better place for a URL with a password: other users can see arguments")
        ->type_name("URL")
        ->envname("COUNTERSEAL_STORE");
}

void store_options::add_keys_to(CLI::App& command)
{
    command.add_option("--keys", keys_, "The key ring of the store; default: COUNTERSEAL_KEYS in the environment")
        ->type_name("FILE")
        ->envname("COUNTERSEAL_KEYS");
}

const std::string& store_options::url() const
{
    if (url_.empty()) {
        throw usage_error("--store must be given, or COUNTERSEAL_STORE in the environment");
    }
    return url_;
}

engine store_options::open(const engine_settings& settings) const
{
    const std::string& where = url();
    if (keys_.empty()) {
        throw usage_error("--keys must be given, or COUNTERSEAL_KEYS in the environment");
    }
    const key_ring keys = read_keys(keys_);
    if (!settings.create) {
        need_store(where);
    }
    try {
        return {where, keys, settings};
    } catch (const problem_error& fault) {
        raise_store_error(fault);
    }
}

key_ring read_keys(const std::string& path)
{
    try {
        return key_ring::from_file(path);
    } catch (const problem_error& fault) {
        raise_store_error(fault);
    }
}

void raise_store_error(const problem_error& fault)
{
    if (fault.code() == CSEAL_E_ARGUMENT || fault.code() == CSEAL_E_UNSUPPORTED) {
        throw config_error(fault.code(), fault.what());
    }
    throw error(fault.code(), fault.what());
}

void tenant_options::add_to(CLI::App& command)
{
    store_.add_to(command);
    command.add_option("--tenant", tenant_, "Whose logins: what the program names the practice or the site")
        ->required();
}

engine_request tenant_options::request() const
{
    engine_request made;
    made.member("tenant", tenant_);
    return made;
}

void authority_options::add_to(CLI::App& command)
{
    command.add_option("--actor", actor_, "Who does this")->required();
    command.add_option("--reason", reason_, "Why")->required();
}

void authority_options::put(engine_request& into) const
{
    into.member("actor", actor_).member("reason", reason_);
}

}  // namespace counterseal::cli
