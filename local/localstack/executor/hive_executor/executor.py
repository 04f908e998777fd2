"""LocalStack's RuntimeExecutor over a host process: start, invoke one at a time, time out, survive a crash.

LocalStack makes one executor an execution environment and never invokes it twice at once; concurrency is several
environments. As on AWS, an environment whose process died or timed out is initialised anew by its next invocation.
"""

import json
import os
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from hive_executor.function_process import FunctionProcess
from hive_executor.runtime_api import RuntimeApi


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


class ProcessRuntimeExecutor(RuntimeExecutor):
    def __init__(self, id, function_version):
        super().__init__(id, function_version)
        self.timeout_s = function_version.config.timeout
        self.api: RuntimeApi | None = None
        self.process: FunctionProcess | None = None
        self.ready: Future[None] = Future()
        self.result: Future[tuple[bytes, bool]] = Future()  # (body, is_error) of the current invocation
        self.request_id: str | None = None
        self.stopped = False
        self.lock = threading.Lock()  # guards the four above: server, exit watcher and invoker meet here

    # -- what LocalStack calls

    def start(self, env_vars):
        code = str(self.function_version.config.code.get_unzipped_code_location())
        self.api = RuntimeApi(self)
        self.env = {
            # The function's own environment only, as on AWS; the PATH tells which node runs it.
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            **{name: str(value) for name, value in env_vars.items() if value is not None},
            "TZ": "UTC",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.function_version.config.runtime}",
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "LAMBDA_TASK_ROOT": code,
        }
        self._initialise()

    def stop(self):
        with self.lock:
            self.stopped = True
        if self.process:
            self.process.kill()
        if self.api:
            self.api.close()

    def invoke(self, payload):
        request_id = payload["invoke-id"]
        if not self.process.alive:
            self._initialise()
        process = self.process
        started = time.monotonic()
        result = self._hand_over(request_id, payload)
        if not process.alive:  # it ended before the hand-over: its exit may have gone unseen by this invocation
            self._settle_exit(process, self.ready)
        try:
            body, is_error = result.result(timeout=self.timeout_s)
        except FutureTimeout:
            with self.lock:
                self.request_id = None  # the death that follows is no news
            process.kill()
            message = f"RequestId: {request_id} Error: Task timed out after {self.timeout_s:.2f} seconds"
            body, is_error = _error("Sandbox.Timedout", message), True
        duration_ms = (time.monotonic() - started) * 1000
        logs = self._log_of(request_id, process, duration_ms)
        return InvocationResult(request_id, body, is_error=is_error, logs=logs)

    def get_logs(self):
        return self.process.take_output() if self.process else ""

    def get_address(self):
        return "127.0.0.1"

    def get_endpoint_from_executor(self):
        return "127.0.0.1"  # becomes AWS_ENDPOINT_URL inside the function

    def get_runtime_endpoint(self):
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version):
        if function_version.config.code:
            function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version):
        pass

    # -- what the Runtime API calls

    def on_ready(self):
        with self.lock:
            if not self.ready.done():
                self.ready.set_result(None)

    def on_init_error(self, body: bytes):
        with self.lock:
            if not self.ready.done():
                self.ready.set_exception(StatusErrorException(f"Function failed to start: {body.decode()}", payload=body))

    def on_result(self, request_id: str, body: bytes, is_error: bool):
        with self.lock:
            if request_id == self.request_id:
                self.request_id = None
                self.result.set_result((body, is_error))

    # -- inside

    def _initialise(self):
        """Starts a process and waits until it asks for work. Raises StatusErrorException, whose payload is the caller's."""
        with self.lock:
            if self.stopped:
                raise StatusErrorException("stopped", payload=_error("Runtime.ExitError", "Environment was stopped"))
            self.ready = ready = Future()
        self.api.renew()
        # `ready` tells this process from the ones before and after it, even if it ends before it is assigned here.
        process = FunctionProcess(self.env, on_exit=lambda ended: self._settle_exit(ended, ready))
        self.process = process
        try:
            ready.result(timeout=config.LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT)
        except FutureTimeout as cause:
            process.kill()
            message = f"Function did not start within {config.LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT} seconds"
            raise StatusErrorException(message, payload=_error("Runtime.InitTimeout", message)) from cause

    def _hand_over(self, request_id: str, payload: dict) -> Future:
        with self.lock:
            self.request_id = request_id
            self.result = result = Future()
        deadline_ms = int((time.time() + self.timeout_s) * 1000)
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": payload["invoked-function-arn"],
            "Lambda-Runtime-Trace-Id": payload.get("trace-id", ""),
        }
        self.api.invocations.put({"body": payload["payload"].encode(), "headers": headers})
        return result

    def _settle_exit(self, process: FunctionProcess, ready: Future):
        """The process has ended: whoever waits for it is told so, as Lambda does (Runtime.ExitError)."""
        with self.lock:
            if ready is not self.ready:
                return
            reason = process.exit_reason()
            if not ready.done():
                output = process.take_output()
                body = _error("Runtime.ExitError", f"Error: {reason}")
                ready.set_exception(StatusErrorException(f"{reason}\n{output}", payload=body))
            if self.request_id is not None:
                request_id, self.request_id = self.request_id, None
                self.result.set_result((_error("Runtime.ExitError", f"RequestId: {request_id} Error: {reason}"), True))

    def _log_of(self, request_id: str, process: FunctionProcess, duration_ms: float) -> str:
        """The invocation's log as Lambda writes it; LocalStack passes it on to CloudWatch Logs."""
        output = process.take_output(request_id if process.alive else None)
        version = self.function_version.id.qualifier
        memory = self.function_version.config.memory_size
        ending = "" if output.endswith("\n") or not output else "\n"
        return (
            f"START RequestId: {request_id} Version: {version}\n{output}{ending}END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\tMemory Size: {memory} MB\n"
        )
