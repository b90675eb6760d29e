// SPDX-License-Identifier: Apache-2.0
// Key rings: made, and shown without their keys.
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "command.hpp"
#include "rotation.hpp"
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

void add_file(CLI::App& to, std::string& file)
{
    to.add_option("--keys,--file", file, "The key ring; default: COUNTERSEAL_KEYS in the environment")
        ->type_name("FILE")
        ->envname("COUNTERSEAL_KEYS")
        ->required();
}

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
        throw usage_error("--keys " + path + " exists, and keys are never replaced: without them the store is lost");
    }
    try {
        return key_ring::from_file(path, true);
    } catch (const problem_error& fault) {
        raise_store_error(fault);
    }
}

/// The library answers all of this as trouble with the ring, and here it is an argument.
void check_id(key_ring::change what, const std::string& id, const std::string& file)
{
    const bool is_name = !id.empty() && id.size() <= 32 && id != "active" && std::ranges::all_of(id, [](char c) {
        return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' || c == '_';
    });
    if (!is_name) {
        throw usage_error("--id must be 1 to 32 letters, digits, '-' or '_', and not active");
    }
    const ring_names names(read_keys(file));
    const bool is_there = std::ranges::find(names.ids, id) != names.ids.end();
    if (what == key_ring::change::add && is_there) {
        throw usage_error("--id must be new: the ring has a key " + id);
    }
    if (what != key_ring::change::add && !is_there) {
        throw usage_error("--id must be a key of the ring: there is no " + id);
    }
    if (what == key_ring::change::remove && id == names.active) {
        throw usage_error("--id must not be the key that seals: promote another one first");
    }
}

/// What is done to one key of a ring.
struct change_command {
    key_ring::change what;
    std::string file;
    std::string id;
    std::string store;
    bool is_unchecked = false;

    exit_status operator()(session& run) const
    {
        check_id(what, id, file);
        if (what == key_ring::change::remove) {
            const std::string needed = is_unchecked ? std::string() : needed_by_store();
            if (!needed.empty()) {
                return refuse(run, "the store needs " + id + ": " + needed);
            }
        }
        try {
            return tell(run, key_ring::change_file(file, what, id));
        } catch (const problem_error& fault) {
            raise_store_error(fault);
        }
    }

    [[nodiscard]] std::string needed_by_store() const
    {
        if (store.empty()) {
            throw usage_error("--store must be given, so that no key is removed that it needs; or --unchecked");
        }
        const key_ring keys = read_keys(file);
        try {
            engine on(store, keys);
            return held_by(count_keys(on).counts, id);
        } catch (const problem_error& fault) {
            raise_store_error(fault);
        }
    }

    static exit_status refuse(session& run, const std::string& why)
    {
        if (run.as_json) {
            json document;
            document.begin_object().member("status", std::string_view("needed"));
            document.member("message", std::string_view(why)).end_object();
            run.document(document);
        } else {
            run.line("refused: " + why);
        }
        return exit_status::refused;
    }
};

void add_changes(commands& to, CLI::App& keys)
{
    const auto add = [&](const char* name, const char* text, key_ring::change what) {
        const auto change =
            std::make_shared<change_command>(change_command{.what = what, .file = {}, .id = {}, .store = {}});
        CLI::App& leaf = to.add(keys, name, text, [change](session& run) { return (*change)(run); });
        add_file(leaf, change->file);
        leaf.add_option("--id", change->id, "The name of the key: 1 to 32 letters, digits, '-' or '_'")->required();
        if (what == key_ring::change::remove) {
            leaf.add_option("--store", change->store,
                            "The store that must not need the key; default: COUNTERSEAL_STORE in the environment")
                ->type_name("URL")
                ->envname("COUNTERSEAL_STORE");
            leaf.add_flag("--unchecked", change->is_unchecked, "Look at no store. What is still under the key is lost");
        }
    };
    add("add", "Add a new key, which opens and does not seal yet", key_ring::change::add);
    add("promote", "Have a key seal from now on, once every program has it", key_ring::change::promote);
    add("remove", "Remove a key that nothing needs any more, for good", key_ring::change::remove);
}

}  // namespace

void add_keys(commands& to, CLI::App& root)
{
    CLI::App& keys = *root.add_subcommand("keys", "The key ring, under which a store's secrets are sealed");
    keys.require_subcommand(1);

    const auto add = [&](const char* name, const char* text, auto&& ring_of) {
        // Of its own: the parser puts the environment's value into the option of each command, named or not.
        const auto file = std::make_shared<std::string>();
        add_file(to.add(keys, name, text, [file, ring_of](session& run) { return tell(run, ring_of(*file)); }), *file);
    };
    add("init", "Make a key ring of one new key, readable by its owner alone. Keep a copy apart from the store",
        make_ring);
    add("show", "Tell the names of the keys and which one seals. Never shows a key", read_keys);
    add_changes(to, keys);
    add_rotation(to, keys);
}

}  // namespace counterseal::cli
