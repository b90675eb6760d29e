// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

#include "core/machine/machine.hpp"
#include "core/store/fork_gate.hpp"
#include "core/store/sqlite_connection.hpp"

namespace counterseal::core {
namespace {

/// What the system says about errno.
std::string system_message()
{
    return std::system_category().message(errno);
}

/// "CtSl" in the file's header: whose file this is (SQLite's database file format, section 1.3).
constexpr std::int64_t application_id = 0x4374536c;

/// The mark of claim() once more, for whoever runs the migration by hand.
constexpr std::string_view before_migration[] = {"PRAGMA application_id=1131697004"};
static_assert(application_id == 1131697004);

constexpr dialect sqlite_words = {
    .integer = "INTEGER",
    .text = "TEXT",
    .bytes = "BLOB",
    .end_of_table = " STRICT, WITHOUT ROWID",
    .before_migration = before_migration,
    .n_tables_named = {"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1"},
};

// Of each transaction: prepared once, like all others.
constexpr statement begin_writing = {"BEGIN IMMEDIATE"};
constexpr statement begin_reading = {"BEGIN"};
constexpr statement commit_all = {"COMMIT"};
constexpr statement undo_all = {"ROLLBACK"};
constexpr statement journal_mode = {"PRAGMA journal_mode"};
constexpr statement set_mark = {"SAVEPOINT m"};
constexpr statement go_to_mark = {"ROLLBACK TO m"};
constexpr statement end_mark = {"RELEASE m"};

/// What the sessions of a store share.
struct sqlite_origin {
    std::string uri{};
    bool is_file = false;               // else in memory
    std::optional<file_id> database{};  // as it was when the store was opened
    std::atomic<bool> is_lost{false};   // for good: nobody has looked at what came in its place

    /// Files are made before SQLite opens them; what is in memory it makes.
    [[nodiscard]] std::unique_ptr<sqlite_connection> connect(deadline until) const
    {
        refuse_if_lost();
        constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI;
        auto made = std::make_unique<sqlite_connection>(uri, is_file ? flags : flags | SQLITE_OPEN_CREATE, until);
        if (is_file) {
            made->yield_to_forks();
        }
        return made;
    }
    void refuse_if_lost() const
    {
        if (is_lost) {
            throw store_error(status::e_store_unavailable,
                              "SQLite: the file of the store or its log was moved, removed or replaced while it was in "
                              "use; put the right one there and open it anew");
        }
    }
};

/// Calls `work`, which passes the gate, until it was not a fork that it gave way to.
template <class Work>
void behind_forks(deadline until, Work&& work)
{
    for (;;) {
        try {
            work();
            return;
        } catch (const store_error& e) {
            if (!e.is_retryable() || this_machine().now() >= until) {
                throw;
            }
        }
    }
}

class sqlite_session final : public store_session {
public:
    sqlite_session(std::shared_ptr<sqlite_origin> of, deadline until) : of_{std::move(of)}
    {
        if (of_->is_file) {
            gate_.emplace([](void* self) { static_cast<sqlite_session*>(self)->connection_.reset(); }, this);
            behind_forks(until, [&] {
                const fork_passage inside(*gate_, until);
                open(until);
            });
        } else {
            open(until);
        }
    }
    ~sqlite_session() override
    {
        if (is_forked()) {
            abandon();
        }
    }

    void begin(access how, deadline until) override
    {
        behind_forks(until, [&] { begin_once(how, until); });
    }

    std::size_t run(const statement& what, std::span<const parameter> in, rows* out) override
    {
        return guarded([&] { return current().run(what, in, out); });
    }

    std::size_t run_set(const set_statement& what, std::span<const set_parameter> in, rows* out) override
    {
        return guarded([&] { return current().run_each(what.each, in, out); });
    }

    void execute(const std::string& sql) override
    {
        guarded([&] { current().execute(sql.c_str()); });
    }

