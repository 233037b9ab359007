"""A program that ends with the one who started it: it runs a command until its own standard input closes.

Standard input closes when its holder ends in any way, SIGKILL included, and a pipe cannot be mistaken for another
process as a number can. The lines `term` and `kill` on it send that signal to the command. Standard output gets one
line, the command's process number; what the command prints goes to standard error. The folder named first, if any,
is removed when its owner ended without a word.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading


def obey(child: subprocess.Popen[bytes], abandoned: threading.Event) -> None:
    """Pass signals on to the command until nobody is left to ask for them; then end it."""
    for line in sys.stdin:
        child.send_signal(signal.SIGTERM if line.strip() == "term" else signal.SIGKILL)
    abandoned.set()
    child.kill()


def main(folder: str, *command: str) -> int:
    """Run the command; its exit status, 128 and the signal's number where it was killed by one."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    sys.stdout.write(f"{child.pid}\n")
    sys.stdout.flush()
    abandoned = threading.Event()
    threading.Thread(target=obey, args=[child, abandoned], daemon=True).start()
    status = child.wait()
    if abandoned.is_set() and folder:
        shutil.rmtree(folder, ignore_errors=True)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
