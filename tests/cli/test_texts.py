# SPDX-License-Identifier: Apache-2.0
"""Help, manual page and completion are made from the parser and are of use."""

from __future__ import annotations

import os
import pty
import select
import shlex
import subprocess
from pathlib import Path

import counterseal
import pytest

ROOT = Path(__file__).resolve().parents[2]

COMMANDS = ["totp", "hotp", "ocra", "import", "export", "keys", "db", "policy", "factor", "subject", "enroll"]
COMMANDS += ["recovery-codes", "events", "audit", "version"]


def complete(cli, *words: str) -> list[str]:
    """What bash would offer for the last word."""
    script = cli("completion", "bash").text
    line = " ".join(shlex.quote(word) for word in words)
    script += f"COMP_WORDS=({line})\nCOMP_CWORD={len(words) - 1}\ncompopt() {{ echo FILES; }}\n_counterseal\n"
    script += 'printf "%s\\n" "${COMPREPLY[@]}"\n'
    done = subprocess.run(["bash", "-u"], input=script, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completion(cli):
    assert complete(cli, "counterseal", "") == [*COMMANDS, "-h", "--help", "--version"]
    assert complete(cli, "counterseal", "to") == ["totp"]
    assert complete(cli, "counterseal", "totp", "v") == ["verify"]
    assert complete(cli, "counterseal", "totp", "verify", "--la") == ["--last-step"]
    assert complete(cli, "counterseal", "totp", "new", "--algorithm", "SHA2") == ["SHA256"]
    assert complete(cli, "counterseal", "totp", "code", "--secret-file", "") == ["FILES"]
    assert complete(cli, "counterseal", "totp", "code", "--digits", "") == []
    assert "--counter" in complete(cli, "counterseal", "hotp", "uri", "--c")
    assert complete(cli, "counterseal", "totp", "uri", "--counter") == []
    assert complete(cli, "counterseal", "factor", "import", "") == ["totp", "hotp", "-h", "--help"]
    assert complete(cli, "counterseal", "factor", "import", "totp", "--allow") == ["--allow-legacy"]
    assert complete(cli, "counterseal", "db", "check", "--keys", "") == ["FILES"]


def test_bash_completion_is_good_shell(cli):
    script = "#!/bin/bash\n" + cli("completion", "bash").text
    done = subprocess.run(["shellcheck", "-"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_files_are_offered_where_a_file_stands(cli):
    assert complete(cli, "counterseal", "import", "") == ["FILES"]
    assert complete(cli, "counterseal", "import", "file", "--dr") == ["--dry-run"]
    assert complete(cli, "counterseal", "export", "tok") == ["FILES"]
    script = cli("completion", "fish").text
    assert script.count(" -F\n") == 4
    for command in ("import", "export", "policy set", "audit verify"):
        assert f"complete -c counterseal -n '__counterseal_is \"{command}\"' -F\n" in script


@pytest.fixture
def zsh(cli, tmp_path):
    """Lines with all that zsh would offer for their last word put in: an interactive shell, as a person has it."""
    functions = tmp_path / "functions"
    functions.mkdir()
    (functions / "_counterseal").write_text(cli("completion", "zsh").text)
    (tmp_path / "tokens.xml").touch()
    start = tmp_path / ".zshrc"
    start.write_text(
        f"""
        fpath=({functions} $fpath)
        autoload -Uz compinit && compinit -u -D
        zstyle ':completion:*' insert true
        zstyle ':completion:*' completer _all_matches _complete
        keep() {{ print -r -- "$BUFFER" >> ~/lines; BUFFER=; print KEPT }}
        zle -N keep && bindkey '^X' keep && bindkey '^T' complete-word
        PS1=READY
        """
    )

    def lines(*typed: str) -> list[list[str]]:
        screen, terminal = pty.openpty()
        environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        given = {"stdin": terminal, "stdout": terminal, "stderr": terminal, "cwd": tmp_path, "env": environment}
        shell = subprocess.Popen(["zsh", "-i"], start_new_session=True, **given)
        os.close(terminal)

        def wait_for(mark: bytes) -> None:
            seen = b""
            while mark not in seen:
                assert select.select([screen], [], [], 30)[0], seen
                seen += os.read(screen, 4096)

        try:
            wait_for(b"READY")
            for line in typed:
                os.write(screen, line.encode() + b"\x14\x18")
                wait_for(b"KEPT")
        finally:
            shell.kill()
            shell.wait()
            os.close(screen)
        return [line.split() for line in (tmp_path / "lines").read_text().splitlines()]

    return lines


def test_zsh_completion(zsh):
    offered = {
        "counterseal ": " ".join(sorted(COMMANDS)),
        "counterseal to": "totp",
        "counterseal totp ": "code new qr uri verify",
        "counterseal totp v": "verify",
        "counterseal totp verify --la": "--last-step",
        "counterseal totp new --algorithm SHA2": "SHA256",
        "counterseal totp code --secret-file to": "tokens.xml",
        "counterseal totp code --digits ": "",
        "counterseal totp uri --counter": "--counter",
        "counterseal hotp uri --c": "--counter",
        "counterseal import tok": "tokens.xml",
        "counterseal factor im": "import",
        "counterseal factor import ": "hotp totp",
        "counterseal factor import totp --allow": "--allow-legacy",
        "counterseal import tokens.xml --dr": "--dry-run",
    }
    for typed, got in zip(offered, zsh(*offered), strict=True):
        assert got == [*typed.split(" ")[:-1], *offered[typed].split()]


def test_passwords_belong_in_the_environment(cli):
    for command in (["db", "check"], ["enroll"], ["factor", "list"]):
        text = " ".join(cli(*command, "--help").text.split())
        assert "COUNTERSEAL_STORE in the environment, the better place for a URL with a password" in text
        assert "COUNTERSEAL_KEYS" in text


def test_fish_completion_tells_every_option(cli):
    script = cli("completion", "fish").text
    for option in ("-s o -l output -r -F", "-l last-step -x", "-l algorithm -x -a 'SHA1 SHA256 SHA512'"):
        assert option in script


def test_manual_page_renders_without_warnings(cli):
    page = cli("man").text
    command = ["man", "--local-file", "--warnings=w", "-"]
    environment = {"MANWIDTH": "100", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MAN_KEEP_FORMATTING": ""}
    done = subprocess.run(command, input=page, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    for text in ("counterseal totp verify [CODE] --last-step N|never [options]", "EXIT STATUS", "--quiet-zone N"):
        assert text in done.stdout


def test_manual_page_is_current(cli):
    assert (ROOT / "cli/counterseal.1").read_text() == cli("man").text, "`make generate` writes it"


def test_installed_tree(tmp_path, program):
    build = program.parents[1]
    for component in ("devel", "cli"):
        command = ["cmake", "--install", build, "--component", component, "--prefix", tmp_path]
        subprocess.run(command, check=True, capture_output=True)
    done = subprocess.run([tmp_path / "bin/counterseal", "version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("counterseal ")
    for file in (
        "share/man/man1/counterseal.1",
        "share/bash-completion/completions/counterseal",
        "share/fish/vendor_completions.d/counterseal.fish",
        "share/zsh/site-functions/_counterseal",
    ):
        assert (tmp_path / file).stat().st_size > 1000


def test_version(cli):
    version = (ROOT / "VERSION").read_text().strip()
    assert counterseal.__version__ == version
    for command in ("version", "--version"):
        done = cli(command)
        assert (done.status, done.text, done.err) == (0, f"counterseal {version}\n", "")
    assert cli("version", "--json").json == {"status": "done", "version": version}


@pytest.mark.parametrize(
    "command",
    [
        *([], ["totp"], ["totp", "verify"], ["hotp", "resync"], ["version"], ["keys"], ["keys", "init"], ["db"]),
        *(["db", "migrate"], ["policy", "set"], ["factor"], ["factor", "import", "totp"], ["subject", "reset"]),
        *(["enroll"], ["recovery-codes"], ["events"]),
    ],
    ids=" ".join,
)
def test_help(cli, command):
    done = cli(*command, "--help")
    assert (done.status, done.err) == (0, "")
    assert "Usage: counterseal" in done.text
    assert "completion" not in done.text


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["nothing"], "there is no command nothing: see counterseal --help"),
        (["totp", "nothing"], "there is no command totp nothing: see counterseal totp --help"),
        (["factor", "import", "ocra"], "there is no command factor import ocra: see counterseal factor import --help"),
        (["totp"], "totp must be followed by one of new, uri, qr, code, verify: see counterseal totp --help"),
        (["keys", "--json"], "keys must be followed by one of init, show, add, promote, remove, status, reseal: "),
        (["123456"], "a command must be given: see counterseal --help"),
        (["hunter2"], "a command must be given: see counterseal --help"),
        (["--nothing"], "a command must be given: see counterseal --help"),
        (
            ["totp", "code", "--nothing"],
            "there is an argument that this command does not know: see counterseal totp code --help",
        ),
    ],
)
def test_commands_that_do_not_exist(cli, command, told):
    done = cli(*command)
    assert done.status == 2
    assert done.err.startswith("counterseal: " + told)
    assert done.err.count("\n") == 1
    assert ("--json" in command) == bool(done.text)


def test_nothing_at_all_is_answered_with_the_help(cli):
    done = cli()
    assert (done.status, done.text) == (2, "")
    assert done.err == cli("--help").text