    void commit() override
    {
        try {
            current().run(commit_all, {}, nullptr);
            leave();
        } catch (const store_error& e) {
            // The write may have reached the log and been only its acknowledgement that failed. This connection has a
            // picture of the file that may be wrong from here on: the next one looks anew.
            connection_.reset();
            throw e.unknown();
        } catch (...) {
            // SQLite asks for memory after its write, too.
            connection_.reset();
            throw store_error(status::e_store_unknown, {});
        }
    }

    void roll_back() noexcept override
    {
        if (connection_ != nullptr && !is_forked() && connection_->is_in_transaction()) {
            try {
                connection_->set_deadline(deadline::max());
                connection_->run(undo_all, {}, nullptr);
            } catch (...) {
                connection_.reset();  // which rolls back
            }
        }
        leave();
    }

    void mark() override { run(set_mark, {}, nullptr); }
    void undo_to_mark() override
    {
        run(go_to_mark, {}, nullptr);
        drop_mark();
    }
    void drop_mark() override { run(end_mark, {}, nullptr); }

    std::optional<std::int64_t> clock_us() override { return std::nullopt; }

    [[nodiscard]] const dialect& words() const noexcept override { return sqlite_words; }

private:
    void begin_once(access how, deadline until)
    {
        if (gate_) {
            gate_->enter(until);
        }
        try {
            if (is_forked()) {
                abandon();
            }
            if (connection_ == nullptr) {
                open(until);
            }
            connection_->set_deadline(until);
            connection_->run(how == access::write ? begin_writing : begin_reading, {}, nullptr);
            check_files(how);
        } catch (...) {
            roll_back();
            throw;
        }
    }

    void open(deadline until)
    {
        auto made = of_->connect(until);
        // secure_delete: what was shredded is not left in free pages. trusted_schema and cell_size_check: a file from
        // elsewhere runs no functions and is looked at before it is believed. cache_size: the pages of a large batch
        // stay in memory (16 MiB) until its commit. fullfsync: a Mac's fsync() leaves writes in the cache of the disk.
        for (const char* sql :
             {"PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON", "PRAGMA foreign_keys=ON",
              "PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-16384", "PRAGMA fullfsync=ON",
              "PRAGMA checkpoint_fullfsync=ON", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"}) {
            made->execute(sql);
        }
        rows mode;
        made->run(journal_mode, {}, &mode);
        if (of_->is_file) {
            if (mode.text(0, 0) != "wal") {
                throw store_error(status::e_store_unavailable, "SQLite: no write-ahead log can be kept for this file");
            }
            made->execute("PRAGMA user_version");  // whoever reads first opens the log, and makes it where it is not
            files_ = {of_->database, made->files().log};
        }
        owner_ = getpid();
        connection_ = std::move(made);
    }

    /// The names of the database and its log have to lead to what is open: whatever is written elsewhere is lost. Who
    /// only reads loses nothing, and looks as often as a look costs little beside a decision (it takes a seventh of
    /// one).
    void check_files(access how)
    {
        constexpr std::chrono::milliseconds between_looks{1};
        const auto now = this_machine().now();
        if (of_->is_file && (how == access::write || now >= looked_ + between_looks)) {
            looked_ = now;
            if (connection_->files() != files_) {
                of_->is_lost = true;
            }
        }
        of_->refuse_if_lost();
    }

    /// A transaction that failed is over, so that the session can begin another.
    template <class Work>
    std::invoke_result_t<Work> guarded(Work&& work)
    {
        try {
            return work();
        } catch (...) {
            roll_back();
            throw;
        }
    }

    sqlite_connection& current()
    {
        if (is_forked()) {
            throw store_error(status::e_forked, "the transaction was begun before a fork");
        }
        if (connection_ == nullptr || !connection_->is_in_transaction()) {
            throw store_error(status::e_internal, "there is no transaction");
        }
        return *connection_;
    }

    [[nodiscard]] bool is_forked() const noexcept { return connection_ != nullptr && owner_ != getpid(); }

    void leave() noexcept
    {
        if (gate_) {
            gate_->leave();
        }
    }

    /// A connection that was in the middle of something is left alone for good.
    void abandon() noexcept
    {
        const sqlite_connection* const left_open = connection_.release();
        static_cast<void>(left_open);
    }

    std::shared_ptr<sqlite_origin> of_;
    pid_t owner_ = 0;
    std::unique_ptr<sqlite_connection> connection_;
    sqlite_files files_;             // that belong to it
    moment looked_{};                // whether they do
    std::optional<fork_gate> gate_;  // of a file: what is in memory is nowhere else, and no child uses it
};

/// A memory store lives as long as a connection to it: the store keeps one.
class sqlite_store final : public store {
public:
    explicit sqlite_store(std::shared_ptr<sqlite_origin> of) : of_{std::move(of)} {}

