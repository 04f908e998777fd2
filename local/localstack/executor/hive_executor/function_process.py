"""One Node process that runs one function, with its output. It never outlives LocalStack.

Two ways see to that: the process watches its standard input, a pipe that closes when LocalStack is gone however it
went; and on Linux the kernel kills it when its parent dies, even if it is busy and watches nothing.
"""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BOOTSTRAP = str(Path(__file__).with_name("bootstrap.mjs"))

# Shown in the process's command line, so that whoever started this LocalStack can find what belongs to it.
OWNER = os.environ.get("HIVE_LOCAL_RUN", "localstack")

# "Parent death" means the death of the *thread* that forked, so all are forked by one thread that lives on.
# setpriv rather than preexec_fn: Python code between fork and exec can deadlock in a process with threads.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="function-spawner")
_setpriv = shutil.which("setpriv") if os.path.isdir("/proc/self") else None
_die_with_parent = [_setpriv, "--pdeathsig", "KILL"] if _setpriv else []

# Written by bootstrap.mjs between an invocation's last line of output and its result.
END_OF_INVOCATION = b"\x1eend "


class FunctionProcess:
    def __init__(self, env: dict[str, str], on_exit: Callable[["FunctionProcess"], None]):
        """Starts the process. `on_exit` is called once, from another thread, when it has ended for any reason."""
        self._lines: list[str] = []
        self._lock = threading.Lock()
        self._flushed: dict[str, threading.Event] = {}
        self.popen: subprocess.Popen = _spawner.submit(
            subprocess.Popen,
            [*_die_with_parent, "node", BOOTSTRAP, env["AWS_LAMBDA_FUNCTION_NAME"], OWNER],
            env=env,
            cwd=env["LAMBDA_TASK_ROOT"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ).result()
        self._reader = threading.Thread(target=self._read_output, daemon=True, name="function-output")
        self._reader.start()
        threading.Thread(target=self._await_exit, args=(on_exit,), daemon=True, name="function-exit").start()

    @property
    def alive(self) -> bool:
        return self.popen.poll() is None

    def kill(self) -> None:
        """Kills the process and all it started, and waits for its end."""
        try:
            os.killpg(self.popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()

    def exit_reason(self) -> str:
        """How the process ended, in the words of AWS Lambda."""
        code = self.popen.returncode
        if code == 0:
            return "Runtime exited without providing a reason"
        if code is not None and code < 0:
            return f"Runtime exited with error: signal: {signal.strsignal(-code).lower()}"
        return f"Runtime exited with error: exit status {code}"

    def take_output(self, request_id: str | None = None) -> str:
        """The output since the last call; with a request id, waits for the end that the bootstrap marks."""
        if request_id is not None:
            self._flush_event(request_id).wait(timeout=0.5)
        with self._lock:
            lines, self._lines = self._lines, []
            self._flushed.clear()
        return "".join(lines)

    def _flush_event(self, request_id: str) -> threading.Event:
        with self._lock:
            return self._flushed.setdefault(request_id, threading.Event())

    def _read_output(self) -> None:
        for line in self.popen.stdout:
            text, marker, request_id = line.partition(END_OF_INVOCATION)
            if text:
                with self._lock:
                    # A last line without its newline must not run into the next one.
                    self._lines.append(text.decode(errors="replace") + ("\n" if marker else ""))
            if marker:
                self._flush_event(request_id.strip().decode()).set()

    def _await_exit(self, on_exit: Callable[["FunctionProcess"], None]) -> None:
        self.popen.wait()
        self.kill()  # what the function itself had started
        self._reader.join(timeout=1)
        on_exit(self)
