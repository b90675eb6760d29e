// SPDX-License-Identifier: Apache-2.0
// Key rings: made, and shown without their keys.
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "command.hpp"
#include "store_options.hpp"

namespace counterseal::cli {
namespace {

/// The names of a ring, read off its text; the keys stay in memory that is wiped.
struct ring_names {
    std::string active;
    std::vector<std::string> ids;

    explicit ring_names(const key_ring& ring)
    {
        std::size_t len = 0;
        if (const cseal_status s = cseal_key_ring_text_get(ring.get(), nullptr, 0, &len); s != CSEAL_E_CAPACITY) {
            throw error(s, cseal_status_meaning(s));
        }
        hidden_text text(len);
        if (const cseal_status s = cseal_key_ring_text_get(ring.get(), text.data(), text.size(), &len); s != CSEAL_OK) {
            throw error(s, cseal_status_meaning(s));
        }
        std::string_view left = view(text);
        for (bool is_first = true; !left.empty(); is_first = false) {
            const std::string_view line = left.substr(0, left.find('\n'));
            left.remove_prefix(std::min(line.size() + 1, left.size()));
            const std::string_view word = line.substr(0, line.find(' '));
            if (word == "active") {
                active = line.substr(word.size() + 1);
            } else if (!is_first) {
                ids.emplace_back(word);
            }
        }
    }
};

exit_status tell(session& run, const key_ring& ring)
{
    const ring_names names(ring);
    if (run.as_json) {
        json document;
        document.begin_object().member("status", std::string_view("done"));
        document.member("active", std::string_view(names.active)).list("ids", names.ids).end_object();
        run.document(document);
    } else {
        for (const std::string& id : names.ids) {
            run.line(id + (id == names.active ? ", active" : ""));
        }
    }
    return exit_status::done;
}

key_ring make_ring(const std::string& path)
{
    // The library leaves an existing file alone, too, but takes it for the answer: here that would be no new ring.
    struct stat about{};
    if (::lstat(path.c_str(), &about) == 0) {
        throw usage_error("--file " + path + " exists, and keys are never replaced: without them the store is lost");
    }
    try {
        return key_ring::from_file(path, true);
    } catch (const problem_error& fault) {
        raise_store_error(fault);
    }
}

}  // namespace

void add_keys(commands& to, CLI::App& root)
{
    CLI::App& keys = *root.add_subcommand("keys", "The key ring, under which a store's secrets are sealed");
    keys.require_subcommand(1);

    const auto add = [&](const char* name, const char* text, auto&& ring_of) {
        // Of its own: the parser puts the environment's value into the option of each command, named or not.
        const auto file = std::make_shared<std::string>();
        to.add(keys, name, text, [file, ring_of](session& run) { return tell(run, ring_of(*file)); })
            .add_option("--file", *file, "The key ring; default: COUNTERSEAL_KEYS in the environment")
            ->type_name("FILE")
            ->envname("COUNTERSEAL_KEYS")
            ->required();
    };
    add("init", "Make a key ring of one new key, readable by its owner alone. Keep a copy apart from the store",
        make_ring);
    add("show", "Tell the names of the keys and which one seals. Never shows a key", read_keys);
}

}  // namespace counterseal::cli