    std::unique_ptr<store_session> connect(deadline until) override
    {
        return std::make_unique<sqlite_session>(of_, until);
    }
    void keep(std::unique_ptr<store_session> session) noexcept { kept_ = std::move(session); }
    void name_by(std::unique_ptr<const char> name) noexcept { name_ = std::move(name); }

private:
    std::shared_ptr<sqlite_origin> of_;
    std::unique_ptr<const char> name_;  // of a store in memory: its address, which is nobody else's while it lives
    std::unique_ptr<store_session> kept_;
};

/// A name in a URI (RFC 3986 section 2.1): SQLite splits it at ? and #, and reads %.
std::string escaped(const std::string& path)
{
    std::string out;
    for (const char c : path) {
        constexpr const char* hex = "0123456789ABCDEF";
        if (c == '%' || c == '?' || c == '#') {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', hex[byte >> 4], hex[byte & 15]};
        } else {
            out += c;
        }
    }
    return out;
}

/// Makes the file before SQLite does, which would let the umask decide who reads it. Its companions get the same mode.
void create_file(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
        ::close(fd);  // nobody can have a lock on it yet, which closing would take away
    } else if (errno != EEXIST) {
        throw store_error(status::e_store_unavailable, "cannot create the store " + path + ": " + system_message());
    }
}

/// SQLite would tell neither which file it cannot open nor why.
void need_file(const std::string& path)
{
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) == 0) {
        return;
    }
    const std::string why = errno == ENOENT ? "it does not exist; open with create, which makes it" : system_message();
    throw store_error(status::e_store_unavailable, "cannot open the store " + path + ": " + why);
}

/// Puts our mark on a file without contents, and refuses one with contents of somebody else.
void claim(sqlite_connection& file)
{
    file.execute("BEGIN IMMEDIATE");
    const bool is_new =
        file.execute("PRAGMA page_count") == 0 || file.execute("SELECT count(*) FROM sqlite_schema") == 0;
    const std::int64_t mark = file.execute("PRAGMA application_id");
    if (mark != application_id && !(is_new && mark == 0)) {
        file.execute("ROLLBACK");
        throw store_error(status::e_schema, "the file is an SQLite database of another application");
    }
    if (mark != application_id) {
        file.execute(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
    }
    file.execute("COMMIT");
}

}  // namespace

std::unique_ptr<store> open_sqlite(const sqlite_place& place, deadline until)
{
    const auto origin = std::make_shared<sqlite_origin>();
    origin->is_file = !place.path.empty();
    std::unique_ptr<const char> name;
    if (origin->is_file) {
        if (place.create) {
            create_file(place.path);
        } else {
            need_file(place.path);
        }
        origin->uri = "file:" + escaped(place.path);
    } else {
        name = std::make_unique<const char>();  // memory of the same name would be the same store
        origin->uri =
            "file:/counterseal-" + std::to_string(reinterpret_cast<std::uintptr_t>(name.get())) + "?vfs=memdb";
    }
    auto made = std::make_unique<sqlite_store>(origin);
    made->name_by(std::move(name));
    if (origin->is_file) {
        fork_gate gate([](void*) {}, nullptr);  // this connection is closed before anybody passes
        behind_forks(until, [&] {
            const fork_passage inside(gate, until);
            const auto file = origin->connect(until);
            claim(*file);
            origin->database = file->files().database;
        });
    } else {
        const auto memory = origin->connect(until);
        claim(*memory);
        made->keep(made->connect(until));
    }
    return made;
}

}  // namespace counterseal::core
